"""Programs of an hour that fall apart: parts that share no row are dispatched one by one.

Dispatched together, every combination of the regions of its parts would be a region of its own.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from gridplan.solve.hourly import Hourly
from gridplan.solve.parametric import sweep

EXACT = 1e-9  # MW by which a column may leave what the profiles say of it


def parts(program: Hourly, rows: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Number of the part of every row and every column, where only some rows (boolean mask) couple them."""
    matrix = sparse.coo_array(program.matrix)
    height, width = program.matrix.shape
    inside = np.ones(matrix.nnz, bool) if rows is None else rows[matrix.row]
    links = sparse.coo_array(
        (np.ones(int(inside.sum())), (matrix.row[inside], height + matrix.col[inside])),
        shape=(height + width, height + width),
    )
    label = connected_components(links, directed=False)[1]
    return label[:height], label[height:]


def sweep_apart(program: Hourly, values: np.ndarray, order: np.ndarray) -> tuple[np.ndarray, int]:
    """Optimal dispatch of every hour, part by part; arguments and answer as of `parametric.sweep`."""
    by_row, by_column = parts(program)
    count = int(max(by_row.max(initial=-1), by_column.max(initial=-1))) + 1
    told = _determined(program, by_row, by_column, count)
    by_row, by_column = (np.where(told[k], -1, k) for k in (by_row, by_column))
    dispatch, solved = np.zeros((len(values), len(program.columns))), 0
    for part in np.unique(by_column):
        columns = by_column == part
        dispatch[:, columns], more = sweep(program.part(by_row == part, columns), values, order)
        solved += more
    return dispatch, solved


def _determined(program: Hourly, by_row: np.ndarray, by_column: np.ndarray, count: int) -> np.ndarray:
    """Parts whose equations leave nothing to choose: one basis serves all of them in every hour."""
    low, up = program.row_lower, program.row_upper
    equal = (low.base == up.base) & (low.slope == up.slope).all(axis=0)
    free = np.isinf(program.lower.base) & np.isinf(program.upper.base)
    rows, columns = np.bincount(by_row, minlength=count), np.bincount(by_column, minlength=count)
    loose = np.bincount(by_row[~equal], minlength=count) + np.bincount(by_column[~free], minlength=count)
    return (rows == columns) & (loose == 0)


def affine(values: np.ndarray, given: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which columns are affine in the values of an hour, and how.

    Args:
        values: hours × values.
        given: hours × columns.

    Returns:
        Mask of columns, and (1 + values) × columns: base and slopes of those.
    """
    wide = np.hstack([np.ones((len(values), 1)), values])
    rule = np.linalg.lstsq(wide, given, rcond=None)[0]
    follows = np.abs(wide @ rule - given).max(axis=0, initial=0.0) <= EXACT
    return follows, rule[:, follows]
