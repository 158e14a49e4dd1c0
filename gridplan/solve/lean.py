"""Large programs with less in them: rows that are added where they fail, and capacity that is paid by flow.

Rows such as `flow ≤ demand·running` are one per link, and few of them bind. They wait in a pool; the
relaxation is solved, the rows that fail are added, and so on until none fails. The search then has those
rows; the others follow from whole numbers. A column that only pays for what one row sums up (capacity by the
MW in the one hour of a case) is left out with its row, and its cost stands on what is summed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from gridplan.solve.compile import Compiled
from gridplan.solve.expand.labels import some

POOLED = ("heat.serves",)  # implied by other rows for whole numbers
MANY = 2000  # rows from which they wait in a pool
FAILS = 1e-6  # a row that fails by more, relative to its largest entry, is added
Costs = list[np.ndarray]


@dataclass
class Pool:
    """Rows that wait: matrix·x ≤ upper."""

    matrix: sparse.csr_array
    upper: np.ndarray

    def failing(self, x: np.ndarray) -> tuple[sparse.csr_array, np.ndarray]:
        """Rows that fail at x; they are in the pool no more."""
        excess = self.matrix @ x - self.upper
        fails = excess > FAILS * np.maximum(abs(self.matrix).max(axis=1).toarray().ravel(), 1.0)
        chosen = sparse.csr_array(self.matrix[np.flatnonzero(fails)]), self.upper[fails]
        self.matrix, self.upper = sparse.csr_array(self.matrix[np.flatnonzero(~fails)]), self.upper[~fails]
        return chosen


@dataclass(frozen=True)
class Lean:
    """A program with less in it.

    Attributes:
        compiled: columns as before, fewer rows.
        pool: rows that wait.
        paid: columns that were left out.
        sums: what each of them is worth, as rows over the columns.
    """

    compiled: Compiled
    pool: Pool
    paid: np.ndarray
    sums: sparse.csr_array

    def costs(self, cost: np.ndarray) -> np.ndarray:
        """An objective without the columns that were left out."""
        moved = cost + self.sums.T @ cost[self.paid]
        moved[self.paid] = 0.0
        return np.asarray(moved)

    def whole(self, x: np.ndarray) -> np.ndarray:
        """A plan with the columns that were left out."""
        filled = x.copy()
        filled[self.paid] = self.sums @ x
        return filled


def lean(compiled: Compiled, costs: Costs) -> Lean | None:
    """The program with less in it, for these objectives; None where that is not worth it."""
    waits = np.isin(compiled.row_owners, POOLED)
    if waits.sum() < MANY:
        return None
    rows = sparse.csr_array(compiled.matrix)
    pool = Pool(sparse.csr_array(rows[np.flatnonzero(waits)]), compiled.row_upper[waits])
    paid, by = _paid(compiled, rows, costs)
    share = -1.0 / np.asarray(rows[by, paid]).ravel()
    sums = sparse.csr_array(sparse.diags_array(share) @ rows[by])
    sums = sums - sparse.csr_array(
        (sums[np.arange(len(paid)), paid], (np.arange(len(paid)), paid)), shape=sums.shape
    )
    keep = ~waits
    keep[by] = False
    upper = compiled.upper.copy()
    upper[paid] = 0.0
    fewer = replace(
        compiled,
        matrix=sparse.csc_array(rows[np.flatnonzero(keep)]),
        row_lower=compiled.row_lower[keep],
        row_upper=compiled.row_upper[keep],
        upper=upper,
        rows=some(compiled.rows, keep),
    )
    return Lean(fewer, pool, paid, sparse.csr_array(sums))


def _paid(compiled: Compiled, rows: sparse.csr_array, costs: Costs) -> tuple[np.ndarray, np.ndarray]:
    """Columns that only pay for what one row sums up, and that row: Σ a·x − b·z ≤ 0, a ≥ 0, x ≥ 0, b > 0."""
    matrix = compiled.matrix
    single = (np.diff(matrix.indptr) == 1) & ~compiled.integer
    single &= (compiled.lower == 0) & np.isinf(compiled.upper)
    for cost in costs:
        single &= cost >= 0
    column = np.flatnonzero(single)
    entry = matrix.indptr[column]
    row, value = matrix.indices[entry], matrix.data[entry]
    positive = rows.data > 0
    others = sparse.csr_array((np.where(positive, 0.0, 1.0), rows.indices, rows.indptr), shape=rows.shape)
    alone = others.sum(axis=1) == 1
    low = sparse.csr_array(
        (np.where(compiled.lower[rows.indices] < 0, 1.0, 0.0), rows.indices, rows.indptr), shape=rows.shape
    )
    good = (value < 0) & alone[row] & (low.sum(axis=1) == 0)[row]
    good &= (compiled.row_upper[row] == 0) & np.isinf(compiled.row_lower[row])
    return column[good], row[good]
