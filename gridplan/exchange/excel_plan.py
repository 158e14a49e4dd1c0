"""The tables of a plan as sheets of a workbook."""

from __future__ import annotations

from typing import Any

import pandas as pd

from gridplan.case.tables import indicators
from gridplan.exchange.excel_write import Writer
from gridplan.exchange.units import unit_of
from gridplan.plan import Plan


def add_plan(book: Writer, plan: Plan) -> None:
    """Add a summary (every indicator in total and by year) and every table that has rows."""
    years = [str(year) for year in plan.case.years]
    heads = [("indicator", "", True), ("unit", "", False), ("total", "Over the whole horizon.", False)]
    heads += [(year, f"In planning stage {year}.", False) for year in years] + [("meaning", "", False)]
    found = plan.summary.get("indicators") or {}
    known = indicators()
    rows: list[list[Any]] = [["status", "", str(plan.status.value), *[None] * len(years), ""]]
    for name, values in found.items():
        by_year = values.get("by_year") or {}
        about = known.get(name)
        rows.append(
            [name, about.unit if about else "", values.get("total")]
            + [by_year.get(year, by_year.get(int(year))) for year in years]
            + [about.description if about else ""]
        )
    book.sheet("summary", heads, rows, widths=(30, 12, 14, *[12] * len(years), 90))
    for name, table in plan.tables.items():
        if len(table):
            columns = [(str(head), _said(str(head)), False) for head in table.columns]
            book.sheet(name, columns, _records(table))


def _said(column: str) -> str:
    unit = unit_of(column)
    return f"Unit: {unit}." if unit else ""


def _records(table: pd.DataFrame) -> Any:
    """Rows with plain values; what is missing is None."""
    lists = []
    for name in table.columns:
        values = table[name].astype(object)
        lists.append(values.where(table[name].notna(), None).tolist())
    return zip(*lists, strict=True)
