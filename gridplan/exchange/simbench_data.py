"""CSV tables of SimBench (`;`), and the choice of subnets from a complete data set."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from gridplan.case.cells import BadCell, number
from gridplan.case.problem import shown
from gridplan.case.text import Origin
from gridplan.exchange.rows import Rows

MAX_BYTES = 400_000_000  # of a file of profiles, of which only the columns in use are kept
QUARTERS, LEAP_HOURS, HOURS = 35_136, 8_784, 8_760
NEEDED = {
    "Node": ("type", "vmR"),
    "Switch": ("nodeA", "nodeB", "cond"),
    "Line": ("nodeA", "nodeB", "type"),
    "Transformer": ("nodeHV", "nodeLV", "type"),
    **dict.fromkeys(("Load", "RES", "PowerPlant", "ExternalNet"), ("node",)),
}
FEBRUARY_29 = slice(59 * 24, 60 * 24)


class Record(dict[str, str]):
    """A row with its origin."""

    origin: Origin


class Tables:
    """The CSV files of a folder."""

    def __init__(self, folder: Path, rows: Rows, subnets: tuple[str, ...]) -> None:
        self.folder, self.rows, self.subnets = folder, rows, set(subnets)

    def all(self, name: str) -> Iterator[Record]:
        """Every row of a table; none where there is no such file."""
        path = self.folder / f"{name}.csv"
        if not path.is_file():
            return
        reader = csv.reader(io.StringIO(self.rows.text(path), newline=""), delimiter=";")
        try:
            header = [cell.strip() for cell in next(reader, [])]
            missing = [column for column in ("id", *NEEDED.get(name, ())) if column not in header]
            for column in missing:
                message, allowed = f"column {column!r} is missing", "a table of SimBench, columns by ;"
                self.rows.wrong(Origin(path.name, 1), column, "", message, allowed)
            if missing:
                return
            for cells in reader:
                if not cells:
                    continue
                if len(cells) != len(header):
                    message = f"has {len(cells)} cells where the header has {len(header)}"
                    self.rows.wrong(Origin(path.name, reader.line_num), "", "", message)
                    if self.rows.full:
                        self.rows.stop()
                    continue
                record = Record(zip(header, (_null(cell) for cell in cells), strict=True))
                record.origin = Origin(path.name, reader.line_num)
                yield record
        except csv.Error as error:
            self.rows.wrong(Origin(path.name, reader.line_num), "", "", f"is not well-formed CSV: {error}")

    def chosen(self, name: str) -> Iterator[Record]:
        """Rows of the subnets that were chosen.

        `A_B_eq` stands for B as seen from A, so it is there where A is chosen and B is not.
        """
        for record in self.all(name):
            first, *rest = record.get("subnet", "").split("_")
            if not self.subnets or first in self.subnets:
                instead = len(rest) == 2 and rest[1] == "eq" and (not self.subnets or rest[0] in self.subnets)
                if not instead:
                    yield record

    def number(self, record: Record, key: str, default: float | None = None) -> float:
        """A number of a row; the default where it is blank."""
        text = record.get(key, "")
        if not text and default is not None:
            return default
        try:
            return number(text)
        except BadCell as bad:
            self.rows.wrong(record.origin, key, text, f"{shown(text)!r} {bad.message}", "a number")
            if self.rows.full:
                self.rows.stop()
            return 1.0

    def profiles(self, name: str, wanted: set[str]) -> dict[str, np.ndarray]:
        """Columns of a file of quarter-hours of a leap year as 8760 hourly means (29 February left out)."""
        path = self.folder / f"{name}.csv"
        if not wanted or not path.is_file():
            return {}
        origin = Origin(path.name)
        if path.stat().st_size > MAX_BYTES:
            self.rows.wrong(origin, "", "", "is too large", f"at most {MAX_BYTES:,} bytes")
            return {}
        try:
            frame = pd.read_csv(path, sep=";", usecols=lambda column: column in wanted, nrows=QUARTERS + 1)
        except (ValueError, OSError, MemoryError) as error:
            self.rows.wrong(origin, "", "", f"cannot be read: {shown(error)}")
            return {}
        if len(frame) != QUARTERS:
            self.rows.wrong(origin, "time", len(frame), f"has {len(frame)} rows", f"{QUARTERS} quarter-hours")
            return {}
        made: dict[str, np.ndarray] = {}
        for column in frame:
            values: Any = pd.to_numeric(frame[column], errors="coerce").to_numpy(float)
            if not np.isfinite(values).all():
                row = int(np.flatnonzero(~np.isfinite(values))[0]) + 2
                self.rows.wrong(Origin(path.name, row), str(column), "", "is no number", "a number")
                continue
            hours = values.reshape(LEAP_HOURS, 4).mean(axis=1)
            made[str(column)] = np.maximum(np.delete(hours, FEBRUARY_29), 0.0)
        return made


def _null(cell: str) -> str:
    text = cell.strip()
    return "" if text == "NULL" else text
