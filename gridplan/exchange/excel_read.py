"""Sheets of a workbook as text cells, with bounds on time and memory."""

from __future__ import annotations

import datetime
import io
import warnings
import zipfile
from itertools import islice
from typing import Any

from gridplan.case import CaseError, Problem
from gridplan.case.cells import COMMA_NUMBER
from gridplan.case.problem import shown
from gridplan.case.tables import tables
from gridplan.case.values import as_text
from gridplan.exchange import whole
from gridplan.exchange.excel_text import unescape
from gridplan.exchange.needs import need

MAX_ROWS = 1_048_576
MAX_COLUMNS = 1_024
BESIDE = 8  # columns beside those with a name that are looked at
NO_TEXT = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")


def sheets(data: bytes, archive: zipfile.ZipFile, file: str, book: whole.Book) -> None:
    """Fill `book` with the sheets of a workbook that was found safe.

    Raises:
        CaseError: where it cannot be read at all; else problems are noted in the book.
    """
    opened = _open(data, file, values=True)
    formulas = None
    book.problems += whole.unknown_sheets(opened.sheetnames, file)
    if _has_formulas(archive):
        formulas = _open(data, file, values=False)
    for name in opened.sheetnames:
        if name not in whole.known_sheets():
            continue
        at = f"{file}[{name}]"
        try:
            made = _sheet(opened[name], at, book.problems)
            if formulas is not None:
                _check_formulas(opened[name], formulas[name], at, book.problems)
        except CaseError:
            raise
        except Exception as error:  # of openpyxl, for a part that is not as the format asks
            message = f"cannot be read: {type(error).__name__}: {shown(error)}"
            book.problems.append(Problem(at, None, "", "", message, hint=HINT, check="file"))
            continue
        if made is not None and name == whole.SHAPES:
            book.shapes = whole.read_shapes("".join(row[0] for _, row in made.rows), at, book.problems)
        elif made is not None:
            book.sheets[name] = made


HINT = "open it in a spreadsheet and save it as .xlsx again"


def _open(data: bytes, file: str, values: bool) -> Any:
    openpyxl = need("openpyxl", "excel")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of extensions that it does not keep: none is needed here
            return openpyxl.load_workbook(
                io.BytesIO(data), read_only=True, data_only=values, keep_links=False
            )
    except Exception as error:
        message = f"is no workbook that can be read: {type(error).__name__}: {shown(error)}"
        raise CaseError([Problem(file, None, "", "", message, hint=HINT, check="file")]) from error


def _has_formulas(archive: zipfile.ZipFile) -> bool:
    for part in archive.infolist():
        if "/worksheets/" in part.filename and part.filename.endswith(".xml"):
            content = archive.read(part)
            if b"<f>" in content or b"<f " in content:
                return True
    return False


def _rows(sheet: Any, width: int = MAX_COLUMNS, first: int = 1) -> Any:
    """Rows of a sheet as it is filled, not as wide and long as it says it is.

    A row may claim to be any row: those left out come as empty ones, so they are counted too.
    """
    sheet.reset_dimensions()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rows = sheet.iter_rows(min_row=first, max_col=width + BESIDE, values_only=True)
        yield from islice(rows, MAX_ROWS + 1)


def _sheet(sheet: Any, at: str, problems: list[Problem]) -> whole.Sheet | None:
    """The text of a sheet; None where it has no header."""
    sheet.reset_dimensions()
    first = next(sheet.iter_rows(max_row=1, values_only=True), ())
    header = [unescape(as_text(value)) for value in first]
    while header and not header[-1]:
        header.pop()
    if not header or len(header) > MAX_COLUMNS:
        message = "has no header in its first row" if not header else f"has more than {MAX_COLUMNS:,} columns"
        problems.append(Problem(at, 1, "", "", message, "names of columns", check="header"))
        return None
    width = len(header)
    numeric = _numeric(sheet.title, header)
    made: list[tuple[int | None, list[str]]] = []
    for line, values in enumerate(_rows(sheet, width, 2), start=2):
        if line > MAX_ROWS:
            message = f"has more than {MAX_ROWS:,} rows"
            problems.append(Problem(at, line, "", "", message, check="file"))
            return None
        if not any(value is not None for value in values):
            continue
        cells = [_text(value, k < width and numeric[k]) for k, value in enumerate(values)]
        _check_cells(cells, header, line, at, problems)
        if any(cells[:width]):
            made.append((line, [*cells[:width], *[""] * (width - len(cells))]))
    return whole.Sheet(header, made, at)


def _numeric(sheet: str, header: list[str]) -> list[bool]:
    """For every column whether it holds numbers, so that a comma in a text is a decimal sign."""
    if sheet == whole.SETTINGS:
        return [name == whole.VALUE for name in header]
    columns = tables()[sheet].columns if sheet in tables() else {}
    plain = ("number", "integer", "year")
    return [sheet == whole.PROFILES or (name in columns and columns[name].type in plain) for name in header]


def _check_cells(cells: list[str], header: list[str], line: int, at: str, problems: list[Problem]) -> None:
    """No cells beside the table, and no errors of the spreadsheet in it."""
    width = len(header)
    extra = next((k for k in range(width, len(cells)) if cells[k]), None)
    if extra is not None:
        message = "a cell stands beside the columns that have a name"
        problems.append(Problem(at, line, str(extra + 1), shown(cells[extra]), message, check="ragged-row"))
    for name, cell in zip(header, cells, strict=False):
        if cell in NO_TEXT:
            message = f"{cell} is an error of the spreadsheet"
            problems.append(Problem(at, line, name, cell, message, "a value", check="cell"))


def _text(value: Any, numeric: bool) -> str:
    if isinstance(value, str):
        text = unescape(value.strip()) if "_x" in value else value.strip()
        return text.replace(",", ".") if numeric and COMMA_NUMBER.fullmatch(text) else text
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat()
    return as_text(value)


def _check_formulas(values: Any, formulas: Any, at: str, problems: list[Problem]) -> None:
    """Formulas need a value that was stored with them."""
    for line, (found, written) in enumerate(zip(_rows(values), _rows(formulas), strict=False), 1):
        for place, text in enumerate(written):
            empty = place >= len(found) or found[place] is None
            if empty and isinstance(text, str) and text.startswith("="):
                message = "is a formula without a stored value"
                hint = "open the workbook in a spreadsheet and save it, or paste values"
                wrong = Problem(at, line, str(place + 1), shown(text), message, "a value", hint, check="cell")
                problems.append(wrong)
