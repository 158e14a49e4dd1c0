"""A case at a glance, for notebooks."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gridplan.case.case import Case


def overview(case: Case) -> str:
    """Name, horizon, demand by year, rows per table and warnings as HTML; all text is escaped."""
    settings = case.settings
    title = escape(settings.case.title or case.name)
    horizon = f"{', '.join(map(str, case.years))}, to {settings.horizon.last_year}"
    lines = [
        f"<h4>{title}</h4>",
        f"<p>Stages {horizon}; flow {settings.physics.flow}, {settings.physics.security}",
    ]
    if case.scenario:
        lines.append(f"; scenario {escape(case.scenario)}")
    lines.append(f"; {len(case.changes)} changes</p>" if case.changes else "</p>")
    if case.has("demands"):
        totals = case.table("demands").groupby("year")["peak_mw"].sum()
        text = ", ".join(f"{year}: {value:,.0f} MW" for year, value in totals.items())
        lines.append(f"<p>Sum of demand peaks by year given: {text}</p>")
    rows = "".join(
        f"<tr><td style='text-align:left'>{escape(name)}</td>"
        f"<td style='text-align:right'>{len(frame)}</td></tr>"
        for name, frame in case.tables.items()
    )
    lines.append(f"<table><tr><th style='text-align:left'>table</th><th>rows</th></tr>{rows}</table>")
    if case.warnings:
        items = "".join(f"<li>{escape(str(problem))}</li>" for problem in case.warnings[:20])
        lines.append(f"<p>{len(case.warnings)} warnings</p><ul>{items}</ul>")
    return f"<div>{''.join(lines)}</div>"
