"""CSV as a Dutch Excel saves it: `;`, decimal comma, Windows-1252, 31-3-2026, WAAR and ONWAAR.

The folder of a case reads `;`, decimal comma and UTF-8 by itself; this reads what `Save as CSV` gives in any
encoding, with dates and grouped numbers as they are shown.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from gridplan.case import Case, CaseError, Problem
from gridplan.case.build import build_case
from gridplan.case.cells import COMMA_NUMBER
from gridplan.case.content import Content
from gridplan.case.problem import did_you_mean, some_of
from gridplan.case.profiles import parse_profiles
from gridplan.case.read import read_settings
from gridplan.case.settings import FILE
from gridplan.case.tables import tables
from gridplan.case.text import RawTable, Row, parse_table, read_bytes, sha256
from gridplan.exchange import whole

DATE = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})")
GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+,\d+", re.ASCII)  # 1.234,5: only so is the point no decimal
SEPARATOR = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
SETTINGS_FILE = f"{whole.SETTINGS}.csv"


def read(source: Path | str) -> Case:
    """A case from a folder of CSV files, one a table, with case.toml or settings.csv (key;value).

    Raises:
        CaseError: with everything that is wrong, by file, row and column.
    """
    folder, problems = Path(source), list[Problem]()
    if not folder.is_dir():
        raise CaseError([Problem(str(folder.name), None, "", "", "is no folder", "a folder of CSV files")])
    sources: dict[str, str] = {}
    raws: dict[str, RawTable] = {}
    profiles = None
    known = [*tables(), whole.PROFILES, whole.SETTINGS]
    settings: whole.Sheet | None = None
    for path in sorted(folder.iterdir()):
        name = path.stem.casefold()
        if path.suffix.casefold() != ".csv":
            continue
        if name not in known:
            hint = did_you_mean(name, known)
            problems.append(Problem(path.name, None, "", "", "unknown table", some_of(known), hint))
            continue
        data = _utf8(path, problems)
        if data is None:
            continue
        sources[path.name] = sha256(data)
        if name == whole.PROFILES:
            profiles = parse_profiles(data, path.name, problems)
        elif (raw := parse_table(data, path.name, problems)) is None:
            continue
        elif name == whole.SETTINGS:
            rows = [(row.source.line, [_point(row.cells[c]) for c in raw.columns]) for row in raw.rows]
            settings = whole.Sheet(list(raw.columns), rows, path.name)
        else:
            raws[name] = _plain(raw, name)
    if settings is not None:
        values, origins = whole.parse_settings(settings, problems)
    else:
        found, origins = read_settings(folder, FILE, sources, problems)
        values = found or {}
    if problems:
        raise CaseError(problems)
    file = "profiles.csv" if profiles is not None else ""
    return build_case(Content(values, raws, profiles, file, sources=sources, settings_origins=origins))


def _utf8(path: Path, problems: list[Problem]) -> bytes | None:
    """Content of a file in UTF-8, without Excel's line about the separator."""
    data = read_bytes(path, path.name, problems)
    if data is None or b"\0" in data:
        return data
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    said = SEPARATOR.match(text)
    return (text[said.end() :] if said else text).encode()


def _point(text: str) -> str:
    """A number with a decimal point."""
    return text.replace(",", ".") if COMMA_NUMBER.fullmatch(text) else text


def _plain(raw: RawTable, name: str) -> RawTable:
    """Dates and grouped numbers as the reader of cases wants them."""
    columns = tables()[name].columns
    kinds = {column: columns[column].type for column in raw.columns if column in columns}

    def cell(column: str, text: str) -> str:
        kind = kinds.get(column)
        if kind == "date" and (parts := DATE.fullmatch(text)):
            day, month, year = parts.groups()
            return f"{year}-{int(month):02}-{int(day):02}"
        if kind in ("number", "integer") and GROUPED.fullmatch(text):
            return text.replace(".", "")
        return text

    rows = tuple(
        Row({key: cell(key, text) for key, text in row.cells.items()}, row.source) for row in raw.rows
    )
    return replace(raw, rows=rows)
