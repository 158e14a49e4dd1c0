"""A whole program as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo
from scipy import sparse

from gridplan.solve.expand.block import Block, Expander
from gridplan.solve.expand.bounds import bounds
from gridplan.solve.expand.labels import Labels


@dataclass(frozen=True)
class Arrays:
    """A program as arrays.

    Attributes:
        matrix: rows × columns, CSC, of columns that are not fixed and that some row needs.
        row_lower, row_upper: bounds of rows.
        lower, upper: bounds of columns.
        integer: True where a column is integer.
        columns: variables in column order.
        rows: constraints in row order.
        one_by_one: constraints whose template had to be expanded row by row.
    """

    matrix: sparse.csc_array
    row_lower: np.ndarray
    row_upper: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    integer: np.ndarray
    columns: list[Any] | Labels
    rows: list[Any] | Labels
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
    rows = Labels([(constraint, block.which) for constraint, block in blocks])
    only = [block for _, block in blocks]
    recorder = expander.recorder
    matrix = _matrix(only, recorder.count)
    ends = [_joined([block.low for block in only]), _joined([block.high for block in only])]
    each = [bounds(variable) for variable in recorder.variables]
    used, at = np.diff(matrix.indptr) > 0, _joined([b.fixed for b in each])
    fixed = used & ~np.isnan(at)
    if fixed.any():
        moved = matrix[:, fixed] @ at[fixed]
        ends = [end - moved for end in ends]
    used &= ~fixed
    if not used.all():
        matrix = matrix[:, used]
    starts = [recorder.first[id(variable)] for variable in recorder.variables]
    chosen = [np.flatnonzero(used[k : k + len(b.low)]) for k, b in zip(starts, each, strict=True)]
    return Arrays(
        matrix, ends[0], ends[1],
        _joined([b.low for b in each])[used], _joined([b.high for b in each])[used],
        _joined([b.integer for b in each]).astype(bool)[used],
        Labels(list(zip(recorder.variables, chosen, strict=True))), rows, expander.one_by_one,
    )  # fmt: skip


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.zeros(0, parts[0].dtype if parts else float), *parts])


def _matrix(blocks: list[Block], width: int) -> sparse.csc_array:
    start = np.append(0, np.cumsum(_joined([np.diff(block.rows.start) for block in blocks]))).astype(np.int32)
    column = _joined([block.rows.column for block in blocks]).astype(np.int32, copy=False)
    value = _joined([block.rows.value for block in blocks])
    matrix = sparse.csr_array((value, column, start), shape=(len(start) - 1, width)).tocsc()
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    return matrix
