"""Excel: a case as one workbook, one sheet a table, both ways; and the tables of a plan.

Reading a workbook that `write` made of a case gives that case again. docs/exchange.md says what a workbook
holds.
"""

from __future__ import annotations

from pathlib import Path

from gridplan.case import Case, CaseError
from gridplan.case.text import read_bytes, sha256
from gridplan.exchange import excel_read, whole
from gridplan.exchange.excel_write import Writer, add_case
from gridplan.exchange.zipguard import safe_zip
from gridplan.plan import Plan

SUFFIXES = (".xlsx",)


def read(source: Path | str) -> Case:
    """A case from a workbook.

    Args:
        source: an .xlsx file.

    Raises:
        CaseError: with everything that is wrong, by sheet, row and column.
        NeedsPackageError: without openpyxl.
    """
    path, book = Path(source), whole.Book()
    data = read_bytes(path, path.name, book.problems)
    if data is None:
        raise CaseError(book.problems)
    book.sources[path.name] = sha256(data)
    with safe_zip(data, path.name) as archive:
        excel_read.sheets(data, archive, path.name, book)
    return whole.build(book)


def write(what: Case | Plan, target: Path) -> dict[Path, bytes]:
    """The workbook of a case, or of a plan (its tables and summary)."""
    book = Writer()
    if isinstance(what, Case):
        add_case(book, what)
    else:
        from gridplan.exchange.excel_plan import add_plan

        add_plan(book, what)
    return {target: book.data()}
