"""A change of the case that may bring a plan back, and what is known once it has."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from math import ceil, floor, log10
from typing import Any

from gridplan.case.values import as_text
from gridplan.explain.why.question import Question

DIGITS = 3  # of numbers that are chosen here


@dataclass(frozen=True)
class Candidate:
    """A change that may do.

    Attributes:
        kind: what kind of repair (a key of the phrases).
        patch: the change, as `case.what_if` takes it.
        values: numbers and names for its sentence.
        mw_less: MW of what was asked that it gives up.
        years_later: years by which what was asked comes later.
        assumption: it needs something that is in no table, sized from what is near.
    """

    kind: str
    patch: Mapping[str, Any]
    values: Mapping[str, Any] = field(default_factory=dict)
    mw_less: float = 0.0
    years_later: int = 0
    assumption: bool = False

    @property
    def set_options(self) -> list[str]:
        """The same change as values of `--set`."""
        return [f"{key}={_text(value)}" for key, value in self.patch.items()]


@dataclass(frozen=True)
class Repair(Candidate):
    """A change that does: the case was solved with it.

    Attributes:
        cost_meur: total discounted cost of the plan with it, M€.
        extra_meur: how much more that is than the plan it is compared with, M€; None where there is none.
        within_meur: to within how much both costs are known, M€.
    """

    cost_meur: float = 0.0
    extra_meur: float | None = None
    within_meur: float = 0.0


Maker = Callable[[Question], Iterator[list[Candidate]]]  # groups of candidates, one kind of repair each


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        cells = (f"{name} = {_toml(cell)}" for name, cell in value.items())
        return "{" + ", ".join(cells) + "}"
    return _toml(value) if isinstance(value, list | tuple) else as_text(value)


def _toml(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else as_text(value)


def down(value: float) -> float:
    """The next sensible figure below: three digits."""
    return _sensible(value, floor, 1e-6)


def up(value: float) -> float:
    """The next sensible figure above: three digits."""
    return _sensible(value, ceil, -1e-6)


def _sensible(value: float, cut: Any, grace: float) -> float:
    size = abs(value)
    if size < 1e-6:
        return 0.0
    step = 10.0 ** (floor(log10(size)) - DIGITS + 1)
    return float(round(cut(value / step + grace * max(1.0, size / step)) * step, 12))
