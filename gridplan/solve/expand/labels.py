"""Rows of a program in order, as Pyomo's objects once somebody asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, overload

import numpy as np


class Labels(Sequence[Any]):
    """Constraints in row order."""

    def __init__(self, parts: list[tuple[Any, np.ndarray]]) -> None:
        """Indexed constraints, each with the positions of its rows among all of its own."""
        self._parts = parts
        self._count = sum(len(rows) for _, rows in parts)

    @cached_property
    def _all(self) -> list[Any]:
        found = []
        for constraint, rows in self._parts:
            data = list(constraint._data.values())
            found += data if len(data) == len(rows) else [data[k] for k in rows]
        self._parts = []
        return found

    def __len__(self) -> int:
        """Rows."""
        return self._count

    @overload
    def __getitem__(self, k: int) -> Any: ...
    @overload
    def __getitem__(self, k: slice) -> list[Any]: ...
    def __getitem__(self, k: int | slice) -> Any:
        """Constraint of a row."""
        return self._all[k]

    def __iter__(self) -> Iterator[Any]:
        """Constraints in order."""
        return iter(self._all)
