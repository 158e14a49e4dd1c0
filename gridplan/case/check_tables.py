"""Checks of one table by itself, built from the schema: types, ranges, allowed words, keys."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pandas as pd

from gridplan.case.draft import Draft
from gridplan.case.frame import dtype
from gridplan.case.problem import Problem, did_you_mean
from gridplan.case.tables import Column, Table, tables

PANDERA_DTYPE = {"str": str, "float64": "float64", "Int64": "Int64", "bool": "bool"}


def _column(column: Column) -> Any:
    import pandera.pandas as pa

    checks = []
    if column.min is not None:
        checks.append(pa.Check.ge(column.min))
    if column.above is not None:
        checks.append(pa.Check.gt(column.above))
    if column.max is not None:
        checks.append(pa.Check.le(column.max))
    text = dtype(column) == "str"
    if column.allowed:
        checks.append(pa.Check.isin([*column.allowed, ""]))
    if text and column.required:
        checks.append(pa.Check.str_length(min_value=1, name="given"))
    return pa.Column(PANDERA_DTYPE[dtype(column)], checks, nullable=not column.required, name=column.name)


@cache
def _schema(name: str, given: frozenset[str]) -> Any:
    """What the columns that somebody filled in must be; the others hold their defaults, which are allowed."""
    import pandera.pandas as pa

    columns = tables()[name].columns.items()
    asked = {key: column for key, column in columns if column.required or column.default_from or key in given}
    return pa.DataFrameSchema({key: _column(column) for key, column in asked.items()})


def _given(draft: Draft, name: str) -> frozenset[str]:
    """Columns in which any row has a text."""
    return frozenset(key for row in draft.raws[name].rows for key, text in row.cells.items() if text)


def check_table(draft: Draft, table: Table, frame: pd.DataFrame) -> list[Problem]:
    """Everything that is wrong in one table."""
    from pandera.errors import SchemaErrors

    found: dict[tuple[int, str], Problem] = {}
    try:
        _schema(table.name, _given(draft, table.name)).validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases[["column", "index"]]
        for name, i in cases.itertuples(index=False, name=None):
            if (int(i), name) not in found:
                found[int(i), name] = _cell_problem(draft, table, table.columns[name], int(i))
    problems = [found[key] for key in sorted(found)]
    return problems + _places(draft, table, frame) + _duplicates(draft, table, frame)


def _cell_problem(draft: Draft, table: Table, column: Column, i: int) -> Problem:
    text = draft.raws[table.name].rows[i].cells.get(column.name, "")
    hint = ""
    if not text:
        message = "is required but blank"
    elif column.allowed:
        message = f"{text!r} is not allowed"
        hint = did_you_mean(text, column.allowed)
    elif column.min == 0 and text.startswith("-"):
        message = f"{text} is negative"
    else:
        message = f"{text} is out of range"
    unit = f" {column.unit}" if column.unit and column.unit not in ("year",) else ""
    problem = draft.problem(table.name, i, column.name, message, column.range_text + unit, hint)
    return replace(problem, check="cell")


def _places(draft: Draft, table: Table, frame: pd.DataFrame) -> list[Problem]:
    """Rows that give none of several columns of which one is needed."""
    found = []
    for group in table.one_of:
        bare = (frame[list(group)] == "").all(axis=1)
        words = " or ".join(group)
        for i in bare.to_numpy().nonzero()[0]:
            message = f"needs a {words}"
            found.append(draft.problem(table.name, int(i), group[0], message, f"a {words}", f"give {words}"))
    return [replace(problem, check="place") for problem in found]


def _duplicates(draft: Draft, table: Table, frame: pd.DataFrame) -> list[Problem]:
    """Rows whose key an earlier row has."""
    found = []
    seen: dict[tuple[str, ...], int] = {}
    columns = [frame[name].astype("str").where(frame[name].notna(), "").tolist() for name in table.key]
    for i, key in enumerate(zip(*columns, strict=True)):
        if not key[0]:
            continue
        first = seen.setdefault(key, i)
        if first != i:
            line = draft.raws[table.name].rows[first].source.line
            label = ", ".join(f"{name} {part!r}" for name, part in zip(table.key, key, strict=True))
            hint = f"also in row {line}" if line else "also in another row"
            message = f"duplicate key {label}"
            problem = draft.problem(table.name, i, table.key[0], message, "each key once", hint)
            found.append(replace(problem, check="duplicate-key"))
    return found
