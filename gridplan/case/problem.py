"""Problems of a case: what is wrong, where, and what would be right."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

SHOWN = 60


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong (or doubtful) in a case.

    Attributes:
        file: file it is in, relative to the case folder.
        row: line in that file (the header is line 1), or None.
        column: column, or key of case.toml.
        value: the text found.
        message: what is wrong.
        allowed: what is allowed.
        hint: a suggestion.
        severity: `error` or `warning`.
        check: name of the check that found it.
    """

    file: str
    row: int | None
    column: str
    value: str
    message: str
    allowed: str = ""
    hint: str = ""
    severity: str = "error"
    check: str = ""

    def __str__(self) -> str:
        """One readable line."""
        place = self.file
        if self.row is not None:
            place += f", row {self.row}"
        if self.column:
            place += f", column {self.column}" if not self.file.endswith(".toml") else f", key {self.column}"
        parts = [f"{place}: {self.message}"]
        if self.allowed:
            parts.append(f"allowed: {self.allowed}")
        if self.hint:
            parts.append(self.hint)
        return "; ".join(parts)


class CaseError(ValueError):
    """A case that cannot be used; `problems` holds everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        """All problems as a list, one a line."""
        count = len(self.problems)
        head = f"{count} problem{'s' if count != 1 else ''} in this case:"
        return "\n".join([head, *(f"  - {problem}" for problem in self.problems)])


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known words, or nothing."""
    names = [name for name in dict.fromkeys(known) if name]
    exact = [name for name in names if name.casefold() == word.casefold()]
    lowered = {name.casefold(): name for name in names}
    near = exact or [lowered[hit] for hit in difflib.get_close_matches(word.casefold(), lowered, 2, 0.6)]
    return f"did you mean {' or '.join(repr(name) for name in near)}?" if near else ""


def some_of(known: Iterable[str]) -> str:
    """A list of known words that stays short."""
    names = [name for name in dict.fromkeys(known) if name]
    if not names:
        return "(there are none)"
    return ", ".join(names[:12]) + (f", ... ({len(names)} in all)" if len(names) > 12 else "")


def shown(value: object) -> str:
    """A value as it is quoted in a message; never long."""
    text = str(value).replace("\n", "\\n").replace("\r", "\\r")
    return text if len(text) <= SHOWN else text[: SHOWN - 3] + "..."
