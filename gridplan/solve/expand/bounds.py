"""Bounds of the columns of a variable, and whether they are whole numbers or fixed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gridplan.model import lazy
from gridplan.solve.expand.labels import members


@dataclass(frozen=True)
class Bounds:
    """Of some columns: bounds (infinite: none), whether whole numbers only, value where fixed (else NaN)."""

    low: np.ndarray
    high: np.ndarray
    integer: np.ndarray
    fixed: np.ndarray


def bounds(variable: Any) -> Bounds:
    """Bounds of all columns of a variable: those of each one and of its domain."""
    if lazy.unmade(variable):
        count = len(variable)
        low = np.full(count, -np.inf) if variable.low is None else variable.low
        high = np.full(count, np.inf) if variable.high is None else variable.high
        kinds, of_each, fixed = [variable.kind], np.zeros(count, int), np.full(count, np.nan)
    else:
        own = members(variable)
        low, high = _ends([v._lb for v in own], -np.inf), _ends([v._ub for v in own], np.inf)
        fixed = np.array([v.value if v.fixed else np.nan for v in own], float)
        domains = [v.domain for v in own]
        kinds = list({id(kind): kind for kind in domains}.values())
        number = {id(kind): k for k, kind in enumerate(kinds)}
        of_each = np.array([number[id(kind)] for kind in domains], int)
    ends = [kind.bounds() for kind in kinds]
    low = np.maximum(low, _ends([end[0] for end in ends], -np.inf)[of_each])
    high = np.minimum(high, _ends([end[1] for end in ends], np.inf)[of_each])
    return Bounds(low, high, np.array([_whole(kind) for kind in kinds], bool)[of_each], fixed)


def _whole(domain: Any) -> bool:
    """Whether a domain is anything else than an interval of numbers."""
    interval = domain.get_interval()
    return interval is None or interval[2] != 0


def _ends(values: Sequence[Any], none: float) -> np.ndarray:
    """Bounds as numbers; `none` where there is none."""
    return np.array([none if v is None else v for v in values], float)
