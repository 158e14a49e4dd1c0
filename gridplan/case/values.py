"""Values as text cells: shortest form that reads back the same."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd


def as_text(value: Any) -> str:
    """A value as the text of a cell; blank for nothing."""
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        whole = math.isfinite(value) and value == int(value) and abs(value) < 1e15
        return str(int(value)) if whole else repr(float(value))
    if isinstance(value, list | tuple | set | frozenset):
        return ";".join(as_text(part) for part in value)
    if hasattr(value, "item"):
        return as_text(value.item())
    return str(value)
