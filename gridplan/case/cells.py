"""One text cell to one value. A cell that cannot be read raises `BadCell` with the reason."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable

from gridplan.case.problem import did_you_mean, some_of
from gridplan.case.tables import Column

TRUE = frozenset(("true", "1", "yes", "y", "ja", "waar"))
FALSE = frozenset(("false", "0", "no", "n", "nee", "onwaar"))
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
COMMA_NUMBER = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d{1,3})?", re.ASCII)
GROUPED = re.compile(r"[+-]?\d{1,3}([ .,'’\u00a0\u202f]\d{3})+([.,]\d+)?", re.ASCII)
DUTCH_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+", re.ASCII)
FORBIDDEN_IN_IDS = re.compile(r"[,;|\n\r\t\"]")
MAX_ID = 120


class BadCell(ValueError):
    """A cell that cannot be read, with the reason and perhaps a hint."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def number(text: str, comma: bool = False) -> float:
    """A finite number; with `comma` the decimal sign may be a comma."""
    plain = text
    if comma and DUTCH_THOUSANDS.fullmatch(text):
        raise BadCell("may have a thousands separator", "write it without separators, decimals with a comma")
    if comma and COMMA_NUMBER.fullmatch(text):
        plain = text.replace(",", ".")
    if NUMBER.fullmatch(plain):
        value = float(plain)
        if math.isinf(value):
            raise BadCell("is too large for a number")
        return value + 0.0
    if text.casefold().lstrip("+-") in ("nan", "inf", "infinity", "na", "n/a", "null", "none", "#n/a"):
        raise BadCell("is not a finite number", "leave the cell empty for the default")
    if GROUPED.fullmatch(text):
        hint = "decimals need a point in a comma-separated file" if "," in text else ""
        raise BadCell("has a thousands separator; write digits only", hint)
    if COMMA_NUMBER.fullmatch(text):
        raise BadCell(
            "has a decimal comma in a comma-separated file", "write a point, or separate columns with ;"
        )
    if re.fullmatch(r"[+-]?[\d.,]+\s*[^\d\s]+", text):
        raise BadCell("is not a number", "the unit stands in the column's name, not in the cell")
    raise BadCell("is not a number")


def integer(text: str, comma: bool = False) -> int:
    """A whole number."""
    value = number(text, comma)
    if value != int(value):
        raise BadCell("is not a whole number")
    if abs(value) > 2**53:
        raise BadCell("is too large for a whole number")
    return int(value)


def flag(text: str) -> bool:
    """True or false, in English or Dutch."""
    word = text.casefold()
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise BadCell("is neither true nor false")


def flag_or_year(text: str) -> int:
    """0 for no, 1 for always, else a year."""
    word = text.casefold()
    if word in TRUE or word in FALSE:
        return int(word in TRUE)
    try:
        value = integer(text)
    except BadCell:
        value = -1
    if not 1900 <= value <= 2200:
        raise BadCell("is neither true, false nor a year")
    return value


def identifier(text: str) -> str:
    """An id."""
    found = FORBIDDEN_IN_IDS.search(text)
    if found:
        raise BadCell(f"is no id: it holds {found.group()!r}")
    if text.startswith("="):
        raise BadCell("is no id: it starts with = (a spreadsheet formula?)")
    if len(text) > MAX_ID:
        raise BadCell(f"is too long for an id: {len(text)} characters, at most {MAX_ID}")
    return text


def split_ids(text: str) -> list[str]:
    """The ids of a cell that holds several, separated by ; or |."""
    return [part.strip() for part in re.split(r"[;|]", text) if part.strip()]


def ids(text: str) -> str:
    """Several ids, as normalised text."""
    return ";".join(identifier(part) for part in split_ids(text))


def date(text: str) -> str:
    """A date as YYYY-MM-DD."""
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise BadCell("is not a date", "write 2026-03-31") from None


def enum(text: str, allowed: tuple[str, ...]) -> str:
    """One of the allowed words."""
    if text not in allowed:
        raise BadCell(f"is not one of {some_of(allowed)}", did_you_mean(text, allowed))
    return text


PLAIN: dict[str, Callable[[str], object]] = {
    "flag": flag,
    "flag_or_year": flag_or_year,
    "id": identifier,
    "indicator": identifier,
    "ids": ids,
    "date": date,
    "text": str,
}


def convert(text: str, column: Column, comma: bool = False) -> object:
    """The value of a cell that is not blank."""
    if column.type == "number":
        return number(text, comma)
    if column.type in ("integer", "year"):
        return integer(text, comma)
    if column.type == "enum":
        # Words not allowed are found by the table checks, which name all of them at once.
        return identifier(text)
    return PLAIN[column.type](text)
