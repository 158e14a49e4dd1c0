"""Rows or columns of a program in order, as Pyomo's objects once somebody asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, SupportsIndex, overload

import numpy as np
from pyomo.core.base.enums import SortComponents


class Labels(Sequence[Any]):
    """Constraints in row order, or variables in column order."""

    def __init__(self, parts: list[tuple[Any, np.ndarray]]) -> None:
        """Indexed constraints or variables, each with those of its keys, by position, that are there."""
        self._parts = [(component, chosen) for component, chosen in parts if len(chosen)]
        ends = np.cumsum([0, *(len(chosen) for _, chosen in self._parts)])
        self._count = int(ends[-1])
        self._part = {id(c): (int(k), chosen) for (c, chosen), k in zip(self._parts, ends, strict=False)}
        self._known: dict[int, int] = {}

    @cached_property
    def _all(self) -> list[Any]:
        found = []
        for component, chosen in self._parts:
            own = members(component)
            found += own if _all_of(own, chosen) else [own[k] for k in chosen]
        return found

    @property
    def components(self) -> list[Any]:
        """Indexed constraints or variables in order."""
        return [component for component, _ in self._parts]

    def part(self, component: Any) -> tuple[int, np.ndarray]:
        """(position of the first of a component, which of its keys, by position, are there)."""
        return self._part.get(id(component), (0, np.zeros(0, int)))

    def place(self, one: Any) -> int:
        """Position of a constraint or variable, −1 where it is not there."""
        if id(one) not in self._known:
            component = one.parent_component()
            own = members(component)
            first, chosen = self.part(component)
            at = np.full(len(own), -1)
            at[chosen] = first + np.arange(len(chosen))
            self._known.update(zip(map(id, own), at.tolist(), strict=True))
        return self._known.get(id(one), -1)

    def keys(self, component: Any) -> tuple[list[Any], np.ndarray]:
        """(keys of a component that are there, their positions)."""
        first, chosen = self.part(component)
        keys = list(component.index_set()) if is_whole(component) else [v.index() for v in members(component)]
        at = first + np.arange(len(chosen))
        return keys if _all_of(keys, chosen) else [keys[k] for k in chosen], at

    def some(self, keep: np.ndarray) -> Labels:
        """Those for which `keep` (one value for each) holds."""
        left = []
        for component, chosen in self._parts:
            first, _ = self.part(component)
            left.append((component, chosen[keep[first : first + len(chosen)]]))
        return Labels(left)

    def __len__(self) -> int:
        """How many there are."""
        return self._count

    @overload
    def __getitem__(self, k: SupportsIndex) -> Any: ...
    @overload
    def __getitem__(self, k: slice) -> list[Any]: ...
    def __getitem__(self, k: SupportsIndex | slice) -> Any:
        """One by position."""
        return self._all[k]

    def __iter__(self) -> Iterator[Any]:
        """All in order."""
        return iter(self._all)


def some(items: list[Any] | Labels, keep: np.ndarray) -> list[Any] | Labels:
    """Those for which `keep` (one value for each) holds."""
    if isinstance(items, Labels):
        return items.some(keep)
    return [item for item, stays in zip(items, keep, strict=True) if stays]


def is_whole(component: Any) -> bool:
    """Whether an object stands, or will be made, for every key; then they are in the order of the keys."""
    return len(component) == len(component.index_set())


def _all_of(own: list[Any], chosen: np.ndarray) -> bool:
    return np.array_equal(chosen, np.arange(len(own)))


def members(component: Any) -> list[Any]:
    """Objects of a component in the order of its keys."""
    if is_whole(component):
        return list(component._data.values())
    return list(component.values(SortComponents.ORDERED_INDICES))
