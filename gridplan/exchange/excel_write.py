"""Sheets of a workbook: headers with unit and meaning, drop-downs, typed cells."""

from __future__ import annotations

import datetime
import io
import json
import math
from collections.abc import Iterable, Sequence
from typing import Any

from gridplan.case import Case, CaseError, Problem
from gridplan.case.tables import Column, tables
from gridplan.exchange import whole
from gridplan.exchange.excel_text import MAX_TEXT, escape
from gridplan.exchange.needs import need

AUTHOR = "gridplan"
ROWS = 1_048_575  # of a sheet, below its header
MORE_ROWS = 2_000  # below a table, for which drop-downs are made
SHAPE_CHUNK = 30_000
HEAD = {"fill": "1F4E79", "needed": "7A1F1F"}


class Writer:
    """A workbook under construction."""

    def __init__(self) -> None:
        self._book = need("openpyxl", "excel").Workbook(write_only=True)
        self._cells = need("openpyxl.cell", "excel")
        self._styles = need("openpyxl.styles", "excel")
        self._comments = need("openpyxl.comments", "excel")
        self._rules = need("openpyxl.worksheet.datavalidation", "excel")

    def sheet(
        self,
        name: str,
        heads: Sequence[tuple[str, str, bool]],
        rows: Iterable[Sequence[Any]],
        rules: Sequence[tuple[int, dict[str, Any]]] = (),
        widths: Sequence[int] = (),
    ) -> None:
        """Add a sheet.

        Args:
            name: of the sheet.
            heads: for every column its name, its comment and whether it must be filled in.
            rows: values; text is text whatever it looks like, None is blank.
            rules: data validations by column (from 1).
            widths: of columns, in characters.
        """
        sheet = self._book.create_sheet(name)
        sheet.freeze_panes = "B2"
        letters = need("openpyxl.utils", "excel").get_column_letter
        for place, (head, _, _) in enumerate(heads, start=1):
            width = widths[place - 1] if place <= len(widths) else max(10, len(head) + 3)
            sheet.column_dimensions[letters(place)].width = width
        sheet.append([self._head(sheet, *head) for head in heads])
        count = 0
        for count, row in enumerate(rows, start=1):
            if count > ROWS:
                message = f"has more than {ROWS:,} rows; a sheet holds no more"
                raise CaseError([Problem(name, None, "", "", message, check="export")])
            sheet.append([self._cell(sheet, value) for value in row])
        for place, options in rules:
            rule = self._rules.DataValidation(allow_blank=True, showErrorMessage=True, **options)
            rule.add(f"{letters(place)}2:{letters(place)}{min(count + MORE_ROWS, ROWS)}")
            sheet.data_validations.append(rule)

    def data(self) -> bytes:
        """The file."""
        out = io.BytesIO()
        self._book.save(out)
        return out.getvalue()

    def _head(self, sheet: Any, name: str, comment: str, needed: bool) -> Any:
        cell = self._cell(sheet, name)
        if not hasattr(cell, "font"):
            cell = self._cells.WriteOnlyCell(sheet, name)
        fill = HEAD["needed" if needed else "fill"]
        cell.font = self._styles.Font(bold=True, color="FFFFFF")
        cell.fill = self._styles.PatternFill("solid", fgColor=fill)
        if comment:
            cell.comment = self._comments.Comment(escape(comment), AUTHOR, height=110, width=320)
        return cell

    def _cell(self, sheet: Any, value: Any) -> Any:
        if isinstance(value, float) and float(f"{value:.16g}") != value:  # openpyxl writes 16 digits
            cell = self._cells.WriteOnlyCell(sheet, 0)
            cell._value = repr(value)
            return cell
        if not isinstance(value, str):
            return value
        if not value:
            return None
        text = escape(value)
        if len(text) > MAX_TEXT:
            message = f"a text of {len(text):,} characters does not fit in a cell; at most {MAX_TEXT:,}"
            raise CaseError([Problem(sheet.title, None, "", value[:40], message, check="export")])
        if text[0] not in "=0123456789+-.#" and len(text) < 60:
            return text
        cell = self._cells.WriteOnlyCell(sheet, text)
        cell.data_type = "s"  # text, also where it begins with =
        cell.number_format = "@"
        return cell


def add_case(book: Writer, case: Case) -> None:
    """Add every part of a case."""
    heads = [(whole.KEY, "Key of case.toml.", True), (whole.VALUE, "Lists with ;", False)]
    heads += [("unit", "", False), ("allowed", "", False), ("meaning", "", False)]
    rows = [
        [key, typed(text, column), column.unit, column.range_text, column.description]
        for key, text, column in whole.setting_rows(case)
    ]
    book.sheet(whole.SETTINGS, heads, rows, widths=(28, 36, 8, 40, 90))
    for name, table in tables().items():
        if case.has(name):
            _table(book, case, name, list(table.columns.values()))
    if case.profiles is not None:
        header, texts = whole.profile_rows(case)
        names = [(head, HOUR if head == "hour" else PROFILE, True) for head in header]
        book.sheet(whole.PROFILES, names, ([float(cell) for cell in row] for row in texts))
    if case.shapes is not None:
        text = json.dumps(case.shapes, separators=(",", ":")).replace(" ", "\\u0020")  # blanks get lost
        parts = [[text[k : k + SHAPE_CHUNK]] for k in range(0, len(text), SHAPE_CHUNK)]
        book.sheet(whole.SHAPES, [("text", "GeoJSON of the zones; read on, row by row.", True)], parts)


HOUR = "Hour of the year, 0 to 8759."
PROFILE = "Profile, per unit of peak; one value for every hour."


def _table(book: Writer, case: Case, name: str, columns: list[Column]) -> None:
    """A table with all its columns; those in which all is default stay blank."""
    header, rows = whole.case_rows(case, name)
    heads = [(column.name, comment(column), column.required) for column in columns]
    at = {head: place for place, head in enumerate(header)}
    values = (
        [typed(row[at[column.name]], column) if column.name in at else None for column in columns]
        for row in rows
    )
    rules = [
        (place, rule) for place, column in enumerate(columns, start=1) if (rule := _rule(column)) is not None
    ]
    book.sheet(name, heads, values, rules)


def comment(column: Column) -> str:
    """What a header says: meaning, unit, what is allowed, default."""
    parts = [column.description]
    if column.unit:
        parts.append(f"Unit: {column.unit}.")
    parts.append(f"Allowed: {column.range_text}." + (" Required." if column.required else ""))
    if column.default is not None:
        parts.append(f"Blank: {column.default}.")
    if column.refers:
        parts.append(f"Refers to: {', '.join(column.refers)}.")
    return "\n".join(parts)


def _rule(column: Column) -> dict[str, Any] | None:
    """The data validation of a column, where it has one."""
    said = {"errorTitle": column.name, "error": f"Allowed: {column.range_text}"[:250]}
    if column.type == "enum":
        return {"type": "list", "formula1": f'"{",".join(column.allowed)}"', **said}
    if column.type == "flag":
        return {"type": "list", "formula1": '"TRUE,FALSE"', **said}
    if column.type == "number" and (column.min is not None or column.above is not None):
        low = column.min if column.min is not None else column.above
        if column.max is not None and column.above is None:
            bounds = {"formula1": f"{low:g}", "formula2": f"{column.max:g}"}
            return {"type": "decimal", "operator": "between", **bounds, **said}
        operator = "greaterThanOrEqual" if column.min is not None else "greaterThan"
        return {"type": "decimal", "operator": operator, "formula1": f"{low:g}", **said}
    return None


def typed(text: str, column: Column) -> Any:
    """A cell's text as the value that a spreadsheet should hold; text where that would lose anything."""
    if not text:
        return None
    if column.type == "flag":
        return text == "true"
    if column.type in ("number", "integer", "year", "flag_or_year"):
        try:
            value = float(text)
        except ValueError:
            return text
        whole_number = value == int(value) and abs(value) < 1e15 if math.isfinite(value) else False
        return int(value) if whole_number else value
    if column.type == "date" and text >= "1901":
        return datetime.date.fromisoformat(text)
    return text
