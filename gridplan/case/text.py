"""Files to text cells: encoding, separators, ragged rows, limits. Nothing is converted here."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass, field
from pathlib import Path

from gridplan.case.problem import Problem, shown

MAX_BYTES = 64_000_000
MAX_ROWS = 1_000_000


@dataclass(frozen=True)
class Row:
    """One row of text cells; `origins` names the file and line of cells that a patch changed."""

    cells: dict[str, str]
    file: str
    line: int | None
    origins: dict[str, tuple[str, int | None]] = field(default_factory=dict)

    def origin(self, column: str) -> tuple[str, int | None]:
        """File and line a cell comes from."""
        return self.origins.get(column, (self.file, self.line))


@dataclass(frozen=True)
class RawTable:
    """A table as text; `comma` says that the decimal sign is a comma."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    comma: bool = False


def read_bytes(path: Path, name: str, problems: list[Problem]) -> bytes | None:
    """Content of a file, or None with a problem."""

    def fail(message: str, hint: str = "") -> None:
        problems.append(Problem(name, None, "", "", message, hint=hint, check="file"))

    try:
        if path.is_dir():
            fail("is a directory; a file is needed")
            return None
        size = path.stat().st_size
        if size > MAX_BYTES:
            fail(f"is too large: {size:,} bytes; at most {MAX_BYTES:,} bytes are read")
            return None
        return path.read_bytes()
    except FileNotFoundError:
        fail("is missing")
    except (OSError, ValueError) as error:
        fail(f"cannot be read: {getattr(error, 'strerror', None) or error}")
    return None


def decode(data: bytes, name: str, problems: list[Problem]) -> str | None:
    """Text of a UTF-8 file, with or without BOM; None with a problem that names the line."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data:
        hint = "save the file as UTF-8 (in Excel: 'CSV UTF-8')"
        problems.append(
            Problem(name, 1, "", "", "is not UTF-8 text (UTF-16 or binary)", hint=hint, check="file")
        )
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = f"0x{data[error.start]:02x}"
        hint = "save the file as UTF-8 (in Excel: 'CSV UTF-8')"
        message = f"is not UTF-8 text: byte {byte}"
        problems.append(Problem(name, line, "", byte, message, hint=hint, check="file"))
        return None


def sha256(data: bytes) -> str:
    """Checksum of a file's content."""
    return hashlib.sha256(data).hexdigest()


def split_rows(
    text: str, name: str, problems: list[Problem]
) -> tuple[list[list[str]], list[int], bool] | None:
    """Header and rows as lists of stripped cells, with line numbers, and whether `;` separates."""
    header_line = text.split("\n", 1)[0]
    semicolon = header_line.count(";") > header_line.count(",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if semicolon else ",", strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    last = 0
    try:
        for cells in reader:
            line, last = last + 1, reader.line_num
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                rows.append(stripped)
                lines.append(line)
            if len(rows) > MAX_ROWS:
                message = f"is too long: more than {MAX_ROWS:,} rows"
                problems.append(Problem(name, line, "", "", message, check="file"))
                return None
    except csv.Error as error:
        message = f"is not well-formed CSV: {error}"
        hint = "look for a quote that is not closed"
        problems.append(Problem(name, last + 1, "", "", message, hint=hint, check="file"))
        return None
    if not rows:
        problems.append(Problem(name, None, "", "", "is empty; a header line is needed", check="file"))
        return None
    return rows, lines, semicolon


def check_header(header: list[str], line: int, name: str, problems: list[Problem]) -> bool:
    """False, with problems, where columns have no name or the same name."""
    good = True
    for place, column in enumerate(header, start=1):
        message = ""
        if not column:
            message = f"column {place} has no name"
        elif column in header[: place - 1]:
            message = f"column {column!r} is there twice"
        if message:
            good = False
            problems.append(Problem(name, line, column or str(place), column, message, check="header"))
    return good


def trim_ragged(
    header: list[str], rows: list[list[str]], lines: list[int], name: str, problems: list[Problem]
) -> list[tuple[list[str], int]]:
    """Rows as wide as the header; others are problems (blank cells at the end do not count)."""
    kept = []
    width = len(header)
    for cells, line in zip(rows, lines, strict=True):
        while len(cells) > width and not cells[-1]:
            cells.pop()
        if len(cells) != width:
            column = header[len(cells)] if len(cells) < width else str(width + 1)
            message = f"has {len(cells)} cells where the header has {width}"
            hint = "a comma inside a cell needs quotes around the cell" if len(cells) > width else ""
            problems.append(
                Problem(name, line, column, shown(cells[-1]), message, hint=hint, check="ragged-row")
            )
            continue
        kept.append((cells, line))
    return kept


def parse_table(data: bytes, name: str, problems: list[Problem]) -> RawTable | None:
    """A CSV file as text cells, or None with problems."""
    text = decode(data, name, problems)
    if text is None:
        return None
    split = split_rows(text, name, problems)
    if split is None:
        return None
    rows, lines, semicolon = split
    header = rows[0]
    while header and not header[-1]:
        header.pop()
    if not check_header(header, lines[0], name, problems):
        return None
    kept = trim_ragged(header, rows[1:], lines[1:], name, problems)
    made = tuple(Row(dict(zip(header, cells, strict=True)), name, line) for cells, line in kept)
    return RawTable(tuple(header), made, semicolon)
