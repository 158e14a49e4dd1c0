"""Tables of a GeoPackage as text, with what a strange database may do kept small."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, NoReturn

from gridplan.case import CaseError, Problem
from gridplan.case.problem import shown
from gridplan.case.values import as_text
from gridplan.exchange.gpkg_write import quoted

MAX_ROWS = 1_000_000
MAX_CELL = 32_000_000
STEPS, ROUNDS = 100_000, 5_000  # of SQLite's machine: a query that takes more is ended
MAGIC = b"SQLite format 3\0"


class Database:
    """A GeoPackage that is only read.

    Views, triggers and virtual tables are not looked at: only plain tables hold rows of a case.
    """

    def __init__(self, path: Path) -> None:
        """Open a file; raises CaseError where it is no GeoPackage."""
        self.name = path.name
        with path.open("rb") as file:
            head = file.read(16)
        if head != MAGIC:
            self._stop("is no GeoPackage: it is no SQLite file")
        self._base = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        self._rounds = 0
        self._base.set_progress_handler(self._count, STEPS)
        self._base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_CELL)
        self._run("PRAGMA trusted_schema = OFF")
        self._base.text_factory = lambda data: data.decode("utf-8", "replace")
        self._base.set_authorizer(_only_reading)

    def _count(self) -> int:
        self._rounds += 1
        return int(self._rounds > ROUNDS)

    def _run(self, sql: str) -> Any:
        try:
            return self._base.execute(sql)
        except (sqlite3.Error, sqlite3.Warning) as error:
            self._stop(f"cannot be read: {shown(error)}")

    def tables(self) -> list[str]:
        """Names of plain tables."""
        rows = self._fetch("SELECT name, sql FROM sqlite_master WHERE type = 'table'", MAX_ROWS)
        return [str(name) for name, sql in rows if not str(sql).upper().startswith("CREATE VIRTUAL")]

    def srs(self, table: str) -> int:
        """Coordinate system of a layer; 0 where it is none."""
        if "gpkg_geometry_columns" not in self.tables():
            return 0
        rows = self._fetch("SELECT table_name, srs_id FROM gpkg_geometry_columns", MAX_ROWS)
        return next((int(srs) for name, srs in rows if name == table and isinstance(srs, int)), 0)

    def rows(self, table: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Columns and rows of a table."""
        cursor = self._run(f"SELECT * FROM {quoted(table)}")
        header = [str(part[0]) for part in cursor.description]
        return header, self._rest(cursor, table, MAX_ROWS)

    def _fetch(self, sql: str, most: int) -> list[tuple[Any, ...]]:
        return self._rest(self._run(sql), "", most)

    def _rest(self, cursor: Any, table: str, most: int) -> list[tuple[Any, ...]]:
        self._rounds = 0
        try:
            rows = cursor.fetchmany(most + 1)
        except (sqlite3.Error, sqlite3.Warning, OverflowError, MemoryError) as error:
            self._stop(f"cannot be read: {shown(error)}", table)
        if len(rows) > most:
            self._stop(f"has more than {most:,} rows", table)
        return rows

    def close(self) -> None:
        """Close the file."""
        self._base.close()

    def _stop(self, message: str, table: str = "") -> NoReturn:
        file = f"{self.name}[{table}]" if table else self.name
        raise CaseError([Problem(file, None, "", "", message, "a GeoPackage", check="file")])


READING = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION)


def _only_reading(action: int, *_: Any) -> int:
    return sqlite3.SQLITE_OK if action in READING else sqlite3.SQLITE_DENY


def text(value: Any) -> str:
    """A value as the text of a cell."""
    return "" if isinstance(value, bytes) else as_text(value)
