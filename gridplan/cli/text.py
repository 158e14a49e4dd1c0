"""Numbers, units and plain tables for the terminal. Every number shown has a unit."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

# Unit by the end of an indicator's name, the longest ending first.
_UNITS = {
    "_mw_per_year": "MW/yr", "_meur_per_year": "M€/yr", "_mw_years": "MW·yr", "_mwh": "MWh", "_gwh": "GWh",
    "_mw": "MW", "_keur": "k€", "_meur": "M€", "_tj": "TJ", "_kt": "kt", "_ha": "ha", "_fte": "FTE",
    "_km": "km", "_share": "of 1",
    "_circuits": "circuits", "_transformers": "transformers", "masts": "masts", "edge_sites": "sites",
}  # fmt: skip


def unit_of(name: str) -> str:
    """Unit of an indicator by its name: `capex_meur` is in M€; blank where the name says nothing."""
    return next((unit for ending, unit in _UNITS.items() if name.endswith(ending)), "")


def number(value: object, unit: str = "") -> str:
    """A number with its unit, short: three decimals below 10, one below 1,000; `-` where there is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return "-"
    size = abs(value)
    digits = 0 if size >= 1000 or float(value).is_integer() else 1 if size >= 10 else 3
    text = f"{value:,.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    if float(text.replace(",", "")) == 0:
        text = "0"
    return f"{text} {unit}".strip()


def percent(share: object) -> str:
    """A share of 1 as a percentage: 0.0123 is `1.23 %`."""
    if isinstance(share, bool) or not isinstance(share, (int, float)) or not math.isfinite(share):
        return "-"
    return f"{100 * share:.3g} %" if abs(share) < 1 else f"{100 * share:.0f} %"


def columns(rows: Iterable[Sequence[str]], right: Sequence[int] = (), indent: str = "  ") -> list[str]:
    """Rows as lines with aligned columns; `right` lists the columns set to the right."""
    cells = [tuple(row) for row in rows]
    if not cells:
        return []
    widths = [max(len(row[at]) for row in cells) for at in range(len(cells[0]))]
    lines = []
    for row in cells:
        parts = [
            cell.rjust(width) if at in right else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append((indent + "  ".join(parts)).rstrip())
    return lines
