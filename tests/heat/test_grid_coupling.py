"""Heat and the grid: what a link draws, where, what it breaks, and what it frees.

A pump that breaks a station's own limit, and what a transformer is then worth, is in test_pumps.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gridplan.case import Case
from tests.model.cases import Row, demand, make, pick, station, value
from tests.security.grids import triangle

COST: dict[str, Any] = {"objective": {"minimise": ["total_cost_meur"]}}
PF1: dict[str, Any] = {"case": {"power_factor": 1.0}}
ANNUITY = 0.04 / (1 - 1.04**-40)
YEAR = 8760


@pytest.mark.parametrize("at", ["hall", "town"])
def test_the_stations_of_a_zone_share_a_heat_pump(at):
    """9 MW at COP 3.5: 12.6 MW of heat and 3.6 MW of electricity. North feeds 3/4 of the zone (2.7 MW), South
    1/4 (0.9 MW), wherever in the zone the pump stands.
    """
    rows: dict[str, list[Row]] = {
        "zones": [{"zone": "z"}],
        "substations": [station("North"), station("South")],
        "service_areas": [
            {"zone": "z", "substation": "North", "share": 0.75},
            {"zone": "z", "substation": "South", "share": 0.25},
        ],
        "datacenters": [{"site": "hall", "zone": "z", "existing_it_mw": 9, "heat_share": 1}],
        "heat_sinks": [{"sink": "town", "zone": "z", "peak_mw": 12.6, "alternative_eur_per_mwh": 50}],
        "junctions": [{"junction": "node", "zone": "z"}],
        "heat_links": [{"link": k, "from": k, "to": "node"} for k in ("hall", "town")],
        "heat_pumps": [{"heat_pump": "lift", "at": at, "cop": 3.5}],
    }
    plan = make(rows, COST).solve(gap=0)
    assert pick(plan.table("heat_sinks"), "peak_mw") == pytest.approx(12.6)
    drawn = plan.table("withdrawals").query("subject == 'heat'").set_index("substation")["mw"]
    assert drawn.to_dict() == {"North": pytest.approx(2.7), "South": pytest.approx(0.9)}


def ring(sink: Row, ab_meur: float | None = None) -> Case:
    """A feeds C over AC (100 MW) and over A-B-C (60 MW); at C 51 MW of homes and a datacenter of 9 MW.

    Its heat may serve a sink of 12.6 MW there, by a link of 1 M€ and a pump of COP 3.5 (3.6 MW). Gas costs
    12.6·8760·50/10⁶ = 5.5188 M€ a year. Every circuit may fail.
    """
    tables: dict[str, list[Row]] = triangle(ab=60, load=51.0)
    tables["datacenters"] = [{"site": "hall", "substation": "C", "existing_it_mw": 9, "heat_share": 1}]
    tables["heat_sinks"] = [
        {"sink": "town", "zone": "C", "peak_mw": 12.6, "alternative_eur_per_mwh": 50, **sink}
    ]
    tables["heat_links"] = [{"link": "pipe", "from": "hall", "to": "town", "fixed_meur": 1}]
    tables["heat_pumps"] = [{"heat_pump": "lift", "at": "hall", "cop": 3.5}]
    if ab_meur is not None:
        work = {"reinforcement": "more", "kind": "branch", "target": "AB", "capex_meur": ab_meur}
        tables["reinforcements"] = [work]
    return make(tables, {**PF1, **COST, "physics": {"security": "n-1"}})


@pytest.mark.parametrize(
    ("sink", "ab_meur", "built", "joined"),
    [
        ({"backup": "none"}, None, 0, False),
        ({"backup": "none"}, 5, 1, True),
        ({"backup": "none"}, 200, 0, False),
        ({"backup": "gas", "backup_eur_per_mwh": 90}, 5, 0, True),
    ],
    ids=["no room", "worth a circuit", "not worth it", "the pump may rest"],
)
def test_a_circuit_outage_decides_over_a_link(sink, ab_meur, built, joined):
    """After the loss of AC all 60 MW of C run over AB, which is full: 3.6 MW of heat pump do not fit.

    Without back-up the sink needs its pump then too, so it stays on gas; but a second circuit on AB, for 5
    M€, is worth it: 6·0.0505 M€ a year instead of 5.5188. For 200 M€ (10.1 M€ a year) it is not. With a gas
    boiler the pump rests after the outage, and the link needs no circuit.
    """
    plan = ring(sink, ab_meur).solve(gap=0)
    assert plan.status == "optimal"
    assert plan.summary["security"]["violated"] == 0
    assert bool(pick(plan.table("heat_sinks"), "connected")) == joined
    assert plan.heat_links["link"].tolist() == ["pipe"] * joined
    assert value(plan, "new_circuits") == built
    spent = (1 * joined + 5 * built) * ANNUITY
    assert value(plan, "total_cost_meur") == pytest.approx(spent + 5.5188 * (not joined))
    assert pick(plan.stations, "peak_mw", substation="C", direction="demand") == pytest.approx(
        60 + 3.6 * joined
    )
    assert plan.certificate.ok, plan.certificate


COLD = np.repeat([1.0] * 30 + [0.5] * 335, 24)


@pytest.mark.parametrize(
    ("sink", "source_mw", "fits"),
    [({}, 0, 3.5), ({}, 7, 7.0), ({"backup": "gas"}, 7, 9.5)],
    ids=["no link", "7 of 12 MW", "gas for the rest"],
)
def test_a_link_frees_its_heat_over_the_cop_in_the_binding_hour(sink, source_mw, fits):
    """B: 0.95·(2·10 − 10) = 9.5 MW. In the coldest month the sink draws 12/2 = 6 MW, so 3.5 MW of datacenter
    fit.

    A link of 7 MW frees 7/2 = 3.5 MW there; with gas for the other 5 MW all 6 MW are free.
    """
    electric = {"alternative": "all_electric", "alternative_cop": 2, "must_connect": "false"}
    tables: dict[str, list[Row]] = {
        "substations": [station("A"), station("B", transformers=2, transformer_mva=10)],
        "datacenters": [{"site": "new", "substation": "B", "class": "cloud"}],
        "datacenter_demand": [{"class": "cloud", "year": 2030, "it_mw": 20}],
        "heat_sources": [{"source": "well", "zone": "A", "capacity_mw": source_mw}],
        "heat_sinks": [{"sink": "town", "zone": "B", "peak_mw": 12, "profile": "cold", **electric, **sink}],
        "heat_links": [{"link": "pipe", "from": "well", "to": "town"}],
    }
    settings = {"objective": {"minimise": ["shortfall_mw"]}, "time": {"energy_days": 2, "all_hours": True}}
    plan = make(tables, settings, {"cold": COLD}).solve(gap=0)
    assert plan.summary["security"]["violated"] == 0
    assert value(plan, "datacenter_mw") == pytest.approx(fits, abs=1e-4)
    assert pick(plan.stations, "peak_mw", substation="B", direction="demand") == pytest.approx(9.5, abs=2e-3)


def test_one_link_carries_heat_east_in_summer_and_west_in_winter():
    """Sun of 10 MW in the east for 182 days, a plant of 10 MW in the west for the other 183; 4 MW wanted on
    both sides, 2 km between them, 100 kW/km of loss and 50 kW/km of pump.

    0.1 MW is lost at each end all year, so the link carries 4 + 0.1 MW: 4.1·182·24·0.0036 = 64.47 TJ westward
    in summer, 4.1·183·24·0.0036 = 64.83 TJ eastward. A source gives 4 + 4 + 0.2 = 8.2 MW: the loss once.
    Pumps draw 0.05 MW at each end.
    """
    summer = np.repeat([1.0] * 182 + [0.0] * 183, 24)
    sinks = [
        {"sink": k, "zone": k[0].upper(), "peak_mw": 4, "must_connect": "true"} for k in ("east", "west")
    ]
    tables: dict[str, list[Row]] = {
        "substations": [station("E"), station("W")],
        "heat_sources": [
            {"source": "sun", "zone": "E", "capacity_mw": 10, "profile": "summer", "cost_eur_per_mwh": 10},
            {"source": "plant", "zone": "W", "capacity_mw": 10, "profile": "winter", "cost_eur_per_mwh": 10},
        ],
        "heat_sinks": sinks,
        "heat_links": [
            {"link": "main", "from": "east", "to": "west", "length_km": 2},
            {"link": "e", "from": "sun", "to": "east"},
            {"link": "w", "from": "plant", "to": "west"},
        ],
        "pipe_types": [{"pipe": "dn", "capacity_mw": 5, "loss_kw_per_km": 100, "pump_kw_per_km": 50}],
    }
    settings = {**COST, "time": {"energy_days": 2, "all_hours": True}}
    plan = make(tables, settings, {"summer": summer, "winter": 1 - summer}).solve(gap=0)
    assert plan.summary["security"]["violated"] == 0
    row = plan.heat_links.set_index("link").loc["main"]
    assert (row["forward_tj"], row["backward_tj"], row["peak_mw"]) == (
        pytest.approx(4.1 * 182 * 24 * 0.0036),
        pytest.approx(4.1 * 183 * 24 * 0.0036),
        pytest.approx(4.1),
    )
    taken = plan.table("heat_sources").set_index("source")
    assert taken["peak_mw"].to_dict() == {"sun": pytest.approx(8.2), "plant": pytest.approx(8.2)}
    used, lost = 8 * YEAR * 0.0036, 0.2 * YEAR * 0.0036
    assert taken["heat_tj"].sum() == pytest.approx(used + lost)
    assert value(plan, "operating_cost_meur") == pytest.approx(8.2 * YEAR * 10 / 1e6)
    for end in "EW":
        found = pick(plan.stations, "peak_mw", substation=end, direction="demand")
        assert found == pytest.approx(0.05)
    assert plan.certificate.ok, plan.certificate


def test_a_heat_pump_follows_the_load_of_its_datacenter():
    """10 MW of IT at pue 1.2, three quarters used: 9 MW by day, 4.5 MW by night. Half of that is heat: 4.5
    and 2.25 MW, of which a pump of COP 3 makes 6.75 and 3.375 MW for 2.25 and 1.125 MW of electricity: 11.25
    MW by day at the station. (6.75 + 3.375)/2·8760·0.0036 = 159.651 TJ, 14.7825 GWh of electricity.
    """
    hall = {"site": "hall", "substation": "A", "existing_it_mw": 10, "pue": 1.2, "heat_share": 0.5}
    tables: dict[str, list[Row]] = {
        "substations": [station("A"), station("B")],
        "datacenters": [{**hall, "existing_utilisation": 0.75, "profile": "day"}],
        "heat_sinks": [{"sink": "town", "zone": "B", "peak_mw": 20, "alternative_eur_per_mwh": 50}],
        "heat_links": [{"link": "pipe", "from": "hall", "to": "town"}],
        "heat_pumps": [{"heat_pump": "lift", "at": "hall", "cop": 3}],
    }
    day = np.tile([0.5] * 6 + [1.0] * 12 + [0.5] * 6, 365)
    settings = {**COST, "time": {"energy_days": 1, "all_hours": True}}
    plan = make(tables, settings, {"day": day}).solve(gap=0)
    pump = plan.table("heat_pumps").iloc[0]
    assert (pump["heat_mw"], pump["electric_peak_mw"]) == (pytest.approx(6.75), pytest.approx(2.25))
    assert pump["heat_tj"] == pytest.approx(159.651)
    assert pump["electricity_gwh"] == pytest.approx(14.7825)
    assert pick(plan.stations, "peak_mw", substation="A", direction="demand") == pytest.approx(11.25)
    assert plan.certificate.ok, plan.certificate


def test_a_pump_that_is_charged_to_another_zone_leaves_the_station_of_the_sink_alone():
    """A: 9.5 MW firm with 9 MW of homes, B: no limit. A sink of 12 MW in A on a well of 30 °C in B, COP 4: at
    the sink 12/4 = 3 MW do not fit beside the homes, so 0.5 MW make 2 MW of heat; at the well all 12 MW are
    made.
    """
    tables: dict[str, list[Row]] = {
        "substations": [station("A", transformers=2, transformer_mva=10), station("B")],
        "demands": [demand("A", 9)],
        "heat_sources": [{"source": "well", "zone": "B", "temperature_c": 30}],
        "heat_sinks": [{"sink": "town", "zone": "A", "peak_mw": 12, "alternative_eur_per_mwh": 50}],
        "heat_links": [{"link": "pipe", "from": "well", "to": "town"}],
    }
    for at, heat in (("town", 2.0), ("well", 12.0)):
        tables["heat_pumps"] = [{"heat_pump": "lift", "at": at, "cop": 4}]
        plan = make(tables, COST).solve(gap=0)
        assert pick(plan.table("heat_sinks"), "peak_mw") == pytest.approx(heat)
