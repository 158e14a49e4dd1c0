"""What-ifs one after the other give what each case gives alone."""

from __future__ import annotations

import pickle
from dataclasses import replace
from threading import Event

import numpy as np
import pytest

from gridplan.case import CaseError
from gridplan.model.build import build
from gridplan.model.periods import snapshot
from gridplan.plan.load import load_plan
from gridplan.plan.plan import Plan
from gridplan.solve import rounds
from gridplan.solve.compile import compile_program
from gridplan.solve.highs import Outcome, Search
from gridplan.solve.keep import fits, moved
from gridplan.solve.status import SolveStatus
from gridplan.study import WhatIf
from gridplan.study.resume import resumed
from gridplan.study.whatif import same_hours
from tests.model.cases import demand, grid_supply, line, make, station
from tests.study.small import station_case, work

GOALS = ("unserved_mw_years", "capex_meur")
CORRIDOR = {"kind": "branch", "target": "AB"}
WORKS = [work("a", 30, 10), work("b", 50, 19), work("c", 70, 31)]


def totals(plan, names=GOALS):
    return [plan.summary["indicators"][name]["total"] for name in names]


@pytest.fixture(scope="module")
def case():
    return station_case({2030: 100.0, 2040: 120.0}, WORKS)


@pytest.fixture(scope="module")
def session(case):
    return WhatIf(case)


@pytest.mark.parametrize(
    ("patch", "kept"),
    [
        ({}, True),
        ({"reinforcements.c.capex_meur": 32}, True),  # what is not built becomes dearer
        ({"reinforcements.c.capex_meur": 30}, True),  # or cheaper, not enough: a and b cost 29
        ({"reinforcements.c.capex_meur": 12}, False),  # and cheaper
        ({"demands.*.peak_mw": "+15"}, False),  # the plan no longer serves all
        ({"reinforcements.d": {**WORKS[0], "reinforcement": "d", "adds_mva": 60, "capex_meur": 11}}, False),
        ({"horizon.years": [2030, 2035, 2040]}, False),
    ],
)
def test_a_what_if_is_the_optimum_of_its_case(case, session, patch, kept):
    plan = session.solve(patch)
    alone = case.what_if(patch).solve()
    assert plan.status == alone.status == "optimal"
    assert totals(plan) == pytest.approx(totals(alone), abs=2e-3)
    assert plan.certificate.ok
    assert session.course.kept == kept
    assert plan.case == case.what_if(patch)


def test_the_order_of_questions_does_not_matter(case, session):
    patch = {"reinforcements.b.capex_meur": 40}
    first = totals(session.solve(patch))
    session.solve({"demands.*.peak_mw": 300})
    assert totals(session.solve(patch)) == first
    assert totals(session.base()) == pytest.approx(totals(case.solve()), abs=2e-3)


def test_a_plan_that_the_relaxation_does_not_prove_is_searched_on_from(case, monkeypatch):
    """Half of c would do: the relaxation is far off, so the plan is proven by a little search from it."""
    session = WhatIf(case)
    session.base()
    monkeypatch.setattr(Search, "relax", lambda *a: pytest.fail("relaxed"))
    monkeypatch.setattr(rounds, "optimise", lambda *a, **k: pytest.fail("searched anew"))
    assert totals(session.solve({"reinforcements.c.capex_meur": 30})) == pytest.approx([0.0, 29.0])
    assert session.course.kept
    better = session.solve({"reinforcements.c.capex_meur": 12})
    assert totals(better) == pytest.approx([0.0, 12.0])
    assert (session.course.kept, better.summary["security"]["rounds"]) == (False, 1)
    assert better.summary["objective"]["capex_meur"]["gap"] == pytest.approx(0.0, abs=1e-9)


def test_a_little_search_that_ends_too_early_gives_way_to_a_whole_one(case, monkeypatch):
    session = WhatIf(case)
    session.base()
    few = Outcome(SolveStatus.LIMIT, None, None, 0.0, None, 0, 0.0)
    monkeypatch.setattr(Search, "briefly", lambda *a: few)
    assert totals(session.solve({"reinforcements.c.capex_meur": 12})) == pytest.approx([0.0, 12.0])


def test_an_interrupted_little_search_gives_the_plan_that_was_there(case, monkeypatch):
    session = WhatIf(case)
    before = totals(session.base())
    stop = Event()
    stopped = Outcome(SolveStatus.INTERRUPTED, None, None, None, None, 0, 0.0)
    monkeypatch.setattr(Search, "briefly", lambda *a: stop.set() or stopped)
    plan = session.solve({"reinforcements.c.capex_meur": 12}, interrupt=stop)
    assert (plan.status, totals(plan)) == ("interrupted", before)
    assert plan.certificate.ok


def test_a_case_that_has_no_plan_and_one_that_has(case):
    must = case.what_if({"objective.minimise": ["capex_meur"], "demands.*.peak_mw": 500})
    session = WhatIf(must)
    assert session.base().status == "infeasible"
    assert session.solve({"demands.*.peak_mw": 100}).status == "optimal"
    other = WhatIf(case.what_if({"objective.minimise": ["capex_meur"]}))
    assert other.base().status == "optimal"
    assert other.solve({"demands.*.peak_mw": 500}).status == "infeasible"


def compiled(case):
    return compile_program(build(case, snapshot(case)))


def test_what_moves_in_a_program_is_told():
    case = station_case({2030: 100.0}, WORKS[:2])
    old = compiled(case)
    nothing = moved(old, compiled(case))
    assert not (nothing.structure or nothing.coefficients or nothing.bounds or nothing.costs or nothing.hours)
    cost = moved(old, compiled(case.what_if({"reinforcements.a.capex_meur": 11})))
    assert (cost.arrays_only, cost.costs, cost.bounds, cost.hours) == (True, True, False, False)
    bound = moved(old, compiled(case.what_if({"reinforcements.a.earliest_year": 2050})))
    assert bound.structure or bound.bounds
    more = moved(old, compiled(case.what_if({"demands.*.peak_mw": 101})))
    assert more.hours
    size = moved(old, compiled(case.what_if({"reinforcements.a.adds_mva": 31})))
    assert size.coefficients
    assert not size.arrays_only
    assert moved(old, compiled(case.what_if({"reinforcements.b": None}))).structure


def test_a_plan_fits_until_a_row_or_bound_says_no():
    old = compiled(station_case({2030: 100.0}, WORKS[:2]))
    low = np.where(np.isfinite(old.lower), old.lower, 0.0)
    x = np.minimum(low, old.upper)
    inside = x.copy()
    inside[0] = old.lower[0] - 1.0
    assert not fits(old, inside)


def test_hours_in_which_nothing_moved_are_not_dispatched_again(monkeypatch):
    """Two stages; the patch forbids a work of the second, so the first stays as it was dispatched."""
    hours = np.linspace(0.4, 1.0, 8760)
    case = make(
        {
            "substations": [station("A"), station("B")],
            "branches": [line("A", "B", circuits=1, circuit_mva=100)],
            "demands": [demand("B", 90, profile="p"), {**demand("B", 130, profile="p"), "year": 2040}],
            "supplies": [grid_supply("A")],
            "reinforcements": [
                {"reinforcement": "second", "adds_circuits": 1, "capex_meur": 5, **CORRIDOR},
                {"reinforcement": "thick", "adds_mva": 60, "adds_circuits": 0, "capex_meur": 9, **CORRIDOR},
            ],
        },
        {
            "case": {"power_factor": 1.0},
            "horizon": {"years": [2030, 2040], "last_year": 2040, "discount_rate": 0.0},
            "time": {"profiles": "profiles.csv", "energy_days": 2},
            "objective": {"minimise": ["unserved_mw_years", "capex_meur"]},
        },
        {"p": hours},
    )  # fmt: skip
    session = WhatIf(case)
    session.base()
    again, solution = resumed(session.base(), session.options)
    assert again.periods == session.rounds.periods
    assert solution.answer.goals == session.solution.answer.goals
    asked = []
    import gridplan.solve.checker as checker

    plain = checker.certify
    monkeypatch.setattr(checker, "certify", lambda hourly, *a: asked.append(hourly.year) or plain(hourly, *a))
    dearer = session.solve({"reinforcements.thick.capex_meur": 10})
    assert session.course.kept
    assert asked == []
    assert dearer.summary["security"]["hours"] == 8760
    without = session.solve({"reinforcements.second": None})
    assert totals(without) == pytest.approx([0.0, 9.0], abs=2e-3)
    assert not session.course.kept
    assert 2040 in asked
    assert without.certificate.ok
    assert not same_hours(case, case.what_if({"time.energy_days": 3}))


def test_a_plan_is_asked_what_if(case, tmp_path):
    """A plan that was solved and one that was loaded give what each case gives."""
    plan = case.solve()
    loaded = load_plan(plan.save(tmp_path / "plan", figures=False))
    dearer = {"reinforcements.c.capex_meur": 32}  # what is not built
    for one in (plan, loaded):
        ask = one.what_if(dearer)
        found = ask.solve()
        assert ask.course.kept and found.summary["security"]["rounds"] == 0
        assert totals(found) == pytest.approx(totals(plan), abs=1e-6)
        assert found.case == case.what_if(dearer) and found.certificate.ok
        ask = one.what_if({"reinforcements.c.capex_meur": 12}).what_if({"demands.*.peak_mw": "+15"})
        found = ask.solve()
        assert not ask.course.kept
        assert totals(found) == pytest.approx(totals(ask.case.solve()), abs=2e-3)
    with pytest.raises(CaseError):
        plan.what_if({"demands.nobody.peak_mw": 1})
    built = plan.what_if({})._session
    assert plan.what_if(dearer)._session is built  # the program is built once
    assert "_session" not in pickle.loads(pickle.dumps(plan)).__dict__


def test_a_plan_that_says_little_is_asked_too(case):
    whole = case.solve()
    older = replace(whole, tables={k: v for k, v in whole.tables.items() if k != "decisions"})
    for little in (older, Plan(case, SolveStatus.NO_PLAN, {}, {})):
        ask = little.what_if({})
        assert totals(ask.solve()) == pytest.approx(totals(whole), abs=2e-3)
        assert not ask.course.kept


def test_fractions_of_works_are_no_plan_where_costs_are_quadratic():
    """The relaxation builds 0.8 of b; it is solved for its bound only."""
    plant = {"supply": "p", "substation": "A", "side": "hv", "technology": "generator", "capacity_mw": 300}
    tables = {
        "substations": [station("A", firm_demand_mva=60)],
        "supplies": [{**plant, "cost_eur_per_mw2h": 0.03}],
        "demands": [demand("A", 100)],
        "reinforcements": WORKS,
    }
    settings = {
        "case": {"power_factor": 1.0},
        "horizon": {"years": [2030], "last_year": 2030, "discount_rate": 0.0},
        "objective": {"minimise": ["unserved_mw_years", "total_cost_meur"]},
    }
    case = make(tables, settings)
    session = WhatIf(case)
    session.base()
    for patch in ({"reinforcements.c.capex_meur": 30}, {"reinforcements.c.capex_meur": 12}):
        plan, alone = session.solve(patch), case.what_if(patch).solve()
        names = ("unserved_mw_years", "total_cost_meur")
        assert totals(plan, names) == pytest.approx(totals(alone, names), rel=1e-4, abs=1e-6)
        assert plan.certificate.ok
