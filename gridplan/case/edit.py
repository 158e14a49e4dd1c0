"""Edit tables of text by key: change, add, delete. Scenarios and what-ifs both come here."""

from __future__ import annotations

from collections.abc import Mapping

from gridplan.case.cells import BadCell, number
from gridplan.case.content import Change
from gridplan.case.problem import Problem, did_you_mean, some_of
from gridplan.case.tables import Column, Table
from gridplan.case.text import Origin, RawTable, Row
from gridplan.case.values import as_text

EVERY = "*"


def plain(text: str) -> str:
    """A part of a key in the form in which keys are compared (`2030.0` is `2030`)."""
    try:
        return as_text(number(text))
    except BadCell:
        return text


class Editor:
    """One table under edit."""

    def __init__(self, table: Table, raw: RawTable | None) -> None:
        self.table = table
        self.columns = list(raw.columns if raw else table.key)
        self.rows = list(raw.rows if raw else ())
        self.file = raw.file if raw else table.file
        self.changes: list[Change] = []
        self.problems: list[Problem] = []

    def result(self) -> RawTable:
        """The table after all edits."""
        return RawTable(tuple(self.columns), tuple(self.rows), self.file)

    def key(self, row: Row) -> str:
        """The key of a row, parts joined by `:`."""
        return ":".join(plain(row.cells.get(name, "")) for name in self.table.key).rstrip(":")

    def find(self, wanted: str) -> list[int]:
        """Positions of rows with this key; `*` is every row, and later parts may be left out."""
        if wanted == EVERY:
            return list(range(len(self.rows)))
        goal = ":".join(plain(part.strip()) for part in wanted.replace(",", ":").split(":")).rstrip(":")
        keys = [self.key(row) for row in self.rows]
        exact = [i for i, key in enumerate(keys) if key == goal]
        return exact or [i for i, key in enumerate(keys) if key.startswith(goal + ":")]

    def change(self, i: int, cells: Mapping[str, str], origin: Origin) -> None:
        """Change cells of one row; text `+3`, `-1` or `*1.2` is not looked at here."""
        row = self.rows[i]
        for column, text in cells.items():
            if column not in self.columns:
                self.columns.append(column)
            name = f"{self.table.name}.{self.key(row)}.{column}"
            self.changes.append(Change(name, row.cells.get(column, ""), text, origin.file))
        changed = {**row.changed, **dict.fromkeys(cells, origin)}
        self.rows[i] = Row({**row.cells, **cells}, row.source, changed)

    def add(self, cells: Mapping[str, str], origin: Origin) -> None:
        """Add a row."""
        self.columns += [column for column in cells if column not in self.columns]
        row = Row(dict(cells), origin)
        self.rows.append(row)
        self.changes.append(Change(f"{self.table.name}.{self.key(row)}", "", "added", origin.file))

    def delete(self, places: list[int], origin: Origin) -> None:
        """Delete rows."""
        gone = set(places)
        for i in places:
            self.changes.append(
                Change(f"{self.table.name}.{self.key(self.rows[i])}", "", "deleted", origin.file)
            )
        self.rows = [row for i, row in enumerate(self.rows) if i not in gone]

    def unknown_id(self, wanted: str, origin: Origin) -> None:
        """A problem: no row has this key."""
        keys = [self.key(row) for row in self.rows]
        known = keys + [key.split(":")[0] for key in keys if ":" in key]
        message = f"no row {wanted!r} in table {self.table.name}"
        self.problems.append(
            Problem(
                origin.file, origin.line, self.table.key[0], wanted, message,
                some_of(keys), did_you_mean(wanted, known), check="patch",
            )
        )  # fmt: skip


def relative(text: str, old: str, column: Column) -> str:
    """New text of a number that is changed by `+3`, `-1` or `*1.2`; `=-1` is the number itself."""
    if text.startswith("="):
        return text[1:]
    if column.type not in ("number", "integer", "year") or text[:1] not in ("+", "-", "*"):
        return text
    try:
        step = number(text[1:] if text[0] == "*" else text)
    except BadCell:
        return text
    base = old or as_text(column.default)
    if not base:
        raise BadCell("changes a blank value, which has no number to start from", "give a plain number")
    start = number(base, comma=True)
    value = start * step if text[0] == "*" else start + step
    # Sums such as 0.1 + 0.2 need no seventeen digits.
    return as_text(round(value, 12))
