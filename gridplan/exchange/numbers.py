"""Plain numbers of a text file in order, each with the line it stands on."""

from __future__ import annotations

import re
from array import array
from pathlib import Path
from typing import NoReturn

from gridplan.case.cells import BadCell, number
from gridplan.case.problem import shown
from gridplan.case.text import Origin
from gridplan.exchange.rows import Rows

WORD = re.compile(r"\S+|\n")


class Numbers:
    """Numbers separated by blanks; a pointer walks over them.

    Attributes:
        values: the numbers.
        lines: line of each.
        at: position of the next number to take.
    """

    def __init__(self, path: Path, rows: Rows, most: int) -> None:
        """Read at most `most` numbers; what is no number is an error that names its line."""
        self.file, self.rows, self.at = path.name, rows, 0
        self.values, self.lines = array("d"), array("q")
        line = 1
        for found in WORD.finditer(rows.text(path)):
            word = found.group()
            if word == "\n":
                line += 1
                continue
            if len(self.values) == most:
                self.stop(line, "", f"holds more than {most:,} numbers; that is too much for a case")
            self.values.append(self._number(word, line))
            self.lines.append(line)

    def _number(self, word: str, line: int) -> float:
        if len(word) <= 15 and word.isascii() and word.isdigit():
            return float(word)
        try:
            return number(word)
        except BadCell as bad:
            text = shown(word)
            self.stop(line, text, f"{text!r} {bad.message}", "plain numbers separated by blanks")

    def __len__(self) -> int:
        """How many numbers there are."""
        return len(self.values)

    def stop(
        self, line: int | None, value: object, message: str, allowed: str = "", hint: str = ""
    ) -> NoReturn:
        """Raise one error at a line."""
        self.rows.wrong(Origin(self.file, line), "", value, message, allowed, hint)
        self.rows.stop()
        raise AssertionError

    def wrong(self, position: int, message: str, allowed: str = "", hint: str = "") -> NoReturn:
        """Raise one error at the line of a number."""
        value = self.values[position]
        self.stop(self.lines[position], f"{value:g}", message, allowed, hint)

    def take(self, what: str, low: float = 0.0, high: float = 1e15) -> float:
        """The next number, within bounds; `what` says what it is."""
        if self.at >= len(self.values):
            line = self.lines[-1] if self.lines else None
            self.stop(line, "", f"ends where {what} should stand")
        value = self.values[self.at]
        self.at += 1
        if not low <= value <= high:
            self.wrong(self.at - 1, f"{what} is {value:g}", f"a number from {low:g} to {high:g}")
        return value

    def whole(self, what: str, low: int = 0, high: int = 10**15) -> int:
        """The next number, which must be whole."""
        value = self.take(what, low, high)
        if value != int(value):
            self.wrong(self.at - 1, f"{what} is {value:g}", "a whole number")
        return int(value)

    def list_of(self, what: str, parts: str, high: int) -> list[int]:
        """A count and so many whole numbers from 1 to `high`, each once."""
        count = self.whole(f"the number of {parts} of {what}", 1, high)
        start = self.at
        found = [self.whole(f"one of the {count} {parts} of {what}", 1, high) for _ in range(count)]
        if len(set(found)) < count:
            k = next(k for k, value in enumerate(found) if value in found[:k])
            self.wrong(start + k, f"{found[k]} stands twice among the {parts} of {what}")
        return found

    def end(self, last: str) -> None:
        """Ask that nothing follows."""
        if self.at < len(self.values):
            left = len(self.values) - self.at
            self.wrong(self.at, f"{left} numbers are left over after {last}", "nothing more")
