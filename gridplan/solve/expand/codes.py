"""Values of indices as whole numbers, and where a key stands in an index set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Code = np.ndarray | int  # of every row, or the same for all

DENSE = 4  # places for every key up to which a table is used instead of a search
MOST = 2**62  # keys that fit in one whole number


class Unknown(Exception):
    """A form of template, or a key, that expansion by arrays does not know; no error: see `block.py`."""


class Codes(dict[Any, int]):
    """A number for every value of an index, in the order in which they are first seen."""

    def __missing__(self, value: Any) -> int:
        """Number a new value."""
        code = self[value] = len(self)
        return code

    def of(self, values: Sequence[Any]) -> np.ndarray:
        """Codes of values."""
        return np.fromiter(map(self.__getitem__, values), np.int32, len(values))

    def columns(self, keys: Sequence[Any], width: int) -> list[np.ndarray]:
        """Codes of keys, an array for each of the `width` positions of a key.

        Raises:
            Unknown: keys that are not all as wide.
        """
        if not keys:
            return [np.zeros(0, np.int32) for _ in range(width)]
        if width == 1:
            return [self.of(keys)]
        if {len(key) if isinstance(key, tuple) else 1 for key in keys} != {width}:
            raise Unknown("keys of different widths")
        return [self.of(column) for column in zip(*keys, strict=True)]

    def numbers(self) -> np.ndarray:
        """Value of every code, NaN where it is no number."""
        return np.array([v if isinstance(v, int | float) else np.nan for v in self], float)


class Places:
    """Where keys stand in a list of keys, in which each is there once."""

    def __init__(self, columns: list[np.ndarray]) -> None:
        """Keys by position (at least one), as codes."""
        self.count, self.width = len(columns[0]), len(columns)
        self._local: list[tuple[np.ndarray, int]] = []
        most = 1
        for column in columns:
            there = np.zeros(int(column.max(initial=-1)) + 2, bool)
            there[column] = True
            local = np.where(there, np.cumsum(there) - 1, -1).astype(np.int32)  # the last: not there
            self._local.append((local, int(there.sum())))
            most *= max(int(there.sum()), 1)
        if most > MOST:
            raise Unknown("too many combinations of keys")
        key, _ = self._key(columns)
        self._dense = most <= DENSE * self.count + 1000
        if self._dense:
            self._where = np.full(most, -1, np.int32)
            self._where[key] = np.arange(self.count, dtype=np.int32)
        else:
            self._order = np.argsort(key).astype(np.int32)
            self._sorted = key[self._order]

    def _key(self, columns: Sequence[Code]) -> tuple[Any, Any]:
        """(one number for each key, whether each of its values is known)."""
        key: Any = np.int64(0)
        known: Any = np.bool_(True)
        for (local, count), column in zip(self._local, columns, strict=True):
            at = local[np.minimum(column, len(local) - 1)]
            if np.min(at, initial=0) < 0:
                known = known & (at >= 0)
            key = key * count + at
        return key, known

    def find(self, columns: Sequence[Code]) -> Any:
        """Place of every key, −1 where it is not there."""
        key, known = self._key(columns)
        if not self.count:
            return np.full(np.shape(key), -1)
        if self._dense:
            found = self._where[np.where(known, key, 0)] if known is not np.True_ else self._where[key]
        else:
            at = np.minimum(np.searchsorted(self._sorted, key), self.count - 1)
            found = np.where(self._sorted[at] == key, self._order[at], -1)
        return found if np.all(known) else np.where(known, found, -1)
