"""Money of heat connections, reckoned by hand, and sums that agree with the indicators."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from gridplan.case import Case
from gridplan.plan.plan import Plan
from tests.model.cases import Row, demand, grid_supply, make, station, value

HOURS = 8760
TJ = 0.0036
RATE = 0.04
ANNUITY = RATE / (1 - (1 + RATE) ** -40)
D = {  # 2030 stands for 5 years, 2035 for 5
    2030: sum((1 + RATE) ** -k for k in range(5)),
    2035: sum((1 + RATE) ** -k for k in range(5, 10)),
}


def region(*, profiles: Any = None, **tables: Any) -> Case:
    """9 MW of datacenter at A; COP 3.5 makes 12.6 MW of heat of it; a town of 20 MW on gas 2 km away, at B.

    The pipe costs 1 + 2·2 = 5 M€, loses 0.1 MW and takes 0.2 MW of pumping (half at each end); the heat pump
    0.5 M€/MW, the connection 1.5 M€. Electricity: 80 EUR/MWh, 100 kg/MWh.
    """
    rows: dict[str, list[Row]] = {
        "substations": [station("A"), station("B")],
        "demands": [demand("A", 5)],
        "supplies": [grid_supply("A", cost_eur_per_mwh=80, co2_kg_per_mwh=100)],
        "datacenters": [{"site": "hall", "substation": "A", "existing_it_mw": 9, "heat_share": 1}],
        "heat_sinks": [
            {"sink": "town", "zone": "B", "peak_mw": 20, "alternative_eur_per_mwh": 50, "connect_meur": 1.5}
        ],
        "heat_links": [{"link": "pipe", "from": "hall", "to": "town", "length_km": 2, "fixed_meur": 1}],
        "pipe_types": [
            {"pipe": "DN300", "capacity_mw": 20, "capex_meur_per_km": 2}
            | {"loss_kw_per_km": 50, "pump_kw_per_km": 100}
        ],
        "heat_pumps": [{"heat_pump": "lift", "at": "hall", "cop": 3.5, "capex_meur_per_mw": 0.5}],
        "branches": [{"branch": "AB", "from": "A", "to": "B", "x_pu": 0.1}],
        **tables,
    }
    settings: dict[str, Any] = {
        "horizon": {"years": [2030, 2035], "last_year": 2039, "discount_rate": RATE},
        "objective": {"minimise": ["total_cost_meur"]},
    }
    return make(rows, settings, profiles)


def sums_agree(plan: Plan) -> None:
    """Every TJ and every M€ of heat is in the table once, and the plan is verified."""
    table = plan.table("heat_business")
    sinks, sources = plan.table("heat_sinks"), plan.table("heat_sources")
    for y in plan.case.years:
        own = table[table["year"] == y]
        assert own["heat_tj"].sum() == pytest.approx(value(plan, "heat_delivered_tj", y), abs=1e-6)
        for sink, tj in sinks[sinks["year"] == y].groupby("sink")["heat_tj"].sum().items():
            assert own.loc[own["to"] == sink, "heat_tj"].sum() == pytest.approx(tj, abs=1e-6)
        for source, tj in sources[sources["year"] == y].groupby("source")["heat_tj"].sum().items():
            assert own.loc[own["from"] == source, "taken_tj"].sum() == pytest.approx(tj, abs=1e-6)
        assert own["invest_meur"].sum() == pytest.approx(heat_capex(plan, y), abs=1e-6)
    assert plan.certificate is not None and plan.certificate.ok, plan.certificate.shown()


def heat_capex(plan: Plan, year: int) -> float:
    """M€ of heat assets in service, by the other tables."""
    prices = {
        row["heat_pump"]: row["capex_meur_per_mw"] for _, row in plan.case.table("heat_pumps").iterrows()
    }
    pumps = plan.table("heat_pumps")
    total = sum(
        mw * prices[w]
        for w, y, mw in pumps[["heat_pump", "year", "heat_mw"]].itertuples(index=False)
        if y == year
    )
    for name in ("heat_links", "heat_sinks", "heat_sources"):
        table = plan.table(name)
        total += table.loc[table["year"] == year, "capex_meur"].sum()
    return float(total)


def one(plan: Plan, year: int) -> pd.Series:
    table = plan.table("heat_business")
    return table[table["year"] == year].iloc[0]


def test_one_connection_by_hand():
    """12.6 MW lifted, 0.1 MW lost: 12.5 MW delivered. Invested 5 + 12.6·0.5 + 1.5 = 12.8 M€.

    A year: electricity (3.6 + 0.2)·8760·80 = 2.66304 M€, annuity 12.8·0.0505235; saved 12.5·8760·50 = 5.475
    M€. CO2: 12.5·8760·226 kg less 3.8·8760·100 kg.
    """
    plan = region().solve(gap=0)
    electricity, saved = 3.8 * HOURS * 80 / 1e6, 12.5 * HOURS * 50 / 1e6
    cost = 12.8 * ANNUITY + electricity
    tj = 12.5 * HOURS * TJ
    for year in (2030, 2035):
        row = one(plan, year)
        assert (row["from"], row["to"], row["links"]) == ("hall", "town", "pipe")
        assert (row["pipes"], row["heat_pumps"], row["length_km"]) == ("DN300", "lift", 2)
        assert row["temperature_c"] == 70
        assert row["heat_tj"] == pytest.approx(tj)
        assert row["taken_tj"] == pytest.approx(9 * HOURS * TJ)
        assert row["lost_tj"] == pytest.approx(0.1 * HOURS * TJ)
        assert row["electricity_gwh"] == pytest.approx(3.8 * HOURS / 1e3)
        assert row["invest_meur"] == pytest.approx(12.8)
        assert row["annuity_meur"] == pytest.approx(12.8 * ANNUITY)
        assert row["electricity_meur"] == pytest.approx(electricity)
        assert row["saved_meur"] == pytest.approx(saved)
        assert row["cost_meur"] == pytest.approx(cost)
        assert row["eur_per_gj"] == pytest.approx(1e6 * cost / (tj * 1000))
        assert row["npv_meur"] == pytest.approx(D[year] * (saved - cost))
        assert row["co2_avoided_kt"] == pytest.approx((12.5 * 226 - 3.8 * 100) * HOURS / 1e6)
        assert (row["station"], row["freed_station"]) == ("A", "")
        assert row["extra_mw"] == row["extra_binding_mw"] == pytest.approx(3.7)  # B feeds half of the pipe
    whole = plan.table("heat_connections").iloc[0]
    assert whole["npv_meur"] == pytest.approx((saved - cost) * sum(D.values()))
    assert (whole["subsidy_meur"], whole["subsidy_eur_per_gj"]) == (0, 0)
    assert whole["eur_per_gj"] == pytest.approx(1e3 * cost / tj)
    assert whole["total_tj"] == pytest.approx(10 * tj)
    assert whole["co2_avoided_kt"] == pytest.approx((12.5 * 226 - 3.8 * 100) * HOURS * 10 / 1e6)
    assert (whole["year"], whole["invest_meur"]) == (2030, pytest.approx(12.8))
    sums_agree(plan)


def test_the_saving_is_what_the_plan_would_lose():
    """Without the link the plan costs just as much more as the connection's NPV says."""
    with_link = region().solve(gap=0)
    far = [{"link": "pipe", "from": "hall", "to": "town", "length_km": 2, "earliest_year": 2060}]
    without = region(heat_links=far).solve(gap=0)
    lost = value(without, "total_cost_meur") - value(with_link, "total_cost_meur")
    assert with_link.table("heat_connections")["npv_meur"].sum() == pytest.approx(lost, abs=1e-6)


def test_a_link_that_must_be_is_charged_its_subsidy():
    """A sink that must connect at 10 EUR/MWh of gas: NPV below zero, the subsidy makes it up, also per GJ."""
    sink = {"sink": "town", "zone": "B", "peak_mw": 10, "alternative_eur_per_mwh": 10, "must_connect": True}
    plan = region(heat_sinks=[sink]).solve(gap=0)
    cost = (5 + 10.1 * 0.5) * ANNUITY + (10.1 / 3.5 + 0.2) * HOURS * 80 / 1e6
    npv = (10 * HOURS * 10 / 1e6 - cost) * sum(D.values())
    whole = plan.table("heat_connections").iloc[0]
    assert npv < 0
    assert whole["npv_meur"] == pytest.approx(npv)
    assert whole["subsidy_meur"] == pytest.approx(-npv)
    assert whole["subsidy_eur_per_gj"] == pytest.approx(-npv * 1e3 / (10 * HOURS * TJ * sum(D.values())))
    sums_agree(plan)


def test_an_all_electric_sink_frees_its_station():
    """12.5 MW of heat free 12.5/2.5 = 5 MW at B, 4.9 with half of the pipe; saved 50 + 80/2.5 EUR/MWh."""
    sink = {"sink": "town", "zone": "B", "peak_mw": 20, "alternative_eur_per_mwh": 50, "connect_meur": 1.5}
    plan = region(heat_sinks=[sink | {"alternative": "all_electric", "alternative_cop": 2.5}]).solve(gap=0)
    row = one(plan, 2030)
    assert row["saved_meur"] == pytest.approx(12.5 * HOURS * (50 + 80 / 2.5) / 1e6)
    assert (row["freed_station"], row["freed_mw"]) == ("B", pytest.approx(5))
    assert row["freed_binding_mw"] == pytest.approx(5)
    assert row["electricity_gwh"] == pytest.approx(3.8 * HOURS / 1e3)
    assert row["co2_avoided_kt"] == pytest.approx((12.5 / 2.5 - 3.8) * 100 * HOURS / 1e6)
    sums_agree(plan)


def shared() -> Case:
    """Two sites (9 and 4.5 MW) at a junction; a trunk to a second one; two towns of 10 and 20 MW behind it.

    Trunk of 10 M€, branches of 1 M€. 18.9 MW arrive of 30 wanted: who gets it is the solver's choice, but
    every town gets two thirds of its heat from the larger site, and so does the trunk.
    """
    link = {"length_km": 0}
    return region(
        datacenters=[
            {"site": "big", "substation": "A", "existing_it_mw": 9, "heat_share": 1},
            {"site": "small", "substation": "A", "existing_it_mw": 4.5, "heat_share": 1},
        ],
        junctions=[{"junction": "J", "zone": "A"}, {"junction": "K", "zone": "B"}],
        heat_links=[
            {"link": "b", "from": "big", "to": "J", "fixed_meur": 1, **link},
            {"link": "s", "from": "small", "to": "J", "fixed_meur": 1, **link},
            {"link": "trunk", "from": "K", "to": "J", "fixed_meur": 10, **link},
            {"link": "x", "from": "K", "to": "X", "fixed_meur": 1, **link},
            {"link": "y", "from": "K", "to": "Y", "fixed_meur": 1, **link},
        ],
        heat_sinks=[
            {"sink": "X", "zone": "B", "peak_mw": 10, "alternative_eur_per_mwh": 60},
            {"sink": "Y", "zone": "B", "peak_mw": 20, "alternative_eur_per_mwh": 50},
        ],
        heat_pumps=[
            {"heat_pump": "p", "at": "big", "cop": 3.5, "capex_meur_per_mw": 0.5},
            {"heat_pump": "q", "at": "small", "cop": 3.5, "capex_meur_per_mw": 0.5},
        ],
        pipe_types=[],
    )


def test_a_trunk_is_shared_by_the_heat_it_carries():
    """X pays best and takes 10 MW; Y the other 8.9. Of the trunk's 10 M€ big → X pays ⅔ · 10/18.9."""
    plan = shared().solve(gap=0)
    table = plan.table("heat_business").query("year == 2030").set_index(["from", "to"])
    x, y, whole = 10.0, 8.9, 18.9
    for site, part in (("big", 2 / 3), ("small", 1 / 3)):
        for town, mw in (("X", x), ("Y", y)):
            row = table.loc[(site, town)]
            assert row["heat_tj"] == pytest.approx(part * mw * HOURS * TJ)
            invest = (10 * part + 1) * mw / whole + part + 0.5 * part * mw
            assert row["invest_meur"] == pytest.approx(invest)
            assert row["links"] == f"{site[0]}; trunk; {town.lower()}"
    sums_agree(plan)


def test_a_source_is_charged_its_heat_and_its_opening():
    """A plant of 10 MW at 15 EUR/MWh (8 M€ to open, 20 kg/MWh) delivers at 15 + annuity over 10 MW."""
    plan = region(
        heat_sources=[
            {"source": "deep", "zone": "B", "capacity_mw": 10, "temperature_c": 80, "cost_eur_per_mwh": 15}
            | {"fixed_meur": 8, "co2_kg_per_mwh": 20}
        ],
        heat_links=[{"link": "near", "from": "deep", "to": "town"}],
    ).solve(gap=0)
    row = one(plan, 2035)
    assert row["source_meur"] == pytest.approx(10 * HOURS * 15 / 1e6)
    assert row["invest_meur"] == pytest.approx(9.5)
    assert row["co2_avoided_kt"] == pytest.approx(10 * HOURS * (226 - 20) / 1e6)
    assert row["temperature_c"] == 80 or row["temperature_c"] == 70  # no sink can tell the two apart
    sums_agree(plan)


def test_hours_of_the_year_and_the_station_that_is_fullest_at_night():
    """The town wants 20 MW by day and 10 at night; A's demand of 5 MW is there at night only.

    By day 12.6 MW are lifted (3.6 MW electric), at night 10.1 MW (2.8857): A's own peak is at night.
    """
    day = [1.0 if hour % 24 < 12 else 0.5 for hour in range(HOURS)]
    night = [0.0 if hour % 24 < 12 else 1.0 for hour in range(HOURS)]
    plan = region(
        profiles={"day": day, "night": night},
        demands=[demand("A", 5, profile="night")],
        heat_sinks=[
            {"sink": "town", "zone": "B", "peak_mw": 20, "alternative_eur_per_mwh": 50, "profile": "day"}
        ],
    ).solve(gap=0)
    row = one(plan, 2030)
    assert row["heat_tj"] == pytest.approx(11.25 * HOURS * TJ)
    assert row["extra_mw"] == pytest.approx(3.7, abs=1e-4)
    assert row["extra_binding_mw"] == pytest.approx(10.1 / 3.5 + 0.1, abs=1e-4)
    sums_agree(plan)


def test_without_heat_the_tables_are_empty():
    plan = make({"substations": [station("A")], "demands": [demand("A", 5)]}).solve(gap=0)
    assert plan.table("heat_business").empty and plan.table("heat_connections").empty
