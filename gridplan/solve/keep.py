"""An earlier plan in a program that has moved a little: is it still a plan, and is it proven to be good?

What only became tighter or dearer keeps its bound: then a plan that still fits is proven as it was. Else
the relaxation is solved once for each objective, and the last one is searched a little, from the plan: where
the plan turns out to be within the gap, and the bound is hardly better, there is nothing more to search for.

Measured on cases/mra, ten what-ifs that loosen policies or make works cheaper (gap 1 %, relaxation 1.2 %
off): the little search proves the plan at the root, in a tenth of the time of a cold solve. A neighbourhood
of what plan and relaxation agree on brought nothing in any of them, the whole search 0.03 % at most.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from time import monotonic

import numpy as np

from gridplan.solve.compile import Compiled
from gridplan.solve.highs import Options, Outcome, Search, relative_gap
from gridplan.solve.keys import Key
from gridplan.solve.lexicographic import ZERO, Answer, Goal, Objective, hold, objectives
from gridplan.solve.progress import Progress
from gridplan.solve.status import SolveStatus
from gridplan.solve.tangents import curves_of

FITS = 1e-6  # by which a row may fail, relative to the largest of its bound and 1
SAME = 1e-5  # relative; objectives that differ by less are the same
BETTER = 0.1  # share of the gap; a bound that improves by more is worth a search
NODES = 50  # of the little search


@dataclass(frozen=True)
class Moved:
    """What differs between two programs.

    Attributes:
        structure: rows, columns or which of them meet.
        coefficients: numbers in the matrix.
        bounds: of rows or columns.
        costs: of columns, in some objective.
        hours: whether any of that belongs to an hour (else to whole stages only).
    """

    structure: bool
    coefficients: bool = False
    bounds: bool = False
    costs: bool = False
    hours: bool = False

    @property
    def arrays_only(self) -> bool:
        """Whether only bounds, costs and right-hand sides differ."""
        return not self.structure and not self.coefficients


def moved(old: Compiled, new: Compiled) -> Moved:
    """What differs between two programs over the same periods, by the names of rows and columns."""
    same = old.matrix.shape == new.matrix.shape and bool((old.integer == new.integer).all())
    same = same and old.column_keys == new.column_keys and old.row_keys == new.row_keys
    same = same and np.array_equal(old.matrix.indptr, new.matrix.indptr)
    if not same or not np.array_equal(old.matrix.indices, new.matrix.indices):
        return Moved(structure=True, hours=True)
    entries = old.matrix.data != new.matrix.data
    rows = (old.row_lower != new.row_lower) | (old.row_upper != new.row_upper)
    columns = (old.lower != new.lower) | (old.upper != new.upper)
    costs = np.zeros(len(columns), bool)
    for before, now in zip(objectives(old), objectives(new), strict=True):
        costs |= before.cost != now.cost
    by_hour = [_hourly(keys, new) for keys in (new.row_keys, new.column_keys)]
    at = np.zeros(len(columns), bool)
    at[np.repeat(np.arange(len(columns)), np.diff(new.matrix.indptr))[entries]] = True
    rows_at = np.zeros(len(rows), bool)
    rows_at[new.matrix.indices[entries]] = True
    hours = bool((by_hour[0] & (rows | rows_at)).any() or (by_hour[1] & (columns | costs | at)).any())
    bounds = bool(rows.any() or columns.any())
    return Moved(False, bool(entries.any()), bounds, bool(costs.any()), hours)


def _hourly(keys: list[Key], compiled: Compiled) -> np.ndarray:
    times = frozenset(compiled.program.model.YP)
    return np.array([len(index) > 1 and index[-2:] in times for _, index in keys], bool)


def tighter(old: Compiled, new: Compiled) -> bool:
    """Whether every solution of the new program is one of the old: the same matrix, bounds no wider."""
    return bool(
        new.matrix.shape == old.matrix.shape
        and (new.row_lower >= old.row_lower).all()
        and (new.row_upper <= old.row_upper).all()
        and (new.lower >= old.lower).all()
        and (new.upper <= old.upper).all()
        and moved(old, new).arrays_only
    )


def inherited(old: Compiled, new: Compiled, before: Mapping[str, Goal]) -> dict[str, Goal]:
    """What a program with more solutions tells of the objectives of this one, where none became cheaper."""
    found: dict[str, Goal] = {}
    if not tighter(old, new):
        return found
    for was, now in zip(objectives(old), objectives(new), strict=True):
        known = before.get(now.name)
        rises = now.cost - was.cost
        dearer = bool((rises >= 0).all() and (new.lower[rises > 0] >= 0).all())
        if known is None or known.bound is None or not dearer:
            break
        found[now.name] = replace(known, bound=known.bound + now.constant - was.constant)
        if rises.any() or now.constant != was.constant:
            break  # what comes after was proven with this one at its old value
    return found


def keep(
    compiled: Compiled,
    x: np.ndarray,
    before: Mapping[str, Goal],
    options: Options,
    sure: Mapping[str, Goal] | None = None,
    watcher: Progress | None = None,
    interrupt: threading.Event | None = None,
) -> Answer | None:
    """An earlier plan as the answer of a program, or one that a little search from it finds.

    None where the plan does not fit, or a longer search may find better.

    Args:
        compiled: the program.
        x: the plan by column; NaN where it says nothing.
        before: what was known of the objectives of the program that it is a plan of.
        options: gap, time limit, threads, seed.
        sure: what is known of the objectives of this program already, as of `inherited`.
        watcher: sees the search.
        interrupt: stops the search when set; the answer is then what is there.
    """
    if np.isnan(x).any() or not fits(compiled, x):
        return None
    ends = monotonic() + options.time_limit_s
    search = _search(compiled, watcher, interrupt)
    todo, upper, goals = objectives(compiled), compiled.upper.copy(), dict[str, Goal]()
    curved, nodes = len(curves_of(compiled).square) > 0, 0
    for goal in todo:
        known, proven = before.get(goal.name), (sure or {}).get(goal.name)
        if known is None or known.bound is None:
            return None
        found = Outcome(SolveStatus.OPTIMAL, None, None, 0.0, None, 0, 0.0)
        kept = proven is not None and _near(goal.of(x), proven.bound, options.gap)
        if kept and proven is not None:
            found = replace(found, bound=proven.bound)
        elif abs(goal.of(x)) > ZERO or (goal.cost < 0).any() or (compiled.lower[goal.cost > 0] != 0).any():
            search.minimise(goal.cost, goal.constant)
            left = replace(options, time_limit_s=ends - monotonic())
            if goal is not todo[-1] or curved:
                found = replace(search.relax(left), x=None)  # fractions of units are no plan
            else:
                found = search.briefly(x, NODES, left)
        nodes += found.nodes
        better = found.x is not None and goal.of(found.x) < goal.of(x) - SAME * max(1.0, abs(goal.of(x)))
        if better and found.x is not None:
            x = found.x
        value = goal.of(x)
        goals[goal.name] = Goal(value, found.bound, relative_gap(value, found.bound))
        if found.status == SolveStatus.INTERRUPTED:
            return Answer(found.status, x, _all(todo, goals, x), nodes)
        if found.bound is None or not _near(value, found.bound, options.gap):
            return None
        least = known.bound - max(SAME, BETTER * options.gap) * max(1.0, abs(known.bound))
        if found.bound < least and not kept and not better:
            return None
        hold(compiled, search, goal, value - goal.constant, upper)
    return Answer(SolveStatus.OPTIMAL, x, goals, nodes)


def _search(compiled: Compiled, watcher: Progress | None, interrupt: threading.Event | None) -> Search:
    rows, columns = (compiled.row_lower, compiled.row_upper), (compiled.lower, compiled.upper)
    search = Search(compiled.matrix, rows, columns, compiled.integer)
    search.watcher, search.interrupt = watcher or search.watcher, interrupt
    return search


def _near(value: float, bound: float | None, gap: float) -> bool:
    distance = relative_gap(value, bound)
    return distance is not None and distance <= gap


def _all(todo: list[Objective], goals: Mapping[str, Goal], x: np.ndarray) -> dict[str, Goal]:
    """Goals of an interrupted search: what was not looked at has no bound."""
    return {goal.name: goals.get(goal.name, Goal(goal.of(x), None, None)) for goal in todo}


def fits(compiled: Compiled, x: np.ndarray) -> bool:
    """Whether a plan keeps every bound of a program."""
    activity = compiled.matrix @ x
    for value, low, high in (
        (activity, compiled.row_lower, compiled.row_upper),
        (x, compiled.lower, compiled.upper),
    ):
        size = FITS * np.maximum(1.0, np.abs(value))
        if (value < low - size).any() or (value > high + size).any():
            return False
    return True
