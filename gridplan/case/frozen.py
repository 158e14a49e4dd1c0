"""Mappings that cannot be changed, and survive pickling (sweeps send cases to other processes)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd


class FrozenDict(Mapping[str, Any]):
    """A read-only mapping."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = dict(data)

    def __getitem__(self, key: str) -> Any:
        return self._data[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)

    def __repr__(self) -> str:
        return repr(self._data)


class Frames(FrozenDict):
    """DataFrames by name. What is taken out is a lazy copy, so the ones inside never change."""

    def __getitem__(self, key: str) -> pd.DataFrame:
        frame: pd.DataFrame = self._data[key]
        return frame.copy(deep=False)
