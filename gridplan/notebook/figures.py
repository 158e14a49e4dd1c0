"""Numbers and units as the panel shows them."""

from __future__ import annotations

import pandas as pd

from gridplan.case.tables import indicators as vocabulary


def figure(value: object) -> str:
    """A number, short: three decimals below 10, one below 1,000, blank where there is none."""
    if not isinstance(value, (int, float)) or pd.isna(value):
        return ""
    digits = 0 if abs(value) >= 1000 else 1 if abs(value) >= 10 else 3
    text = f"{value:,.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def unit_of(indicator: str) -> str:
    """Unit of an indicator as shown to a reader."""
    return vocabulary()[indicator].unit.replace("MEUR", "M€")


def measured(value: float, indicator: str) -> str:
    """A value with its unit; a share is shown in per cent."""
    unit = unit_of(indicator)
    return f"{figure(100 * value)} %" if unit == "share" else f"{figure(value)} {unit}"
