"""Lead times as P50 and P90, slip, what must come first or never, and crew and money a year."""

import pytest

from tests.model.cases import make, near, pick, value
from tests.model.test_reinforcements import LENGTHS, YEARS, growing, horizon, in_service, transformer


def slow(**columns):
    """A transformer that takes 2 years, or 7 where things go badly."""
    return transformer(lead_time_years=2, lead_time_p90_years=7, **columns)


def with_chance(chance):
    """The usual horizon with p50 or p90."""
    settings = horizon()
    settings["horizon"] = {**settings["horizon"], "lead_time": chance}
    return settings


@pytest.mark.parametrize(("chance", "first", "start"), [("p50", 2030, 2028), ("p90", 2035, 2028)])
def test_lead_times_are_those_of_the_chance_asked(chance, first, start):
    """150 MW always: after 2 years there in 2030 (start 2028), after 7 in 2035 (start 2028)."""
    plan = growing([150] * 4, slow(), settings=with_chance(chance)).solve(gap=0)
    assert plan.certificate.ok
    assert in_service(plan) == [int(y >= first) for y in YEARS]
    assert pick(plan.reinforcements, "start_year", year=first) == start


def test_without_a_slow_lead_time_the_usual_one_counts():
    """Shorter than the usual one (with a warning): as lead_time_years."""
    case = growing([150] * 4, transformer(lead_time_years=4), settings=with_chance("p90"))
    odd = case.what_if({"reinforcements.t.lead_time_p90_years": 1})
    assert any(problem.column == "lead_time_p90_years" for problem in odd.warnings)
    assert in_service(odd.solve(gap=0)) == [0, 1, 1, 1]


def test_slip_never_helps():
    """+3 to +12 years on both rows: unserved MW·years only grow: 2 rows of 50 MW for 200 MW of demand."""
    case = growing(
        [120, 150, 200, 200],
        transformer(adds_mva=50, lead_time_years=1),
        transformer("s", adds_mva=50, lead_time_years=6, capex_meur=4),
    )
    unserved = []
    for years in (0, 3, 8, 12):
        slipped = case.what_if(
            {f"reinforcements.{r}.lead_time_years": f"+{years}" for r in ("t", "s")} if years else {}
        )
        unserved.append(value(slipped.solve(gap=0), "unserved_mw_years"))
    assert unserved == sorted(unserved) and unserved[0] < unserved[-1]
    assert unserved[0] == near(20 * 4)  # only the first stage, before anything can stand


def test_a_row_waits_for_the_stage_of_what_it_requires():
    """t may stand from 2026, q (4 years) from 2030, and t requires q: 50 MW short in the four years before.

    It need not be the same stage: q in 2026 and t in 2035 is fine too.
    """
    other = transformer("q", kind="bay", adds_mva=None, capex_meur=1, lead_time_years=4)
    plan = growing([150] * 4, transformer(requires="q"), other).solve(gap=0)
    assert (in_service(plan), in_service(plan, "q")) == ([0, 1, 1, 1], [0, 1, 1, 1])
    assert value(plan, "unserved_mw_years") == near(50 * LENGTHS[2026])
    early = transformer("q", kind="bay", adds_mva=None, adds_bays=1, capex_meur=1)
    plan = growing([150] * 4, transformer(requires="q", earliest_year=2035), early).solve(gap=0)
    assert in_service(plan) == [0, 0, 1, 1]
    assert all(q >= t for q, t in zip(in_service(plan, "q"), in_service(plan), strict=True))


def test_what_excludes_each_other_never_stands_together_in_any_stage():
    """t (100 MVA, from 2035) and s (30 MVA, now) exclude each other: s now would close t's place for good.

    250 MW from 2035: with t 50 short in 11 years (550), with s 120 (1320) but 30 less in the 9 years before
    (270): t, and 30 MW short till then: 270 + 550.
    """
    small = transformer("s", adds_mva=30, capex_meur=1, excludes="t")
    plan = growing([130, 130, 250, 250], transformer(earliest_year=2035), small).solve(gap=0)
    assert (in_service(plan), in_service(plan, "s")) == ([0, 0, 1, 1], [0, 0, 0, 0])
    assert value(plan, "unserved_mw_years") == near(30 * 9 + 50 * 11)


def test_investment_a_year_is_spread_over_the_lead_time():
    """30 M€ over 6 years before 2035 (2029 to 2034): 5 M€ a year.

    Stage 2026 to 2029 has one of them in 4 years: 1.25; stage 2030 to 2034 all five: 5; later 0.
    """
    plan = growing([50, 50, 150, 150], transformer(lead_time_years=6, capex_meur=30)).solve(gap=0)
    by_year = plan.summary["indicators"]["investment_meur_per_year"]["by_year"]
    assert by_year == near({2026: 1.25, 2030: 5, 2035: 0, 2040: 0})
    assert value(plan, "investment_meur_per_year") == near(5)
    assert sum(by_year[y] * n for y, n in LENGTHS.items()) == near(value(plan, "capex_meur"))


def test_investment_a_year_without_lead_time_is_that_of_the_stage_of_entry():
    """A site of 20 MW IT at 3 M€ a MW in 2030: 60 M€ over the 5 years of its stage, 12 a year."""
    tables = {
        "substations": [{"substation": "A"}],
        "datacenters": [
            {"site": "d", "class": "colo", "substation": "A", "max_it_mw": 20, "capex_meur_per_mw": 3}
        ],
        "datacenter_demand": [{"class": "colo", "year": 2030, "it_mw": 20}],
    }
    plan = make(tables, horizon()).solve(gap=0)
    by_year = plan.summary["indicators"]["investment_meur_per_year"]["by_year"]
    assert by_year == near({2026: 0, 2030: 12, 2035: 0, 2040: 0})


def test_a_budget_a_year_spreads_the_works():
    """Two transformers of 50 M€ without lead time, both wanted in 2030: 100/5 = 20 M€ a year; 10 are allowed:
    one in 2026 (50/4 = 12.5) is too much, so one in 2030 and one in 2035.
    """
    case = growing([50, 250, 250, 250], transformer(max_units=2, capex_meur=50))
    rule = {"indicator": "investment_meur_per_year", "scope": "all", "sense": "max", "value": 10}
    plan = case.what_if({"policies.budget": rule}).solve(gap=0)
    assert plan.certificate.ok
    assert in_service(plan) == [0, 1, 2, 2]
    assert value(plan, "investment_meur_per_year") == near(10)


@pytest.mark.parametrize("crew", [1, 2, 4])
def test_more_crew_never_hurts(crew):
    """Two units of 10 FTE years wanted in 2030 (2 FTE each a year): with 1 FTE none, 2: one in 2030 and
    one in 2035, 4: both at once.
    """
    case = growing([50, 250, 250, 250], transformer(max_units=2, crew_fte_years=10, earliest_year=2030))
    rule = {"indicator": "crew_fte", "scope": "all", "sense": "max", "value": crew}
    plan = case.what_if({"policies.crew": rule}).solve(gap=0)
    short = {1: 150 * 16, 2: 50 * 5, 4: 0}
    if crew == 1:  # in the stage of 2040 (6 years) one unit asks 10/6 FTE, also more than 1
        assert in_service(plan) == [0, 0, 0, 0]
    assert value(plan, "unserved_mw_years") == near(short[crew])
