"""Patches: one mechanism for scenarios, what-ifs, `--set` and sweeps."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

_NA = pd.NA


def as_text(value: Any) -> str:
    """A value as the text of a cell; blank for nothing."""
    if value is None or value is _NA or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool) or type(value).__name__ == "bool":
        return "true" if value else "false"
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, int):
        return str(value)
    if hasattr(value, "item"):
        return as_text(value.item())
    if isinstance(value, float):
        return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
    if isinstance(value, list | tuple | set):
        return ";".join(as_text(part) for part in value)
    return str(value)
