"""Solving a linear program for thousands of right-hand sides, by its critical regions.

The bounds of the program are affine in the values of an hour. One hour is solved; its optimal basis gives a
dispatch that is affine in the values, and optimal in every hour in which it keeps within its bounds: costs do
not depend on the values. Those hours are done; the next open hour is solved, until none is open.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import highspy
import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

from gridplan.solve.condense import Condensed
from gridplan.solve.hourly import Hourly

MANY, LARGE = 20, 200  # hours and rows from which it pays to condense a program first
TOLERANCE = 1e-5  # MW
PRICED = 1e-6  # EUR/MW from which a dual says at which bound a column stays
LOWER = int(highspy.HighsBasisStatus.kLower)
BASIC = int(highspy.HighsBasisStatus.kBasic)
UPPER = int(highspy.HighsBasisStatus.kUpper)


def sweep(
    program: Hourly, values: np.ndarray, order: np.ndarray, step: Callable[[int], None] | None = None
) -> tuple[np.ndarray, int]:
    """Optimal dispatch of every hour.

    Args:
        program: the program of an hour.
        values: hours × values.
        order: hours in the order in which they are tried (heaviest first).
        step: told the number of hours done.

    Returns:
        Dispatch (hours × columns) and the number of programs solved.
    """
    bounds = (program.row_lower, program.row_upper, program.lower, program.upper)
    seen = np.any([b.slope.any(axis=1) for b in bounds], axis=0) & values.any(axis=0)
    program, values = program.seeing(seen), values[:, seen]  # a basis is asked for every value
    if len(values) >= MANY and len(program.rows) >= LARGE:
        condensed = Condensed(program, values)
        dispatch, solved = _regions(condensed.small, values, order, step)
        return condensed.whole(dispatch, values), solved
    return _regions(program, values, order, step)


def _regions(
    program: Hourly, values: np.ndarray, order: np.ndarray, step: Callable[[int], None] | None
) -> tuple[np.ndarray, int]:
    """Region by region, until no hour is open."""
    engine = Engine(program)
    dispatch = np.zeros((len(values), len(program.columns)))
    is_open, solved = np.ones(len(values), bool), 0
    left, rest = np.arange(len(values)), values  # may hold hours that are done; copied anew when half are
    for hour in order:
        if not is_open[hour]:
            continue
        dispatch[hour], is_open[hour] = engine.solve(values[hour]), False
        solved += 1
        rule = engine.rule() if is_open.any() else None
        if rule is not None:
            fits = left[engine.fits(rule, rest)]
            fits = fits[is_open[fits]]
            dispatch[fits] = rule[0] + values[fits] @ rule[1:]
            is_open[fits] = False
        if 2 * is_open.sum() < len(left):
            left = np.flatnonzero(is_open)
            rest = values[left]
        if step:
            step(int(len(values) - is_open.sum()))
    return dispatch, solved


def loaded(matrix: sparse.csc_array, cost: np.ndarray) -> Any:
    """HiGHS with a program whose bounds are still to come."""
    highs = highspy.Highs()
    highs.silent()
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = matrix.shape
    lp.col_cost_ = cost
    lp.col_lower_ = lp.col_upper_ = np.zeros(matrix.shape[1])
    lp.row_lower_ = lp.row_upper_ = np.zeros(matrix.shape[0])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.indptr, matrix.indices
    lp.a_matrix_.value_ = matrix.data
    highs.passModel(lp)
    return highs


def dispatched(highs: Any, program: Hourly, values: np.ndarray, what: str) -> np.ndarray:
    """Optimal dispatch of one hour (1-D values) or of hours together (hours × values), from the last
    basis.
    """
    low, up = program.lower.at(values).ravel(), program.upper.at(values).ravel()
    highs.changeColsBounds(len(low), np.arange(len(low), dtype=np.int32), low, np.maximum(low, up))
    low, up = program.row_lower.at(values).ravel(), program.row_upper.at(values).ravel()
    highs.changeRowsBounds(len(low), np.arange(len(low), dtype=np.int32), low, np.maximum(low, up))
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        highs.clearSolver()  # the last basis may be a bad one to begin with
        highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        status = highs.modelStatusToString(highs.getModelStatus())
        raise RuntimeError(f"the operation of {what} in {program.year} ended with '{status}'")
    return np.array(highs.getSolution().col_value)


def _sides(status: list[Any], dual: list[float]) -> np.ndarray:
    """Status of rows or columns; at which bound they stay, where bounds differ in other hours, is for the
    dual to say.

    Where both bounds are the same in this hour (sun at night), either status is optimal here, and in an hour
    with sun only one of them.
    """
    found, price = np.array([int(s) for s in status], int), np.array(dual)
    nonbasic = found != BASIC
    found[nonbasic & (price > PRICED)] = LOWER
    found[nonbasic & (price < -PRICED)] = UPPER
    return found


class Engine:
    """HiGHS with one hour loaded; only bounds move."""

    def __init__(self, program: Hourly) -> None:
        """Load the program."""
        self.program = program
        self.highs = loaded(program.matrix, program.cost)
        self.by_row = sparse.csr_array(program.matrix)
        base = [np.concatenate([r.base, c.base]) for r, c in self._pairs()]
        slope = [np.hstack([r.slope, c.slope]) for r, c in self._pairs()]
        self.bounds = [np.vstack([b, s]) for b, s in zip(base, slope, strict=True)]
        self.below = np.flatnonzero(np.isfinite(self.bounds[0][0]))  # rows, then columns, with a lower bound
        self.above = np.flatnonzero(np.isfinite(self.bounds[1][0]))
        self.misses = np.zeros(len(self.below) + len(self.above))

    def _pairs(self) -> list[tuple[Any, Any]]:
        p = self.program
        return [(p.row_lower, p.lower), (p.row_upper, p.upper)]

    def solve(self, values: np.ndarray) -> np.ndarray:
        """Optimal dispatch of one hour."""
        return dispatched(self.highs, self.program, values, "an hour")

    def rule(self) -> np.ndarray | None:
        """(1 + values) × columns: the last basis as affine dispatch; None where it cannot be factorised."""
        basis, answer = self.highs.getBasis(), self.highs.getSolution()
        columns = _sides(basis.col_status, answer.col_dual)
        rows = _sides(basis.row_status, answer.row_dual)
        basic, tight = np.flatnonzero(columns == BASIC), np.flatnonzero(rows != BASIC)
        if len(basic) != len(tight):
            return None
        lower, upper = self.bounds
        count = len(rows)
        x = np.zeros((len(lower), len(columns)))
        for status, bound in ((LOWER, lower), (UPPER, upper)):
            x[:, columns == status] = bound[:, count:][:, columns == status]
        right = np.where(rows[tight] == LOWER, lower[:, tight], upper[:, tight])
        if not (np.isfinite(x).all() and np.isfinite(right).all()):
            return None
        active = self.by_row[tight, :]
        right = right - (active @ x.T).T
        try:
            x[:, basic] = splu(sparse.csc_array(active[:, basic])).solve(np.ascontiguousarray(right.T)).T
        except RuntimeError:
            return None
        return x

    def fits(self, rule: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Hours in which the rule keeps within every bound; bounds that failed most are looked at first."""
        activity = np.hstack([(self.by_row @ rule.T).T, rule])
        lower, upper = self.bounds
        margin = np.hstack([(activity - lower)[:, self.below], (upper - activity)[:, self.above]])
        alive, order, first, size = np.arange(len(values)), np.argsort(-self.misses, kind="stable"), 0, 8
        while first < len(order) and len(alive):
            chosen = order[first : first + size]
            some = values if len(alive) == len(values) else values[alive]
            bad = margin[0, chosen] + some @ margin[1:, chosen] < -TOLERANCE
            self.misses[chosen] += bad.sum(axis=0)
            alive = alive[~bad.any(axis=1)]
            first, size = first + size, 4 * size
        return alive
