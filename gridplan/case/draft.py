"""A typed case under check, and the register of checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from gridplan.case.frame import empty_frame
from gridplan.case.problem import Problem, shown
from gridplan.case.settings import Settings
from gridplan.case.tables import tables
from gridplan.case.text import RawTable


@dataclass(frozen=True)
class Draft:
    """Typed tables with the text they come from, so that a problem can name file, row and value."""

    settings: Settings
    frames: Mapping[str, pd.DataFrame]
    raws: Mapping[str, RawTable]
    profiles: pd.DataFrame | None
    profiles_broken: bool = False

    def has(self, name: str) -> bool:
        """Whether the case has this table."""
        return name in self.frames

    def table(self, name: str) -> pd.DataFrame:
        """The typed table; without rows where the case has none."""
        return self.frames[name] if name in self.frames else empty_frame(tables()[name])

    def ids(self, name: str) -> dict[str, int]:
        """Ids of a table (its first key column) with their first position."""
        found: dict[str, int] = {}
        for i, key in enumerate(self.table(name)[tables()[name].key[0]].tolist()):
            found.setdefault(key, i)
        return found

    def problem(
        self,
        table: str,
        i: int | None,
        column: str,
        message: str,
        allowed: str = "",
        hint: str = "",
        severity: str = "error",
    ) -> Problem:
        """A problem at position `i` of a table."""
        if i is None or table not in self.raws:
            return Problem(tables()[table].file, None, column, "", message, allowed, hint, severity)
        row = self.raws[table].rows[i]
        file, line = row.origin(column)
        value = shown(row.cells.get(column, ""))
        return Problem(file, line, column, value, message, allowed, hint, severity)


CheckFunction = Callable[[Draft], Iterator[Problem]]


@dataclass(frozen=True)
class Check:
    """A named check and the tables it needs to be readable before it says anything."""

    name: str
    needs: tuple[str, ...]
    run: CheckFunction


CHECKS: dict[str, Check] = {}


def check(name: str, *needs: str) -> Callable[[CheckFunction], CheckFunction]:
    """Register a check under a name; it is skipped where a table it needs could not be read."""

    def register(run: CheckFunction) -> CheckFunction:
        CHECKS[name] = Check(name, needs, run)
        return run

    return register
