"""JSON as every reader knows it: no NaN, no infinity, no machine paths."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from enum import Enum
from pathlib import PurePath
from typing import Any

import pandas as pd


def plain(value: Any) -> Any:
    """Value as null, true/false, number, text, list or object; NaN, NaT and infinity become null."""
    if isinstance(value, Enum):
        return plain(value.value)
    if value is None or isinstance(value, (bool, int, str)):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {_key(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted((plain(item) for item in value), key=str)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return plain({field.name: getattr(value, field.name) for field in dataclasses.fields(value)})
    if isinstance(value, PurePath):
        return value.as_posix()
    return _scalar(value)


def _key(key: Any) -> str:
    """Key of an object as text; a year of numpy reads like any other."""
    return str(plain(key))


def _scalar(value: Any) -> Any:
    """Scalars and arrays of numpy and pandas; anything else as its text."""
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return None
    return str(value)


def dumps(value: Any) -> str:
    """Text of a JSON file: indented, UTF-8, ends with a newline."""
    return json.dumps(plain(value), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
