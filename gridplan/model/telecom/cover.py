"""Cells whose cover is a matter of what is built."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from gridplan.model.telecom.net import Task


def unsettled(task: Task, years: list[int]) -> tuple[Any, Any, Any]:
    """Whether a cell is covered where that is not settled; (cell, stage) in reach; (mast, cell, stage) that
    rows must count.
    """

    def bounds(_: Any, c: Any, y: Any) -> tuple[int, int]:
        return 0, 1 if task.reach[c] else 0

    cells = task.open(years)
    covered = pyo.Var(pyo.Set(dimen=2, initialize=cells), bounds=bounds)
    near = [(c, y) for c, y in cells if task.reach[c]]
    pairs = [(k, c, y) for c, y in near for k in task.reach[c]] if task.counted else []
    return covered, pyo.Set(dimen=2, initialize=near), pyo.Set(dimen=3, initialize=pairs)
