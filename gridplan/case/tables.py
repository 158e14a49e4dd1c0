"""The schema as objects: tables, columns, settings and indicators, read from the data in `schema/`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

PROFILE_HOURS = 8760
EVERYWHERE: dict[str, dict[str, Any]] = {
    "source": {"type": "text", "description": "Where the numbers come from; not read by the program."},
    "note": {"type": "text", "description": "A remark; not read by the program."},
}


@dataclass(frozen=True)
class Column:
    """One column of a table (or one key of case.toml)."""

    name: str
    type: str
    description: str
    unit: str = ""
    default: Any = None
    default_from: str = ""
    default_when: Mapping[str, str] | None = None
    min: float | None = None
    max: float | None = None
    above: float | None = None
    required: bool = False
    allowed: tuple[str, ...] = ()
    refers: tuple[str, ...] = ()

    @property
    def range_text(self) -> str:
        """What is allowed, in words."""
        if self.type == "enum":
            return ", ".join(self.allowed)
        if self.type in NOUNS:
            return NOUNS[self.type]
        noun = {"integer": "a whole number", "year": "a year", "years": "a list of years"}.get(
            self.type, "a number"
        )
        bounds = [
            f"{sign} {value:g}"
            for sign, value in (("≥", self.min), (">", self.above), ("≤", self.max))
            if value is not None
        ]
        return " ".join([noun, " and ".join(bounds)]).strip()


NOUNS = {
    "flag": "true or false",
    "flag_or_year": "true, false or a year",
    "id": "an id without , ; | or line breaks that does not start with =",
    "ids": "ids separated by ; or |",
    "text": "text",
    "date": "a date YYYY-MM-DD",
    "indicator": "an indicator",
    "indicators": "a list of indicators, or a table of indicator = weight",
}


@dataclass(frozen=True)
class Table:
    """One table: its columns in order, its key and what it is for."""

    name: str
    order: float
    title: str
    description: str
    key: tuple[str, ...]
    columns: Mapping[str, Column]
    one_of: tuple[tuple[str, ...], ...] = ()

    @property
    def file(self) -> str:
        """Name of the file in a case folder."""
        return f"{self.name}.csv"


@dataclass(frozen=True)
class Indicator:
    """One indicator: `kind` says how years add up, `better` whether a study wants more or less of it."""

    name: str
    unit: str
    kind: str
    description: str
    better: str = "less"


def _column(name: str, data: Mapping[str, Any]) -> Column:
    listed: dict[str, Any] = {
        key: tuple(value) if key in ("allowed", "refers") else value for key, value in data.items()
    }
    return Column(name=name, **listed)


def _load(path: str) -> dict[str, Any]:
    return tomllib.loads((files("gridplan.case") / "schema" / path).read_text(encoding="utf-8"))


@cache
def tables() -> dict[str, Table]:
    """All tables by name, in the order of the documentation."""
    found = []
    for entry in (files("gridplan.case") / "schema" / "tables").iterdir():
        if not entry.name.endswith(".toml"):
            continue
        data = tomllib.loads(entry.read_text(encoding="utf-8"))
        more = {name: spec for name, spec in EVERYWHERE.items() if name not in data["columns"]}
        columns = {name: _column(name, spec) for name, spec in {**data["columns"], **more}.items()}
        one_of = tuple(tuple(group) for group in data.get("one_of", ()))
        found.append(
            Table(
                data["name"],
                data["order"],
                data["title"],
                data["description"],
                tuple(data["key"]),
                columns,
                one_of,
            )
        )
    return {table.name: table for table in sorted(found, key=lambda table: table.order)}


@cache
def settings_schema() -> dict[str, dict[str, Column]]:
    """Sections of case.toml with their keys."""
    data = _load("settings.toml")
    return {
        section: {key: _column(key, spec) for key, spec in keys.items()} for section, keys in data.items()
    }


@cache
def indicators() -> dict[str, Indicator]:
    """The one vocabulary of indicators, by name."""
    return {name: Indicator(name, **spec) for name, spec in _load("indicators.toml").items()}
