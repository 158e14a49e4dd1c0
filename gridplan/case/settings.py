"""The settings of case.toml: typed, with defaults, checked against the schema."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any

from gridplan.case.frozen import FrozenDict
from gridplan.case.problem import Problem, did_you_mean, shown, some_of
from gridplan.case.tables import Column, indicators, settings_schema

FILE = "case.toml"


@dataclass(frozen=True)
class CaseSettings:
    """Section `[case]`: what this case is."""

    name: str
    title: str
    price_year: int
    power_factor: float
    crs: str
    lang: str


@dataclass(frozen=True)
class Horizon:
    """Section `[horizon]`: planning stages and money over time."""

    years: tuple[int, ...]
    last_year: int
    discount_rate: float
    lifetime_years: int
    lead_time: str


@dataclass(frozen=True)
class Time:
    """Section `[time]`: how a year is modelled. `profiles` is the file that was read, or blank."""

    profiles: str
    energy_days: int
    blocks_per_day: int
    all_hours: bool
    hours: float


@dataclass(frozen=True)
class Physics:
    """Section `[physics]`: how power flows, and whether heat draws from the grid."""

    flow: str
    security: str
    islanding: str
    emergency_rating: float
    heat_on_grid: bool
    susceptance: str


@dataclass(frozen=True)
class Objective:
    """Section `[objective]`: indicators in order; with `weights` they are one weighted sum."""

    minimise: tuple[str, ...]
    unserved_eur_per_mwh: float
    weights: Mapping[str, float]


@dataclass(frozen=True)
class Rules:
    """Section `[rules]`: how the queue is served."""

    queue_overtaking: bool


@dataclass(frozen=True)
class Solver:
    """Section `[solver]`: limits of a solve."""

    gap: float
    time_limit_s: float
    threads: int
    seed: int


@dataclass(frozen=True)
class Settings:
    """All settings of a case."""

    case: CaseSettings
    horizon: Horizon
    time: Time
    physics: Physics
    objective: Objective
    rules: Rules
    solver: Solver


SECTIONS: dict[str, type] = {
    "case": CaseSettings,
    "horizon": Horizon,
    "time": Time,
    "physics": Physics,
    "objective": Objective,
    "rules": Rules,
    "solver": Solver,
}


def parse_toml(text: str, file: str, problems: list[Problem]) -> dict[str, Any] | None:
    """TOML text as a dictionary, or None with a problem that names line and column."""
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line = int(place.group(1)) if place else text.count("\n") + 1
        said = re.sub(r" \(at .*\)", "", str(error))
        column = f"character {place.group(2)}" if place else ""
        problems.append(Problem(file, line, column, "", f"is not valid TOML: {said}", check="toml"))
        return None


def key_lines(text: str) -> dict[str, int]:
    """Line of every section and key, for messages; good enough for keys on a line of their own."""
    lines: dict[str, int] = {}
    section = ""
    for line, content in enumerate(text.splitlines(), start=1):
        if head := re.match(r"\s*\[\s*([\w-]+)\s*\]", content):
            section = head.group(1)
            lines.setdefault(section, line)
        elif key := re.match(r"\s*([\w-]+)\s*=", content):
            lines.setdefault(f"{section}.{key.group(1)}".lstrip("."), line)
    return lines


def _problem(key: str, value: object, message: str, column: Column | None = None, hint: str = "") -> Problem:
    allowed = column.range_text if column else ""
    return Problem(FILE, None, key, shown(value), message, allowed, hint, check="settings")


def _number(key: str, value: Any, column: Column) -> Problem | None:
    whole = column.type == "integer"
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        return _problem(key, value, f"{value!r} is not a {'whole ' if whole else ''}number", column)
    # A whole number of TOML may be too long for a float.
    if abs(value) > 1e300 or not math.isfinite(value):
        return _problem(key, value, f"{value!r} is not a finite number", column)
    low = column.min is not None and value < column.min
    under = column.above is not None and value <= column.above
    high = column.max is not None and value > column.max
    return _problem(key, value, f"{value!r} is out of range", column) if low or under or high else None


def _years(key: str, value: Any, column: Column) -> Problem | None:
    if not isinstance(value, list) or not value:
        return _problem(key, value, "must be a list of years", column)
    for year in value:
        if isinstance(year, bool) or not isinstance(year, int):
            return _problem(key, year, f"{year!r} is not a year", column)
        if not (column.min or 0) <= year <= (column.max or 9999):
            return _problem(key, year, f"{year!r} is out of range", column)
    if any(later <= earlier for earlier, later in pairwise(value)):
        return _problem(key, value, "years must be strictly increasing", column)
    return None


def _indicators(key: str, value: Any, column: Column) -> Problem | None:
    known = indicators()
    if not isinstance(value, list | dict) or not value:
        return _problem(key, value, "must be a list of indicators or a table of weights", column)
    for name in value:
        if not isinstance(name, str) or name not in known:
            hint = did_you_mean(str(name), known)
            return Problem(FILE, None, key, shown(name), f"unknown indicator {name!r}", some_of(known), hint)
    if isinstance(value, list) and len(set(value)) != len(value):
        return _problem(key, value, "names an indicator twice", column)
    if isinstance(value, dict):
        for name, weight in value.items():
            bad = _number(f"{key}.{name}", weight, Column(name, "number", ""))
            if bad:
                return bad
    return None


def _value(key: str, value: Any, column: Column) -> Problem | None:
    if column.type in ("number", "integer"):
        return _number(key, value, column)
    if column.type == "years":
        return _years(key, value, column)
    if column.type == "indicators":
        return _indicators(key, value, column)
    if column.type == "flag":
        return (
            None
            if isinstance(value, bool)
            else _problem(key, value, f"{value!r} is not true or false", column)
        )
    if not isinstance(value, str):
        return _problem(key, value, f"{value!r} is not text", column)
    if column.type == "enum" and value not in column.allowed:
        return _problem(key, value, f"{value!r} is not allowed", column, did_you_mean(value, column.allowed))
    return None


def check_settings(data: Mapping[str, Any]) -> list[Problem]:
    """Problems with sections, keys and values of case.toml."""
    schema = settings_schema()
    problems = []
    for section, keys in data.items():
        if section not in schema:
            message = (
                f"unknown section [{section}]"
                if isinstance(keys, dict)
                else f"key {section!r} is in no section"
            )
            allowed = ", ".join(f"[{name}]" for name in schema)
            hint = did_you_mean(section, schema)
            problems.append(Problem(FILE, None, section, section, message, allowed, hint, check="settings"))
            continue
        if not isinstance(keys, dict):
            problems.append(_problem(section, keys, f"[{section}] must be a section"))
            continue
        for key, value in keys.items():
            name = f"{section}.{key}"
            if key not in schema[section]:
                hint = did_you_mean(key, schema[section])
                allowed = ", ".join(schema[section])
                problems.append(
                    Problem(FILE, None, name, key, f"unknown key {name!r}", allowed, hint, check="settings")
                )
            elif bad := _value(name, value, schema[section][key]):
                problems.append(bad)
    for section, keys in schema.items():
        for key, column in keys.items():
            given = data.get(section)
            if column.required and not (isinstance(given, dict) and key in given):
                problems.append(
                    _problem(f"{section}.{key}", "", f"required key {section}.{key} is missing", column)
                )
    return problems or _cross(data)


def _cross(data: Mapping[str, Any]) -> list[Problem]:
    years = data["horizon"]["years"]
    last = data["horizon"].get("last_year", years[-1])
    problems = []
    if last < years[-1]:
        message = f"last_year {last} is before the last stage {years[-1]}"
        problems.append(_problem("horizon.last_year", last, message, None, f"write {years[-1]} or later"))
    crs = data.get("case", {}).get("crs", "EPSG:4326")
    if crs.upper() != "EPSG:4326":
        message = f"coordinate system {crs!r} is not read; give lat and lon in EPSG:4326 (WGS 84)"
        problems.append(Problem(FILE, None, "case.crs", crs, message, "EPSG:4326", check="settings"))
    return problems


def make_settings(data: Mapping[str, Any], name: str, profiles: str) -> Settings:
    """Settings with defaults from data that was checked."""
    schema = settings_schema()
    parts: dict[str, dict[str, Any]] = {}
    for section, keys in schema.items():
        given = data.get(section, {})
        parts[section] = {
            key: float(value) if column.type == "number" and value is not None else value
            for key, column in keys.items()
            for value in [given.get(key, column.default)]
        }
    years = tuple(parts["horizon"]["years"])
    last = parts["horizon"]["last_year"]
    parts["horizon"].update(years=years, last_year=years[-1] if last is None else last)
    price_year = parts["case"]["price_year"]
    parts["case"].update(
        name=parts["case"]["name"] or name, price_year=years[0] if price_year is None else price_year
    )
    parts["time"]["profiles"] = profiles
    goal = parts["objective"]["minimise"]
    weights = {key: float(value) for key, value in goal.items()} if isinstance(goal, dict) else {}
    parts["objective"].update(minimise=tuple(goal), weights=FrozenDict(weights))
    return Settings(**{section: kind(**parts[section]) for section, kind in SECTIONS.items()})


def settings_data(settings: Settings) -> dict[str, dict[str, Any]]:
    """The settings as plain data, as case.toml would hold them."""
    data = {
        section: {item.name: getattr(getattr(settings, section), item.name) for item in fields(kind)}
        for section, kind in SECTIONS.items()
    }
    weights = data["objective"].pop("weights")
    data["objective"]["minimise"] = dict(weights) if weights else list(data["objective"]["minimise"])
    data["horizon"]["years"] = list(data["horizon"]["years"])
    return data
