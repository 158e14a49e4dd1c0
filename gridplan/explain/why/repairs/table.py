"""Patches of tables that have a row a year, and of rows that are copied."""

from __future__ import annotations

from typing import Any

import pandas as pd

from gridplan.case import Case
from gridplan.case.tables import tables
from gridplan.explain.why.cells import frame_of, governing, ident
from gridplan.explain.why.items import Item

OWN = ("source", "note")  # what a copied row does not take over


def set_value(case: Case, item: Item, value: float) -> tuple[str, Any]:
    """(key, value) of a patch that gives an item a value: in its row, or in a new row between two others."""
    rows = frame_of(case, item.table, item.key)
    row = governing(rows, item.year)
    between = "year" in rows and pd.notna(row["year"]) and row["year"] > item.year
    if item.year and between and (rows["year"] < item.year).any():
        cells = copied(case, item.table, int(row.name))
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
