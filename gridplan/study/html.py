"""Tables of a study for notebooks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

import pandas as pd

from gridplan.case.tables import indicators as vocabulary
from gridplan.plan.html_table import table_html
from gridplan.solve.status import SolveStatus

SHARES = ("gap", "above")


def page(title: str, status: SolveStatus, notes: Iterable[str], parts: Mapping[str, pd.DataFrame]) -> str:
    """A title with the status, notes, and tables, each under its heading."""
    lines = [f"<h4>{escape(title)}: {escape(status.value)}</h4>"]
    lines += [f"<p>{escape(note)}</p>" for note in notes]
    for heading, table in parts.items():
        lines += [f"<h5>{escape(heading)}</h5>"] if heading else []
        lines.append(table_html(readable(table)))
    return "\n".join(lines)


def readable(table: pd.DataFrame) -> pd.DataFrame:
    """Columns named after indicators get their unit; shares of 1 (also `gap`, `above`) in per cent."""
    table, names = table.copy(), {}
    for name in map(str, table.columns):
        unit = vocabulary()[name].unit if name in vocabulary() else "share" if name in SHARES else ""
        if unit == "share":
            table[name] = 100 * pd.to_numeric(table[name])
        if unit:
            names[name] = f"{name} ({'%' if unit == 'share' else unit.replace('MEUR', 'M€')})"
    return table.rename(columns=names)
