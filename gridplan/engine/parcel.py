"""What many pieces of work have in common: sent along with each of them, unpacked once by a process."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Callable
from typing import Any, Generic, TypeVar

Made = TypeVar("Made")


def packed(thing: object) -> bytes:
    """Something that pickles, small enough to send with every piece."""
    return zlib.compress(pickle.dumps(thing), level=1)


def unpacked(data: bytes) -> Any:
    """What `packed` was given."""
    return pickle.loads(zlib.decompress(data))


class Last(Generic[Made]):
    """What this process made of the parcel that it was sent last: pieces of one study come together."""

    def __init__(self, make: Callable[[Any], Made]) -> None:
        """`make` gets what was packed."""
        self._make, self._held = make, dict[bytes, Made]()

    def of(self, data: bytes) -> Made:
        """What is made of a parcel; made anew where the last one was another."""
        if data not in self._held:
            self.clear()
            self._held[data] = self._make(unpacked(data))
        return self._held[data]

    def clear(self) -> None:
        """Forget it."""
        self._held.clear()
