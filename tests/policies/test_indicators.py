"""Every indicator of the vocabulary on one case in two stages, against numbers reckoned by hand."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from gridplan.case import Case
from gridplan.case.tables import indicators
from tests.model.cases import Row, make, pick, value

HOURS = 8760
ANNUITY = 0.04 / (1 - 1.04**-40)
D = {2030: sum(1.04**-k for k in range(5)), 2035: sum(1.04**-k for k in range(5, 10))}

TABLES: dict[str, list[Row]] = {
    "zones": [{"zone": "town", "region": "delta"}],
    "service_areas": [{"zone": "town", "substation": "F"}],
    "substations": [
        {"substation": "A", "zone": "town", "transformers": 2, "transformer_mva": 10},
        {"substation": "B", "firm_demand_mva": 18},
        {"substation": "C"},
        {"substation": "D"},
        {"substation": "E", "firm_feedin_mva": 2},
        {"substation": "F", "zone": "town"},
    ],
    "branches": [{"branch": "CD", "from": "C", "to": "D", "circuit_mva": 10, "x_pu": 0.1}],
    "demands": [
        {"demand": "a", "substation": "A", "year": 2030, "peak_mw": 8},
        {"demand": "a", "substation": "A", "year": 2035, "peak_mw": 15},
        {"demand": "b", "substation": "B", "year": 2030, "peak_mw": 20},
        {"demand": "d", "substation": "D", "year": 2030, "peak_mw": 15},
    ],
    "supplies": [
        {
            "supply": "gA",
            "substation": "A",
            "technology": "grid_supply",
            "cost_eur_per_mwh": 50,
            "co2_kg_per_mwh": 300,
        },
        *({"supply": f"g{n}", "substation": n, "technology": "grid_supply"} for n in "BCEF"),
        {"supply": "sun", "substation": "A", "technology": "pv", "capacity_mw": 6, "profile": "half"},
        {"supply": "park", "substation": "E", "technology": "pv", "capacity_mw": 10, "profile": "half"},
    ],
    "reinforcements": [
        {
            "reinforcement": "third",
            "kind": "transformer",
            "target": "A",
            "adds_mva": 10,
            "capex_meur": 4,
            "lead_time_years": 2,
            "crew_fte_years": 6,
        },
        {"reinforcement": "second", "kind": "branch", "target": "CD", "capex_meur": 3},
    ],
    "datacenters": [
        {
            "site": "hall",
            "zone": "town",
            "class": "cloud",
            "existing_it_mw": 4,
            "existing_utilisation": 0.5,
            "max_it_mw": 11,
            "pue": 1.25,
            "utilisation": 0.8,
            "fixed_meur": 1,
            "capex_meur_per_mw": 20,  # so dear that nothing is built just for its heat
            "ha_per_mw": 0.3,
            "heat_share": 0.5,
        }
    ],
    "datacenter_demand": [
        {"class": "cloud", "year": 2030, "it_mw": 3, "unserved_meur_per_mw": 100},
        {"class": "cloud", "year": 2035, "it_mw": 8},
    ],
    "heat_sinks": [{"sink": "baths", "zone": "town", "peak_mw": 10, "alternative_eur_per_mwh": 60}],
    "heat_links": [{"link": "pipe", "from": "hall", "to": "baths", "capex_meur_per_mw": 0.5}],
    "heat_pumps": [{"heat_pump": "lift", "at": "hall", "cop": 3, "capex_meur_per_mw": 0.4}],
    "masts": [
        {"mast": "x", "zone": "town", "lat": 52, "lon": 5, "capex_keur": 400, "power_kw": 10}
        # an edge site of 5 kW; 30 kWh of battery
        | {"hosts_edge": "true", "edge_kw": 5, "edge_capex_keur": 70}
        | {"battery_h": 2, "battery_capex_keur_per_kwh": 1},
        {"mast": "y", "zone": "town", "lat": 52, "lon": 5, "capex_keur": 900, "power_kw": 10},
    ],
    "cells": [
        {"cell": "square", "zone": "town", "lat": 52, "lon": 5, "weight": 3, "required": "true"}
        | {"edge_required": "true"},
        {"cell": "field", "zone": "town", "lat": 52, "lon": 5, "weight": 1},
    ],
    "coverage": [{"mast": "x", "cell": "square"}, {"mast": "y", "cell": "field"}],
    "policies": [{"policy": "green", "indicator": "res_gwh", "sense": "min", "value": 5 * HOURS / 1000}],
}
SETTINGS: dict[str, dict[str, Any]] = {
    "case": {"power_factor": 1.0},
    "horizon": {"years": [2030, 2035], "last_year": 2039},
    "physics": {"flow": "transport"},
}

# by_year (2030, 2035) and total
CAPEX = (1 + 3 * 20 + 4.125 * 0.9 + 0.5 + 3, 4 + 4 * 20 + 3 * 0.9)
STOCK = (CAPEX[0], CAPEX[0] + CAPEX[1])
RUN = ((5 * 50 + 5.875 * 60) * HOURS / 1e6, (12 * 50 + 2.875 * 60) * HOURS / 1e6)
LOST = 2 * HOURS * 10000 / 1e6
TOTAL = (
    D[2030] * (ANNUITY * STOCK[0] + RUN[0] + LOST),
    D[2035] * (ANNUITY * (STOCK[1] + 100) + RUN[1] + LOST),
)
CO2 = ((5 * 300 + 5.875 * 226) * HOURS / 1e6, (12 * 300 + 2.875 * 226) * HOURS / 1e6)
TJ = HOURS * 0.0036
BY_HAND: dict[str, tuple[float, float, float]] = {
    # 3 MW of IT wanted in 2030; in 2035 8 MW, of which 11 − 4 = 7 fit.
    "datacenter_mw": (3, 7, 7),
    "datacenter_total_mw": (7, 11, 11),
    "datacenter_grid_mw": (2.5 + 3, 2.5 + 7, 9.5),  # existing 4·1.25·0.5, new 1.25·0.8 = 1 MW a MW
    "datacenter_growth_mw_per_year": (3, 0.8, 3),  # the first stage counts as one year
    "shortfall_mw": (0, 1, 1),
    # B: 20 MW of demand and 18 MW of room in all ten years.
    "unserved_mw_years": (10, 10, 20),
    "unserved_mwh": (2 * HOURS, 2 * HOURS, 20 * HOURS),
    # Half of the site's 5.5 and 9.5 MW is heat; the pump makes 1.5 of it: 4.125 and 7.125 MW of the 10 MW
    # wanted.
    "heat_reused_tj": (2.75 * TJ, 4.75 * TJ, 37.5 * TJ),
    "heat_delivered_tj": (4.125 * TJ, 7.125 * TJ, 56.25 * TJ),
    "heat_pump_mw": (4.125, 7.125, 7.125),
    "heat_backup_tj": (0, 0, 0),  # the sink keeps its alternative
    # No rights are offered.
    "firm_mw": (0, 0, 0),
    "flexible_mw": (0, 0, 0),
    "demand_curtailed_gwh": (0, 0, 0),
    "land_ha": (0.9, 2.1, 2.1),
    "capex_meur": (*CAPEX, sum(CAPEX)),
    # By the year: over five of each stage; the third transformer is paid in 2033 and 2034.
    "investment_meur_per_year": (CAPEX[0] / 5 + 4 / 5, (CAPEX[1] - 4) / 5, (CAPEX[1] - 4) / 5),
    "operating_cost_meur": (*RUN, sum(RUN)),
    "total_cost_meur": (*TOTAL, sum(TOTAL)),
    "co2_kt": (*CO2, 5 * sum(CO2)),
    # Third transformer at A, from 2035: 6 FTE years in 2033 and 2034, so 6/5 FTE on average in the stage
    # 2030-2034.
    "crew_fte": (1.2, 0, 1.2),
    # 3 MW of sun at A; 2 of 5 MW pass the transformers at E.
    "res_gwh": (5 * HOURS / 1000, 5 * HOURS / 1000, 50 * HOURS / 1000),
    "curtailed_gwh": (3 * HOURS / 1000, 3 * HOURS / 1000, 30 * HOURS / 1000),
    "covered_share": (0.75, 0.75, 0.75),
    "masts": (1, 1, 1),
    "telecom_mw": (0.015, 0.015, 0.015),
    "telecom_battery_mwh": (0.03, 0.03, 0.03),
    "edge_sites": (1, 1, 1),
    "edge_mw": (0.005, 0.005, 0.005),
    "edge_covered_share": (0.75, 0.75, 0.75),
    "new_circuits": (1, 1, 1),
    "new_transformers": (0, 1, 1),
}


def case(*policies: Row) -> Case:
    rows = {**TABLES, "policies": [*TABLES["policies"], *policies]}
    return make(rows, SETTINGS, {"half": np.full(HOURS, 0.5)})


@cache
def solved() -> Any:
    """The case with one policy on every indicator, each a little wider than what is reached."""
    rules = [
        {
            "policy": f"{name}_{year}",
            "indicator": name,
            "value": v + 0.01 + abs(v) / 100,
            "from_year": year,
            "until_year": year,
        }
        for name, (first, last, _) in BY_HAND.items()
        for year, v in ((2030, first), (2035, last))
    ]
    return case(*rules).solve(gap=0)


def near(number: float) -> Any:
    return pytest.approx(number, rel=2e-5, abs=1e-4)


def test_every_indicator_is_reckoned_here():
    """Nothing of the vocabulary is left out, and nothing is in it that does not exist."""
    assert set(BY_HAND) == set(indicators())


@pytest.mark.parametrize("name", BY_HAND)
def test_indicator(name):
    """Values of both stages and the total, as BY_HAND derives them."""
    first, last, total = BY_HAND[name]
    plan = solved()
    assert plan.status == "optimal"
    assert value(plan, name, 2030) == near(first)
    assert value(plan, name, 2035) == near(last)
    assert value(plan, name) == near(total)
    assert plan.summary["indicators"][name]["unit"] == indicators()[name].unit


@pytest.mark.parametrize("name", BY_HAND)
def test_policy_sees_the_same_number(name):
    """What a policy on the whole region measures is what is reported."""
    table = solved().table("policies")
    for year, number in zip((2030, 2035), BY_HAND[name], strict=False):
        assert pick(table, "reached", policy=f"{name}_{year}", year=year) == near(number)


def test_zone_and_region_count_what_stands_in_them():
    """Of the grid costs only A's count in the zone; stations without a zone count in the whole region
    alone.
    """
    plan = solved()
    table = plan.indicators.query("zone == 'town' and year == 2035").set_index("indicator")["value"]
    assert table["datacenter_mw"] == near(7)
    assert table["res_gwh"] == near(3 * HOURS / 1000)
    assert table["heat_reused_tj"] == near(4.75 * TJ)
    assert table["unserved_mwh"] == near(0)
    assert table["new_transformers"] == near(1)
    assert table["new_circuits"] == near(0)


@pytest.mark.parametrize(
    ("name", "sense", "bound"),
    [
        ("new_transformers", "max", 0),
        ("masts", "min", 2),
        ("land_ha", "max", 1.5),
        ("heat_pump_mw", "max", 5),
    ],
)
def test_policy_binds(name, sense, bound):
    """A rule stricter than what the plan would do moves the plan to the bound."""
    plan = case(
        {"policy": "rule", "indicator": name, "sense": sense, "value": bound, "from_year": 2035}
    ).solve(gap=0)
    assert value(plan, name, 2035) == near(bound)
