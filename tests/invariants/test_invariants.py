"""Plans keep every invariant, and every invariant notices a plan that breaks it."""

import copy
from dataclasses import replace

import pandas as pd
import pytest

from gridplan.plan.verify import CHECKS, verify
from tests.invariants.random_cases import random_case

SEEDS = range(25)


def test_the_tutorial_keeps_every_invariant(tutorial):
    assert tutorial.status == "optimal"
    assert verify(tutorial).ok, verify(tutorial)


def test_the_tutorial_with_high_growth_keeps_every_invariant(high_growth):
    assert high_growth.status == "optimal"
    assert verify(high_growth).ok, verify(high_growth)


LONG = (6, *range(10, 25))


@pytest.mark.parametrize("seed", [pytest.param(s, marks=pytest.mark.slow) if s in LONG else s for s in SEEDS])
def test_a_random_case_keeps_every_invariant(seed):
    plan = random_case(seed).solve(gap=0.001, threads=1)
    assert plan.status == "optimal", plan.summary
    assert verify(plan).ok, verify(plan)


def test_random_cases_differ_and_repeat():
    assert random_case(3) == random_case(3)
    assert len({tuple(random_case(s).tables) for s in (2, 3, 9, 11, 24)}) > 3


def corrupt(plan, table, change):
    """A copy of a plan with one table changed; `summary` changes summary.json."""
    if table == "summary":
        summary = copy.deepcopy(plan.summary)
        change(summary)
        return replace(plan, summary=summary)
    data = plan.table(table)
    changed = change(data)
    return replace(plan, tables={**plan.tables, table: data if changed is None else changed})


def add(column, amount, **where):
    """Add to a column, in the rows that match."""

    def change(data):
        rows = pd.Series(True, index=data.index)
        for name, value in where.items():
            rows &= data[name] == value
        assert rows.any()
        data[column] = data[column].astype(float)
        data.loc[rows, column] += amount

    return change


def put(column, value, **where):
    """Set a column, in the rows that match."""

    def change(data):
        rows = pd.Series(True, index=data.index)
        for name, wanted in where.items():
            rows &= data[name] == wanted
        assert rows.any()
        data[column] = data[column].astype(object)
        data.loc[rows, column] = value

    return change


def scale(column, factor, **where):
    """Multiply a column, in the rows that match."""

    def change(data):
        rows = pd.Series(True, index=data.index)
        for name, wanted in where.items():
            rows &= data[name] == wanted
        assert rows.any()
        data.loc[rows, column] *= factor

    return change


def indicator(name, amount, zone="all", year=2035):
    """Add to one value of an indicator."""
    return add("value", amount, indicator=name, zone=zone, year=year)


def told(*path, value):
    """Set one entry of the summary."""

    def change(summary):
        inner = summary
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = value

    return change


def twice(data):
    """A table with its first row twice."""
    return pd.concat([data, data.head(1)], ignore_index=True)


def without_first(data):
    """A table without its first row."""
    return data.iloc[1:].reset_index(drop=True)


# Not in the tutorial, or changed in a folder: tests/verify/test_folder.py, tests of rights and of the queue.
ELSEWHERE = {
    *("storages", "heat_storages", "heat_business", "heat_flows", "heat_reuse", "queue"),
    *("rights", "curtailments", "contracts", "groups", "lost_energy"),
}
LOST = pd.DataFrame([{"substation": "HAV", "year": 2030, "mw": 1.0, "mwh": 900.0}])

GHOST = pd.DataFrame([("STD-WPL", 2030, "mast_town", 1.0, 4.0)])
GHOST.columns = ["outage", "year", "mast", "lost_share", "battery_h"]

CORRUPTIONS = [
    ("tables", "flows", put("mw", None, branch="KMP-HAV")),
    ("tables", "masts", without_first),
    ("tables", "stations", twice),
    ("supplies", "supplies", add("mw", 30.0, supply="pv_westerpolder")),
    ("totals", "summary", told("indicators", "land_ha", "total", value=1.0)),
    ("totals", "indicators", indicator("land_ha", 1.0)),
    ("balance", "flows", add("mw", 1.0, branch="KMP-HAV")),
    ("withdrawals", "withdrawals", scale("mw", 1.1, subject="demands", substation="NRD")),
    ("withdrawals", "withdrawals", scale("mw", 0.5, subject="heat")),
    ("withdrawals", "withdrawals", add("mw", -9.0, subject="telecom")),
    ("withdrawals", "supplies", add("mw", 3.0, supply="pv_westerpolder")),
    ("withdrawals", "datacenters", add("it_mw", 10.0, site="wpl_glas", year=2035)),
    ("station_limits", "stations", add("limit_mw", 5.0, substation="HAV", year=2035, direction="demand")),
    ("station_limits", "stations", put("peak_mw", 400.0, substation="STD", year=2035, direction="demand")),
    ("station_limits", "stations", put("loading", 0.0, substation="STD")),
    ("station_limits", "withdrawals", scale("mw", 3.0, subject="demands", substation="NRD")),
    ("station_limits", "reinforcements", put("units_in_service", 0, reinforcement="nrd_transformer")),
    ("branch_ratings", "branches", add("circuits", 1, branch="KMP-HAV")),
    ("branch_ratings", "branches", add("peak_mw", 500.0, branch="KMP-HAV")),
    ("branch_ratings", "flows", add("mw", 500.0, branch="STD-WPL")),
    ("building", "reinforcements", put("units_in_service", 0.5, reinforcement="nrd_transformer", year=2035)),
    ("building", "reinforcements", put("units_in_service", 0, reinforcement="nrd_transformer", year=2035)),
    ("building", "reinforcements", put("units_in_service", 1, reinforcement="hav_bays", year=2026)),
    ("building", "reinforcements", put("units_in_service", 1, reinforcement="ost_station", year=2035)),
    ("building", "reinforcements", put("units_started", 3, reinforcement="nrd_transformer", year=2026)),
    ("building", "reinforcements", put("start_year", 2029, reinforcement="nrd_transformer", year=2030)),
    ("crew", "indicators", indicator("crew_fte", 1.0)),
    ("sites", "datacenters", add("it_mw", 1.0, site="wpl_glas", year=2035)),
    ("sites", "datacenters", put("it_mw", 0.0, site="wpl_glas", year=2035)),
    ("sites", "datacenters", put("open", False, site="wpl_glas")),
    ("sites", "datacenters", put("it_mw", 900.0, site="hav_campus", year=2035)),
    ("sites", "datacenters", add("grid_mw", 3.0, site="hav_campus", year=2035)),
    ("land", "datacenters", put("it_mw", 900.0, site="nrd_park", year=2035)),
    ("bays", "datacenters", put("open", True, site="ost_field", year=2035)),
    ("masts", "masts", put("in_service", False, mast="mast_town", year=2030)),
    ("masts", "masts", put("in_service", False, mast="mast_north")),
    ("masts", "indicators", indicator("covered_share", 0.2, year=2026)),
    ("masts", "indicators", indicator("covered_share", 0.2, zone="noordveld", year=2030)),
    ("edges", "masts", put("edge", False, mast="mast_town")),
    ("edges", "masts", put("edge", True, mast="mast_north", year=2035)),
    ("edges", "masts", put("edge", True, mast="mast_town", year=2026)),
    ("edges", "indicators", indicator("edge_covered_share", 0.2)),
    ("mast_details", "masts", add("kw", 1.0, mast="mast_west", year=2035)),
    ("mast_details", "masts", add("edge_kw", 1.0, mast="mast_town", year=2035)),
    ("mast_details", "masts", add("covers_share", 0.1, mast="mast_north", year=2035)),
    ("mast_details", "masts", add("battery_kwh", 1.0, mast="mast_town", year=2026)),
    ("mast_details", "masts", add("capex_keur", 1.0, mast="mast_west", year=2035)),
    ("mast_details", "masts", put("substation", "NRD", mast="mast_town")),
    ("mast_details", "masts", put("site", "dike_tower", mast="mast_town")),
    ("mast_details", "mast_outages", lambda _: GHOST),
    ("masts", "indicators", indicator("covered_share", -0.2, year=2026)),
    ("heat_nodes", "heat_sinks", add("heat_tj", 5.0, sink="town_heat", year=2035)),
    ("heat_nodes", "heat_links", add("forward_tj", 5.0, link="junction_town", year=2030)),
    ("heat_nodes", "heat_sources", add("peak_mw", 50.0, source="hav_campus", year=2030)),
    ("heat_links", "heat_links", put("pipe", "DN250", link="junction_town", year=2035)),
    ("heat_links", "heat_links", put("peak_mw", 99.0, link="junction_town", year=2035)),
    ("heat_links", "heat_links", put("peak_mw", 0.1, link="junction_town", year=2035)),
    ("heat_links", "heat_links", add("capex_meur", 1.0, link="junction_town", year=2035)),
    ("heat_links", "heat_links", twice),
    ("heat_pumps", "heat_pumps", scale("electricity_gwh", 0.5)),
    ("heat_pumps", "heat_pumps", add("peak_mw", 2.0)),
    ("heat_seasons", "heat_seasons", add("missing_tj", 1.0, month=1)),
    ("heat_nodes", "heat_sinks", add("wanted_tj", 1.0)),
    ("heat_business", "heat_business", add("npv_meur", 1.0, year=2035)),
    ("heat_business", "heat_business", scale("heat_tj", 0.5, year=2035)),
    ("heat_business", "heat_business", add("invest_meur", 1.0, year=2035)),
    ("heat_business", "heat_connections", add("subsidy_meur", 1.0)),
    ("heat_flows", "heat_flows", add("tj", 5.0, to_kind="sink", from_kind="pump")),
    ("heat_flows", "heat_flows", add("tj", 5.0, to_kind="pump", from_kind="site")),
    ("heat_flows", "heat_flows", add("tj", 5.0, to_kind="sink", from_kind="alternative")),
    ("heat_reuse", "heat_reuse", without_first),
    ("heat_reuse", "heat_reuse", put("verdict", "does_not_pay", verdict="linked")),
    ("heat_reuse", "heat_reuse", add("used_tj", 1.0)),
    ("heat_reuse", "heat_reuse", add("subsidy_meur", 1.0)),
    ("policies", "policies", without_first),
    ("policies", "policies", add("reached", 2.0, policy="noordveld_ban")),
    ("policies", "indicators", indicator("crew_fte", 9.0, year=2026)),
    ("capex", "indicators", indicator("capex_meur", 1.0)),
    ("capex", "reinforcements", add("capex_meur", 1.0, reinforcement="nrd_transformer", year=2030)),
    ("operating_cost", "supplies", add("mw", 10.0, supply="grid_above")),
    ("amounts", "indicators", indicator("heat_reused_tj", 1.0)),
    ("amounts", "indicators", indicator("co2_kt", 1.0)),
    ("total_cost", "indicators", indicator("total_cost_meur", 1.0)),
    ("total_cost", "summary", told("indicators", "total_cost_meur", "total", value=1.0)),
    ("total_cost", "unserved", lambda _: LOST),
    ("objective", "summary", told("objective", "total_cost_meur", "bound", value=900.0)),
    ("objective", "summary", told("objective", "total_cost_meur", "value", value=900.0)),
    ("programme", "shortfall", put("it_mw", -3.0, year=2035)),
    ("programme", "datacenters", put("it_mw", 0.0, site="hav_campus")),
    ("zones", "indicators", indicator("land_ha", 1.0, zone="havenstad")),
    ("duration", "duration", add("mw", 50.0, rank_hours=1314)),
    ("duration", "stations", put("peak_mw", 1.0, substation="HAV", year=2035, direction="demand")),
    ("security", "summary", told("security", "violated", value=3)),
    ("security", "summary", told("security", "checked", value=8760)),
    ("security", "stations", put("binding_hours", 9000, substation="HAV")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "table", "change"), CORRUPTIONS, ids=lambda part: part if isinstance(part, str) else ""
)
def test_an_invariant_notices_a_changed_plan(tutorial, name, table, change):
    assert verify(tutorial, [name]).ok
    found = verify(corrupt(tutorial, table, change), [name])
    assert not found.ok
    assert all(failure.table and failure.text and failure.check == name for failure in found.failures), found


def test_a_flow_around_a_ring_keeps_the_balance_but_not_kirchhoff(tutorial):
    def around(flows):
        ring = {"KMP-HAV": 5, "HAV-STD": 5, "STD-WPL": 5, "NRD-WPL": -5, "KMP-NRD": -5}
        flows["mw"] += flows["branch"].map(ring).fillna(0.0)

    turned = corrupt(tutorial, "flows", around)
    assert verify(turned, ["balance"]).ok
    assert not verify(turned, ["kirchhoff"]).ok


def test_every_invariant_has_a_plan_that_breaks_it():
    assert {name for name, _, _ in CORRUPTIONS} | {"kirchhoff", *ELSEWHERE} == set(CHECKS)
