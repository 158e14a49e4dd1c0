"""Tables of the report: cells as shown, as sorted and as downloaded."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from gridplan.plots.accessor import guard
from gridplan.plots.text import Words

BOM = "\ufeff"
KINDS = ("text", "year", "mw", "number", "percent", "money", "pu", "ratio")
DECIMALS = {"money": 1, "ratio": 2, "pu": 3}


@dataclass(frozen=True)
class Column:
    """One column: key in the rows, key of its heading in the glossary, and what it holds.

    `kind` is text, year, mw (MW, TJ, M€: a decimal where it says something), number (whole), percent (of a
    share), money (M€, one decimal), ratio (two) or pu (three).
    """

    key: str
    heading: str
    kind: str = "text"
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Cell:
    """What is shown, what it is sorted by, and whether it is a number."""

    text: str
    order: str
    number: bool
    link: str = ""


@dataclass(frozen=True)
class Table:
    """A table as the page shows it; `download` is the CSV of all rows."""

    name: str
    caption: str
    headings: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[Cell, ...], ...]
    download: str
    total: tuple[Cell, ...] = ()


def make(
    name: str,
    columns: Sequence[Column],
    rows: Iterable[Mapping[str, Any]],
    words: Words,
    total: Mapping[str, Any] | None = None,
) -> Table:
    """A table of rows (blank: None, NaN); a row's `link` names the fact sheet that its first cell opens."""
    listed = list(rows)
    headings = tuple(words(f"columns.{column.heading}", **column.values) for column in columns)
    numeric = tuple(column.kind != "text" for column in columns)
    cells = tuple(tuple(_cells(row, columns, words)) for row in listed)
    text = download(headings, [[row.get(c.key) for c in columns] for row in listed], columns, words)
    summed = tuple(_cells(total, columns, words)) if total is not None else ()
    return Table(name, words(f"tables.{name}"), headings, numeric, cells, text, summed)


def _cells(row: Mapping[str, Any], columns: Sequence[Column], words: Words) -> Iterable[Cell]:
    for place, column in enumerate(columns):
        value = row.get(column.key)
        link = str(row.get("link") or "") if place == 0 else ""
        if column.kind == "text":
            text = "" if blank(value) else str(value)
            yield Cell(text, text, False, link)
        else:
            number = math.nan if value is None or blank(value) else float(value)
            order = "-1e99" if math.isnan(number) else repr(number)
            yield Cell(shown(number, column.kind, words), order, True, link)


def blank(value: Any) -> bool:
    """True for None, NaN and NA."""
    return value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))


def shown(value: float, kind: str, words: Words) -> str:
    """A number as text; a year without separators, a dash where there is none."""
    if math.isnan(value):
        return "–"
    if kind == "year":
        return str(round(value))
    if kind == "percent":
        return words.percent(value)
    if kind in DECIMALS:
        return words.number(value, DECIMALS[kind])
    return words.mw(value) if kind == "mw" else words.number(value)


def download(headings: Sequence[str], rows: list[list[Any]], columns: Sequence[Column], words: Words) -> str:
    """CSV of a table as a spreadsheet of that language opens it: Dutch has `;` and a decimal comma.

    Numbers have six significant digits; a text that a spreadsheet would run as a formula gets an apostrophe.
    """
    dutch = words.lang == "nl"
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if dutch else ",", lineterminator="\r\n")
    writer.writerow([guarded(heading) for heading in headings])
    for row in rows:
        cells = zip(row, columns, strict=True)
        writer.writerow([_plain(value, column.kind, dutch) for value, column in cells])
    return BOM + out.getvalue()


def _plain(value: Any, kind: str, dutch: bool) -> str:
    if blank(value):
        return ""
    if kind == "text":
        return guarded(str(value))
    number = 100 * float(value) if kind == "percent" else float(value)
    text = str(round(number)) if kind == "year" else f"{number:.6g}"
    return text.replace(".", ",") if dutch else text


def guarded(text: str) -> str:
    """A text that a spreadsheet takes as text, never as a formula."""
    return str(guard(text))
