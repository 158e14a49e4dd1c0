"""Robust decisions: by hand on one station, and against every combination of decisions."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

from gridplan.case import CaseError
from gridplan.plan.run import options_of
from gridplan.solve.progress import Silent
from gridplan.study import robust
from gridplan.study.course import NOTHING, Course, cost_of
from gridplan.study.extensive import CRITERIA, value_of
from gridplan.study.runner import Runner
from gridplan.study.scenarios import scenarios
from tests.study.small import HAVE, station_case, work

A, B = work("A", 80, 40), work("B", 80, 50)
PEAK = "demands.d_A.peak_mw"
THREE = {"low": "base", "mid": {PEAK: 120}, "high": {PEAK: 200}}


def near(value):
    return pytest.approx(value, abs=5e-3)


@pytest.fixture(scope="module")
def one_stage():
    return robust(station_case({2030: 50.0}, [A, B]), THREE, criterion="all")


def test_options_a_and_b(one_stage):
    """60 MW, demand 50, 120 or 200, 1 M€ per MW unmet. Cost by demand, M€ (bought + unmet):

    none 0, 60, 140; A 40, 40, 40 + 60; B 50, 50, 110; A and B 90, 90, 90. The least are 0, 40, 90. So
    regrets are none 0, 20, 50; A 40, 0, 10; A and B 90, 50, 0; B is A and 10 M€ more: 50, 10, 20. A has
    the smallest largest one.
    """
    assert one_stage.regret.loc["nothing"].tolist() == near([0, 20, 50])
    assert one_stage.regret.loc["mid"].tolist() == near([40, 0, 10])  # A alone
    assert one_stage.regret.loc["high"].tolist() == near([90, 50, 0])  # A and B
    assert one_stage.regret.loc["robust regret"].tolist() == near([40, 0, 10])
    largest = one_stage.criteria.set_index("plan")["regret_meur"]
    assert largest[["nothing", "mid", "high", "robust regret"]].tolist() == near([50, 40, 90, 40])
    assert one_stage.decisions["reinforcement"].tolist() == ["A"]
    assert one_stage.costs["verified"].dropna().all()


def test_the_other_criteria_by_hand(one_stage):
    """Expected cost: none 200/3 = 66.7, A 180/3 = 60, B 70, both 90: A. Worst: both (90, A 100, none 140).

    CVaR at ½, thirds: (worst/3 + next/6)/½: none (140·2 + 60)/3 = 113.3, A (100·2 + 40)/3 = 80, both 90: A.
    """
    table = one_stage.criteria.set_index("plan")
    assert table.loc["robust expected", "expected_meur"] == near(60)
    assert table.loc["robust worst", "worst_meur"] == near(90)
    assert table.loc["robust cvar", "cvar_meur"] == near(80)
    assert table.loc["nothing", "cvar_meur"] == near(340 / 3)
    for criterion in CRITERIA:
        row = table.loc[f"robust {criterion}"]
        assert row["bound_meur"] == pytest.approx(row[f"{criterion}_meur"], abs=0.01)


def test_labels_and_sentences(one_stage):
    """Nothing is started in `low`, A in `mid`, both in `high`: neither is no-regret, neither can wait."""
    assert one_stage.reinforcements["label"].tolist() == ["scenario-dependent"] * 2
    assert any("at most 40 M€" in line for line in one_stage.sentences["en"])
    assert any("hoogstens 40 M€" in line for line in one_stage.sentences["nl"])


def two_stages(works):
    """Nothing to do in 2026; in 2030, for 10 years, 50 or 120 MW at 60 MW."""
    return station_case({2026: 50.0, 2030: 50.0}, works, last_year=2039)


BUSY = {"low": "base", "high": {"demands.d_A:2030.peak_mw": 120}}
NOW, LATER = work("now", 80, 40, lead_time_years=4), work("later", 80, 70)


@pytest.mark.parametrize(("high", "started", "expected"), [(0.5, 0, 35.0), (0.6, 1, 40.0)])
def test_waiting_is_right_where_knowing_is_worth_more_than_what_it_costs(high, started, expected):
    """80 MW for 40 M€ if started four years ahead, for 70 M€ if bought in 2030, when demand is known.

    60 MW unmet for 10 years would cost 600 M€, so `high` has one of them. Started now: 40 M€ whatever comes.
    Waiting: 70 M€ with the probability p of `high`. At p = 0.5 waiting costs 35 M€, at 0.6 it would cost
        42 M€.
    """
    found = robust(two_stages([NOW, LATER]), BUSY, [1 - high, high], "expected")
    row = found.criteria.set_index("plan").loc["robust expected"]
    assert (row["starts"], row["expected_meur"]) == (started, near(expected))
    labels = dict(zip(found.reinforcements["reinforcement"], found.reinforcements["label"], strict=True))
    assert labels == {"now": "scenario-dependent", "later": "can wait"}


def test_what_every_scenario_starts_now_is_without_regret():
    """Both scenarios need 80 MW in 2030, and the cheap one takes four years: decide in 2026."""
    found = robust(
        two_stages([NOW, LATER]),
        {"high": {"demands.d_A:2030.peak_mw": 120}, "more": {"demands.d_A:2030.peak_mw": 130}},
    )
    labels = dict(zip(found.reinforcements["reinforcement"], found.reinforcements["label"], strict=True))
    assert labels == {"now": "no-regret", "later": "can wait"}
    row = found.decisions.iloc[0]
    assert row[["owner", "reinforcement", "latest_decision_year", "start_year", "in_service"]].tolist() == [
        "DSO", "now", 2026, 2026, "2030",
    ]  # fmt: skip
    assert (row["capex_meur"], row["mw"]) == (40, near(80))


YEARS = (2026, 2030, 2035)
LENGTHS = dict(zip(YEARS, (4, 5, 3), strict=True))


def by_hand(works, leads, peaks, weights, price):
    """Least value of every criterion: every start of every unit before 2030, and for each the best recourse.

    `leads` and `peaks` by scenario. A start before 2030 is the same in all; it serves from the first stage
    that is its lead time later. Regret needs the least cost of each scenario, which knows all beforehand.
    """
    names = [row["reinforcement"] for row in works]
    times = [
        sorted({y - leads[s][n] for s in leads for y in YEARS if 2026 <= y - leads[s][n] < 2030})
        for n in names
    ]

    times = [[*known, None] for known in times]

    def cost(scenario, service):
        bought = sum(row["capex_meur"] for row in works if service[row["reinforcement"]] is not None)
        unmet = 0.0
        for y in YEARS:
            have = HAVE + sum(
                row["adds_mva"] for row in works if (service[row["reinforcement"]] or 9999) <= y
            )
            unmet += LENGTHS[y] * max(0.0, peaks[scenario][y] - have)
        return bought + price * unmet

    def best(scenario, starts):
        options = []
        for name, start in zip(names, starts, strict=True):
            lead = leads[scenario][name]
            if start is not None:
                options.append([next((y for y in YEARS if y - lead >= start), None)])
            else:
                options.append([y for y in YEARS if y - lead >= 2030] + [None])
        return min(cost(scenario, dict(zip(names, chosen, strict=True))) for chosen in product(*options))

    every = [{s: best(s, starts) for s in leads} for starts in product(*times)]
    least = {s: min(costs[s] for costs in every) for s in leads}
    return {c: min(value_of(c, costs, weights, least, 0.5) for costs in every) for c in CRITERIA}


@pytest.mark.parametrize("seed", range(4))
def test_robust_decisions_are_the_best_of_all_combinations(seed):
    """Three works, three stages, two scenarios that differ in demand and in lead times: what is started
    cannot be undone, and comes later where the lead time is longer.
    """
    rng = np.random.default_rng(seed)
    works = [
        work(
            name,
            float(rng.integers(20, 60)),
            float(rng.integers(10, 90)),
            lead_time_years=float(rng.choice([0, 4, 7, 9])),
        )
        for name in "abc"
    ]
    slow = {row["reinforcement"]: float(rng.choice([0, 1, 3])) for row in works}
    first = {y: float(rng.integers(40, 150)) for y in YEARS}
    other = {y: float(rng.integers(40, 150)) for y in YEARS}
    patch = {f"demands.d_A:{y}.peak_mw": mw for y, mw in other.items()}
    patch |= {f"reinforcements.{n}.lead_time_years": f"+{years}" for n, years in slow.items()}
    leads = {
        "one": {row["reinforcement"]: row["lead_time_years"] for row in works},
        "two": {row["reinforcement"]: row["lead_time_years"] + slow[row["reinforcement"]] for row in works},
    }
    weights = {"one": 0.4, "two": 0.6}
    expected = by_hand(works, leads, {"one": first, "two": other}, weights, 0.3)
    case = station_case(first, works, last_year=2037)
    course = _course(case, {"one": "base", "two": patch}, weights, 0.3)
    assert course.alone()
    assert course.tried()
    for criterion in CRITERIA:
        assert course.robust(criterion)
        plan = course.made[criterion]
        assert course.value(criterion, plan) == pytest.approx(expected[criterion], abs=0.02), criterion
        assert course.bounds[criterion] <= course.value(criterion, plan) + 0.02


def _course(case, given, weights, price):
    """The course of a study without tables of its plans, which take longest."""
    futures = scenarios(case, given, weights)
    options = options_of(case)
    runners = {s.name: _Quick(s.case, options, Silent()) for s in futures}
    return Course(futures, runners, cost_of(case, price), 2030.0, 0.5)


class _Quick(Runner):
    """Searches without tables."""

    def find(self, extra, part, with_plan=True):
        return super().find(extra, part, with_plan=False)


def test_a_plan_that_cannot_be_kept_is_named():
    """Demand is hard where only capex is minimised: 120 MW cannot be met by starting nothing."""
    case = station_case({2030: 50.0}, [A, B], {"objective": {"minimise": ["capex_meur"]}})
    found = robust(case, {"low": "base", "mid": {PEAK: 120}})
    assert found.regret.loc["nothing"].tolist() == [0, np.inf]
    assert found.regret.loc["robust regret"].tolist() == near([40, 0])
    assert found.status == "optimal"
    assert found.cost == "capex_meur"


def test_a_scenario_without_a_plan_is_said():
    case = station_case({2030: 50.0}, [A, B], {"objective": {"minimise": ["capex_meur"]}})
    found = robust(case, {"low": "base", "far": {PEAK: 500}})
    assert found.status == "infeasible"
    assert any("scenario far has no plan" in note for note in found.notes)
    assert found.costs.empty


@pytest.mark.parametrize(
    ("given", "options", "said"),
    [
        ({"low": "base"}, {}, "two or more"),
        (["base", "busy"], {}, "no folder"),
        (THREE, {"criterion": "best"}, "criterion 'best'"),
        (THREE, {"weights": [0.5, 0.5]}, "one above 0 for each"),
        (THREE, {"reveal": 2026}, "later than the first stage"),
        (THREE, {"alpha": 1.0}, "alpha < 1"),
    ],
)
def test_what_cannot_be_asked_is_said(given, options, said):
    with pytest.raises(ValueError, match=said):
        robust(station_case({2030: 50.0}, [A, B]), given, **options)


def test_scenarios_whose_common_decisions_do_not_compare_are_refused():
    """Another horizon, and a work with other units, all at once, with file and column."""
    case = station_case({2030: 50.0}, [A, B])
    with pytest.raises(CaseError) as refused:
        robust(case, {"one": "base", "two": {"reinforcements.A.max_units": 2, "horizon.last_year": 2035}})
    told = [(p.file, p.column, p.value) for p in refused.value.problems]
    assert told == [
        ("scenario two: case.toml", "horizon.last_year", "2035"),
        ("scenario two: reinforcements.csv", "max_units", "2"),
    ]


def test_hours_that_the_large_program_did_not_know_enter_it():
    """Demand peaks in a single hour: searches find it, and plans hold in all hours."""
    hours = np.arange(8760)
    flat = pd.DataFrame({"hour": hours, "p": np.where(hours == 4000, 1.0, 0.4)})
    works = [A, B]
    case = station_case({2030: 50.0}, works)
    case = _with_profile(case, flat)
    found = robust(case, {"low": "base", "mid": {PEAK: 120}, "high": {PEAK: 200}})
    assert found.regret.loc["robust regret"].tolist() == near([40, 0, 10])
    assert all(plan.summary["security"]["violated"] == 0 for plan in found.plans.values())
    assert all(plan.summary["security"]["hours"] == 8760 for plan in found.plans.values())


def _with_profile(case, profiles):
    from gridplan.case import case_from_tables

    tables = {name: case.table(name) for name in case.tables}
    tables["demands"] = tables["demands"].assign(profile="p")
    settings = {
        "case": {"power_factor": 1.0},
        "horizon": {"years": [2030], "last_year": 2030, "discount_rate": 0.0},
        "objective": {"minimise": ["unserved_mw_years", "capex_meur"]},
        "solver": {"gap": 0.0, "threads": 1},
    }
    return case_from_tables(settings, tables, profiles)


def test_nothing_is_a_plan_too():
    assert NOTHING == "nothing"
