"""Need year, latest start and slack. Power factor 1; a station of 2 × 100 MVA serves 100 MW of demand."""

import numpy as np
import pytest

from tests.model.cases import demand, grid_supply, line, make, near, station
from tests.model.test_reinforcements import YEARS, growing, horizon, in_service, transformer

COLUMNS = ["need_year", "latest_start_year", "slack_years", "need"]
LIGHT = {"time": {"energy_days": 1, "blocks_per_day": 1}}


def need(plan, year, name="t"):
    """Need year, latest start, slack and why, of what enters service in a stage."""
    table = plan.reinforcements
    row = table[(table["reinforcement"] == name) & (table["year"] == year)].iloc[0]
    return tuple(row[c] for c in COLUMNS)


def built_in(case, year, name="t"):
    """The plan in which a row must stand from a stage on: a policy asks for as many transformers."""
    rule = {"indicator": "new_transformers", "scope": "all", "sense": "min", "value": 1, "from_year": year}
    return case.what_if({"policies.build": rule}).solve(gap=0)


def test_a_unit_is_needed_in_the_year_in_which_it_enters_service():
    """150 MW from 2030, 100 fit: needed then; 3 years before is the latest start, and it is the start.

    On a straight line from 50 MW in 2026 there are 100 in 2028 and 125 in 2029: short from then.
    """
    plan = growing([50, 150, 150, 150], transformer(lead_time_years=3)).solve(gap=0)
    assert plan.certificate.ok
    assert need(plan, 2030) == (2030, 2027, 0, "demand limit")
    assert plan.reinforcements["short_year"].dropna().tolist() == [2029]
    others = plan.reinforcements[plan.reinforcements["year"] != 2030]
    assert others["need_year"].isna().all() and (others["need"] == "").all()


def test_between_stages_the_load_follows_a_straight_line():
    """Built in 2030 for a rule: 80 MW in 2030, 130 in 2035: 10 MW a year more, 100 is passed in 2033.

    Lead time 4: latest start 2029, three years after the start in 2026.
    """
    plan = built_in(growing([50, 80, 130, 130], transformer(lead_time_years=4)), 2030)
    assert in_service(plan) == [0, 1, 1, 1] and plan.certificate.ok
    assert need(plan, 2030) == (2033, 2029, 3, "demand limit")


def test_a_unit_that_is_never_short_has_no_need_year():
    """Built for a rule, while 100 MW would always do."""
    plan = built_in(growing([50, 60, 70, 100], transformer(lead_time_years=4)), 2030)
    year, latest, slack, why = need(plan, 2030)
    assert np.isnan([year, latest, slack]).all() and why == ""


def test_each_unit_is_needed_when_those_before_it_do_not_do():
    """100 + 100·k: 150 MW from 2030 need the first unit, 250 from 2040 the second, 230 in 2039 already.

    The second enters service in 2040 (stages carry their own load): needed from then on.
    """
    plan = growing([50, 150, 150, 250], transformer(max_units=2)).solve(gap=0)
    assert in_service(plan) == [0, 1, 1, 2]
    assert (need(plan, 2030)[0], need(plan, 2040)[0]) == (2030, 2040)


def test_a_retirement_makes_the_need():
    """One of three transformers retires in 2033: 150 MW fit 200 till then, and 100 after: t is needed then.

    It must stand in 2030 already, since the stage of 2030 is the last before.
    """
    case = growing([150] * 4, transformer(lead_time_years=2)).what_if(
        {"substations.A.transformers": 3, "substations.A.retire_year": 2033}
        | {"substations.A.retire_transformers": 1}
    )
    assert in_service(case.solve(gap=0)) == [0, 0, 1, 1]
    plan = built_in(case, 2030)
    assert need(plan, 2030) == (2033, 2031, 3, "demand limit")


def test_feedin_makes_a_need_too():
    """A plant that must run at 150 MW from 2035 at 2 × 60 MVA: 120 are too little, with 60 more 180."""
    rows = [
        {"supply": "s", "substation": "A", "technology": "wind", "profile": "one", "curtailable": False}
        | {"year": y, "capacity_mw": mw}
        for y, mw in ((2030, 100), (2035, 150))
    ]
    tables = {
        "substations": [station("A", transformers=2, transformer_mva=60)],
        "supplies": [*rows, grid_supply("A")],
        "reinforcements": [transformer(adds_mva=60, lead_time_years=1)],
    }
    settings = {**horizon(), "horizon": {"years": [2030, 2035]}}
    plan = make(tables, settings | LIGHT, {"one": np.ones(8760)}).solve(gap=0)
    assert need(plan, 2035) == (2035, 2034, 0, "feed-in limit")


def test_what_is_required_is_needed_with_what_requires_it():
    """q alone brings nothing; t, which requires it, is needed in 2035: so is q, whose lead time is 5."""
    other = transformer("q", kind="bay", adds_mva=None, capex_meur=1, lead_time_years=5)
    plan = growing([50, 50, 150, 150], transformer(requires="q"), other).solve(gap=0)
    assert need(plan, 2035, "q") == (2035, 2030, 0, "required by t")


def test_bays_are_needed_when_sites_take_the_last():
    """Two sites in 2030 at a station with one bay: the bay that a row brings is needed in 2030."""
    tables = {
        "substations": [station("A", bays_free=1)],
        "datacenters": [
            {"site": s, "class": "colo", "substation": "A", "max_it_mw": 10} for s in ("d1", "d2")
        ],
        "datacenter_demand": [{"class": "colo", "year": 2030, "it_mw": 20}],
        "reinforcements": [transformer("b", kind="bay", adds_mva=None, adds_bays=1, lead_time_years=1)],
    }
    plan = make(tables, horizon()).solve(gap=0)
    assert in_service(plan, "b") == [0, 1, 1, 1]
    assert need(plan, 2030, "b") == (2030, 2029, 0, "bays")


def triangle(second, **physics):
    """A feeds C (60 MW in 2030, `second` in 2035) over AC and A-B-C, x alike, 100 MVA each but AC: 40 MVA.

    60 MW send 40 over AC; 75 MW 50. A second circuit on AC (40 MVA) takes half.
    """
    tables = {
        "substations": [station(n) for n in "ABC"],
        "branches": [line("A", "B"), line("B", "C"), line("A", "C", circuit_mva=40)],
        "demands": [demand("C", mw, year=year, profile="one") for year, mw in ((2030, 60), (2035, second))],
        "supplies": [grid_supply("A")],
        "reinforcements": [
            {"reinforcement": "c", "kind": "branch", "target": "AC", "capex_meur": 1, "lead_time_years": 2}
        ],
        "policies": [
            {"policy": "build", "indicator": "new_circuits", "sense": "min", "value": 1, "from_year": 2032}
        ],
    }
    settings = {"case": {"power_factor": 1.0}, "horizon": {"years": [2030, 2032, 2035]}} | LIGHT
    return make(tables, settings | ({"physics": physics} if physics else {}), {"one": np.ones(8760)})


@pytest.mark.parametrize(
    ("second", "years", "why"), [(75, (2032, 2030, 0), "flows"), (60, (np.nan,) * 3, "")]
)
def test_a_circuit_is_needed_in_the_stage_whose_hours_fail_without_it(second, years, why):
    """Built in 2032 by a rule. With 75 MW in 2035 there are 66 in 2032, 44 over AC without it, more than 40:
    needed in 2032. With 60 MW always 40 run there: never needed.
    """
    plan = triangle(second).solve(gap=0)
    assert plan.certificate.ok and in_service(plan, "c") == [0, 1, 1]
    found = need(plan, 2032, "c")
    assert found[3] == why and found[:3] == pytest.approx(years, nan_ok=True)


def test_a_circuit_that_is_needed_later_has_slack():
    """60 MW till 2032 (40 over AC) and 75 in 2035 (50): needed in 2035, built in 2032, 3 years of slack."""
    case = triangle(75).what_if({"demands.d_C:2032": {"substation": "C", "peak_mw": 60, "profile": "one"}})
    plan = case.solve(gap=0)
    assert in_service(plan, "c") == [0, 1, 1]
    assert need(plan, 2032, "c") == (2035, 2033, 3, "flows")


def test_with_outages_the_year_in_service_is_taken_where_no_hour_needs_a_circuit():
    """Radial A-C with one circuit and 30 MW: the second is for the outage; needed from its service on."""
    tables = {
        "substations": [station("A"), station("C")],
        "branches": [line("A", "C", circuit_mva=40)],
        "demands": [demand("C", 30, profile="one")],
        "supplies": [grid_supply("A")],
        "reinforcements": [{"reinforcement": "c", "kind": "branch", "target": "AC", "capex_meur": 1}],
    }
    physics = {"security": "n-1", "islanding": "forbid"}
    plan = make(tables, {"physics": physics} | LIGHT, {"one": np.ones(8760)}).solve(gap=0)
    assert in_service(plan, "c") == [1]
    assert need(plan, 2030, "c") == (2030, 2030, 0, "outages")


def test_no_start_is_later_than_the_latest():
    """Of ten rows with lead times 0 to 9 at growing load, none starts after its latest start."""
    rows = [transformer(f"t{k}", adds_mva=20, lead_time_years=k, capex_meur=10 - k / 10) for k in range(10)]
    plan = growing([120, 160, 220, 290], *rows).solve(gap=0)
    table = plan.reinforcements.dropna(subset=["start_year", "need_year"])
    assert len(table) >= 5 and plan.certificate.ok
    assert (table["start_year"] <= table["latest_start_year"]).all()
    assert set(table["year"]) <= set(YEARS) and near(0) == float((table["slack_years"] < 0).sum())
