"""A table of text to a typed DataFrame: every schema column, in order, with defaults filled in."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import pandas as pd

from gridplan.case.cells import BadCell, convert
from gridplan.case.problem import Problem, did_you_mean, shown
from gridplan.case.tables import Column, Table, tables
from gridplan.case.text import RawTable, Row

DTYPES = {"number": "float64", "integer": "Int64", "year": "Int64", "flag": "bool", "flag_or_year": "Int64"}


def dtype(column: Column) -> str:
    """The dtype of a column: float64, Int64 with blanks, bool, or str."""
    return DTYPES.get(column.type, "str")


def blank(column: Column) -> Any:
    """What a blank cell means."""
    if column.default is not None:
        return float(column.default) if column.type == "number" else column.default
    if column.type == "number":
        return float("nan")
    if column.type in ("integer", "year"):
        return pd.NA
    if column.type in ("flag", "flag_or_year"):
        return 0
    return ""


def empty_frame(table: Table) -> pd.DataFrame:
    """A table without rows, with all columns and dtypes (a lazy copy: checks ask for hundreds)."""
    return _empty(table.name).copy(deep=False)


@cache
def _empty(name: str) -> pd.DataFrame:
    columns = tables()[name].columns.items()
    return pd.DataFrame({name: pd.Series([], dtype=dtype(column)) for name, column in columns})


def unknown_column(name: str, columns: Iterable[Column]) -> str:
    """A hint for an unknown column; it says so where only the unit differs."""
    known = list(columns)
    stem = name.rsplit("_", 1)[0].casefold()
    for column in known:
        own_stem, _, suffix = column.name.rpartition("_")
        if column.unit and own_stem and own_stem in (stem, name.casefold()):
            expected = f"expected unit: {suffix} ({column.unit})"
            return f"did you mean {column.name!r}? Units stand in column names; {expected}"
    return did_you_mean(name, [column.name for column in known])


def check_columns(table: Table, raw: RawTable) -> list[Problem]:
    """Problems with the header: unknown and missing columns."""
    problems = []
    file = raw.file
    for name in raw.columns:
        if name not in table.columns:
            hint = unknown_column(name, table.columns.values())
            allowed = ", ".join(table.columns)
            problems.append(
                Problem(file, 1, name, name, f"unknown column {name!r}", allowed, hint, check="columns")
            )
    for column in table.columns.values():
        if column.required and column.name not in raw.columns:
            message = f"required column {column.name!r} is missing"
            hint = did_you_mean(column.name, [name for name in raw.columns if name not in table.columns])
            hint = hint.replace("did you mean", "is it")
            problems.append(
                Problem(file, 1, column.name, "", message, column.range_text, hint, check="columns")
            )
    return problems


def _cell(column: Column, row: Row, problems: list[Problem]) -> Any:
    text = row.cells.get(column.name, "")
    if not text:
        return None
    file, line, comma = row.origin(column.name)
    try:
        return convert(text, column, comma)
    except BadCell as bad:
        message = f"{shown(text)!r} {bad.message}"
        problems.append(
            Problem(file, line, column.name, shown(text), message, column.range_text, bad.hint, check="cell")
        )
        return None


def to_frame(table: Table, raw: RawTable, problems: list[Problem]) -> pd.DataFrame:
    """The typed table; cells that cannot be read become blank and a problem."""
    data: dict[str, Any] = {}
    for column in table.columns.values():
        values = [_cell(column, row, problems) for row in raw.rows]
        absent = blank(column)
        if column.default_from:
            other = data[column.default_from]
            filled = [other.iloc[i] if value is None else value for i, value in enumerate(values)]
        elif column.default_when:
            rule = column.default_when
            other = data[rule["column"]]
            special = rule["value"]
            filled = [
                (special if other.iloc[i] == rule["equals"] else absent) if value is None else value
                for i, value in enumerate(values)
            ]
        else:
            filled = [absent if value is None else value for value in values]
        data[column.name] = pd.Series(filled, dtype=dtype(column))
    return pd.DataFrame(data)
