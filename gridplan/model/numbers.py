"""Parameters of which the values are an array; objects of their keys are made only once somebody asks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.core.base.param import IndexedParam

from gridplan.model.lazy import in_template


class Numbers(IndexedParam):  # type: ignore[misc] # Pyomo has no types
    """An indexed parameter.

    Attributes:
        values: of each key of the index, in its order; NaN: this key has none.
        made: values by key; None: not yet made.
    """

    def __init__(self, *index: Any, values: np.ndarray) -> None:
        """As `pyo.Param`, over one index set or more."""
        self.values = values
        self.made: dict[Any, float] | None = {}  # nothing is asked for before it is constructed
        super().__init__(*index, within=pyo.Any)

    def construct(self, data: Any = None) -> None:
        """Construct the index sets.

        Raises:
            ValueError: not one value for every key.
        """
        super().construct(data)
        if len(self.values) != len(self.index_set()):
            raise ValueError(
                f"{self.name} has {len(self.values)} values for the {len(self.index_set())} keys of its index"
            )
        self.made = None

    @property
    def _data(self) -> dict[Any, float]:
        if self.made is None:
            pairs = zip(self.index_set(), self.values.tolist(), strict=True)
            self.made = {key: value for key, value in pairs if value == value}  # NaN differs from itself
        return self.made

    @_data.setter
    def _data(self, value: dict[Any, float]) -> None:
        self.made = value

    def __getitem__(self, key: Any) -> Any:
        """One value, or an item of a template."""
        if self.made is not None or not in_template(key):
            return super().__getitem__(key)
        self.made = {}  # an item of a template needs none of them
        try:
            return super().__getitem__(key)
        finally:
            self.made = None


def numbers(block: Any, name: str, *index: Any, values: np.ndarray) -> None:
    """Add the parameter `name[i, …]`.

    Args:
        block: to which it is added.
        name: of the parameter.
        index: sets whose product its keys are.
        values: shaped as the index sets or flat, in their order; NaN: no value.
    """
    block.add_component(name, Numbers(*index, values=np.asarray(values, float).ravel()))
