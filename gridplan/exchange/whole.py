"""A whole case as plain sheets of text cells, and back: what Excel, GeoPackage and GeoJSON have in common."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gridplan.case import Case, CaseError, Problem
from gridplan.case.build import build_case
from gridplan.case.cells import BadCell, flag, integer, number
from gridplan.case.content import Content
from gridplan.case.problem import did_you_mean, shown, some_of
from gridplan.case.profiles import parse_profiles, write_profiles
from gridplan.case.settings import settings_data
from gridplan.case.tables import Column, settings_schema, tables
from gridplan.case.text import Origin, RawTable, Row, check_header
from gridplan.case.values import as_text
from gridplan.case.write import table_cells

SETTINGS, PROFILES, SHAPES = "settings", "profiles", "zones_geojson"
KEY, VALUE = "key", "value"


def known_sheets() -> tuple[str, ...]:
    """Names of all sheets that a case may have."""
    return (SETTINGS, *tables(), PROFILES, SHAPES)


@dataclass
class Sheet:
    """A sheet as text: its columns, its rows with the line each stands on, and how messages call it."""

    columns: list[str]
    rows: list[tuple[int | None, list[str]]]
    file: str


@dataclass
class Book:
    """Sheets by name, shapes as GeoJSON, and problems found so far."""

    sheets: dict[str, Sheet] = field(default_factory=dict)
    shapes: dict[str, Any] | None = None
    problems: list[Problem] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)


def case_rows(case: Case, table: str) -> tuple[list[str], list[list[str]]]:
    """Columns and rows of a table as text; columns in which all is default are left out."""
    columns = table_cells(tables()[table], case.table(table))
    return list(columns), [list(row) for row in zip(*columns.values(), strict=True)]


def profile_rows(case: Case) -> tuple[list[str], list[list[str]]]:
    """Columns (hour first) and rows of the profiles."""
    if case.profiles is None:
        return [], []
    header, *rows = csv.reader(io.StringIO(write_profiles(case.profiles), newline=""))
    return header, rows


def setting_rows(case: Case) -> list[tuple[str, str, Column]]:
    """Key, text and schema of every setting."""
    schema = settings_schema()
    return [
        (f"{section}.{key}", setting_text(value), schema[section][key])
        for section, keys in settings_data(case.settings).items()
        for key, value in keys.items()
        if key in schema[section]
    ]


def setting_text(value: Any) -> str:
    """A setting as one cell: lists with ; and weights as `name = number`."""
    if isinstance(value, Mapping):
        return "; ".join(f"{name} = {as_text(float(weight))}" for name, weight in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(as_text(part) for part in value)
    return as_text(value)


def parse_setting(text: str, column: Column) -> Any:
    """The value of a setting's cell; BadCell where it is none."""
    if column.type == "number":
        return number(text)
    if column.type == "integer":
        return integer(text)
    if column.type == "flag":
        return flag(text)
    parts = [part.strip() for part in text.replace(",", ";").split(";") if part.strip()]
    if column.type == "years":
        return [integer(part) for part in parts]
    if column.type == "indicators":
        if any("=" in part for part in parts):
            pairs = [part.partition("=") for part in parts]
            return {name.strip(): number(weight.strip()) for name, _, weight in pairs}
        return parts
    return text


def parse_settings(sheet: Sheet, problems: list[Problem]) -> tuple[dict[str, Any], dict[str, Origin]]:
    """Settings as case.toml would hold them, and where each stands."""
    data: dict[str, dict[str, Any]] = {}
    origins: dict[str, Origin] = {}
    schema = settings_schema()
    known = [f"{section}.{key}" for section, keys in schema.items() for key in keys]

    def wrong(line: int | None, column: str, value: str, message: str, allowed: str, hint: str = "") -> None:
        at = Problem(sheet.file, line, column, shown(value), message, allowed, hint, check="settings")
        problems.append(at)

    for line, cells in sheet.rows:
        row = dict(zip(sheet.columns, cells, strict=False))
        name, text = row.get(KEY, ""), row.get(VALUE, "")
        section, _, key = name.partition(".")
        if name not in known:
            wrong(line, KEY, name, f"unknown key {name!r}", some_of(known), did_you_mean(name, known))
        elif name in origins:
            wrong(line, KEY, name, f"key {name!r} is there twice", "each key once")
        elif text:
            column = schema[section][key]
            origins[name] = Origin(sheet.file, line)
            try:
                data.setdefault(section, {})[key] = parse_setting(text, column)
            except BadCell as bad:
                wrong(line, VALUE, text, f"{name}: {text!r} {bad.message}", column.range_text, bad.hint)
    return data, origins


def build(book: Book) -> Case:
    """The checked case of a book.

    Raises:
        CaseError: with everything that is wrong, each at its sheet, row and column.
    """
    problems = book.problems
    data: dict[str, Any] = {}
    origins: dict[str, Origin] = {}
    raws: dict[str, RawTable] = {}
    frame, profiles = None, ""
    for name, sheet in book.sheets.items():
        if name == SETTINGS:
            data, origins = parse_settings(sheet, problems)
        elif name == PROFILES:
            before = len(problems)
            frame = parse_profiles(_csv(sheet), sheet.file, problems)
            problems[before:] = [_on_line(problem, sheet) for problem in problems[before:]]
            named = data.get("time", {}).get("profiles", "")
            profiles = named if Path(named).name == named and named else "profiles.csv"
        elif name in tables():
            raws[name] = _raw(sheet, problems)
    if SETTINGS not in book.sheets:
        file = next(iter(book.sources), "")
        hint = f"its sheet needs the columns {KEY} and {VALUE}"
        problems.append(
            Problem(file, None, SETTINGS, "", "has no settings", "horizon.years at least", hint, check="file")
        )
    if problems:
        raise CaseError(problems)
    return build_case(
        Content(
            data, raws, frame, profiles, book.shapes, sources=book.sources, settings_origins=origins
        )
    )  # fmt: skip


def _raw(sheet: Sheet, problems: list[Problem]) -> RawTable:
    """A table of a sheet; its header is checked for blank and double names."""
    check_header(sheet.columns, 1, sheet.file, problems)
    columns = tuple(sheet.columns)
    rows = tuple(
        Row(dict(zip(columns, cells, strict=False)), Origin(sheet.file, line)) for line, cells in sheet.rows
    )
    return RawTable(columns, rows, sheet.file)


def _csv(sheet: Sheet) -> bytes:
    """A sheet as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(sheet.columns)
    writer.writerows(cells for _, cells in sheet.rows)
    return out.getvalue().encode("utf-8", "replace")


def _on_line(problem: Problem, sheet: Sheet) -> Problem:
    """A problem of a sheet's CSV at the line of the sheet."""
    if problem.row is None or problem.row < 2 or problem.row - 2 >= len(sheet.rows):
        return problem
    return replace(problem, row=sheet.rows[problem.row - 2][0])


def read_shapes(text: str, file: str, problems: list[Problem]) -> dict[str, Any] | None:
    """Shapes of zones from their GeoJSON text."""
    try:
        shapes = json.loads(text)
    except (ValueError, RecursionError) as error:
        problems.append(Problem(file, None, "", "", f"is not JSON: {error}", "GeoJSON", check="shapes"))
        return None
    if not isinstance(shapes, dict) or not isinstance(shapes.get("features"), list):
        message = "is not GeoJSON"
        problems.append(Problem(file, None, "", "", message, "a FeatureCollection", check="shapes"))
        return None
    return shapes


def unknown_sheets(names: Iterable[str], file: str, also: Sequence[str] = ()) -> list[Problem]:
    """A problem for every sheet that no case has; names that begin with _ are remarks."""
    known = [*known_sheets(), *also]
    return [
        Problem(
            file, None, name, shown(name), f"unknown sheet {name!r}", some_of(known),
            did_you_mean(name, known) or "begin its name with _ to keep remarks there", check="table",
        )
        for name in names
        if name not in known and not name.startswith("_")
    ]  # fmt: skip
