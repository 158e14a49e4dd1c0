"""What a synthetic region is asked to be: `stations=600 zones=300 seed=1`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np

from gridplan.case.problem import did_you_mean

YEARS = (2026, 2030, 2035, 2040, 2045, 2050, 2055, 2060)
WHOLE_DAYS_FROM = 96  # hours of the program from which days are whole


class Range(NamedTuple):
    """What one word may be: least, most, default and meaning."""

    least: float
    most: float
    default: float | None
    meaning: str


WORDS: dict[str, Range] = {
    "stations": Range(4, 5000, None, "stations of all levels together"),
    "zones": Range(1, 5000, None, "municipalities"),
    "seed": Range(0, 2**32 - 1, 0, "the same seed gives the same bytes"),
    "hours": Range(4, 8760, 8, "hours of the program a stage: a multiple of 4 below 96, of 24 from there on"),
    "stages": Range(1, len(YEARS), 4, "planning stages, every four or five years from 2026"),
    "congestion": Range(0, 5, 1, "growth of demand: 0 none, 1 as today's outlook, 2 twice as much"),
}  # fmt: skip


class AskedError(ValueError):
    """Words that describe no region; says all that is wrong and what is allowed."""

    def __init__(self, problems: Sequence[str]) -> None:
        lines = [f"  {word}: {_allowed(word)} ({w.meaning})" for word, w in WORDS.items()]
        super().__init__("\n".join([*problems, "--synthetic takes KEY=VALUE:", *lines]))


@dataclass(frozen=True)
class Asked:
    """A synthetic region, described.

    Attributes:
        stations: stations of all levels.
        zones: municipalities.
        seed: of every random draw.
        hours: hours of the program in each stage.
        stages: planning stages.
        congestion: factor on all growth.
    """

    stations: int
    zones: int
    seed: int = 0
    hours: int = 8
    stages: int = 4
    congestion: float = 1.0

    @property
    def years(self) -> list[int]:
        """Planning stages."""
        return list(YEARS[: self.stages])

    @property
    def days_and_blocks(self) -> tuple[int, int]:
        """(typical days, blocks a day): four days cut into blocks, or whole days."""
        return (4, self.hours // 4) if self.hours < WHOLE_DAYS_FROM else (self.hours // 24, 24)

    def random(self, subject: str) -> np.random.Generator:
        """Random numbers of one subject: more of one leaves the others as they are."""
        return np.random.default_rng([self.seed, *subject.encode()])


def asked_of(words: Iterable[str]) -> Asked:
    """Read words such as `stations=600`; several may stand in one, separated by commas.

    Raises:
        AskedError: an unknown, missing, repeated or impossible word.
    """
    found: dict[str, float] = {}
    problems: list[str] = []
    for word in (part for words_ in words for part in words_.split(",")):
        key, equals, text = word.partition("=")
        if not equals or key not in WORDS:
            hint = did_you_mean(key, WORDS)
            problems.append(f"'{word}' is no KEY=VALUE of a known key" + (f"; {hint}" if hint else ""))
        elif key in found:
            problems.append(f"'{key}' is given twice")
        else:
            found[key] = _number(key, text, problems)
    problems += [f"'{key}' is missing" for key, w in WORDS.items() if w.default is None and key not in found]
    if problems:
        raise AskedError(problems)
    whole = {f.name: f.type == "int" for f in fields(Asked)}
    return Asked(**{key: int(value) if whole[key] else value for key, value in found.items()})  # type: ignore[arg-type]


def _number(key: str, text: str, problems: list[str]) -> float:
    """Value of a word; what is wrong with it is added to the problems."""
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    allowed = WORDS[key].least <= value <= WORDS[key].most
    if allowed and key != "congestion":
        allowed = value.is_integer()
    if allowed and key == "hours":
        allowed = value % (4 if value < WHOLE_DAYS_FROM else 24) == 0
    if not allowed:
        problems.append(f"'{key}={text}' is not allowed: {key} is {_allowed(key)}")
    return value


def _allowed(key: str) -> str:
    word = WORDS[key]
    kind = "a number" if key == "congestion" else "a whole number"
    usual = "required" if word.default is None else f"{word.default:g} if left out"
    return f"{kind} from {word.least:g} to {word.most:.0f}, {usual}"
