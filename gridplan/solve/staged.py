"""A large relaxation, begun stage by stage.

Stages meet only in what stays from one to the next, a percent of all rows. So each stage is solved by itself,
without those rows, in a program that presolve makes small; their bases together begin the whole, which has
few steps left to do. Any split of the columns gives the same optimum.

Measured on made-up regions of four stages (dual simplex, one thread, without critical hours): 0.8 ×
the time at 300 stations, 0.56 × at 600 (8,769 steps on the whole instead of 139,994).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from scipy import sparse

from gridplan.solve.compile import Compiled

LARGE = 300_000  # rows from which stages are worth solving by themselves


@dataclass(frozen=True)
class Part:
    """One stage of a linear program.

    Attributes:
        rows, columns: their positions.
        matrix: of these rows and columns.
        row_bounds, bounds: lower and upper, of rows and of columns.
        cost: of the columns.
    """

    rows: np.ndarray
    columns: np.ndarray
    matrix: sparse.csc_array
    row_bounds: tuple[np.ndarray, np.ndarray]
    bounds: tuple[np.ndarray, np.ndarray]
    cost: np.ndarray


def stages(compiled: Compiled) -> np.ndarray | None:
    """Stage (year) of every column, 0 for none; None with one stage, or where the program is not large."""
    years, times = set(compiled.program.frame.years), frozenset(compiled.program.model.YP)
    if len(years) < 2 or compiled.matrix.shape[0] < LARGE:
        return None
    found = []
    for _, index in compiled.column_keys:
        if len(index) > 1 and index[-2:] in times:
            found.append(index[-2])
        else:
            found.append(next((item for item in reversed(index) if item in years), 0))
    return np.array(found, int)


def parts(lp: Any, stage: np.ndarray) -> Iterator[Part]:
    """The program of each stage: its columns, and the rows that have no other.

    Args:
        lp: the whole, as HiGHS holds it, by columns.
        stage: of every column.
    """
    stored = lp.a_matrix_
    entries = (np.array(stored.value_), np.array(stored.index_), np.array(stored.start_))
    matrix = sparse.csc_array(entries, shape=(lp.num_row_, lp.num_col_))
    of_entry = np.repeat(stage, np.diff(matrix.indptr))
    first = np.full(lp.num_row_, np.iinfo(int).max)
    last = np.full(lp.num_row_, -1)
    np.minimum.at(first, matrix.indices, of_entry)
    np.maximum.at(last, matrix.indices, of_entry)
    by_row = sparse.csr_array(matrix)
    low, high, cost = np.array(lp.col_lower_), np.array(lp.col_upper_), np.array(lp.col_cost_)
    row_low, row_high = np.array(lp.row_lower_), np.array(lp.row_upper_)
    for year in np.unique(stage):
        rows, columns = np.flatnonzero((first == year) & (last == year)), np.flatnonzero(stage == year)
        own = sparse.csc_array(by_row[rows][:, columns])
        bounds = (low[columns], high[columns])
        yield Part(rows, columns, own, (row_low[rows], row_high[rows]), bounds, cost[columns])


class Joined:
    """Bases of the stages, as one of the whole; rows between stages are basic."""

    def __init__(self, rows: int, columns: int) -> None:
        """Nothing is known yet.

        Args:
            rows, columns: how many the whole has.
        """
        status = highspy.HighsBasisStatus
        self._rows = np.full(rows, status.kBasic, object)
        self._columns = np.full(columns, status.kLower, object)

    def add(self, part: Part, basis: Any) -> None:
        """Take the basis of a stage."""
        self._rows[part.rows] = np.array(list(basis.row_status), object)
        self._columns[part.columns] = np.array(list(basis.col_status), object)

    def basis(self) -> Any:
        """For HiGHS."""
        whole = highspy.HighsBasis()
        whole.row_status, whole.col_status = list(self._rows), list(self._columns)
        whole.valid = True
        return whole
