"""Adding rows and numbers to a block."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyomo.environ as pyo

from gridplan.model.lazy import Rows


def constrain(block: Any, name: str, *index: Any, rule: Any) -> None:
    """Add the rows `name[i, …]`; none where an index set is empty, since Pyomo makes no template of
    nothing.
    """
    if all(len(s) for s in index):
        block.add_component(name, Rows(*index, rule=rule))


def numbers(block: Any, name: str, *index: Any, values: Mapping[Any, float]) -> None:
    """Add the parameter `name[i, …]`; every key of `values` must be one of the index.

    Pyomo looks every key up in the product of the sets first, which took a sixth of the time of building;
    here keys are made from those very sets.
    """
    parameter = pyo.Param(*index, within=pyo.Any)
    block.add_component(name, parameter)
    parameter._data.update(values)
