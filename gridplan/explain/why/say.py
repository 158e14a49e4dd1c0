"""Sentences in Dutch and English from one table (phrases.toml), with the numbers of the language."""

from __future__ import annotations

import math
import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

COUNTED = {
    "years": {"en": ("year", "years"), "nl": ("jaar", "jaar")},
    "times": {"en": ("time", "times"), "nl": ("keer", "keer")},
}


@cache
def phrases() -> dict[str, dict[str, dict[str, str]]]:
    """Section → key → language → phrase: of `explain`, and of the other explanations."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for package in ("gridplan.explain.why", "gridplan.explain"):
        found |= tomllib.loads((files(package) / "phrases.toml").read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True)
class Line:
    """A sentence before it is in a language: a phrase and what is filled in."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


class Say(string.Formatter):
    """Sentences of one language.

    Format of a field: `mw` a size, `n` a number, `money`, `rate` and `price` (two and three decimals),
    `signed`, `years`, `times`; else as it is.
    """

    def __init__(self, lang: str = "en") -> None:
        """Take a language that the glossary has; ValueError for another."""
        from gridplan.plots.text import Words  # brings matplotlib along: only when something is said

        self.words = Words(lang)
        self.lang = lang

    def __call__(self, key: str, **values: Any) -> str:
        """The phrase `section.key` with its {names} filled in."""
        section, _, name = key.partition(".")
        return self.vformat(phrases()[section][name][self.lang], (), values)

    def line(self, line: Line) -> str:
        """A sentence; values that are lines themselves are said first."""
        values = {k: self.line(v) if isinstance(v, Line) else v for k, v in line.values.items()}
        return self(line.key, **values)

    def has(self, key: str) -> bool:
        """Whether there is such a phrase."""
        section, _, name = key.partition(".")
        return name in phrases().get(section, {})

    def format_field(self, value: Any, format_spec: str) -> str:
        """Numbers as the language has them."""
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return "–"
        if format_spec == "mw":
            return self.words.mw(float(value)) if abs(value) >= 1 else self._plain(float(value))
        if format_spec == "price":
            return self.words.number(float(value), 3)
        if format_spec == "rate":
            return self.words.number(float(value), 2)
        if format_spec == "money":
            return self.words.number(float(value), 1)
        if format_spec in COUNTED:
            one, more = COUNTED[format_spec][self.lang]
            return f"{self._plain(float(value))} {one if value == 1 else more}"
        if format_spec == "signed":
            return self.words.mw(float(value), signed=True)
        if format_spec == "n":
            return self._plain(float(value))
        return str(value)

    def _plain(self, value: float) -> str:
        """As few decimals as say the number: three at most, more only below 0.001."""
        size = abs(value)
        most = 3 if size >= 0.001 or size == 0 else 6
        decimals = next(
            (d for d in range(most) if abs(round(value, d) - value) < 1e-9 * max(1.0, size)), most
        )
        return self.words.number(value, min(decimals, 1) if size >= 1000 else decimals)


def capital(text: str) -> str:
    """The text with its first letter large."""
    return text[:1].upper() + text[1:]
