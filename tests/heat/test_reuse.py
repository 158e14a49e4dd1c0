"""Why the heat of a datacenter is used or not: every verdict on a case in which it is right by hand."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest

from gridplan.case import Case
from gridplan.plan.heat.sentences import number
from gridplan.plan.plan import Plan
from tests.model.cases import Row, demand, grid_supply, make, station, value

HOURS = 8760
TJ = 0.0036
RATE = 0.04
ANNUITY = RATE / (1 - (1 + RATE) ** -40)
YEARS = sum((1 + RATE) ** -k for k in range(10))  # 2030 to 2039


def region(profiles: dict[str, list[float]] | None = None, **tables: Any) -> Case:
    """9 MW of datacenter at A (30 °C), a town of 20 MW at B (70 °C) on gas of 50 EUR/MWh; 12.6 MW at COP 3.5.

    The link costs 5 M€, connecting the town 1 M€, the heat pump 0.5 M€/MW; electricity 80 EUR/MWh.
    """
    rows: dict[str, list[Row]] = {
        "substations": [station("A"), station("B")],
        "demands": [demand("B", 5, side="hv")],
        "supplies": [grid_supply("A", cost_eur_per_mwh=80)],
        "datacenters": [site("hall")],
        "heat_sinks": [sink("town")],
        "heat_links": [{"link": "pipe", "from": "hall", "to": "town", "fixed_meur": 5}],
        "heat_pumps": [{"heat_pump": "lift", "at": "hall", "cop": 3.5, "capex_meur_per_mw": 0.5}],
        "branches": [{"branch": "AB", "from": "A", "to": "B", "x_pu": 0.1}],
        **tables,
    }
    settings: dict[str, Any] = {
        "case": {"power_factor": 1.0},
        "horizon": {"years": [2030], "last_year": 2039, "discount_rate": RATE},
        "objective": {"minimise": ["total_cost_meur"]},
    }
    return make(rows, settings, profiles)


def site(name: str, **columns: Any) -> Row:
    own = {"site": name, "name": f"Hall {name}", "substation": "A", "existing_it_mw": 9, "heat_share": 1}
    return {**own, **columns}


def sink(name: str, **columns: Any) -> Row:
    own = {"sink": name, "zone": "B", "peak_mw": 20, "alternative_eur_per_mwh": 50, "connect_meur": 1}
    return {**own, **columns}


def row(plan: Plan, name: str = "hall") -> pd.Series:
    table = plan.table("heat_reuse")
    assert plan.certificate is not None and plan.certificate.ok, plan.certificate.shown()
    return table[table["site"] == name].iloc[0]


def test_linked_tells_what_the_plan_does():
    """12.6 MW delivered all year: 283.824 TJ of 283.824 taken; 5 + 1 + 6.3 = 12.3 M€."""
    plan = region().solve(gap=0)
    own = row(plan)
    assert (own["verdict"], own["sink"], own["links"], own["heat_pump"]) == ("linked", "town", "pipe", "lift")
    assert (own["grid_mw"], own["heat_mw"], own["year"]) == (9, 9, 2030)
    assert own["heat_tj"] == own["used_tj"] == pytest.approx(9 * HOURS * TJ)
    assert own["case_tj"] == pytest.approx(12.6 * HOURS * TJ)
    assert own["invest_meur"] == pytest.approx(12.3)
    cost = 12.3 * ANNUITY + 3.6 * HOURS * 80 / 1e6
    assert own["npv_meur"] == pytest.approx(YEARS * (12.6 * HOURS * 50 / 1e6 - cost))
    assert own["eur_per_gj"] == pytest.approx(1e3 * cost / (12.6 * HOURS * TJ))
    assert "Hall hall (9 MW): of 284 TJ" in own["sentence_en"]
    assert "wordt vanaf 2030 284 TJ gebruikt" in own["sentence_nl"]


def test_no_heat_and_too_small():
    """heat_share 0; a room of 0.9 MW is below 1 MW and has no row."""
    plan = region(
        datacenters=[site("hall", heat_share=0), site("room", existing_it_mw=0.9)],
        heat_links=[],
        heat_sinks=[],
    ).solve(gap=0)
    assert row(plan)["verdict"] == "no_heat"
    assert plan.table("heat_reuse")["site"].tolist() == ["hall"]


def test_no_candidate_names_the_nearest_user():
    """0.1 degree of latitude is 11.12 km."""
    plan = region(
        heat_links=[],
        datacenters=[site("hall", lat=52.0, lon=5.0)],
        heat_sinks=[sink("town", lat=52.1, lon=5.0), sink("far", lat=53.0, lon=5.0)],
    ).solve(gap=0)
    own = row(plan)
    assert (own["verdict"], own["by"]) == ("no_candidate", "town")
    assert own["length_km"] == pytest.approx(11.12)
    assert "the nearest, town, is 11.1 km away" in own["sentence_en"]
    assert "hemelsbreed op 11,1 km" in own["sentence_nl"]


def test_too_cold_without_a_pump_on_the_way():
    """30 °C, the town wants 70 °C; the only heat pump stands elsewhere."""
    elsewhere = [{"heat_pump": "lift", "at": "other", "cop": 3.5}]
    plan = region(
        heat_pumps=elsewhere,
        heat_sources=[{"source": "other", "zone": "B", "capacity_mw": 1, "temperature_c": 30}],
    ).solve(gap=0)
    own = row(plan)
    assert own["verdict"] == "too_cold"
    assert "at 30 °C" in own["sentence_en"]


def test_a_sink_that_others_serve_is_taken():
    """A plant at 10 EUR/MWh next to the town gives all 20 MW; a link for 12.6 MW would pay without it."""
    plan = region(
        heat_sources=[
            {"source": "plant", "name": "Deep heat", "zone": "B", "capacity_mw": 20, "temperature_c": 80}
            | {"cost_eur_per_mwh": 10}
        ],
        heat_links=[
            {"link": "pipe", "from": "hall", "to": "town", "fixed_meur": 5},
            {"link": "near", "from": "plant", "to": "town"},
        ],
    ).solve(gap=0)
    own = row(plan)
    assert (own["verdict"], own["by"], own["sink"]) == ("sink_taken", "plant", "town")
    cost = (5 + 6.3) * ANNUITY + 3.6 * HOURS * 80 / 1e6  # connected for the plant already
    assert own["npv_meur"] == pytest.approx(YEARS * (12.6 * HOURS * 50 / 1e6 - cost))
    assert "has its heat from Deep heat" in own["sentence_en"]


def full_station(**tables: Any) -> Case:
    """Two transformers of 9 MVA at A: 9 MW firm, all drawn by the datacenter."""
    return region(
        substations=[station("A", transformers=2, transformer_mva=9), station("B")],
        supplies=[grid_supply("A", cost_eur_per_mwh=80, side="hv")],
        **tables,
    )


def test_a_full_station_does_not_fit_and_says_how_much_lacks():
    """3.6 MW for the pump, 0 MW left."""
    plan = full_station().solve(gap=0)
    own = row(plan)
    assert (own["verdict"], own["station"]) == ("does_not_fit", "A")
    assert (own["needs_mw"], own["room_mw"]) == (pytest.approx(3.6), pytest.approx(0, abs=1e-6))
    cost = 12.3 * ANNUITY + 3.6 * HOURS * 80 / 1e6
    assert own["npv_meur"] == pytest.approx(YEARS * (12.6 * HOURS * 50 / 1e6 - cost))
    assert "needs 3.6 MW at station A, where 0 MW are left" in own["sentence_en"]


def test_too_dear_does_not_pay_and_names_the_subsidy():
    """At 100 M€ the least bad link is still whole, for every MWh of heat earns: NPV by hand, and per GJ."""
    plan = region(heat_links=[{"link": "pipe", "from": "hall", "to": "town", "fixed_meur": 100}]).solve(gap=0)
    own = row(plan)
    cost = 107.3 * ANNUITY + 3.6 * HOURS * 80 / 1e6
    npv = YEARS * (12.6 * HOURS * 50 / 1e6 - cost)
    assert own["verdict"] == "does_not_pay"
    assert own["npv_meur"] == pytest.approx(npv)
    assert own["subsidy_meur"] == pytest.approx(-npv)
    assert own["subsidy_eur_per_gj"] == pytest.approx(-npv * 1e3 / (YEARS * 12.6 * HOURS * TJ))
    assert own["eur_per_gj"] == pytest.approx(1e3 * cost / (12.6 * HOURS * TJ))
    assert (own["used_tj"], own["case_tj"]) == (0, pytest.approx(12.6 * HOURS * TJ))


def test_the_subsidy_makes_it_pay():
    """With the link that much cheaper (and a little more) the plan builds it."""
    link = {"link": "pipe", "from": "hall", "to": "town", "fixed_meur": 100}
    subsidy = row(region(heat_links=[link]).solve(gap=0))["subsidy_meur"]
    per_meur = YEARS * ANNUITY
    for more, linked in ((0.01, True), (-0.01, False)):
        cheaper = link | {"fixed_meur": 100 - (subsidy + more) / per_meur}
        plan = region(heat_links=[cheaper]).solve(gap=0)
        assert (row(plan)["verdict"] == "linked") is linked


def test_a_policy_that_binds_is_named():
    """No heat pumps above 0 MW in the region: the link would pay."""
    rule = {"policy": "no_pumps", "indicator": "heat_pump_mw", "sense": "max", "value": 0, "scope": "all"}
    plan = region(policies=[rule]).solve(gap=0)
    own = row(plan)
    assert (own["verdict"], own["by"]) == ("policy", "no_pumps")
    assert own["npv_meur"] > 0


def test_pipes_and_hours():
    """By day the town wants 20 MW, at night 2: with a loss of 0.1 MW a pipe of 8 MW pays best of 2, 8, 20.

    By hand: 7.95 MW by day (half of the loss comes after the flow) and 2 at night; the pump lifts 8.05.
    """
    types = [
        {"pipe": f"DN{mw}", "capacity_mw": mw, "capex_meur_per_km": cost, "loss_kw_per_km": 100}
        for mw, cost in ((2, 15), (8, 16), (20, 60))
    ]
    far = {"link": "pipe", "from": "hall", "to": "town", "length_km": 1, "earliest_year": 2030}
    tables: dict[str, Any] = {"pipe_types": types, "heat_links": [far]}
    tables["heat_sinks"] = [sink("town", profile="day", alternative_eur_per_mwh=35)]
    case = region({"day": [1.0 if hour % 24 < 12 else 0.1 for hour in range(HOURS)]}, **tables)
    own = row(case.solve(gap=0))
    assert own["pipes"] == "DN8"
    assert own["length_km"] == 1
    heat = (7.95 + 2) / 2 * HOURS
    power = (8.05 + 2.1) / 2 / 3.5 * HOURS
    cost = (16 + 1 + 0.5 * 8.05) * ANNUITY + power * 80 / 1e6
    assert own["verdict"] == "does_not_pay"
    assert own["case_tj"] == pytest.approx(heat * TJ)
    assert own["npv_meur"] == pytest.approx(YEARS * (heat * 35 / 1e6 - cost))


def test_numbers_in_two_languages():
    assert [number(v, "en") for v in (1234.5, 57.83, 2.513, 0.0, float("nan"))] == [
        "1,234", "57.8", "2.51", "0", "–",
    ]  # fmt: skip
    assert [number(v, "nl") for v in (1234.5, 57.83, 2.513)] == ["1.234", "57,8", "2,51"]


def test_no_sentence_keeps_a_hole():
    """Every phrase of every verdict gives a whole sentence in both languages."""
    plans = [
        region(),
        full_station(),
        region(heat_links=[]),
        region(datacenters=[site("hall", heat_share=0)]),
    ]
    for case in plans:
        own = row(case.solve(gap=0))
        for lang in ("en", "nl"):
            text = own[f"sentence_{lang}"]
            assert text.endswith(".") and not re.search(r"[{}]|nan|None", text), text
    assert value(plans[0].solve(gap=0), "heat_reused_tj") > 0
