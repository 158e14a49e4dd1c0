"""Which sites may serve which line of the programme, and what a shortfall is worth."""

from __future__ import annotations

from typing import Any

import pytest

from tests.model.cases import Row, demand, make, pick, station, value

SHORT: dict[str, Any] = {"objective": {"minimise": ["shortfall_mw"]}}
ZONES: list[Row] = [
    {"zone": "town", "region": "delta", "res_region": "north", "rtt_ms": 1.5},
    {"zone": "farm", "region": "hills", "res_region": "north", "rtt_ms": 4},
]
STATIONS: list[Row] = [station("A", zone="town"), station("B", zone="farm")]
AREAS: list[Row] = [{"zone": "town", "substation": "A"}, {"zone": "farm", "substation": "B"}]


def plan_of(lines: list[Row], sites: list[Row]) -> Any:
    return make(
        {
            "zones": ZONES,
            "substations": STATIONS,
            "service_areas": AREAS,
            "datacenters": sites,
            "datacenter_demand": [{"year": 2030, **line} for line in lines],
        },
        SHORT,
    ).solve(gap=0)


def sited(plan: Any) -> dict[str, float]:
    return dict(zip(plan.datacenters["site"], plan.datacenters["it_mw"].round(4), strict=True))


def hall(zone: str, kind: str = "cloud", **columns: Any) -> Row:
    return {"site": f"{zone}_{kind}", "zone": zone, "class": kind, "max_it_mw": 6, **columns}


def test_class_must_agree():
    """10 MW of edge are wanted; the cloud site does not count, the edge site has 6 MW: 4 fall short."""
    plan = plan_of([{"class": "edge", "it_mw": 10}], [hall("town", "cloud"), hall("town", "edge")])
    assert sited(plan)["town_edge"] == pytest.approx(6)
    assert value(plan, "shortfall_mw") == pytest.approx(4)


def test_site_without_a_class_serves_every_class():
    """3 MW of edge and 3 of cloud on one site of 6 MW without a class."""
    lines = [{"class": "edge", "it_mw": 3}, {"class": "cloud", "it_mw": 3}]
    plan = plan_of(lines, [{"site": "any", "zone": "town", "max_it_mw": 6}])
    assert value(plan, "shortfall_mw") == pytest.approx(0)
    assert sited(plan) == {"any": pytest.approx(6)}


def test_a_megawatt_serves_one_line_only():
    """5 MW of edge and 5 of cloud on one site of 6 MW: 4 MW fall short."""
    lines = [{"class": "edge", "it_mw": 5}, {"class": "cloud", "it_mw": 5}]
    plan = plan_of(lines, [{"site": "any", "zone": "town", "max_it_mw": 6}])
    assert value(plan, "shortfall_mw") == pytest.approx(4)


@pytest.mark.parametrize(("region", "short"), [("delta", 4), ("hills", 4), ("", 0)])
def test_region_line(region, short):
    """10 MW in a region: 6 MW where one zone lies in it, 12 MW where the region is blank."""
    plan = plan_of([{"class": "cloud", "region": region, "it_mw": 10}], [hall("town"), hall("farm")])
    assert value(plan, "shortfall_mw") == pytest.approx(short)


def test_lines_of_several_regions():
    """8 MW in delta and 2 MW anywhere: delta has 6 MW (2 short), farm serves the 2 MW."""
    lines = [{"class": "cloud", "region": "delta", "it_mw": 8}, {"class": "cloud", "region": "", "it_mw": 2}]
    plan = plan_of(lines, [hall("town"), hall("farm")])
    short = plan.table("shortfall")
    assert pick(short, "it_mw", region="delta") == pytest.approx(2)
    assert pick(short, "it_mw", region="") == pytest.approx(0)
    assert value(plan, "shortfall_mw") == pytest.approx(2)


@pytest.mark.parametrize(("rtt", "short"), [(1, 10), (1.5, 4), (2, 4), (4, 0), (None, 0)])
def test_round_trip_time(rtt, short):
    """1.5 ms in town and 4 ms at the farm, 6 MW each: a limit admits what is no slower."""
    plan = plan_of([{"class": "cloud", "it_mw": 10, "max_rtt_ms": rtt}], [hall("town"), hall("farm")])
    assert value(plan, "shortfall_mw") == pytest.approx(short)


def test_site_given_by_its_station_lies_in_the_zone_of_the_station():
    """The site at station A stands in town: it serves delta, and 1.5 ms is too slow for 1 ms."""
    at_station = [{"site": "hall", "substation": "A", "class": "cloud"}]
    plan = plan_of([{"class": "cloud", "region": "delta", "it_mw": 10}], at_station)
    assert value(plan, "shortfall_mw") == pytest.approx(0)
    slow = plan_of([{"class": "cloud", "it_mw": 10, "max_rtt_ms": 1}], at_station)
    assert value(slow, "shortfall_mw") == pytest.approx(10)


def test_programme_grows_evenly_between_its_years():
    """4 MW in 2030 and 10 in 2036: 6 MW in 2032; nothing is wanted before 2030, 10 MW after 2036."""
    plan = make(
        {
            "substations": [station("A")],
            "datacenters": [{"site": "hall", "substation": "A", "class": "cloud", "capex_meur_per_mw": 1}],
            "datacenter_demand": [
                {"class": "cloud", "year": 2030, "it_mw": 4},
                {"class": "cloud", "year": 2036, "it_mw": 10},
            ],
        },
        {
            "horizon": {"years": [2028, 2030, 2032, 2036, 2040]},
            "objective": {"minimise": ["total_cost_meur"]},
        },
    ).solve(gap=0)
    found = plan.datacenters.set_index("year")["it_mw"].to_dict()
    assert found == pytest.approx({2028: 0, 2030: 4, 2032: 6, 2036: 10, 2040: 10})


def test_zone_shares_its_datacenter_over_its_stations():
    """A zone fed for 0.7 by A and 0.3 by B: 10 MW draw 7 and 3 MW; 5.6 MW of room at A allow 8 MW."""
    rows: dict[str, list[Row]] = {
        "zones": [{"zone": "town"}],
        "substations": [station("A", firm_demand_mva=5.6), station("B")],
        "service_areas": [
            {"zone": "town", "substation": "A", "share": 0.7},
            {"zone": "town", "substation": "B", "share": 0.3},
        ],
        "datacenters": [{"site": "hall", "zone": "town", "class": "cloud"}],
        "datacenter_demand": [{"class": "cloud", "year": 2030, "it_mw": 10}],
    }
    plan = make(rows, {**SHORT, "case": {"power_factor": 1.0}}).solve(gap=0)
    assert value(plan, "shortfall_mw") == pytest.approx(2)
    assert pick(plan.stations, "peak_mw", substation="B", direction="demand") == pytest.approx(2.4)


def full(minimise: Any, price: float | None = None, years: tuple[int, ...] = (2030,)) -> Any:
    """10 MW wanted at 3 M€/MW, 6 MW of room."""
    return make(
        {
            "substations": [station("A", firm_demand_mva=6)],
            "datacenters": [{"site": "hall", "substation": "A", "class": "cloud", "capex_meur_per_mw": 3}],
            "datacenter_demand": [
                {"class": "cloud", "year": 2030, "it_mw": 10, "unserved_meur_per_mw": price}
            ],
        },
        {
            "case": {"power_factor": 1.0},
            "horizon": {"years": list(years), "last_year": 2039 if len(years) > 1 else 2030},
            "objective": {"minimise": minimise},
        },
    ).solve(gap=0)


ANNUITY = 0.04 / (1 - 1.04**-40)


def test_nothing_may_fall_short_where_nobody_counts_it():
    """Neither unserved_mw_years, shortfall_mw nor a priced total_cost_meur: 10 MW do not fit 6, so
    infeasible.
    """
    assert full(["capex_meur"]).status == "infeasible"
    assert full(["total_cost_meur"]).status == "infeasible"
    assert full(["capex_meur"], price=5).status == "infeasible"


def test_priced_shortfall_is_bought_like_capex():
    """5 M€/MW: 6 MW are built (3 M€/MW is cheaper), 4 MW bought off: total a·(18 + 20) M€ for one year."""
    plan = full(["total_cost_meur"], price=5)
    assert value(plan, "shortfall_mw") == pytest.approx(4)
    assert value(plan, "total_cost_meur") == pytest.approx(ANNUITY * 38)
    assert value(plan, "capex_meur") == pytest.approx(18)
    assert value(plan, "unserved_mw_years") == pytest.approx(0)


def test_cheap_shortfall_replaces_building():
    """At 2 M€/MW nothing is built: total a·20 M€."""
    plan = full(["total_cost_meur"], price=2)
    assert value(plan, "shortfall_mw") == pytest.approx(10)
    assert value(plan, "total_cost_meur") == pytest.approx(ANNUITY * 20)


def test_price_counts_in_every_year_of_the_horizon():
    """2030 to 2039 in two stages: D = Σ 1.04^−k, k = 0..9 = 8.43533; total a·38·D."""
    plan = full(["total_cost_meur"], price=5, years=(2030, 2035))
    weight = sum(1.04**-k for k in range(10))
    assert weight == pytest.approx(8.43533, abs=1e-5)
    assert value(plan, "total_cost_meur") == pytest.approx(ANNUITY * 38 * weight)


def test_unpriced_shortfall_counts_as_unserved():
    """4 MW in each of the years 2030 to 2039: 40 MW·years."""
    plan = full(["unserved_mw_years", "total_cost_meur"], years=(2030, 2035))
    assert value(plan, "unserved_mw_years") == pytest.approx(40)
    assert value(plan, "shortfall_mw") == pytest.approx(4, rel=1e-5)


def test_price_is_ignored_where_money_is_not_minimised():
    """unserved_mw_years alone: the priced line counts there too, 4 MW for one year."""
    plan = full(["unserved_mw_years"], price=5)
    assert value(plan, "unserved_mw_years") == pytest.approx(4)


def test_priced_line_gives_way_to_demand_in_unserved():
    """6 MW of station, 5 MW of homes, 10 wanted at a price: no home is shed, 1 MW is sited."""
    plan = make(
        {
            "substations": [station("A", firm_demand_mva=6)],
            "demands": [demand("A", 5)],
            "datacenters": [{"site": "hall", "substation": "A", "class": "cloud"}],
            "datacenter_demand": [{"class": "cloud", "year": 2030, "it_mw": 10, "unserved_meur_per_mw": 50}],
        },
        {"case": {"power_factor": 1.0}},
    ).solve(gap=0)
    assert value(plan, "unserved_mw_years") == pytest.approx(0, abs=1e-5)
    assert value(plan, "shortfall_mw") == pytest.approx(9, rel=1e-5)
