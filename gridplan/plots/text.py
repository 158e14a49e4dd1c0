"""Words and numbers of the pictures, in Dutch and English, from one glossary (glossary.toml)."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "nl")
MINUS = "−"
CLASS_STEPS = (80, 95, 100)  # per cents at which a capacity class begins


@cache
def glossary() -> dict[str, dict[str, dict[str, str]]]:
    """Section → key → language → text, as in glossary.toml and its parts on studies and reports."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for name in ("glossary.toml", "glossary_study.toml", "glossary_report.toml"):
        found |= tomllib.loads((files("gridplan.plots") / name).read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True)
class Words:
    """Texts and number formatting of one language.

    Raises:
        ValueError: a language that is not in the glossary.
    """

    lang: str = "en"

    def __post_init__(self) -> None:
        if self.lang not in LANGUAGES:
            raise ValueError(f"language '{self.lang}' is not there; there are {', '.join(LANGUAGES)}")

    def __call__(self, key: str, **values: str) -> str:
        """Text of `section.key` with its {names} filled in."""
        section, _, name = key.partition(".")
        return glossary()[section][name][self.lang].format(**values)

    def number(self, value: float, decimals: int = 0, signed: bool = False) -> str:
        """`1,234.5` in English and `1.234,5` in Dutch; an unknown number is a dash."""
        if math.isnan(value):
            return "–"
        if math.isinf(value):
            return "∞" if value > 0 else f"{MINUS}∞"
        plain = f"{abs(value):,.{decimals}f}"
        if self.lang == "nl":
            plain = plain.translate(str.maketrans(",.", ".,"))
        is_zero = not plain.strip("0.,")
        sign = "" if is_zero else MINUS if value < 0 else "+" if signed else ""
        return sign + plain

    def mw(self, value: float, signed: bool = False) -> str:
        """MW (or TJ, M€) with one decimal below 100 where that says something, none above."""
        fraction = math.isfinite(value) and abs(value) < 99.95 and abs(value - round(value)) > 0.05
        return self.number(value, 1 if fraction else 0, signed)

    def percent(self, share: float) -> str:
        """A share as whole per cents, never rounded up into the next class (0.998 is `99`, 0.797 is `79`)."""
        percent = share * 100
        if 100 + 1e-4 < percent < 100.95:
            return self.number(max(percent, 100.1), 1)
        below = [step for step in CLASS_STEPS if percent < step - 1e-4 and round(percent) >= step]
        return self.number(below[0] - 1 if below else percent)


def short(text: str, length: int = 28) -> str:
    """A name on one line, cut to `length` characters."""
    line = " ".join(str(text).split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"
