"""Heat searched alone under a plan: links that pay come, the rest stays, limits of stations hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gridplan.case import Case
from gridplan.model.build import build
from gridplan.model.periods import snapshot
from gridplan.network import Network
from gridplan.solve import rounds
from gridplan.solve.compile import Compiled, compile_program
from gridplan.solve.fixed import kept, layout
from gridplan.solve.highs import Options, Search
from gridplan.solve.lexicographic import Answer, Goal, objectives
from gridplan.solve.polish import polish
from gridplan.solve.status import SolveStatus
from gridplan.solve.tangents import curves_of
from tests.invariants.random_cases import random_case
from tests.model.cases import demand, grid_supply, make, station

OPTIONS = Options(gap=0.0, time_limit_s=60.0, threads=1)
ANNUITY = 0.04 / (1 - 1.04**-40)


def town(room_mva: float = 100.0, square: float = 0.0, **link: Any) -> Case:
    """9 MW of datacenter heat at A (COP 3.5: 12.6 MW), 20 MW of gas heat at B (50 EUR/MWh), a link of 2 M€.

    A has two transformers; besides 9 MW of datacenter it feeds 1,000 MW of other load from the high side.
    Electricity costs 80 EUR/MWh, and `square` times the MW more.
    """
    return make(
        {
            "substations": [station("A", transformers=2, transformer_mva=room_mva), station("B")],
            "demands": [demand("A", 1000, side="hv")],
            "supplies": [grid_supply("A", cost_eur_per_mwh=80, cost_eur_per_mw2h=square, capacity_mw=2000)],
            "datacenters": [{"site": "hall", "substation": "A", "existing_it_mw": 9, "heat_share": 1}],
            "heat_sinks": [{"sink": "town", "zone": "B", "peak_mw": 20, "alternative_eur_per_mwh": 50}],
            "heat_links": [{"link": "pipe", "from": "hall", "to": "town", "fixed_meur": 2, **link}],
            "heat_pumps": [{"heat_pump": "lift", "at": "hall", "cop": 3.5}],
            "branches": [{"branch": "AB", "from": "A", "to": "B", "x_pu": 0.1}],
        },
        {"case": {"power_factor": 1.0}, "objective": {"minimise": ["total_cost_meur"]}},
    )


def without_heat(case: Case) -> tuple[Compiled, Answer]:
    """The best plan without any link, said to be within a gap of 50 %."""
    compiled = compile_program(build(case, snapshot(case), Network(case)))
    at = layout(compiled)
    upper = compiled.upper.copy()
    upper[(at.subject == "heat") & compiled.integer & ~at.hourly] = 0.0
    goal = objectives(compiled)[0]
    search = Search(
        compiled.matrix, (compiled.row_lower, compiled.row_upper), (compiled.lower, upper), compiled.integer
    )
    search.minimise(goal.cost, goal.constant)
    found = search.run(OPTIONS)
    assert found.x is not None and found.value is not None
    goals = {goal.name: Goal(found.value, found.value / 2, 0.5)}
    return compiled, Answer(SolveStatus.OPTIMAL, found.x, goals, 0)


def test_a_link_that_pays_comes_and_the_objective_says_so():
    """12.6 MW of gas heat at 50 cost 5.5188 M€ a year; 3.6 MW at 80 cost 2.52288; the link 2 M€ · 0.0505."""
    compiled, plain = without_heat(town())
    found = polish(compiled, plain, OPTIONS)
    saved = (12.6 * 50 - 3.6 * 80) * 8760 / 1e6 - 2 * ANNUITY
    before, after = plain.goals["total_cost_meur"], found.goals["total_cost_meur"]
    assert before.value - after.value == pytest.approx(saved, abs=1e-6)
    assert objectives(compiled)[0].of(found.x) == pytest.approx(after.value)
    assert (after.bound, found.heat_gap) == (before.bound, pytest.approx(0, abs=0.08))
    assert after.gap == pytest.approx((after.value - after.bound) / after.value)


def test_a_link_that_does_not_pay_stays_away():
    """At 100 M€ the annuity of 5.05 M€ is more than the 2.996 M€ saved a year: the plan is kept as it is."""
    compiled, plain = without_heat(town(fixed_meur=100))
    found = polish(compiled, plain, OPTIONS)
    assert found.x is plain.x
    assert found.heat_gap == pytest.approx(0, abs=0.08)


def test_quadratic_costs_are_charged_by_their_curve():
    """At 80·P + 0.02·P² EUR/h: 12.6 MW of gas heat at 50, for 1,009 MW going to 1,012.6 MW; the first lines
    below the curve, 250 MW apart, miss up to 0.02·125² = 312 EUR/h of it.
    """
    compiled, plain = without_heat(town(square=0.02))
    found = polish(compiled, plain, OPTIONS)
    curves = curves_of(compiled)
    assert len(curves.square) == 1
    assert curves.missing(found.x) == pytest.approx(0, abs=1e-6)
    more = 80 * 3.6 + 0.02 * (1012.6**2 - 1009**2)
    whole = 80 * 1009 + 0.02 * 1009**2 + 20 * 50
    exact = (whole + more - 12.6 * 50) * 8760 / 1e6 + 2 * ANNUITY
    assert found.goals["total_cost_meur"].value == pytest.approx(exact, rel=2e-7)


def test_the_room_of_the_station_holds():
    """2 × 10 MVA: 10 MW firm, 9 MW taken; 1 MW for the pump makes 3.5 MW of heat."""
    compiled, plain = without_heat(town(room_mva=10))
    found = polish(compiled, plain, OPTIONS)
    saved = 3.5 * 50 * 8760 / 1e6 - 1 * 80 * 8760 / 1e6 - 2 * ANNUITY
    gain = plain.goals["total_cost_meur"].value - found.goals["total_cost_meur"].value
    assert gain == pytest.approx(saved, abs=1e-6)


def test_a_plan_near_its_bound_is_left_alone():
    """Within 10⁻⁴ of the bound nothing is searched."""
    compiled, plain = without_heat(town())
    near = replace(plain, goals={"total_cost_meur": Goal(700.0, 699.99, 0.01 / 700)})
    found = polish(compiled, near, OPTIONS)
    assert found.x is plain.x and found.heat_gap == pytest.approx(0.01)


def test_what_is_kept_is_all_but_dispatch_and_the_free_subjects():
    """Whole numbers are pinned; hours are free; with heat free its columns have their own bounds."""
    compiled, plain = without_heat(town())
    at = layout(compiled)
    pinned = compiled.integer & ~at.hourly
    lower, upper = kept(compiled, plain.x, at)
    assert (lower[pinned] == upper[pinned]).all()
    assert (upper[at.hourly] == compiled.upper[at.hourly]).all()
    lower, upper = kept(compiled, plain.x, at, ["heat"])
    heat = at.subject == "heat"
    assert (upper[heat] == compiled.upper[heat]).all()
    assert np.array_equal(lower[heat], compiled.lower[heat])


def test_a_plan_solved_with_a_wide_gap_has_the_link():
    """Heat is 0.6 % of all money: with a gap of 10 % the link is there all the same."""
    plan = town().solve(gap=0.1)
    assert plan.heat_links["heat_tj"].tolist() == pytest.approx([12.6 * 8760 * 0.0036])


def test_a_small_plan_with_back_ups_tanks_and_curves_is_verified_after_the_search(monkeypatch):
    """A supply of quadratic cost, a tank, a gas and an electric back-up: the plan's money is that of its
    tables, however small the program.
    """
    case = random_case(14)
    assert case.has("heat_storages") and (case.table("supplies")["cost_eur_per_mw2h"] > 0).any()
    assert set(case.table("heat_sinks")["backup"]) == {"gas", "electric"}
    looked = []

    def watched(compiled: Compiled, answer: Answer, options: Options) -> Answer:
        looked.append(answer)
        return polish(compiled, answer, options)

    monkeypatch.setattr(rounds, "WORTH", 1)
    monkeypatch.setattr(rounds, "polish", watched)
    plan = case.solve(gap=0.001, threads=1)
    assert looked and plan.certificate.ok, plan.certificate
