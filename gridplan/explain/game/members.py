"""Rows of a case that can be held or freed in one compiled program: reinforcements and policies.

A reinforcement is held where its units cannot be in service, a policy where its rows are in force. To free
one only makes the program larger, so the least objective never rises.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np

from gridplan.solve.compile import Compiled
from gridplan.solve.keys import Key, key_of

UNITS, ROWS = "reinforcements.units", "policies.rows"
ON = 0.5  # a unit above is in service
TIGHT = 1e-4  # relative distance of a row from its bound that binds
BREAKS = 1e-5  # a row that is passed by more, relative to its bound, is broken


@dataclass(frozen=True)
class Part:
    """What a member is in a compiled program.

    Attributes:
        columns: positions of columns that are 0 while it is held.
        rows: positions of rows that have no bounds once it is free.
        own: columns that tell whether a plan uses it.
    """

    columns: np.ndarray
    rows: np.ndarray
    own: np.ndarray


Parts = Mapping[str, Part]


def reinforcements(
    compiled: Compiled, kept: Mapping[Key, float], needed: Mapping[str, Collection[str]]
) -> dict[str, Part]:
    """Units by reinforcement that may come into service, without those that are kept.

    Args:
        compiled: the program.
        kept: units that are in service in any case.
        needed: other reinforcements that come with one, by name.
    """
    found: dict[str, list[int]] = defaultdict(list)
    for k, column in enumerate(compiled.columns):
        name, index = key_of(column)
        if name == UNITS and compiled.upper[k] > ON and kept.get((name, index), 0.0) < ON:
            found[str(index[0])].append(k)
    return {
        name: Part(
            np.array([k for n in (name, *needed.get(name, ())) for k in found.get(n, [])], int),
            np.zeros(0, int),
            np.array(own),
        )
        for name, own in found.items()
    }


def policies(compiled: Compiled, only: Collection[str] | None = None) -> dict[str, Part]:
    """Rows by policy that is in force in some stage; of some policies, or of all."""
    found: dict[str, list[int]] = defaultdict(list)
    for k, row in enumerate(compiled.rows):
        name, index = key_of(row)
        if name == ROWS and (only is None or str(index[0]) in only):
            found[str(index[0])].append(k)
    return {name: Part(np.zeros(0, int), np.array(rows), np.zeros(0, int)) for name, rows in found.items()}


def held(compiled: Compiled, parts: Parts, free: Collection[str], kept: Mapping[Key, float]) -> Compiled:
    """The program with some members free and all others held; kept units are in service."""
    lower, upper = compiled.lower.copy(), compiled.upper.copy()
    row_lower, row_upper = compiled.row_lower.copy(), compiled.row_upper.copy()
    off, on = np.zeros(len(upper), bool), np.zeros(len(upper), bool)
    for name, part in parts.items():
        if name in free:
            row_lower[part.rows], row_upper[part.rows] = -np.inf, np.inf
            on[part.columns] = True
        else:
            off[part.columns] = True
    upper[off & ~on] = 0.0
    if kept:
        for k, column in enumerate(compiled.columns):
            if kept.get(key_of(column), 0.0) > ON:
                lower[k] = upper[k]
    return replace(compiled, lower=lower, upper=upper, row_lower=row_lower, row_upper=row_upper)


def needs(compiled: Compiled, parts: Parts, free: Collection[str], x: np.ndarray) -> frozenset[str]:
    """Members that must be free for a plan that was found with `free`: those it uses, and those it breaks.

    What it uses of a member that is held came with a free one (`reinforcements`, needed).
    """
    found = set()
    for name, part in parts.items():
        if len(part.own) and (x[part.own] > ON).any():
            found.add(name if name in free else _bringing(parts, free, part))
        if len(part.rows):
            reached = compiled.matrix[part.rows, :] @ x
            low, high = compiled.row_lower[part.rows], compiled.row_upper[part.rows]
            room = BREAKS * np.maximum(1.0, np.abs(np.where(np.isfinite(high), high, low)))
            if ((reached > high + room) | (reached < low - room)).any():
                found.add(name)
    return frozenset(found)


def _bringing(parts: Parts, free: Collection[str], part: Part) -> str:
    return next(name for name in sorted(free) if np.isin(part.own, parts[name].columns).any())


def tight(compiled: Compiled, parts: Parts, x: np.ndarray) -> frozenset[str]:
    """Members of which a row is at its bound in a plan."""
    found = set()
    for name, part in parts.items():
        if len(part.rows):
            low, high = compiled.row_lower[part.rows], compiled.row_upper[part.rows]
            bound = np.where(np.isfinite(high), high, low)
            away = np.abs(compiled.matrix[part.rows, :] @ x - bound)
            if (away <= TIGHT * np.maximum(1.0, np.abs(bound))).any():
                found.add(name)
    return frozenset(found)
