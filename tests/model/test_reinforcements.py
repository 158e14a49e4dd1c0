"""Reinforcements: years, order, links between rows, crew and money."""

import pytest

from tests.model.cases import demand, make, near, pick, station, value

YEARS = [2026, 2030, 2035, 2040]
LENGTHS = {2026: 4, 2030: 5, 2035: 5, 2040: 6}  # last_year 2045


def horizon(rate=0.0, life=40):
    """Four stages up to and including 2045, power factor 1."""
    return {
        "case": {"power_factor": 1.0},
        "horizon": {"years": YEARS, "last_year": 2045, "discount_rate": rate, "lifetime_years": life},
    }


def transformer(name="t", **columns):
    """100 MVA at A for 10 M€ (a third of 100: +100 MW)."""
    row = {"reinforcement": name, "kind": "transformer", "target": "A", "adds_mva": 100, "capex_meur": 10}
    return {**row, **columns}


def growing(peaks, *rows, settings=None):
    """A station of 2 × 100 MVA (100 MW firm) with demand that is `peaks` in the four stages."""
    demands = [demand("A", mw, year=year) for year, mw in zip(YEARS, peaks, strict=True)]
    tables = {
        "substations": [station("A", transformers=2, transformer_mva=100)],
        "demands": demands,
        "reinforcements": list(rows),
    }
    return make(tables, settings or horizon())


def in_service(plan, name="t"):
    """Units in service by stage."""
    table = plan.reinforcements
    return table[table["reinforcement"] == name]["units_in_service"].tolist()


@pytest.mark.parametrize(
    ("columns", "first"),
    [
        ({}, 2026),
        ({"lead_time_years": 3}, 2030),  # 2029 at the earliest
        ({"lead_time_years": 4}, 2030),  # 2030 exactly
        ({"lead_time_years": 4.5}, 2035),  # 2030.5
        ({"earliest_year": 2030}, 2030),
        ({"earliest_year": 2031}, 2035),
        ({"earliest_year": 2031, "lead_time_years": 10}, 2040),  # 2036
        ({"earliest_year": 2036, "lead_time_years": 1}, 2040),
        ({"lead_time_years": 20}, None),  # 2046
    ],
)
def test_a_unit_enters_service_after_its_lead_time_and_its_earliest_year(columns, first):
    """150 MW always, 100 fit. In service from the first stage ≥ max(2026 + lead, earliest year):
    till then 50 short.
    """
    plan = growing([150] * 4, transformer(**columns)).solve(gap=0)
    expected = [int(first is not None and year >= first) for year in YEARS]
    assert in_service(plan) == expected
    short = {year: 50 * LENGTHS[year] * (1 - on) for year, on in zip(YEARS, expected, strict=True)}
    assert plan.summary["indicators"]["unserved_mw_years"]["by_year"] == pytest.approx(short, abs=0.05)


def test_the_year_to_start_is_the_year_in_service_less_the_lead_time():
    """Needed in 2040 only, lead time 7: start in 2033, which lies in the stage of 2030;
    one unit starts there.
    """
    plan = growing([50, 50, 50, 150], transformer(lead_time_years=7)).solve(gap=0)
    table = plan.reinforcements
    assert in_service(plan) == [0, 0, 0, 1]
    assert pick(table, "start_year", year=2040) == 2033
    assert table["units_started"].tolist() == [0, 1, 0, 0]
    assert pick(table, "capex_meur", year=2040) == 10


def test_what_is_built_stays_and_is_bought_once():
    """150 MW in the two middle stages only: in service 2030, 2035 and still 2040; 10 M€ once, in 2030."""
    plan = growing([50, 150, 150, 50], transformer()).solve(gap=0)
    assert in_service(plan) == [0, 1, 1, 1]
    assert plan.summary["indicators"]["capex_meur"]["by_year"] == near({2026: 0, 2030: 10, 2035: 0, 2040: 0})
    assert value(plan, "capex_meur") == near(10)


def test_units_are_added_as_they_are_needed():
    """100, 200, 250, 350 MW with 100 + 100·k: 0, 1, 2, 3 units; each for 10 M€."""
    plan = growing([100, 200, 250, 350], transformer(max_units=5)).solve(gap=0)
    assert in_service(plan) == [0, 1, 2, 3]
    assert value(plan, "capex_meur") == near(30)
    assert value(plan, "new_transformers") == 3


@pytest.mark.parametrize("rate", [0.0, 0.04, 0.1])
def test_total_cost_is_the_discounted_annuity_of_what_stands(rate):
    """One unit from 2030, a second from 2040, 10 M€ each, life 30 years, rate r.

    a = r/(1 − (1+r)^−30) (1/30 at r = 0). Each year from 2030 to 2045 pays 10·a, from 2040 another 10·a,
    discounted to 2026: Σ (1+r)^−(year − 2026).
    """
    plan = growing([50, 150, 150, 250], transformer(max_units=2), settings=horizon(rate, 30)).solve(gap=0)
    annuity = 1 / 30 if rate == 0 else rate / (1 - (1 + rate) ** -30)
    paid = sum(10 * annuity * (1 + rate) ** -(year - 2026) for year in range(2030, 2046))
    paid += sum(10 * annuity * (1 + rate) ** -(year - 2026) for year in range(2040, 2046))
    assert in_service(plan) == [0, 1, 1, 2]
    assert value(plan, "total_cost_meur") == near(paid)
    assert plan.summary["objective"]["total_cost_meur"]["value"] == near(paid)


def test_without_last_year_the_last_stage_counts_one_year():
    """Stages 2026 and 2030 without last_year: 4 years and 1. Rate 0, life 10, 10 M€ from the start.

    5 · 1 M€.
    """
    settings = {
        "case": {"power_factor": 1.0},
        "horizon": {"years": [2026, 2030], "discount_rate": 0.0, "lifetime_years": 10},
    }
    tables = {
        "substations": [station("A", transformers=2, transformer_mva=100)],
        "demands": [demand("A", 150)],
        "reinforcements": [transformer()],
    }
    assert value(make(tables, settings).solve(gap=0), "total_cost_meur") == near(5)


def test_crew_as_an_objective_moves_work_to_the_longest_stage():
    """One transformer of 12 FTE years for the 150 MW of 2035 and later, no lead time;
    crew_fte after unserved.

    Summed over stages it is 12/4 = 3 for a start in 2026, 12/5 = 2.4 in 2030 or 2035, and 2040 would be too
    late.
    """
    settings = horizon()
    settings["objective"] = {"minimise": ["unserved_mw_years", "crew_fte", "total_cost_meur"]}
    plan = growing([50, 50, 150, 150], transformer(crew_fte_years=12), settings=settings).solve(gap=0)
    assert in_service(plan) == [0, 0, 1, 1]
    assert value(plan, "crew_fte") == near(2.4)


def test_crew_works_evenly_over_the_lead_time():
    """12 FTE years over 6 years before 2035 (2029 to 2035), 2 FTE a year.

    Stage 2026 to 2029 has 1 of those years in 4: 0.5 FTE; stage 2030 to 2034 all 5: 2 FTE; later nothing.
    Peak 2 FTE.
    """
    plan = growing([50, 50, 150, 150], transformer(lead_time_years=6, crew_fte_years=12)).solve(gap=0)
    assert in_service(plan) == [0, 0, 1, 1]
    assert plan.summary["indicators"]["crew_fte"]["by_year"] == near({2026: 0.5, 2030: 2, 2035: 0, 2040: 0})
    assert value(plan, "crew_fte") == near(2)


def test_crew_without_lead_time_works_in_the_stage_of_entry():
    """10 FTE years, no lead time, in service from 2030: 10/5 years = 2 FTE in the stage of 2030."""
    plan = growing([50, 150, 150, 150], transformer(crew_fte_years=10)).solve(gap=0)
    assert plan.summary["indicators"]["crew_fte"]["by_year"] == near({2026: 0, 2030: 2, 2035: 0, 2040: 0})


def test_a_limit_on_crew_delays_a_unit():
    """Two units of 10 FTE years by 2030 (250 MW) would take 4 FTE; a policy allows 2:
    one in 2030, one in 2035.
    """
    case = growing([50, 250, 250, 250], transformer(max_units=2, crew_fte_years=10))
    assert in_service(case.solve(gap=0)) == [0, 2, 2, 2]
    plan = case.what_if(
        {
            "policies.crew": {
                "indicator": "crew_fte",
                "scope": "all",
                "sense": "max",
                "value": 2,
                "from_year": 2030,
            },
            "reinforcements.t.earliest_year": 2030,
        }
    ).solve(gap=0)
    assert in_service(plan) == [0, 1, 2, 2]
    assert value(plan, "unserved_mw_years") == near(50 * 5)


def test_requires_builds_what_is_needed_first():
    """t needs q (7 M€, useless alone, ready from 2035): t's 50 MW come in 2035 and both are paid."""
    other = transformer("q", kind="bay", adds_mva=None, adds_bays=1, capex_meur=7, earliest_year=2035)
    plan = growing([150] * 4, transformer(requires="q"), other).solve(gap=0)
    assert in_service(plan) == [0, 0, 1, 1]
    assert in_service(plan, "q") == [0, 0, 1, 1]
    assert value(plan, "capex_meur") == near(17)


def test_nothing_is_built_that_requires_what_may_not_be_built():
    """q may have 0 units: t, which needs it, cannot come either; 50 MW are short in all 20 years."""
    other = transformer("q", kind="bay", adds_mva=None, max_units=0)
    plan = growing([150] * 4, transformer(requires="q"), other).solve(gap=0)
    assert in_service(plan) == [0, 0, 0, 0]
    assert in_service(plan, "q") == [0, 0, 0, 0]
    assert value(plan, "unserved_mw_years") == near(50 * 20)


def test_a_chain_of_requirements():
    """a needs b and c, written with ; or |: all three are bought for a's 50 MW."""
    rows = [
        transformer("a", requires="b;c"),
        transformer("b", kind="bay", adds_mva=None, capex_meur=1, requires="d|c"),
        transformer("c", kind="bay", adds_mva=None, capex_meur=2),
        transformer("d", kind="bay", adds_mva=None, capex_meur=4),
    ]
    plan = growing([150] * 4, *rows).solve(gap=0)
    assert value(plan, "capex_meur") == near(17)


@pytest.mark.parametrize(("both", "units"), [(True, (0, 1)), (False, (1, 1))])
def test_excludes_allows_one_of_two(both, units):
    """230 MW: t (100 MVA, 10 M€) and s (60 MVA, 1 M€) together serve all, 260.
    Excluding each other: only t, 200.

    Named on one side is enough.
    """
    small = transformer("s", adds_mva=60, capex_meur=1, excludes="t" if both else "")
    plan = growing([230] * 4, transformer(), small).solve(gap=0)
    assert in_service(plan) == [1] * 4
    assert in_service(plan, "s") == [units[0]] * 4
    assert value(plan, "unserved_mw_years") == near(30 * 20 if both else 0)


def test_no_unit_of_any_row():
    """max_units 0 on the only row: it is listed, with 0 units in all stages, and brings nothing."""
    plan = growing([150] * 4, transformer(max_units=0)).solve(gap=0)
    assert in_service(plan) == [0, 0, 0, 0]
    assert value(plan, "capex_meur") == 0


def test_a_cheaper_row_goes_first():
    """100 MW more are needed; t costs 10, s 9 M€: s is built; a policy of 0 transformers forbids both."""
    case = growing([200] * 4, transformer(), transformer("s", capex_meur=9))
    plan = case.solve(gap=0)
    assert (in_service(plan), in_service(plan, "s")) == ([0] * 4, [1] * 4)
    barred = case.what_if(
        {"policies.none": {"indicator": "new_transformers", "scope": "all", "sense": "max", "value": 0}}
    )
    assert value(barred.solve(gap=0), "unserved_mw_years") == near(100 * 20)


def test_a_dear_unit_is_bought_for_load_and_not_without():
    """Cost alone is minimised and demand is hard.

    10 M€ for 150 MW, 0 M€ for 100 MW, and no plan for 250 MW.
    """
    settings = {**horizon(), "objective": {"minimise": ["total_cost_meur"]}}
    for mw, capex in ((100, 0), (150, 10)):
        plan = growing([mw] * 4, transformer(), settings=settings).solve(gap=0)
        assert value(plan, "capex_meur") == near(capex)
    assert growing([250] * 4, transformer(), settings=settings).solve(gap=0).status == "infeasible"


def test_weights_trade_one_objective_for_another():
    """Weights 1 per MW·year and w per M€: 50 MW in the one year 2030 against 10 M€: built where 10·w < 50."""
    tables = {
        "substations": [station("A", transformers=2, transformer_mva=100)],
        "demands": [demand("A", 150)],
        "reinforcements": [transformer()],
    }
    for weight, built in ((4.9, 1), (5.1, 0)):
        objective = {"minimise": {"unserved_mw_years": 1.0, "capex_meur": weight}}
        plan = make(tables, {"case": {"power_factor": 1.0}, "objective": objective}).solve(gap=0)
        assert in_service(plan) == [built]
        assert plan.summary["objective"]["weighted sum"]["value"] == near(10 * weight if built else 50)
