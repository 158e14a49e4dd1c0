"""One objective after the other: each is solved to the gap and then held while the next is minimised.

Where the relaxation of an objective is already at zero (nothing need go unserved, say), zero is held at once
and the next objective is tried: a plan found there proves the zero. Only if there is none, the objective is
searched itself.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from functools import partial
from time import monotonic

import numpy as np

from gridplan.solve.compile import Compiled
from gridplan.solve.highs import Options, Outcome, Search, relative_gap
from gridplan.solve.progress import Progress
from gridplan.solve.start import WORTH, near_relaxation
from gridplan.solve.status import SolveStatus
from gridplan.solve.tangents import follow

EXACT = 2e-7  # slack with which a reached objective is held, relative to its size
ZERO = 1e-6  # an objective below is at zero


@dataclass(frozen=True)
class Goal:
    """What became of one objective, in the indicator's unit."""

    value: float | None
    bound: float | None
    gap: float | None


@dataclass(frozen=True)
class Answer:
    """What became of a program.

    Attributes:
        status: how the search ended.
        x: values of the columns, or None.
        goals: by objective, in order.
        nodes: branch-and-bound nodes in all.
    """

    status: SolveStatus
    x: np.ndarray | None
    goals: dict[str, Goal]
    nodes: int

    def proven(self, gap: float) -> bool:
        """Whether every objective is known to be within this gap."""
        return all(goal.gap is not None and goal.gap <= gap for goal in self.goals.values())


@dataclass(frozen=True)
class Objective:
    """One objective: cost per column and constant."""

    name: str
    cost: np.ndarray
    constant: float

    def of(self, x: np.ndarray) -> float:
        """Its value."""
        return float(self.cost @ x) + self.constant


def objectives(compiled: Compiled) -> list[Objective]:
    """Objectives in order of importance; a table of weights makes one."""
    setting = compiled.program.frame.case.settings.objective
    if not setting.weights:
        return [Objective(name, *compiled.objective(name)) for name in setting.minimise]
    cost, constant = np.zeros(len(compiled.columns)), 0.0
    for name, weight in setting.weights.items():
        part, extra = compiled.objective(name)
        cost, constant = cost + weight * part, constant + weight * extra
    return [Objective("weighted sum", cost, constant)]


def optimise(
    compiled: Compiled,
    options: Options,
    progress: Progress,
    interrupt: threading.Event | None = None,
    start: np.ndarray | None = None,
    label: str = "",
    draft: bool = False,
    prove: bool = False,
    relaxed: bool = False,
) -> Answer:
    """Solve a compiled program, objective by objective, within the time limit.

    Args:
        compiled: the program.
        options: gap, seconds, threads, seed.
        progress: watcher.
        interrupt: stops the search when set.
        start: a plan to start from, NaN where unknown.
        label: added to the name of each phase.
        draft: a good plan will do; its gap need not be proven.
        prove: `start` is a good plan of this program; only its gap is to be proven.
        relaxed: fractions of units will do (to find critical hours).
    """
    todo = objectives(compiled)
    run = _Run(compiled, options, progress, interrupt, label, draft, prove, relaxed)
    held = run.zeros(todo)
    if held:
        answer = run.solve(todo, start, held)
        if answer.x is not None or answer.status == SolveStatus.INTERRUPTED:
            return answer
    return run.solve(todo, start, {})


class _Run:
    """The course of one solve: a clock, and a fresh HiGHS for each attempt."""

    def __init__(
        self,
        compiled: Compiled,
        options: Options,
        progress: Progress,
        interrupt: threading.Event | None,
        label: str,
        draft: bool,
        prove: bool,
        relaxed: bool,
    ) -> None:
        self.compiled, self.options, self.progress, self.interrupt = compiled, options, progress, interrupt
        self.label, self.draft, self.prove, self.relaxed = label, draft, prove, relaxed
        self.ends = monotonic() + options.time_limit_s
        self.nodes = 0

    def _search(self) -> Search:
        c = self.compiled
        search = Search(c.matrix, (c.row_lower, c.row_upper), (c.lower, c.upper), c.integer)
        search.watcher, search.interrupt = self.progress, self.interrupt
        return search

    def _left(self) -> Options:
        return replace(self.options, time_limit_s=self.ends - monotonic())

    def zeros(self, todo: list[Objective]) -> dict[str, float]:
        """Objectives (but the last) whose relaxation is zero and that cannot be negative."""
        held: dict[str, float] = {}
        if self.compiled.integer.sum() < WORTH:
            return held
        search = self._search()
        for goal in todo[:-1]:
            if goal.constant or (goal.cost < 0).any() or (self.compiled.lower[goal.cost > 0] != 0).any():
                break
            search.minimise(goal.cost)
            relaxed = search.relax(self._left())
            if relaxed.value is None or relaxed.value > ZERO:
                break
            held[goal.name] = 0.0
        return held

    def solve(self, todo: list[Objective], start: np.ndarray | None, held: dict[str, float]) -> Answer:
        """Solve the objectives in order; those in `held` are taken as reached."""
        search, best, upper = self._search(), None, self.compiled.upper.copy()
        outcomes: dict[str, Outcome] = {}
        status = SolveStatus.OPTIMAL
        for k, goal in enumerate(todo):
            if goal.name in held:
                upper[goal.cost > 0] = 0.0
                search.restrict(self.compiled.lower, upper)
                continue
            self.progress.phase(f"solve {goal.name}{self.label}")
            search.minimise(goal.cost, goal.constant)
            attempt = partial(self._one, search, upper=upper)
            first = start if best is None else best
            outcome = follow(self.compiled, search, goal.cost, attempt, first)
            outcomes[goal.name], status = outcome, outcome.status
            self.nodes += outcome.nodes
            best = outcome.x if outcome.x is not None else best
            search.has_plan = best is not None
            if status != SolveStatus.OPTIMAL:
                break
            if k + 1 < len(todo) and best is not None:
                self._hold(search, goal, float(goal.cost @ best), upper)
        if best is not None and status in (SolveStatus.NO_PLAN, SolveStatus.INFEASIBLE):
            status = SolveStatus.LIMIT  # a plan of an earlier objective is there
        return Answer(status, best, _goals(todo, outcomes, held, best), self.nodes)

    def _hold(self, search: Search, goal: Objective, value: float, upper: np.ndarray) -> None:
        """Let later objectives not worsen this one; zero by bounds, for such a row is lost in tolerances."""
        low = self.compiled.lower
        if value < ZERO and not (goal.cost < 0).any() and (low[goal.cost > 0] >= 0).all():
            upper[goal.cost > 0] = low[goal.cost > 0]
            search.restrict(low, upper)
        else:
            search.limit(goal.cost, value + EXACT * max(1.0, abs(value)))

    def _one(self, search: Search, start: np.ndarray | None, *, upper: np.ndarray) -> Outcome:
        """Solve one objective: near the relaxation first, then to the gap from there."""
        if self.relaxed:
            return search.relax(self._left())
        if self.compiled.integer.sum() >= WORTH and not self.prove:
            relaxed = search.relax(self._left())
            if relaxed.x is None:
                return relaxed
            assert relaxed.value is not None
            if start is not None:
                search.start_from(start)
            near = near_relaxation(self.compiled, search, relaxed.x, upper, self._left())
            if near.status == SolveStatus.INTERRUPTED or (self.draft and near.x is not None):
                gap = relative_gap(near.value, relaxed.value)
                return replace(near, bound=relaxed.value, gap=gap)
            start = near.x if near.x is not None else start
        if start is not None:
            search.start_from(start)
        return search.run(self._left())


def _goals(
    todo: list[Objective], outcomes: dict[str, Outcome], held: dict[str, float], x: np.ndarray | None
) -> dict[str, Goal]:
    """Value, bound and gap by objective; without a search of its own a goal has the plan's value."""
    goals = {}
    for goal in todo:
        value = goal.of(x) if x is not None else None
        if goal.name in held:
            goals[goal.name] = Goal(value, held[goal.name], 0.0)
        elif goal.name in outcomes:
            o = outcomes[goal.name]
            goals[goal.name] = Goal(o.value if o.value is not None else value, o.bound, o.gap)
        else:
            goals[goal.name] = Goal(value, None, None)
    return goals
