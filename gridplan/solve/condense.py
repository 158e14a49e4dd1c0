"""A program of an hour with fewer rows and columns, and the way back; exact in every hour that is asked.

Most rows of an hour say what a column is (what a station draws, its net), or bound one column. They go:

    column with one value                 goes to the right-hand sides
    a·x ≤ b, one column                   a bound of x, where it is the tighter one in every hour
    a·x + Σ… = b, x without bounds        x is put in everywhere
    a·x + Σ… = b, x only here, no cost    lower ≤ Σ… ≤ upper
    rows that say the same of one sum     one row

Bounds stay affine in the values of an hour. Of two bounds the tighter one is known only where it is so for
all values between the least and the largest of the hours asked; else both stay.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from gridplan.solve.affine import Affine
from gridplan.solve.hourly import Hourly

SURE = 1e-9  # MW by which one bound may pass another and is still the tighter one
SMALL = 0.01  # of the largest entry of a row: a smaller one is not divided by
FILL = 12  # entries that putting a column in may add
ROUNDS = 30
CHUNK = 512  # hours whose dispatch is put together at a time, for the sake of memory
Bounds = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Step:
    """What columns are in terms of those that stay: base + values · slope + share · the others."""

    columns: np.ndarray
    rule: np.ndarray
    share: sparse.csr_array


class Condensed:
    """A program of an hour and what was taken out of it."""

    def __init__(self, program: Hourly, values: np.ndarray) -> None:
        """Condense a program for some hours (hours × values)."""
        self.program = program
        self.matrix = sparse.csr_array(program.matrix)
        bounds = (program.row_lower, program.row_upper, program.lower, program.upper)
        self.row_low, self.row_up, self.low, self.up = (np.vstack([b.base, b.slope]) for b in bounds)
        self.cost = program.cost.copy()
        self.row_there = np.ones(len(program.rows), bool)
        self.there = np.ones(len(program.columns), bool)
        self.least, self.most = values.min(axis=0), values.max(axis=0)
        self.steps: list[Step] = []
        for _ in range(ROUNDS):
            size = int(self.row_there.sum() + self.there.sum())
            self._bounds()
            self._fixed()
            self._put_in()
            if size == int(self.row_there.sum() + self.there.sum()):
                break
        self._slacks()
        self._same()

    @property
    def small(self) -> Hourly:
        """What is left."""
        rows, columns, whole = self.row_there, self.there, self.program
        sides = [Affine(b[0, rows], b[1:, rows]) for b in (self.row_low, self.row_up)]
        bounds = [Affine(b[0, columns], b[1:, columns]) for b in (self.low, self.up)]
        return Hourly(
            whole.year,
            sparse.csc_array(self.matrix[np.flatnonzero(rows), :][:, np.flatnonzero(columns)]),
            sides[0],
            sides[1],
            bounds[0],
            bounds[1],
            self.cost[columns],
            [key for key, stays in zip(whole.rows, rows, strict=True) if stays],
            [key for key, stays in zip(whole.columns, columns, strict=True) if stays],
            whole.profiles,
        )

    def whole(self, dispatch: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Dispatch of all columns from that of those that are left (hours × columns)."""
        found = np.zeros((len(dispatch), len(self.there)))
        found[:, self.there] = dispatch
        for first in range(0, len(found), CHUNK):
            some, now = found[first : first + CHUNK], values[first : first + CHUNK]
            for step in reversed(self.steps):
                own = step.rule[0] + now @ step.rule[1:]
                some[:, step.columns] = own + (step.share @ some.T).T
        return found

    def _above(self, difference: np.ndarray) -> np.ndarray:
        """Whether affine differences (1 + values × items) are nowhere below 0."""
        slope = difference[1:]
        low = np.where(slope > 0, slope * self.least[:, None], slope * self.most[:, None])
        return np.asarray(difference[0] + low.sum(axis=0) >= -SURE)

    def _bounds(self) -> None:
        """Rows of one column become its bounds; rows of none that hold in any case go."""
        entries, gone = np.diff(self.matrix.indptr), []
        for r in np.flatnonzero(self.row_there & (entries <= 1)):
            sides = (self.row_low[:, [r]], self.row_up[:, [r]])
            if not entries[r]:
                if self._holds(-sides[0]) and self._holds(sides[1]):
                    gone.append(r)
                continue
            at = self.matrix.indptr[r]
            column, entry = int(self.matrix.indices[at]), float(self.matrix.data[at])
            low, up = (s / entry for s in (sides if entry > 0 else sides[::-1]))
            if self._take((self.low, self.up), column, low, up):
                gone.append(r)
        if gone:
            self._drop(np.array(gone))

    def _holds(self, room: np.ndarray) -> bool:
        return bool(np.isposinf(room[0, 0]) or self._above(room)[0])

    def _take(self, bounds: Bounds, at: int, low: np.ndarray, up: np.ndarray) -> bool:
        """Take bounds of a row or column; False where it is not known which ones are tighter."""
        chosen = []
        for own, new, sign in zip(bounds, (low, up), (1.0, -1.0), strict=True):
            old = own[:, [at]]
            if np.isinf(new[0, 0]):
                chosen.append(old)
            elif np.isinf(old[0, 0]) or self._above(sign * (new - old))[0]:
                chosen.append(new)
            elif self._above(sign * (old - new))[0]:
                chosen.append(old)
            else:
                return False
        if np.isfinite(chosen[0][0, 0] - chosen[1][0, 0]) and not self._above(chosen[1] - chosen[0])[0]:
            return False  # an hour may have no answer: HiGHS is to say so
        for own, new in zip(bounds, chosen, strict=True):
            own[:, [at]] = new
        return True

    def _drop(self, rows: np.ndarray) -> None:
        self.row_there[rows] = False
        stay = sparse.diags_array(self.row_there.astype(float))
        self.matrix = sparse.csr_array(stay @ self.matrix)
        self.matrix.eliminate_zeros()

    def _fixed(self) -> None:
        """Columns with one value in every hour."""
        same = (self.low == self.up).all(axis=0) & np.isfinite(self.low[0]) & self.there
        columns = np.flatnonzero(same)
        if not len(columns):
            return
        rule = self.low[:, columns]
        self._move(self.matrix[:, columns], rule)
        none = sparse.csr_array((len(columns), len(self.there)))
        self.steps.append(Step(columns, rule, none))
        self._forget(columns)

    def _move(self, matrix: sparse.csr_array, rule: np.ndarray) -> None:
        """What columns do goes to the right-hand sides."""
        shift = (matrix @ rule.T).T
        self.row_low, self.row_up = self.row_low - shift, self.row_up - shift

    def _forget(self, columns: np.ndarray) -> None:
        self.there[columns] = False
        stay = sparse.diags_array(self.there.astype(float))
        self.matrix = sparse.csr_array(self.matrix @ stay)
        self.matrix.eliminate_zeros()

    def _pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """Equations and columns without bounds that they say, none of which stands in another of them."""
        matrix, by_column = self.matrix, sparse.csc_array(self.matrix)
        equal = (self.row_low == self.row_up).all(axis=0) & self.row_there
        free = np.isinf(self.low[0]) & np.isinf(self.up[0]) & self.there
        lengths, heights = np.diff(matrix.indptr), np.diff(by_column.indptr)
        barred, rows, columns = np.zeros(len(free), bool), [], []  # columns that stand in a chosen row
        taken = np.zeros(len(equal), bool)  # rows in which a chosen column stands
        for r in np.flatnonzero(equal)[np.argsort(lengths[equal], kind="stable")]:
            inside = slice(matrix.indptr[r], matrix.indptr[r + 1])
            at, entry = matrix.indices[inside], np.abs(matrix.data[inside])
            if taken[r] or not len(at):
                continue
            good = free[at] & ~barred[at] & (entry >= SMALL * entry.max())
            good &= (len(at) - 1) * (heights[at] - 1) <= FILL + len(at) + heights[at]
            if not good.any():
                continue
            k = at[good][heights[at[good]].argmin()]
            rows.append(r)
            columns.append(k)
            barred[at] = True
            taken[by_column.indices[by_column.indptr[k] : by_column.indptr[k + 1]]] = True
        return np.array(rows, int), np.array(columns, int)

    def _put_in(self) -> None:
        """Columns without bounds that an equation says."""
        rows, columns = self._pairs()
        if not len(rows):
            return
        step = self._said(rows, columns)
        share, moved = step.share, self.matrix[:, columns]
        self._move(moved, step.rule)
        self.cost = self.cost + share.T @ self.cost[columns]
        self.steps.append(step)
        self.matrix = sparse.csr_array(self.matrix + moved @ share)
        self._drop(rows)
        self._forget(columns)
        self.matrix.data[np.abs(self.matrix.data) < 1e-12] = 0.0
        self.matrix.eliminate_zeros()

    def _said(self, rows: np.ndarray, columns: np.ndarray) -> Step:
        """What equations say of one column each."""
        own = sparse.csr_array(self.matrix[rows])
        entry = np.asarray(own[np.arange(len(rows)), columns]).ravel()
        others = own - sparse.csr_array((entry, (np.arange(len(rows)), columns)), shape=own.shape)
        share = sparse.csr_array(sparse.diags_array(-1.0 / entry) @ others)
        share.eliminate_zeros()
        return Step(columns, self.row_low[:, rows] / entry, share)

    def _slacks(self) -> None:
        """Columns that cost nothing and stand in one equation only: its room."""
        by_column = sparse.csc_array(self.matrix)
        single = (np.diff(by_column.indptr) == 1) & (self.cost == 0.0) & self.there
        equal = (self.row_low == self.row_up).all(axis=0) & self.row_there
        found: dict[int, int] = {}
        for k in np.flatnonzero(single):
            r = int(by_column.indices[by_column.indptr[k]])
            row = slice(self.matrix.indptr[r], self.matrix.indptr[r + 1])
            entry = abs(by_column.data[by_column.indptr[k]])
            if equal[r] and r not in found and entry >= SMALL * np.abs(self.matrix.data[row]).max():
                found[r] = int(k)
        if not found:
            return
        rows, columns = np.array(list(found), int), np.array(list(found.values()), int)
        step = self._said(rows, columns)
        entry = np.asarray(self.matrix[rows, columns]).ravel()
        ends = (entry * self.low[:, columns], entry * self.up[:, columns])
        small, large = (np.where(entry > 0, a, b) for a, b in (ends, ends[::-1]))
        for sides, end in ((self.row_low, large), (self.row_up, small)):
            infinite = np.isinf(end[0])
            new = sides[:, rows] - np.where(infinite, 0.0, end)
            new[0, infinite] = -np.inf if sides is self.row_low else np.inf
            new[1:, infinite] = 0.0
            sides[:, rows] = new
        self.steps.append(step)
        self._forget(columns)

    def _same(self) -> None:
        """Rows that are multiples of one another."""
        first: dict[tuple[bytes, bytes], tuple[int, float]] = {}
        gone = []
        for r in np.flatnonzero(self.row_there):
            inside = slice(self.matrix.indptr[r], self.matrix.indptr[r + 1])
            at, entry = self.matrix.indices[inside], self.matrix.data[inside]
            if not len(at):
                continue
            order = np.argsort(at)
            at, entry = at[order], entry[order]
            key = (at.tobytes(), np.round(entry / entry[0], 9).tobytes())
            if key not in first:
                first[key] = (int(r), float(entry[0]))
            elif self._join(*first[key], int(r), float(entry[0])):
                gone.append(r)
        if gone:
            self._drop(np.array(gone))

    def _join(self, row: int, entry: float, other: int, its: float) -> bool:
        """Bounds of one row taken over by another; False where it is not known which ones are tighter."""
        low, up = (b[:, [other]] * (entry / its) for b in (self.row_low, self.row_up))
        if entry / its < 0:
            low, up = up, low
        return self._take((self.row_low, self.row_up), row, low, up)
