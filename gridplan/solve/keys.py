"""What rows and columns are called: component and index, without going through Pyomo's long names."""

from __future__ import annotations

from functools import partial
from typing import Any
from weakref import ref

Key = tuple[str, tuple[Any, ...]]  # component and index
_NAMES: dict[int, tuple[ref[Any], str]] = {}  # of components, by id()


def key_of(item: Any) -> Key:
    """(component, index) of a Pyomo variable or constraint."""
    index, parent = item.index(), item.parent_component()
    known = _NAMES.get(id(parent))
    if known is None or known[0]() is not parent:  # Pyomo puts a name together from all blocks above: slow
        known = _NAMES[id(parent)] = (ref(parent, partial(_forget, id(parent))), parent.name)
    return known[1], index if isinstance(index, tuple) else (index,)


def _forget(number: int, gone: Any) -> None:
    """A component is no more."""
    if _NAMES.get(number, (None,))[0] is gone:
        del _NAMES[number]
