"""Result tables as CSV, written and read back without loss.

Numbers have full precision, a blank cell is a missing value, lines end in a newline on every system.
A text that a spreadsheet would run as a formula (it starts with `=`, `+`, `-`, `@`, tab or return) gets an
apostrophe in front, which reading takes away again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any, Literal

import pandas as pd
from pandas.api import types

KINDS = ("text", "integer", "number", "boolean")


class TableError(ValueError):
    """A table cannot be written, or a written one cannot be read."""


def kinds(table: pd.DataFrame) -> dict[str, str]:
    """Kind of every column: text, integer, number or boolean."""
    doubles = [str(name) for name in table.columns[table.columns.duplicated()]]
    if doubles:
        raise TableError(f"column '{doubles[0]}' stands twice in the table")
    return {str(name): _kind(str(name), table[name]) for name in table.columns}


def _kind(name: str, column: pd.Series) -> str:
    if types.is_bool_dtype(column.dtype):
        return "boolean"
    if types.is_integer_dtype(column.dtype):
        return "integer"
    if types.is_float_dtype(column.dtype):
        return "number"
    inferred = types.infer_dtype(column, skipna=True)
    found = {"string": "text", "empty": "text", "boolean": "boolean", "integer": "integer"}
    found |= {"floating": "number", "mixed-integer-float": "number", "categorical": "text"}
    if inferred not in found:
        raise TableError(f"column '{name}' holds {inferred} values; a result table holds text or numbers")
    return found[inferred]


def write(table: pd.DataFrame) -> str:
    """CSV text of a table."""
    found = kinds(table)
    columns = {name: _written(table[name], kind) for name, kind in found.items()}
    texts = [columns[name] for name, kind in found.items() if kind == "text"]
    # Python before 3.13 writes a lone return without quotes, which then reads as the end of the row.
    returns = any("\r" in name for name in found) or any(text.str.contains("\r").any() for text in texts)
    quoting: Literal[0, 1] = csv.QUOTE_ALL if returns else csv.QUOTE_MINIMAL
    return pd.DataFrame(columns, index=table.index).to_csv(index=False, lineterminator="\n", quoting=quoting)


def _written(column: pd.Series, kind: str) -> pd.Series:
    if kind == "boolean":
        return column.astype("boolean").astype("string").str.lower()
    if kind == "integer":
        return column.astype("Int64")
    if kind == "number":
        return column.astype("float64")
    text = column.astype("string")
    return text.str.replace(r"^('*[=+\-@\t\r])", r"'\1", regex=True)


def read(text: str, expected: Mapping[str, str]) -> pd.DataFrame:
    """Table from CSV text with the given kinds; TableError says which column is not as it should be."""
    try:
        raw = pd.read_csv(
            io.StringIO(text), dtype="string", keep_default_na=False, na_values=[""], skip_blank_lines=False
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise TableError(f"not a CSV table: {error}") from error
    if list(raw.columns) != list(expected):
        missing = [name for name in expected if name not in raw.columns]
        raise TableError(f"columns are {list(raw.columns)}, expected {list(expected)}; missing: {missing}")
    columns = {name: _read_column(name, raw[name], kind) for name, kind in expected.items()}
    return pd.DataFrame(columns, index=raw.index)


def _read_column(name: str, column: pd.Series, kind: str) -> pd.Series:
    convert: dict[str, Any] = {"text": _text, "integer": _integer, "number": _number, "boolean": _boolean}
    if kind not in convert:
        raise TableError(f"column '{name}' has unknown kind '{kind}'; known: {', '.join(KINDS)}")
    try:
        return convert[kind](column)
    except (ValueError, TypeError, OverflowError) as error:
        raise TableError(f"column '{name}' does not hold {kind} values: {error}") from error


def _text(column: pd.Series) -> pd.Series:
    return column.str.replace(r"^'('*[=+\-@\t\r])", r"\1", regex=True).astype("str")


def _integer(column: pd.Series) -> pd.Series:
    whole = column.astype("Int64")
    return whole if whole.hasnans else whole.astype("int64")


def _number(column: pd.Series) -> pd.Series:
    values = [float("nan") if pd.isna(cell) else float(cell) for cell in column]
    return pd.Series(values, index=column.index, dtype="float64")


def _boolean(column: pd.Series) -> pd.Series:
    unknown = [cell for cell in column.dropna().unique() if cell not in ("true", "false")]
    if unknown:
        raise ValueError(f"'{unknown[0]}' is not true or false")
    truth = column.map({"true": True, "false": False}).astype("boolean")
    return truth if truth.hasnans else truth.astype("bool")
