"""Index sets as arrays: their keys, where a key stands, and the members of sets by key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from pyomo.core.base.set import SetProduct

from gridplan.solve.expand.codes import Code, Codes, Places, Unknown


@dataclass(frozen=True)
class Members:
    """Members of the sets of an indexed set, one set after the other.

    Attributes:
        places: of the keys of the sets.
        starts, counts: of the members of each set.
        columns: codes of the members by position.
    """

    places: Places
    starts: np.ndarray
    counts: np.ndarray
    columns: list[np.ndarray]


class Sets:
    """Arrays of index sets, each made once."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self.codes = Codes()
        self._leaves: dict[int, tuple[Any, list[np.ndarray]]] = {}  # with the set: an id() is that of one
        self._places: dict[int, Places] = {}
        self._members: dict[tuple[int, int], Members] = {}

    def factors(self, index: Any) -> list[Any]:
        """Sets whose product an index set is; itself where it is none."""
        if isinstance(index, SetProduct):
            return [leaf for part in index._sets for leaf in self.factors(part)]
        return [index]

    def leaf(self, index: Any) -> list[np.ndarray]:
        """Codes of the keys of a set that is no product, by position."""
        if id(index) not in self._leaves:
            if not isinstance(index.dimen, int) or index.dimen < 1:
                raise Unknown(f"set {index.name} has keys of no fixed width")
            self._leaves[id(index)] = index, self.codes.columns(list(index), index.dimen)
        return self._leaves[id(index)][1]

    def columns(self, index: Any) -> list[np.ndarray]:
        """Codes of the keys of an index set by position, in its own order."""
        parts = [self.leaf(leaf) for leaf in self.factors(index)]
        sizes = [len(part[0]) for part in parts]
        found = []
        for k, part in enumerate(parts):
            after, before = int(np.prod(sizes[k + 1 :])), int(np.prod(sizes[:k]))
            found += [np.tile(np.repeat(column, after), before) for column in part]
        return found

    def find(self, index: Any, key: Sequence[Code]) -> Any:
        """Place of every key in an index set, −1 where it is not there.

        Raises:
            Unknown: keys of another width.
        """
        found: Any = np.int64(0)
        known: Any = np.bool_(True)
        for leaf in self.factors(index):
            places = self._placed(leaf)
            part, key = key[: places.width], key[places.width :]
            if len(part) != places.width:
                raise Unknown(f"a key that is too short for {index.name}")
            at = places.find(part)
            if np.min(at, initial=0) < 0:
                known = known & (at >= 0)
            found = found * places.count + at
        if len(key):
            raise Unknown(f"a key that is too long for {index.name}")
        return found if known is np.True_ else np.where(known, found, -1)

    def _placed(self, leaf: Any) -> Places:
        if id(leaf) not in self._places:
            self._places[id(leaf)] = Places(self.leaf(leaf))
        return self._places[id(leaf)]

    def members(self, indexed: Any, width: int) -> Members:
        """Members, `width` positions wide, of the sets of an indexed set."""
        if (id(indexed), width) not in self._members:
            data = indexed._data
            lists = [list(one) for one in data.values()]
            counts = np.array([len(one) for one in lists], int)
            keys = self.codes.columns(list(data), indexed.index_set().dimen)
            columns = self.codes.columns(list(chain.from_iterable(lists)), width)
            self._members[id(indexed), width] = Members(
                Places(keys), np.cumsum(counts) - counts, counts, columns
            )
        return self._members[id(indexed), width]
