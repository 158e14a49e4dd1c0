"""JSON of unknown origin: bounded, without NaN, and every message names file and place in it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from gridplan.case import CaseError, Problem
from gridplan.case.problem import shown
from gridplan.case.text import decode, read_bytes, sha256

MANY = 100


class JsonFile:
    """A JSON file, and what is wrong with it so far."""

    def __init__(self, path: Path) -> None:
        """Read a file; raises CaseError where it is none, too large or no JSON."""
        self.name, self.problems = path.name, list[Problem]()
        data = read_bytes(path, path.name, self.problems)
        text = None if data is None else decode(data, path.name, self.problems)
        if data is None or text is None:
            raise CaseError(self.problems)
        self.sources = {path.name: sha256(data)}
        try:
            self.content: Any = json.loads(text, parse_constant=_constant)
        except json.JSONDecodeError as error:
            self.stop(f"is not JSON: {error.msg}", row=error.lineno, place=f"character {error.colno}")
        except (ValueError, RecursionError) as error:
            self.stop(f"is not JSON that can be read: {shown(error)}")

    def wrong(self, place: str, value: Any, message: str, allowed: str = "", hint: str = "") -> None:
        """Note a problem at a place such as `energy_areas[2].short_code`."""
        text = "" if isinstance(value, dict | list) else shown(value)
        self.problems.append(Problem(self.name, None, place, text, message, allowed, hint, check="import"))
        if len(self.problems) >= MANY:
            self.end()

    def stop(self, message: str, row: int | None = None, place: str = "") -> NoReturn:
        """Raise one problem with the whole file."""
        raise CaseError([Problem(self.name, row, place, "", message, check="import")])

    def end(self) -> None:
        """Raise what was found, if anything."""
        if self.problems:
            raise CaseError(self.problems)

    def mapping(self, value: Any, place: str) -> dict[str, Any]:
        """An object; an empty one, with a problem, where it is none."""
        if isinstance(value, dict):
            return value
        self.wrong(place, value, "is no object", "an object {…}")
        return {}

    def items(self, owner: dict[str, Any], key: str, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
        """The objects of a list, each with its place."""
        at = f"{place}.{key}".lstrip(".")
        value = owner.get(key, [])
        if not isinstance(value, list):
            self.wrong(at, value, "is no list", "a list […]")
            return
        for k, item in enumerate(value):
            yield f"{at}[{k}]", self.mapping(item, f"{at}[{k}]")

    def text(self, owner: dict[str, Any], key: str, place: str, needed: bool = False) -> str:
        """A text; blank where there is none."""
        value = owner.get(key)
        if value is None and not needed:
            return ""
        if not isinstance(value, str) or (needed and not value.strip()):
            self.wrong(
                f"{place}.{key}".lstrip("."), value, "is missing" if value is None else "is no text", "text"
            )
            return ""
        return value.strip()

    def number(
        self, owner: dict[str, Any], key: str, place: str, low: float = -math.inf, whole: bool = False
    ) -> float | None:
        """A number, or None where there is none."""
        value = owner.get(key)
        if value is None:
            return None
        noun = "a whole number" if whole else "a number"
        allowed = noun + (f" ≥ {low:g}" if low > -math.inf else "")
        good = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e12
        if not good or value < low or (whole and value != int(value)):
            self.wrong(f"{place}.{key}".lstrip("."), value, f"{shown(value)} is not allowed", allowed)
            return None
        return float(value)


def _constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")
