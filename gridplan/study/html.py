"""Tables of a study for notebooks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

import pandas as pd

from gridplan.plan.html_table import table_html
from gridplan.solve.status import SolveStatus


def page(title: str, status: SolveStatus, notes: Iterable[str], parts: Mapping[str, pd.DataFrame]) -> str:
    """A title with the status, notes, and tables, each under its heading."""
    lines = [f"<h4>{escape(title)}: {escape(status.value)}</h4>"]
    lines += [f"<p>{escape(note)}</p>" for note in notes]
    for heading, table in parts.items():
        lines += [f"<h5>{escape(heading)}</h5>"] if heading else []
        lines.append(table_html(table))
    return "\n".join(lines)
