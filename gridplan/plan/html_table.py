"""A table in HTML for notebooks: numbers right, words left, what is missing blank; no colours of its own."""

from __future__ import annotations

import math
from html import escape
from typing import Any

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype, is_scalar


def table_html(table: pd.DataFrame, digits: int = 4) -> str:
    """The table without its index; all text is escaped.

    Args:
        table: any table; MEUR in a column `unit` is shown as M€.
        digits: significant digits of numbers that are not whole; none before the point are ever cut.
    """
    sides = [_side(table[name]) for name in table.columns]
    shown = [_column(str(name), table[name], digits) for name in table.columns]
    head = "".join(
        f"<th style='text-align:{side}'>{_heading(str(name))}</th>"
        for name, side in zip(table.columns, sides, strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(f"<td style='text-align:{side}'>{cell}</td>" for cell, side in zip(row, sides, strict=True))
        + "</tr>"
        for row in zip(*shown, strict=True)
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _heading(name: str) -> str:
    """A name that may be broken after a dot: keys of a case have no spaces."""
    return escape(name).replace(".", ".<wbr>")


def _side(column: pd.Series) -> str:
    """Numbers stand right, also where the column holds blanks or is of mixed kind."""
    if is_numeric_dtype(column.dtype) and not is_bool_dtype(column.dtype):
        return "right"
    known = [value for value in column if not _missing(value)]
    numbers = all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in known)
    return "right" if known and numbers else "left"


def _column(name: str, column: pd.Series, digits: int) -> list[str]:
    if name.endswith("year") and is_numeric_dtype(column.dtype):  # 2,035 is no year
        return ["" if _missing(value) else f"{value:.0f}" for value in column]
    cells = [_cell(value, digits) for value in column]
    return [cell.replace("MEUR", "M€") for cell in cells] if name == "unit" else cells


def _cell(value: object, digits: int) -> str:
    if _missing(value):
        return ""
    return escape(number(float(value), digits) if isinstance(value, float) else str(value))


def _missing(value: Any) -> bool:
    return bool(is_scalar(value) and pd.isna(value))


def number(value: float, digits: int = 4) -> str:
    """So many significant digits, with commas; large numbers are whole, never `1.2e+04`, tiny ones are 0."""
    if math.isfinite(value) and abs(value) >= 10 ** (digits - 1):
        return f"{value:,.0f}"
    return f"{value:,.{digits}g}" if abs(value) >= 10**-digits or not math.isfinite(value) else "0"
