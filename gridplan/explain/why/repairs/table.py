"""Patches of tables that have a row a year, and of rows that are copied."""

from __future__ import annotations

from typing import Any

import pandas as pd

from gridplan.case import Case
from gridplan.case.tables import tables
from gridplan.explain.why.cells import AT, governing, ident, rows_of
from gridplan.explain.why.items import Item

OWN = ("source", "note")  # what a copied row does not take over


def set_value(case: Case, item: Item, value: float) -> tuple[str, Any]:
    """(key, value) of a patch that gives an item a value: in its row, or in a new row between two others."""
    rows = rows_of(case, item.table, item.key)
    row = governing(rows, item.year)
    years = [int(r["year"]) for r in rows if pd.notna(r.get("year"))]
    if item.year and any(y < item.year for y in years) and row["year"] > item.year:
        cells = copied(case, item.table, row[AT])
        name = ":".join([*map(str, item.key), str(item.year)])
        return f"{item.table}.{name}", {**cells, item.column: value}
    return f"{item.table}.{ident(item.table, row)}.{item.column}", value


def copied(case: Case, table: str, position: int) -> dict[str, Any]:
    """Cells of a row as text, without its key."""
    raw = case.content.raws[table].rows[position]
    key = tables()[table].key
    return {name: text for name, text in raw.cells.items() if text and name not in (*key, *OWN)}


def fresh(case: Case, table: str, name: str) -> str:
    """An id that the table does not have yet."""
    known = set(case.table(table)[tables()[table].key[0]])
    number, found = 2, name
    while found in known:
        found, number = f"{name}-{number}", number + 1
    return found
