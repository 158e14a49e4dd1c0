"""The case: everything a planner states, typed, checked and not to be changed."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.case.content import Change, Content
from gridplan.case.frame import empty_frame
from gridplan.case.frozen import Frames, FrozenDict
from gridplan.case.problem import Problem, did_you_mean
from gridplan.case.settings import Settings
from gridplan.case.tables import tables

if TYPE_CHECKING:
    from gridplan.plan import Plan


@dataclass(frozen=True, eq=False, repr=False)
class Case:
    """A checked case.

    Attributes:
        settings: the settings of case.toml, with defaults.
        tables: the tables that are present; what is taken out is a copy.
        warnings: doubtful things that are not errors.
        content: the text the case was made from (for patches).
    """

    settings: Settings
    tables: Frames
    warnings: tuple[Problem, ...]
    content: Content

    @property
    def name(self) -> str:
        """Name of the case."""
        return self.settings.case.name

    @property
    def years(self) -> tuple[int, ...]:
        """Planning stages."""
        return self.settings.horizon.years

    @property
    def folder(self) -> Path | None:
        """Folder it was read from, if any."""
        return self.content.folder

    @property
    def sources(self) -> Mapping[str, str]:
        """SHA-256 of every file that was read, by name relative to the folder."""
        return FrozenDict(self.content.sources)

    @property
    def scenario(self) -> str | None:
        """Scenario that was applied, if any."""
        return self.content.scenario

    @property
    def changes(self) -> tuple[Change, ...]:
        """What scenario and what-ifs changed."""
        return self.content.changes

    @property
    def shapes(self) -> dict[str, Any] | None:
        """Content of zones.geojson, if any."""
        return copy.deepcopy(self.content.shapes)

    @property
    def profiles(self) -> pd.DataFrame | None:
        """Profiles by hour (0 to 8759), if any."""
        return None if self.content.profiles is None else self.content.profiles.copy(deep=False)

    def has(self, table: str) -> bool:
        """Whether a table is present (a present table may still have no rows)."""
        return table in self.tables

    def table(self, name: str) -> pd.DataFrame:
        """A table with all its columns; without rows where the case has none."""
        if name not in tables():
            raise KeyError(f"no table {name!r}; {did_you_mean(name, tables()) or ', '.join(tables())}")
        return self.tables[name] if name in self.tables else empty_frame(tables()[name])

    def what_if(self, patch: Mapping[str, Any]) -> Case:
        """A case with changes, checked again: `{"datacenters.SCH.max_it_mw": 0, "solver.gap": 0.001}`."""
        from gridplan.case.build import build_case
        from gridplan.case.patch import apply_patch

        return build_case(apply_patch(self.content, patch))

    def write(self, folder: str | Path) -> Path:
        """Write case.toml and tables to a folder, whole or not at all."""
        from gridplan.case.write import write_case

        return write_case(self, folder)

    def solve(self, **options: Any) -> Plan:
        """Solve this case; options as of `gridplan solve`."""
        from gridplan.plan.run import solve

        return solve(self, **options)

    def __eq__(self, other: object) -> bool:
        """Same settings, tables, profiles and shapes, wherever they come from."""
        if not isinstance(other, Case):
            return NotImplemented
        if self.settings != other.settings or set(self.tables) != set(other.tables):
            return False
        mine, theirs = self.profiles, other.profiles
        same = mine is theirs if mine is None or theirs is None else mine.equals(theirs)
        if not same or self.shapes != other.shapes:
            return False
        return all(self.tables[name].equals(other.tables[name]) for name in self.tables)

    def __hash__(self) -> int:
        """Hash that agrees with `==`."""
        return hash((self.name, self.years))

    def __repr__(self) -> str:
        """Name, years and size."""
        rows = ", ".join(f"{name} {len(frame)}" for name, frame in self.tables.items())
        return f"Case({self.name!r}, years={list(self.years)}, {rows or 'no tables'})"

    def _repr_html_(self) -> str:
        """A short overview for notebooks."""
        from gridplan.case.html import overview

        return overview(self)
