"""Sinks and sources: alternatives, obligations, years, money and load shapes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.model.cases import Row, make, pick, station, value

COST: dict[str, Any] = {"objective": {"minimise": ["total_cost_meur"]}}
ANNUITY = 0.04 / (1 - 1.04**-40)


def tables(
    sink: Row, source: Row | None = None, link: Row | None = None, **more: Any
) -> dict[str, list[Row]]:
    """One source at A, one sink at B, one link between them."""
    return {
        "substations": [station("A"), station("B")],
        "heat_sources": [{"source": "well", "zone": "A", "capacity_mw": 20, **(source or {})}],
        "heat_sinks": [{"sink": "town", "zone": "B", "peak_mw": 12, **sink}],
        "heat_links": [{"link": "pipe", "from": "well", "to": "town", **(link or {})}],
        **more,
    }


def test_all_electric_sink_is_a_load_and_connecting_frees_it():
    """12 MW at COP 3 is 4 MW at B. With a source of 9 MW in reach 3 MW of heat stay electric: 1 MW."""
    electric = {"alternative": "all_electric", "alternative_cop": 3, "alternative_eur_per_mwh": 40}
    alone = make(tables(electric, {"capacity_mw": 0}), COST).solve(gap=0)
    assert pick(alone.stations, "peak_mw", substation="B", direction="demand") == pytest.approx(4)
    joined = make(tables(electric, {"capacity_mw": 9}), COST).solve(gap=0)
    assert pick(joined.stations, "peak_mw", substation="B", direction="demand") == pytest.approx(1)
    assert pick(joined.stations, "peak_mw", substation="A", direction="demand") == pytest.approx(0)
    assert value(joined, "operating_cost_meur") == pytest.approx(3 * 8760 * 40 / 1e6)
    assert value(joined, "co2_kt") == pytest.approx(0)


def test_heat_link_makes_room_for_a_datacenter():
    """B: 0.95·(2·10 − 10) = 9.5 MW. The sink draws 12/2 = 6 MW, so 3.5 of 9 MW of datacenter fit, 5.5
    fall short.

    A source of 20 MW frees all 6 MW: 9 fit.
    """
    electric = {"alternative": "all_electric", "alternative_cop": 2}
    more = {
        "substations": [station("A"), station("B", transformers=2, transformer_mva=10)],
        "datacenters": [{"site": "new", "substation": "B", "class": "cloud"}],
        "datacenter_demand": [{"class": "cloud", "year": 2030, "it_mw": 9}],
    }
    goal = {"objective": {"minimise": ["shortfall_mw"]}}
    alone = make(tables(electric, {"capacity_mw": 0}, **more), goal).solve(gap=0)
    assert value(alone, "shortfall_mw") == pytest.approx(5.5)
    joined = make(tables(electric, **more), goal).solve(gap=0)
    assert value(joined, "shortfall_mw") == pytest.approx(0)


def test_gas_costs_and_emits():
    """12 MW of gas: 12·8760·60/10⁶ = 6.3072 M€ and 12·8760·226/10⁶ = 23.75712 kt (56.4 kg/GJ at 90 %)."""
    plan = make(tables({"alternative_eur_per_mwh": 60}, {"capacity_mw": 0}), COST).solve(gap=0)
    assert value(plan, "operating_cost_meur") == pytest.approx(6.3072)
    assert value(plan, "co2_kt") == pytest.approx(23.75712)
    boiler = 56.4 * 3.6 / 0.9
    assert boiler == pytest.approx(226, abs=0.5)


def test_source_costs_and_emits():
    """5 MW from a source of 20 EUR/MWh and 100 kg/MWh, 7 MW of gas of 60: 0.876 + 3.6792 M€; 4.38 +
    13.85832 kt.
    """
    source = {"capacity_mw": 5, "cost_eur_per_mwh": 20, "co2_kg_per_mwh": 100}
    plan = make(tables({"alternative_eur_per_mwh": 60}, source), COST).solve(gap=0)
    assert value(plan, "operating_cost_meur") == pytest.approx(0.876 + 3.6792)
    assert value(plan, "co2_kt") == pytest.approx(4.38 + 13.85832)
    assert value(plan, "heat_reused_tj") == 0  # heat of datacenters only
    assert value(plan, "heat_delivered_tj") == pytest.approx(5 * 8760 * 0.0036)


def test_dear_source_is_left_alone_unless_the_sink_must_connect():
    """Heat at 70 EUR/MWh loses against gas at 60 (6.3072 M€); a sink that must connect takes it: 7.3584
    M€.
    """
    source = {"cost_eur_per_mwh": 70}
    free = make(tables({"alternative_eur_per_mwh": 60}, source), COST).solve(gap=0)
    assert value(free, "total_cost_meur") == pytest.approx(6.3072)
    assert not pick(free.table("heat_sinks"), "connected", sink="town")
    must = make(tables({"alternative_eur_per_mwh": 60, "must_connect": "true"}, source), COST).solve(gap=0)
    assert value(must, "total_cost_meur") == pytest.approx(7.3584)
    assert pick(must.table("heat_sinks"), "peak_mw", sink="town") == pytest.approx(12)


def test_must_connect_without_enough_heat_is_infeasible():
    """A sink of 12 MW that must connect, and a source of 11.9 MW."""
    plan = make(tables({"must_connect": "true"}, {"capacity_mw": 11.9}), COST).solve(gap=0)
    assert plan.status == "infeasible"
    assert not plan.has_plan


@pytest.mark.parametrize(("fixed", "opened"), [(100, True), (130, False)])
def test_fixed_cost_of_a_source(fixed, opened):
    """Gas for 12 MW costs 6.3072 M€ a year; a source pays while fixed·0.0505235 is less, so below 124.84
    M€.
    """
    plan = make(tables({"alternative_eur_per_mwh": 60}, {"fixed_meur": fixed}), COST).solve(gap=0)
    assert value(plan, "capex_meur") == pytest.approx(fixed * opened)
    assert value(plan, "total_cost_meur") == pytest.approx(fixed * ANNUITY if opened else 6.3072)


def test_fixed_source_still_has_its_capacity():
    """An opened source (1 M€) gives 5 MW, gas the other 7 MW (3.6792 M€)."""
    source = {"fixed_meur": 1, "capacity_mw": 5}
    plan = make(tables({"alternative_eur_per_mwh": 60}, source), COST).solve(gap=0)
    assert value(plan, "total_cost_meur") == pytest.approx(ANNUITY + 3.6792)


@pytest.mark.parametrize(("connect", "joined"), [(100, True), (130, False)])
def test_connecting_costs_money(connect, joined):
    """As the fixed cost of a source: connecting pays below 124.84 M€."""
    plan = make(tables({"alternative_eur_per_mwh": 60, "connect_meur": connect}), COST).solve(gap=0)
    assert value(plan, "capex_meur") == pytest.approx(connect * joined)
    assert pick(plan.table("heat_sinks"), "connected", sink="town") == joined


def test_must_connect_pays_for_its_connection():
    """8 M€ are spent whatever it costs; 12 MW come from links."""
    plan = make(tables({"must_connect": "true", "connect_meur": 8}), COST).solve(gap=0)
    assert value(plan, "capex_meur") == pytest.approx(8)
    assert value(plan, "total_cost_meur") == pytest.approx(8 * ANNUITY)


STAGES = {
    "horizon": {"years": [2030, 2035], "last_year": 2039},
    "objective": {"minimise": ["total_cost_meur"]},
}


def test_source_from_a_later_year():
    """The source is there from 2035: 12 MW of gas in 2030 (6.3072 M€), none in 2035."""
    case = make(tables({"alternative_eur_per_mwh": 60}, {"from_year": 2035}), STAGES)
    plan = case.solve(gap=0)
    assert value(plan, "operating_cost_meur", 2030) == pytest.approx(6.3072)
    assert value(plan, "operating_cost_meur", 2035) == pytest.approx(0)


def test_source_with_fixed_cost_opens_when_it_is_there():
    """From 2035 on: its 10 M€ are spent in 2035, also where only overnight capex is looked at."""
    sink = {"must_connect": "true", "from_year": 2035}
    settings = {**STAGES, "objective": {"minimise": ["capex_meur"]}}
    plan = make(tables(sink, {"from_year": 2035, "fixed_meur": 10}), settings).solve(gap=0)
    assert value(plan, "capex_meur", 2030) == pytest.approx(0)
    assert value(plan, "capex_meur", 2035) == pytest.approx(10)


def test_source_is_not_paid_before_its_first_year():
    """Nobody may invest in 2035, and a source of 2035 cannot be opened in 2030 instead: infeasible."""
    rows = tables({"must_connect": "true", "from_year": 2035}, {"from_year": 2035, "fixed_meur": 10})
    rows["policies"] = [{"policy": "broke", "indicator": "capex_meur", "value": 0, "from_year": 2035}]
    assert make(rows, STAGES).solve(gap=0).status == "infeasible"


def test_sink_from_a_later_year_pays_for_its_connection_then():
    """A sink that must connect from 2035: no heat in 2030, 12 MW in 2035, and 8 M€ in 2035.

    D_2035 = Σ_{k=5..9} 1.04^−k = 3.805: total 8·0.0505235·3.8053 = 1.53803 M€.
    """
    sink = {"must_connect": "true", "from_year": 2035, "connect_meur": 8}
    plan = make(tables(sink), STAGES).solve(gap=0)
    heat = plan.table("heat_sinks")
    assert pick(heat, "peak_mw", year=2030) == pytest.approx(0)
    assert pick(heat, "peak_mw", year=2035) == pytest.approx(12)
    assert value(plan, "capex_meur", 2030) == pytest.approx(0)
    assert value(plan, "capex_meur", 2035) == pytest.approx(8)
    weight = sum(1.04**-k for k in range(5, 10))
    assert value(plan, "total_cost_meur") == pytest.approx(8 * ANNUITY * weight)


def test_annual_heat_alone_makes_a_flat_peak():
    """87.6 GWh without a peak is 10 MW all year."""
    sink = {"peak_mw": None, "annual_gwh": 87.6}
    plan = make(tables({**sink, "alternative_eur_per_mwh": 60}), COST).solve(gap=0)
    assert pick(plan.table("heat_sinks"), "peak_mw", sink="town") == pytest.approx(10)
    assert value(plan, "heat_delivered_tj") == pytest.approx(87.6 * 3.6)


def winter() -> np.ndarray:
    """1 in 90 days, 0.25 in the other 275: 24·(90 + 68.75) = 3810 full hours."""
    return np.repeat([1.0] * 90 + [0.25] * 275, 24)


def test_profile_shapes_heat_and_its_energy():
    """12 MW · 3810 h = 45.72 GWh = 164.592 TJ; the source of 6 MW gives 24·(90·6 + 275·3)/1000 = 32.76
    GWh.
    """
    rows = tables({"profile": "cold", "alternative_eur_per_mwh": 60}, {"capacity_mw": 6})
    plan = make(rows, COST, {"cold": winter()}).solve(gap=0)
    assert value(plan, "heat_delivered_tj") == pytest.approx(32.76 * 3.6)
    assert value(plan, "operating_cost_meur") == pytest.approx((45.72 - 32.76) * 1000 * 60 / 1e6)
    assert pick(plan.table("heat_sinks"), "peak_mw", sink="town") == pytest.approx(6)


def test_annual_heat_scales_energy_and_not_the_peak():
    """Peak 12 MW with a profile of 3810 h would be 45.72 GWh; given 38.1 GWh the year is 137.16 TJ, the
    peak stays 12.
    """
    rows = tables({"profile": "cold", "annual_gwh": 38.1, "alternative_eur_per_mwh": 60})
    plan = make(rows, COST, {"cold": winter()}).solve(gap=0)
    assert value(plan, "heat_delivered_tj") == pytest.approx(38.1 * 3.6)
    assert pick(plan.table("heat_sinks"), "peak_mw", sink="town") == pytest.approx(12)


def test_annual_heat_with_a_profile_makes_the_peak():
    """45.72 GWh over 3810 full hours is a peak of 12 MW."""
    rows = tables({"peak_mw": None, "annual_gwh": 45.72, "profile": "cold", "alternative_eur_per_mwh": 60})
    plan = make(rows, COST, {"cold": winter()}).solve(gap=0)
    assert pick(plan.table("heat_sinks"), "peak_mw", sink="town") == pytest.approx(12)


def test_heat_follows_the_load_of_the_datacenter():
    """10 MW IT at pue 1.2 and half its heat give 6 MW by day (12 h) and 3 MW by night: 4.5·8760 = 39.42
    GWh.

    The sink wants 5 MW: 5 by day, 3 by night, 4·8760·0.0036 = 126.144 TJ; gas gives 2 MW in 4380 h:
    0.5256 M€.
    """
    rows = tables({"peak_mw": 5, "alternative_eur_per_mwh": 60}, {"capacity_mw": 0})
    rows["datacenters"] = [
        {
            "site": "hall",
            "substation": "A",
            "existing_it_mw": 10,
            "pue": 1.2,
            "heat_share": 0.5,
            "profile": "day",
        }
    ]
    rows["heat_links"] = [{"link": "pipe", "from": "hall", "to": "town"}]
    rows["heat_sources"] = []
    day = np.tile([0.5] * 6 + [1.0] * 12 + [0.5] * 6, 365)
    plan = make(rows, COST, {"day": day}).solve(gap=0)
    assert value(plan, "heat_reused_tj") == pytest.approx(126.144)
    assert value(plan, "operating_cost_meur") == pytest.approx(2 * 4380 * 60 / 1e6)
    assert pick(plan.stations, "peak_mw", substation="A", direction="demand") == pytest.approx(12)


def test_new_datacenter_gives_heat_too():
    """5 MW of new IT at pue 1.2, utilisation 0.8, heat share 0.5: 5·1.2·0.8·0.5 = 2.4 MW of heat."""
    rows = tables({"alternative_eur_per_mwh": 60})
    rows["heat_sources"] = []
    rows["datacenters"] = [
        {
            "site": "hall",
            "substation": "A",
            "class": "cloud",
            "pue": 1.2,
            "utilisation": 0.8,
            "heat_share": 0.5,
        }
    ]
    rows["datacenter_demand"] = [{"class": "cloud", "year": 2030, "it_mw": 5}]
    rows["heat_links"] = [{"link": "pipe", "from": "hall", "to": "town"}]
    plan = make(rows, COST).solve(gap=0)
    assert pick(plan.table("heat_sinks"), "peak_mw", sink="town") == pytest.approx(2.4)


@pytest.mark.parametrize(
    ("sink", "mw"),
    [
        ({"peak_mw": 12}, 12),
        ({"peak_mw": 12, "annual_gwh": 26.28}, 12),  # 26.28 GWh are 3 MW all year, but the peak decides
        ({"peak_mw": None, "annual_gwh": 26.28}, 3),
    ],
)
def test_without_profiles_the_one_hour_is_the_peak_hour(sink, mw):
    """Pipe and heat pump are sized for the peak: at COP 3 a third of it is electricity at B."""
    rows = tables(
        {"must_connect": "true", "temperature_c": 70, **sink},
        {"temperature_c": 30},
        {"capex_meur_per_mw": 0.5},
        heat_pumps=[{"heat_pump": "lift", "at": "town", "cop": 3, "capex_meur_per_mw": 1}],
    )
    plan = make(rows, COST).solve(gap=0)
    assert pick(plan.table("heat_pumps"), "heat_mw") == pytest.approx(mw)
    assert pick(plan.table("heat_pumps"), "electric_peak_mw") == pytest.approx(mw / 3)
    assert pick(plan.heat_links, "peak_mw") == pytest.approx(mw * 2 / 3)
    assert value(plan, "capex_meur") == pytest.approx(mw + mw * 2 / 3 * 0.5)
    assert value(plan, "heat_delivered_tj") == pytest.approx(mw * 8760 * 0.0036)
