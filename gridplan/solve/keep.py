"""An earlier plan in a program that has moved a little: is it still a plan, and is it proven to be good?

What only became tighter or dearer keeps its bound: then a plan that still fits is proven as it was. Else
the relaxation is solved once for each objective: where the plan is within its gap, and it has not become
better, there is nothing to search for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from time import monotonic

import numpy as np

from gridplan.solve.compile import Compiled
from gridplan.solve.highs import Options, Search, relative_gap
from gridplan.solve.hourly import key_of
from gridplan.solve.lexicographic import ZERO, Answer, Goal, hold, objectives
from gridplan.solve.status import SolveStatus

FITS = 1e-6  # by which a row may fail, relative to the largest of its bound and 1
BETTER = 1e-5  # relative; a bound that improves by more is worth a search


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
    same = same and all(key_of(a) == key_of(b) for a, b in zip(old.columns, new.columns, strict=True))
    same = same and all(a.name == b.name for a, b in zip(old.rows, new.rows, strict=True))
    same = same and np.array_equal(old.matrix.indptr, new.matrix.indptr)
    if not same or not np.array_equal(old.matrix.indices, new.matrix.indices):
        return Moved(structure=True, hours=True)
    entries = old.matrix.data != new.matrix.data
    rows = (old.row_lower != new.row_lower) | (old.row_upper != new.row_upper)
    columns = (old.lower != new.lower) | (old.upper != new.upper)
    costs = np.zeros(len(columns), bool)
    for before, now in zip(objectives(old), objectives(new), strict=True):
        costs |= before.cost != now.cost
    by_hour = [_hourly(items, new) for items in (new.rows, new.columns)]
    at = np.zeros(len(columns), bool)
    at[np.repeat(np.arange(len(columns)), np.diff(new.matrix.indptr))[entries]] = True
    rows_at = np.zeros(len(rows), bool)
    rows_at[new.matrix.indices[entries]] = True
    hours = bool((by_hour[0] & (rows | rows_at)).any() or (by_hour[1] & (columns | costs | at)).any())
    bounds = bool(rows.any() or columns.any())
    return Moved(False, bool(entries.any()), bounds, bool(costs.any()), hours)


def _hourly(items: list, compiled: Compiled) -> np.ndarray:
    times = compiled.program.model.YP
    found = []
    for item in items:
        index = item.index()
        found.append(isinstance(index, tuple) and len(index) > 1 and index[-2:] in times)
    return np.array(found, bool)


def tighter(old: Compiled, new: Compiled) -> bool:
    """Whether every solution of the new program is one of the old: the same matrix, bounds no wider."""
    return bool(
        moved(old, new).arrays_only
        and (new.row_lower >= old.row_lower).all()
        and (new.row_upper <= old.row_upper).all()
        and (new.lower >= old.lower).all()
        and (new.upper <= old.upper).all()
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
) -> Answer | None:
    """An earlier plan as the answer of a program; None where it does not fit, or a search may find better.

    Args:
        compiled: the program.
        x: the plan by column; NaN where it says nothing.
        before: what was known of the objectives of the program that it is a plan of.
        options: gap, time limit, threads, seed.
        sure: what is known of the objectives of this program already, as of `inherited`.
    """
    if np.isnan(x).any() or not fits(compiled, x):
        return None
    ends = monotonic() + options.time_limit_s
    search = Search(
        compiled.matrix,
        (compiled.row_lower, compiled.row_upper),
        (compiled.lower, compiled.upper),
        compiled.integer,
    )
    upper, goals = compiled.upper.copy(), {}
    for goal in objectives(compiled):
        value, known = goal.of(x), before.get(goal.name)
        bound: float | None = 0.0
        proven = (sure or {}).get(goal.name)
        near = relative_gap(value, proven.bound) if proven is not None else None
        if near is not None and near <= options.gap:
            assert proven is not None
            bound = proven.bound
        elif abs(value) > ZERO or (goal.cost < 0).any() or (compiled.lower[goal.cost > 0] != 0).any():
            search.minimise(goal.cost, goal.constant)
            bound = search.relax(replace(options, time_limit_s=ends - monotonic())).value
        gap = relative_gap(value, bound)
        if bound is None or gap is None or gap > options.gap or known is None or known.bound is None:
            return None
        if proven is None and bound < known.bound - BETTER * max(1.0, abs(known.bound)):
            return None
        goals[goal.name] = Goal(value, bound, gap)
        hold(compiled, search, goal, value - goal.constant, upper)
    return Answer(SolveStatus.OPTIMAL, x, goals, 0)


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
