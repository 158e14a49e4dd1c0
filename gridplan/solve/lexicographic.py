"""One objective after the other: each is solved to the gap and then held while the next is minimised."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from time import monotonic

import numpy as np

from gridplan.solve.compile import Compiled
from gridplan.solve.highs import Options, Outcome, Search
from gridplan.solve.progress import Progress
from gridplan.solve.status import SolveStatus


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
        search: the model inside HiGHS.
    """

    status: SolveStatus
    x: np.ndarray | None
    goals: dict[str, Goal]
    nodes: int
    search: Search


def objectives(compiled: Compiled) -> list[tuple[str, np.ndarray, float]]:
    """(name, cost per column, constant) in order of importance; a table of weights makes one objective."""
    setting = compiled.program.frame.case.settings.objective
    if not setting.weights:
        return [(name, *compiled.objective(name)) for name in setting.minimise]
    cost, constant = np.zeros(len(compiled.columns)), 0.0
    for name, weight in setting.weights.items():
        part, extra = compiled.objective(name)
        cost, constant = cost + weight * part, constant + weight * extra
    return [("weighted sum", cost, constant)]


def optimise(
    compiled: Compiled,
    options: Options,
    progress: Progress,
    interrupt: threading.Event | None,
    start: np.ndarray | None = None,
    label: str = "",
) -> Answer:
    """Solve a compiled program, objective by objective, within the time limit."""
    search = Search(
        compiled.matrix,
        (compiled.row_lower, compiled.row_upper),
        (compiled.lower, compiled.upper),
        compiled.integer,
    )
    search.watcher, search.interrupt = progress, interrupt
    ends, goals, nodes, status = monotonic() + options.time_limit_s, {}, 0, SolveStatus.OPTIMAL
    best = start
    todo = objectives(compiled)
    outcome: Outcome | None = None
    for k, (name, cost, constant) in enumerate(todo):
        progress.phase(f"solve {name}{label}")
        search.minimise(cost, constant)
        if best is not None:
            search.start_from(best)
        outcome = search.run(replace(options, time_limit_s=ends - monotonic()))
        goals[name] = Goal(outcome.value, outcome.bound, outcome.gap)
        nodes += outcome.nodes
        if outcome.x is None:
            if best is None or best is start:
                return Answer(outcome.status, None, goals, nodes, search)
            return Answer(_cut_short(outcome.status), best, _after(goals, todo, k, best), nodes, search)
        best = outcome.x
        if outcome.status != SolveStatus.OPTIMAL:
            return Answer(outcome.status, best, _after(goals, todo, k + 1, best), nodes, search)
        if k + 1 < len(todo):
            value = float(cost @ best)
            search.limit(cost, value + 1e-6 * max(1.0, abs(value)))
    return Answer(status, best, goals, nodes, search)


def _cut_short(status: SolveStatus) -> SolveStatus:
    """A plan of an earlier objective is there, though a later one found none in time."""
    return SolveStatus.INTERRUPTED if status == SolveStatus.INTERRUPTED else SolveStatus.LIMIT


def _after(
    goals: dict[str, Goal], todo: list[tuple[str, np.ndarray, float]], first: int, x: np.ndarray
) -> dict[str, Goal]:
    """Objectives that were not reached carry the value of the plan and no bound."""
    rest = {name: Goal(float(cost @ x) + constant, None, None) for name, cost, constant in todo[first:]}
    return {**goals, **rest}
