"""From an item to the cell of the case: file, line, row, column, value and unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pandas as pd

from gridplan.case import Case
from gridplan.case.tables import indicators, tables
from gridplan.explain.why.items import Item, Key
from gridplan.explain.why.register.datacenters import PROGRAMME

YEARLY = ("demands", PROGRAMME, "supplies")  # tables with a row a year, and values between them
AT = "#"  # in a record: its position in the table
Record = dict[str, Any]


@dataclass(frozen=True)
class Cell:
    """A cell of the case.

    Attributes:
        file, line: where it stands; line None where no file has it (the default, or data from Python).
        table, row, column: what `--set` would name; row is the key with its year.
        value: what it says; for a year between two rows what follows from them.
        unit: unit of the value.
        name: name of the row in words, with its id.
    """

    file: str
    line: int | None
    table: str
    row: str
    column: str
    value: Any
    unit: str
    name: str


def rows_of(case: Case, table: str, key: Key) -> list[Record]:
    """Rows of a table with this key, the year left out; AT is their position."""
    frame = case.table(table)
    frame = frame.assign(**{AT: range(len(frame))})
    for column, part in zip(tables()[table].key, key, strict=False):
        frame = frame[frame[column] == part]
    return cast("list[Record]", frame.to_dict("records"))


def row_of(case: Case, item: Item) -> Record:
    """The first row of an item."""
    return rows_of(case, item.table, item.key)[0]


def governing(rows: list[Record], year: int, column: str = "") -> Record:
    """The row that says what holds in a year: of that year, else the last before it, else the first.

    Between two rows it is the later one, towards which the value grows. Without a year: the first row; of
    several limits (`column`) the least.
    """
    if column:
        return min(rows, key=lambda r: np.inf if pd.isna(r[column]) else float(r[column]))
    known = sorted((r for r in rows if pd.notna(r.get("year"))), key=lambda r: int(r["year"]))
    if not year or not known:
        return rows[0]
    return next((r for r in known if r["year"] >= year), known[-1])


def cell_of(case: Case, item: Item) -> Cell:
    """The cell behind an item."""
    if item.table == "case":
        return _setting(case, item)
    if item.table == "asked":
        site, mw = str(item.key[0]), float(item.key[1])
        return Cell("", None, "asked", site, item.column, mw, "MW", site)
    rows = rows_of(case, item.table, item.key)
    row = governing(rows, item.year, item.column if item.kind == "rtt" else "")
    file, line = _origin(case, item.table, row[AT], item.column)
    value = row[item.column]
    if item.year and item.table in YEARLY and row["year"] != item.year:
        value = between(rows, item.year, item.column)
    spec = tables()[item.table].columns[item.column]
    unit = indicators()[row["indicator"]].unit if item.table == "policies" else spec.unit
    name = _name(row, item)
    return Cell(file, line, item.table, ident(item.table, row), item.column, _plain(value), unit, name)


def _plain(value: Any) -> Any:
    """A value as Python has it; None where the cell is blank."""
    if pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value


def between(rows: list[Record], year: int, column: str) -> float:
    """Value in a year between rows, as the program has it."""
    known = sorted(
        (int(r["year"]), float(r[column])) for r in rows if pd.notna(r["year"]) and pd.notna(r[column])
    )
    if not known:
        return float(rows[0][column])
    return float(np.interp(year, [y for y, _ in known], [v for _, v in known]))


def ident(table: str, row: Record) -> str:
    """Key of a row as `--set` takes it."""
    parts = ["" if pd.isna(row[name]) else str(row[name]) for name in tables()[table].key]
    return ":".join(parts).rstrip(":")


def _origin(case: Case, table: str, position: int, column: str) -> tuple[str, int | None]:
    raw = case.content.raws.get(table)
    if raw is None or position >= len(raw.rows):
        return tables()[table].file, None
    file, line, _ = raw.rows[position].origin(column)
    return file, line


def _setting(case: Case, item: Item) -> Cell:
    section = str(item.key[0])
    value = getattr(getattr(case.settings, section), item.column)
    origin = case.content.settings_origins.get(f"{section}.{item.column}")
    file, line = (origin.file, origin.line) if origin else ("case.toml", None)
    return Cell(file, line, "case", section, item.column, value, "", f"[{section}] {item.column}")


def _name(row: Record, item: Item) -> str:
    """`Noord (NRD)`, or the id alone."""
    if item.table == PROGRAMME:
        kind, region = item.key[:2]
        return str(kind) if region in ("", "all") else f"{kind} ({region})"
    name = str(row.get("name", "") or "")
    own = str(item.key[0])
    return own if name in ("", own) else f"{name} ({own})"
