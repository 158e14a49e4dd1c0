"""A whole program as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo
from scipy import sparse

from gridplan.solve.expand.block import Block, Expander
from gridplan.solve.expand.labels import Labels


@dataclass(frozen=True)
class Arrays:
    """A program as arrays.

    Attributes:
        matrix: rows × columns, CSC, of columns that are not fixed and that some row needs.
        low, high: bounds of rows.
        columns: variables in column order.
        rows: constraints in row order.
        one_by_one: constraints whose template had to be expanded row by row.
    """

    matrix: sparse.csc_array
    low: np.ndarray
    high: np.ndarray
    columns: list[Any]
    rows: Labels
    one_by_one: list[str]


def arrays(model: Any) -> Arrays:
    """Arrays of a model's active rows, as Pyomo's standard form has them, to the last digit.

    Raises:
        InfeasibleConstraintException: a row without columns that does not hold.
        InvalidConstraintError: a row that is not linear.
    """
    expander = Expander()
    found = model.component_objects(pyo.Constraint, active=True)
    blocks = [(constraint, expander.expand(constraint)) for constraint in found]
    labels = Labels([(constraint, block.which) for constraint, block in blocks])
    only = [block for _, block in blocks]
    variables = list(expander.recorder.var_map.values())
    matrix = _matrix(only, len(variables))
    low = np.concatenate([np.zeros(0), *(block.low for block in only)])
    high = np.concatenate([np.zeros(0), *(block.high for block in only)])
    used = np.diff(matrix.indptr) > 0
    fixed = used & np.array([v.fixed for v in variables], bool)
    if fixed.any():
        at = np.array([variables[k].value for k in np.flatnonzero(fixed)], float)
        moved = matrix[:, fixed] @ at
        low, high, used = low - moved, high - moved, used & ~fixed
    if not used.all():
        matrix = matrix[:, used]
        variables = [variables[k] for k in np.flatnonzero(used)]
    return Arrays(matrix, low, high, variables, labels, expander.one_by_one)


def _matrix(blocks: list[Block], width: int) -> sparse.csc_array:
    counts = [np.diff(block.rows.start) for block in blocks]
    start = np.zeros(sum(map(len, counts)) + 1, np.int32)
    np.cumsum(np.concatenate([np.zeros(0, int), *counts]), out=start[1:])
    column = np.concatenate([np.zeros(0, np.int32), *(block.rows.column for block in blocks)])
    value = np.concatenate([np.zeros(0), *(block.rows.value for block in blocks)])
    matrix = sparse.csr_array((value, column, start), shape=(len(start) - 1, width)).tocsc()
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    return matrix
