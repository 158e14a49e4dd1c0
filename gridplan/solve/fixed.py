"""A program under a plan: what the plan decides stays, hours are dispatched anew.

What is whole stays whole; sizes keep to the plan within what its own tolerances allow. Columns that follow
from others (limits of stations, who serves whom, peaks) stay free: fixed to the last digit they would make
the program infeasible in the eyes of presolve.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from time import monotonic

import numpy as np

from gridplan.solve.compile import Compiled
from gridplan.solve.highs import Options, Outcome, Search
from gridplan.solve.keys import Key
from gridplan.solve.lexicographic import Objective, hold
from gridplan.solve.tangents import curves_of, follow

SLACK = 1e-6  # of a size that is kept, relative to it (to 1 where it is smaller)
FOLLOWING = ("stations", "loads", "policies", "telecom", "grid")  # sizes there follow from decisions
FOLLOWS = ("datacenters.serves", "datacenters.short")


@dataclass(frozen=True)
class Layout:
    """What every column of a program is.

    Attributes:
        keys: component and index.
        subject: name of the block.
        hourly: the column belongs to one period.
    """

    keys: list[Key]
    subject: np.ndarray
    hourly: np.ndarray


def layout(compiled: Compiled) -> Layout:
    """What every column of a program is."""
    times = frozenset(compiled.program.model.YP)
    keys = compiled.column_keys
    return Layout(
        keys,
        np.array([name.split(".")[0] for name, _ in keys], object),
        np.array([len(index) > 1 and index[-2:] in times for _, index in keys], bool),
    )


def whole(compiled: Compiled, x: np.ndarray) -> np.ndarray:
    """A solution with whole numbers whole, within its bounds."""
    return np.clip(np.where(compiled.integer, np.round(x), x), compiled.lower, compiled.upper)


def kept(
    compiled: Compiled, x: np.ndarray, at: Layout, free: Collection[str] = ()
) -> tuple[np.ndarray, np.ndarray]:
    """Bounds of columns that keep what a plan decides for whole stages.

    Args:
        compiled: the program.
        x: the plan, by column.
        at: layout of the program.
        free: subjects (blocks) whose decisions stay free.
    """
    plan = whole(compiled, x)
    modular = set(compiled.program.model.datacenters.MODULAR)
    lower, upper = compiled.lower.copy(), compiled.upper.copy()
    for k in np.flatnonzero(~at.hourly & ~np.isin(at.subject, list(free))):
        name, index = at.keys[k]
        if compiled.integer[k]:
            lower[k] = upper[k] = plan[k]
        elif at.subject[k] not in FOLLOWING and name not in FOLLOWS:
            if name == "datacenters.it" and index[0] in modular:
                continue  # its modules say so
            room = SLACK * max(1.0, abs(plan[k]))
            lower[k], upper[k] = max(lower[k], plan[k] - room), min(upper[k], plan[k] + room)
    return lower, upper


@dataclass(frozen=True)
class Operation:
    """Cheapest operation of what a plan decides.

    Attributes:
        x: values of the columns.
        value: of the last objective.
        dual: what the last objective loses per unit by which the right-hand side of a row rises.
    """

    x: np.ndarray
    value: float
    dual: np.ndarray


def reached(goals: list[Objective], x: np.ndarray) -> list[float]:
    """What a plan reaches of every objective but the last, without its constant."""
    return [float(goal.cost @ x) for goal in goals[:-1]]


def operate(
    compiled: Compiled,
    goals: list[Objective],
    values: list[float],
    bounds: tuple[np.ndarray, np.ndarray],
    options: Options,
) -> Operation | None:
    """Cheapest operation within bounds that leave nothing whole to choose; None where there is none.

    Args:
        compiled: the program.
        goals: objectives; the last is minimised, the others are held.
        values: at which they are held, without their constants.
        bounds: of the columns.
        options: time limit.
    """
    search = held(compiled, goals, values, bounds, np.zeros(len(bounds[0]), bool))
    ends = monotonic() + options.time_limit_s

    def attempt(_: np.ndarray | None) -> Outcome:
        return search.relax(replace(options, time_limit_s=ends - monotonic()))

    # charged what the curves of quadratic costs say, not the first lines below them
    outcome = follow(curves_of(compiled), search, goals[-1].cost, attempt, None)
    if outcome.x is None or outcome.value is None:
        return None
    return Operation(outcome.x, outcome.value, search.duals())


def held(
    compiled: Compiled,
    goals: list[Objective],
    values: list[float],
    bounds: tuple[np.ndarray, np.ndarray],
    integer: np.ndarray,
) -> Search:
    """The program in HiGHS: the last objective is minimised, the others are no worse than these values."""
    lower, upper = bounds[0].copy(), bounds[1].copy()
    search = Search(compiled.matrix, (compiled.row_lower, compiled.row_upper), (lower, upper), integer)
    for goal, value in zip(goals[:-1], values, strict=True):
        hold(compiled, search, goal, value, upper)
    search.restrict(lower, np.maximum(lower, upper))
    search.minimise(goals[-1].cost, goals[-1].constant)
    return search
