"""Masts that share a site pay for it once; edge sites come where cells ask; all against brute force."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from tests.model.cases import Row, make, pick, station, value
from tests.telecom.rows import CAPEX, cell, mast, pairs, standing

TWO = {
    "horizon": {"years": [2030, 2035], "last_year": 2039},
    "objective": {"minimise": ["total_cost_meur"]},  # later is cheaper
}


def case(masts: list[Row], cells: list[Row], cover: list[Row], settings: dict[str, Any] | None = None) -> Any:
    tables = {"substations": [station("A")], "masts": masts, "cells": cells, "coverage": cover}
    return make(tables, {**CAPEX, **(settings or {})})


def tower(name: str, keur: float, site: str, site_keur: float | str = "", **columns: Any) -> Row:
    return mast(name, keur, site=site, site_capex_keur=site_keur, **columns)


def test_two_operators_share_a_tower():
    """Apart x and y cost 100 + 100 and each a roof of 80: 360. On tower t (150) both cost 60: 60 + 60 + 150
    = 270 k€. One alone would rather take a roof: 180 against 210.
    """
    masts = [
        mast("x_roof", 100, site_capex_keur=80),
        mast("y_roof", 100, site_capex_keur=80),
        tower("x_tower", 60, "t", 150, owner="X"),
        tower("y_tower", 60, "t", owner="Y"),
    ]
    cover = pairs(x_roof="a", y_roof="b", x_tower="a", y_tower="b")
    both = case(masts, [cell("a"), cell("b")], cover).solve(gap=0)
    assert standing(both) == {"x_tower", "y_tower"}
    assert value(both, "capex_meur") == pytest.approx(0.27)
    assert both.masts["capex_keur"].tolist() == pytest.approx([0, 0, 135, 135])
    assert both.certificate.ok
    one = case(masts, [cell("a"), cell("b", required="")], cover).solve(gap=0)
    assert standing(one) == {"x_roof"}
    assert value(one, "capex_meur") == pytest.approx(0.18)


def test_a_site_with_a_mast_on_it_is_free():
    """The tower stands with mast o on it: x costs 60 there, against 70 on its own."""
    masts = [tower("o", 60, "t", 150, existing="true"), tower("x", 60, "t"), mast("y", 70)]
    plan = case(masts, [cell("a")], pairs(x="a", y="a")).solve(gap=0)
    assert standing(plan) == {"o", "x"}
    assert value(plan, "capex_meur") == pytest.approx(0.06)


def test_a_site_is_paid_in_the_stage_of_its_first_mast():
    """a in 2030 by x (60 + 150), b in 2035 by y on the same tower: 60 more."""
    cells = [cell("a"), cell("b", required="2035")]
    masts = [tower("x", 60, "t", 150), tower("y", 60, "t")]
    plan = case(masts, cells, pairs(x="a", y="b"), TWO).solve(gap=0)
    assert [value(plan, "capex_meur", y) for y in (2030, 2035)] == pytest.approx([0.21, 0.06])
    assert pick(plan.masts, "capex_keur", mast="x", year=2030) == pytest.approx(210)
    assert pick(plan.masts, "capex_keur", mast="x", year=2035) == pytest.approx(135)


def test_a_site_without_a_mast_costs_nothing_though_money_does_not_matter():
    masts = [tower("x", 60, "t", 150), tower("y", 60, "t")]
    settings = {"objective": {"minimise": ["masts"]}}
    plan = case(masts, [cell("a", required="")], pairs(x="a", y="a"), settings).solve(gap=0)
    assert value(plan, "capex_meur") == 0
    assert plan.certificate.ok


def random_case(seed: int) -> tuple[list[Row], list[Row], list[Row]]:
    """Five masts on two shared towers or roofs of their own, four cells, three hosts of edge sites."""
    rng = np.random.default_rng(seed)
    towers = {"s": int(rng.integers(20, 90)), "t": int(rng.integers(20, 90)), "": int(rng.integers(20, 90))}
    masts = []
    for k in range(5):
        site = str(rng.choice(list(towers)))
        keur = int(rng.integers(10, 60))
        edge = {"hosts_edge": k < 3, "edge_capex_keur": int(rng.integers(5, 40)) if k < 3 else ""}
        masts.append(tower(f"m{k}", keur, site, towers[site], existing=bool(rng.random() < 0.15), **edge))
    cells = [cell(f"c{i}", edge_required="true" if i % 2 else "") for i in range(4)]
    reach = rng.random((5, 4)) < 0.5
    reach[rng.integers(0, 3, 4), range(4)] = True  # a host reaches every cell
    return masts, cells, [{"mast": f"m{k}", "cell": f"c{i}"} for k, i in np.argwhere(reach)]


def cheapest(masts: list[Row], cells: list[Row], cover: list[Row]) -> float:
    """Least cost (M€) of all choices of masts and edge sites."""
    reach = {(row["mast"], row["cell"]) for row in cover}
    rows = {row["mast"]: row for row in masts}
    best = np.inf
    for on in subsets(list(rows)):
        fixed = {k for k, row in rows.items() if row["existing"]}
        if not fixed <= on or not covered(on, [c["cell"] for c in cells], reach):
            continue
        cost = sum(rows[k]["capex_keur"] for k in on - fixed)
        paid = {rows[k]["site"] for k in fixed}
        sites = {(rows[k]["site"] or k, rows[k]["site_capex_keur"]) for k in on - fixed}
        cost += sum(keur for site, keur in sites if site not in paid - {""})
        for edge in subsets([k for k in on if rows[k]["hosts_edge"]]):
            if covered(edge, [c["cell"] for c in cells if c["edge_required"]], reach):
                best = min(best, cost + sum(rows[k]["edge_capex_keur"] for k in edge))
    return best / 1000


def subsets(names: list[str]) -> Any:
    return (set(some) for size in range(len(names) + 1) for some in combinations(names, size))


def covered(on: set[str], cells: list[str], reach: set[tuple[str, str]]) -> bool:
    return all(any((k, c) in reach for k in on) for c in cells)


@pytest.mark.parametrize("seed", range(8))
def test_sites_and_edges_cost_as_little_as_the_best_of_all_choices(seed):
    rows = random_case(seed)
    plan = case(*rows).solve(gap=0)
    assert plan.status == "optimal"
    assert value(plan, "capex_meur") == pytest.approx(cheapest(*rows), abs=1e-6)
    assert plan.certificate.ok, plan.certificate
