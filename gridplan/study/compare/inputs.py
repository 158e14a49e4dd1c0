"""What differs between cases: settings, rows, cells and profiles, by the key that a patch would use."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from gridplan.case import Case
from gridplan.case.tables import Table, tables
from gridplan.case.values import as_text

UNREAD = ("source", "note")  # columns that no program reads
NO_ROW = "(no row)"
NO_TABLE = "(no table)"


def inputs(cases: Mapping[str, Case]) -> pd.DataFrame:
    """A row per setting, cell, row or profile that is not the same in all: `key`, and its text in each case.

    A cell has the key `table.id.column`, as in a patch. A row that some cases have not is one line with the
    cells that are not the default.
    """
    found = [_settings, _rows, _profiles]
    told = [line for part in found for line in part(cases)]
    return pd.DataFrame(told, columns=["key", *cases]).astype("string")


def _line(key: str, texts: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, **texts}] if len(set(texts.values())) > 1 else []


def _settings(cases: Mapping[str, Case]) -> list[dict[str, str]]:
    flat = {name: dict(_flat(dataclasses.asdict(case.settings))) for name, case in cases.items()}
    keys = dict.fromkeys(key for settings in flat.values() for key in settings)
    return [line for k in keys for line in _line(k, {name: s.get(k, "") for name, s in flat.items()})]


def _flat(data: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in data.items():
        if isinstance(value, Mapping):
            found += _flat(value, f"{prefix}{key}.")
        else:
            found.append((f"{prefix}{key}", as_text(value)))
    return found


def _rows(cases: Mapping[str, Case]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for name, table in tables().items():
        if not any(case.has(name) for case in cases.values()):
            continue
        there = {c: "" if case.has(name) else NO_TABLE for c, case in cases.items()}
        found += _line(name, {c: text or "table" for c, text in there.items()})
        held = {c: _cells(case.table(name), table) for c, case in cases.items()}
        for key in dict.fromkeys(key for rows in held.values() for key in rows):
            found += _row(f"{name}.{key}", {c: rows.get(key) for c, rows in held.items()}, table)
    return found


def _row(key: str, cells: Mapping[str, dict[str, str] | None], table: Table) -> list[dict[str, str]]:
    """Lines of one row: a cell each, or one where a case has not the row."""
    known = {name: row for name, row in cells.items() if row is not None}
    if len(known) < len(cells):
        return _line(key, {name: NO_ROW if row is None else _said(row, table) for name, row in cells.items()})
    columns = dict.fromkeys(column for row in known.values() for column in row)
    return [
        line
        for column in columns
        for line in _line(f"{key}.{column}", {name: row.get(column, "") for name, row in known.items()})
    ]


def _said(row: Mapping[str, str], table: Table) -> str:
    default = {name: as_text(column.default) for name, column in table.columns.items()}
    told = {c: text for c, text in row.items() if c not in table.key and text not in ("", default.get(c, ""))}
    return ", ".join(f"{column} = {text}" for column, text in told.items()) or "row"


def _cells(frame: pd.DataFrame, table: Table) -> dict[str, dict[str, str]]:
    """Cells as text by the key of their row; of double keys the later get a number."""
    read = [column for column in frame.columns if column not in UNREAD]
    found: dict[str, dict[str, str]] = {}
    for record in frame[read].to_dict("records"):
        row = {str(column): as_text(value) for column, value in record.items()}
        key = ":".join(row.get(part, "") for part in table.key).rstrip(":")
        number = 2
        while key in found:
            key, number = f"{key.partition(' #')[0]} #{number}", number + 1
        found[key] = row
    return found


def _profiles(cases: Mapping[str, Case]) -> list[dict[str, str]]:
    held = {name: case.profiles for name, case in cases.items()}
    names = dict.fromkeys(str(column) for frame in held.values() if frame is not None for column in frame)
    found = []
    for column in names:
        texts = {
            name: NO_TABLE
            if frame is None or column not in frame
            else _profile(frame[column].to_numpy(float))
            for name, frame in held.items()
        }
        found += _line(f"profiles.{column}", texts)
    return found


def _profile(values: np.ndarray) -> str:
    """A profile in short: no two different ones read the same."""
    mark = hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()[:8]
    return f"mean {values.mean():.6g}, largest {values.max():.6g} ({mark})"
