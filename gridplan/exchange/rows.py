"""Rows of gridplan's tables made from lines of a source, so that every problem names that line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from gridplan.case import Case, CaseError, Problem
from gridplan.case.build import build_case
from gridplan.case.content import Content
from gridplan.case.tables import tables
from gridplan.case.text import Origin, RawTable, Row, decode, read_bytes, sha256
from gridplan.case.values import as_text

YEAR = 2025  # of the one snapshot that these sources describe
MANY = 100  # problems after which a reader may stop


class Rows:
    """Tables under construction."""

    def __init__(self) -> None:
        self._rows: dict[str, list[Row]] = {}
        self.problems: list[Problem] = []
        self.sources: dict[str, str] = {}

    def text(self, path: Path, loose: bool = False) -> str:
        """Text of a source file; raises CaseError where it cannot be read.

        `loose`: what is not UTF-8 is taken for Latin-1 (names in comments of old files).
        """
        data = read_bytes(path, path.name, self.problems)
        if data is not None and loose and b"\0" not in data and not _is_utf8(data):
            data = data.decode("latin-1").encode()
        text = None if data is None else decode(data, path.name, self.problems)
        if data is None or text is None:
            raise CaseError(self.problems)
        self.sources[path.name] = sha256(data)
        return text

    def wrong(
        self, origin: Origin, column: str, value: Any, message: str, allowed: str = "", hint: str = ""
    ) -> None:
        """Note what is wrong in a line of the source."""
        shown = as_text(value)
        self.problems.append(
            Problem(origin.file, origin.line, column, shown, message, allowed, hint, check="import")
        )

    def add(self, table: str, origin: Origin, **cells: Any) -> None:
        """Add a row; what is None is blank."""
        text = {name.rstrip("_"): as_text(value) for name, value in cells.items()}
        self._rows.setdefault(table, []).append(Row(text, origin))

    @property
    def full(self) -> bool:
        """Whether there are so many problems that more of them would not help."""
        return len(self.problems) >= MANY

    def stop(self) -> None:
        """Raise what was found so far, if anything."""
        if self.problems:
            raise CaseError(self.problems)

    def case(
        self,
        settings: Mapping[str, Any],
        names: Mapping[str, str] | None = None,
        profiles: pd.DataFrame | None = None,
    ) -> Case:
        """The checked case.

        Args:
            settings: as in case.toml.
            names: the source's word for a column of gridplan, for messages.
            profiles: 8760 hours, one column a profile.
        """
        self.stop()
        raws = {}
        for name in tables():
            rows = self._rows.get(name)
            if rows:
                columns = tuple(dict.fromkeys(column for row in rows for column in row.cells))
                raws[name] = RawTable(columns, tuple(rows), rows[0].source.file)
        try:
            file = "" if profiles is None else "profiles.csv"
            return build_case(Content(dict(settings), raws, profiles, file, sources=self.sources))
        except CaseError as error:
            known = names or {}
            raise CaseError(
                replace(problem, column=known.get(problem.column, problem.column))
                for problem in error.problems
            ) from None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def snapshot(name: str, title: str, minimise: str, susceptance: str = "1/x") -> dict[str, Any]:
    """Settings of a grid in one hour: power factor 1, no discounting, solved to optimality.

    With one stage of one year and a discount rate of 0 an hour's cost in EUR/h is the objective in M€, times
    10⁻⁶.
    """
    return {
        "case": {"name": name, "title": title, "power_factor": 1.0},
        "horizon": {"years": [YEAR], "last_year": YEAR, "discount_rate": 0.0},
        "time": {"hours": 1.0},
        "physics": {"flow": "dc", "security": "n-0", "susceptance": susceptance},
        "objective": {"minimise": [minimise]},
        "solver": {"gap": 0.0},
    }
