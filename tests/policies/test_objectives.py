"""Objectives: order, weights, and how stages make a total."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from gridplan.case import Case
from gridplan.case.build import case_from_tables
from gridplan.model.build import build
from gridplan.model.periods import snapshot
from gridplan.solve.compile import compile_program
from gridplan.solve.highs import Options
from gridplan.solve.lexicographic import optimise
from gridplan.solve.progress import Silent
from gridplan.solve.status import SolveStatus
from tests.model.cases import Row, make, pick, station, value

ANNUITY = 0.04 / (1 - 1.04**-40)


def two_sites(minimise: Any) -> Case:
    """8 MW are wanted: `near` costs 2 M€/MW and no land, `far` 1 M€/MW and 0.5 ha/MW; both have room for
    6 MW.
    """
    sites: list[Row] = [
        {"site": "near", "capex_meur_per_mw": 2, "ha_per_mw": 0},
        {"site": "far", "capex_meur_per_mw": 1, "ha_per_mw": 0.5},
    ]
    return make(
        {
            "substations": [station("A")],
            "datacenters": [{"substation": "A", "class": "cloud", "max_it_mw": 6, **s} for s in sites],
            "datacenter_demand": [{"class": "cloud", "year": 2030, "it_mw": 8}],
        },
        {"objective": {"minimise": minimise}},
    )


@pytest.mark.parametrize(
    ("minimise", "far", "capex", "land", "short"),
    [
        (["shortfall_mw", "capex_meur", "land_ha"], 6, 10, 3, 0),
        (["shortfall_mw", "land_ha", "capex_meur"], 2, 14, 1, 0),
        (["land_ha", "shortfall_mw", "capex_meur"], 0, 12, 0, 2),
        (["capex_meur", "shortfall_mw"], 0, 0, 0, 8),
    ],
)
def test_order_of_objectives(minimise, far, capex, land, short):
    """First all 8 MW, then money: 6 far, 2 near (10 M€, 3 ha); land before money: 2 far, 6 near (14 M€, 1
    ha). Land before all: only near (6 MW, 12 M€). Money before all: nothing.
    """
    plan = two_sites(minimise).solve(gap=0)
    assert plan.status == "optimal"
    assert pick(plan.datacenters, "it_mw", site="far") == pytest.approx(far, abs=1e-4)
    assert value(plan, "capex_meur") == pytest.approx(capex, rel=1e-5, abs=1e-4)
    assert value(plan, "land_ha") == pytest.approx(land, rel=1e-5, abs=1e-4)
    assert value(plan, "shortfall_mw") == pytest.approx(short, rel=1e-5, abs=1e-4)
    assert list(plan.summary["objective"]) == minimise


def test_later_objectives_do_not_worsen_earlier_ones():
    """Each objective of the longer list is as good as where the list ends with it, up to 1e-6."""
    names = ["shortfall_mw", "land_ha", "capex_meur"]
    whole = two_sites(names).solve(gap=0)
    for k, name in enumerate(names, start=1):
        part = two_sites(names[:k]).solve(gap=0)
        assert value(whole, name) == pytest.approx(value(part, name), rel=2e-6, abs=2e-6)
        assert whole.summary["objective"][name]["value"] == pytest.approx(
            value(part, name), rel=2e-6, abs=2e-6
        )


@pytest.mark.parametrize(("weight", "far"), [(1.9, 6), (2.1, 2)])
def test_table_of_weights(weight, far):
    """A megawatt far saves 1 M€ and takes 0.5 ha: with a weight of 2 per ha both are equal."""
    plan = two_sites({"shortfall_mw": 100, "capex_meur": 1, "land_ha": weight}).solve(gap=0)
    assert pick(plan.datacenters, "it_mw", site="far") == pytest.approx(far)
    total = (2 * (8 - far) + far) + weight * 0.5 * far
    assert plan.summary["objective"]["weighted sum"]["value"] == pytest.approx(total)
    assert plan.summary["objective"]["weighted sum"]["bound"] == pytest.approx(total)


def test_negative_weight_asks_for_more():
    """A weight below zero makes more of a thing: two masts of 1 M€ that cover 0.7 and 0.3, with 2 M€ for
    all: only the larger pays (1.4 − 1 against 0.6 − 1).
    """
    place = {"zone": "A", "lat": 52, "lon": 5}
    plan = make(
        {
            "substations": [station("A")],
            "masts": [{"mast": k, "capex_keur": 1000, **place} for k in "xy"],
            "cells": [{"cell": c, "weight": w, **place} for c, w in {"a": 7, "b": 3}.items()],
            "coverage": [{"mast": "x", "cell": "a"}, {"mast": "y", "cell": "b"}],
        },
        {"objective": {"minimise": {"capex_meur": 1, "covered_share": -2}}},
    ).solve(gap=0)
    assert plan.masts.set_index("mast")["in_service"].to_dict() == {"x": True, "y": False}
    assert plan.summary["objective"]["weighted sum"]["value"] == pytest.approx(1 - 1.4)


def grown(**horizon: Any) -> Any:
    """4 MW in 2030 and 10 MW in 2035 at 1 M€/MW."""
    return make(
        {
            "substations": [station("A")],
            "datacenters": [{"site": "hall", "substation": "A", "class": "cloud", "capex_meur_per_mw": 1}],
            "datacenter_demand": [
                {"class": "cloud", "year": 2030, "it_mw": 4},
                {"class": "cloud", "year": 2035, "it_mw": 10},
            ],
        },
        {
            "horizon": {"years": [2030, 2035], "last_year": 2044, **horizon},
            "objective": {"minimise": ["total_cost_meur"]},
        },
    ).solve(gap=0)


def test_total_cost_is_discounted_annuities():
    """Stages of 5 and 10 years: D = Σ_{0..4} 1.04^−k = 4.629895 and Σ_{5..14} = 6.933228.

    Total 0.0505235·(4·4.629895 + 10·6.933228) = 4.43858 M€; capex 10 M€, overnight.
    """
    plan = grown()
    early, late = (sum(1.04**-k for k in years) for years in (range(5), range(5, 15)))
    assert (early, late) == (pytest.approx(4.629895, abs=1e-6), pytest.approx(6.933228, abs=1e-6))
    assert value(plan, "total_cost_meur") == pytest.approx(ANNUITY * (4 * early + 10 * late))
    assert value(plan, "total_cost_meur") == pytest.approx(4.43858, abs=1e-5)
    assert value(plan, "capex_meur") == pytest.approx(10)
    assert value(plan, "capex_meur", 2035) == pytest.approx(6)


def test_without_discount_money_is_spread_over_the_lifetime():
    """At 0 % over 20 years a M€ costs 0.05 a year: 0.05·(4·5 + 10·10) = 6 M€."""
    assert value(grown(discount_rate=0, lifetime_years=20), "total_cost_meur") == pytest.approx(6)


def test_blank_last_year_ends_with_the_last_stage():
    """2030 to 2034 and 2035 alone: at 0 % over 20 years 0.05·(4·5 + 10·1) = 1.5 M€."""
    found = grown(discount_rate=0, lifetime_years=20, last_year=2035)
    assert value(found, "total_cost_meur") == pytest.approx(1.5)


@pytest.mark.parametrize("peak_mw", [8.0, 25.0], ids=["served", "not served"])
def test_zero_held_at_once_ends_as_zero_looked_for_first(
    monkeypatch: pytest.MonkeyPatch, peak_mw: float
) -> None:
    # Room for 9.5 MW, a transformer more for 19: 8 MW fit, of 25 MW some do not; the plans are alike.
    stations = {"substation": ["a"], "transformers": [2], "transformer_mva": [10.0]}
    case = case_from_tables(
        {"horizon": {"years": [2026]}},
        {
            "substations": pd.DataFrame(stations),
            "demands": pd.DataFrame(
                {"demand": ["d"], "substation": ["a"], "year": [2026], "peak_mw": [peak_mw]}
            ),
            "reinforcements": pd.DataFrame(
                {"reinforcement": ["t"], "kind": ["transformer"], "target": ["a"], "capex_meur": [3.0]}
            ),
        },
    )
    compiled = compile_program(build(case, snapshot(case)))
    options = Options(gap=0.0, time_limit_s=20.0, threads=1)
    monkeypatch.setattr("gridplan.solve.lexicographic.WORTH", 1)
    first = optimise(compiled, options, Silent())
    monkeypatch.setattr("gridplan.solve.lexicographic.MANY_ROWS", 1)
    at_once = optimise(compiled, options, Silent())
    for name, goal in first.goals.items():
        assert at_once.goals[name].value == pytest.approx(goal.value, abs=1e-6)
    assert first.goals["unserved_mw_years"].value == pytest.approx(max(0.0, peak_mw - 19.0), abs=1e-6)
    assert at_once.status == first.status == SolveStatus.OPTIMAL
