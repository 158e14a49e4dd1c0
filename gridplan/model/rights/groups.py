"""Groups: members that share one contract, in every hour of the year."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo

from gridplan.model.frame import Frame
from gridplan.model.offers import GROUP
from gridplan.model.rights.demand import Held, Key
from gridplan.model.rows import constrain


def add(m: Any, b: Any, frame: Frame, held: dict[Key, Held]) -> None:
    """Rows `group_limit`: of all hours those that no other hour makes superfluous."""
    rows = {s: h.row for (_, _, s, r), h in held.items() if r == GROUP}
    limit = {r["group"]: float(r["max_mw"]) for r in frame.rows("transport_groups")}
    members = {g: [s for s, row in rows.items() if row["group"] == g] for g in limit}
    draws = {
        (g, k): dict(zip(members[g], values, strict=True))
        for g in limit
        if members[g]
        for k, values in enumerate(frontier(member_draws(frame, [rows[s] for s in members[g]])).tolist())
    }
    b.GROUP_HOUR = pyo.Set(dimen=2, initialize=list(draws))
    b.members = pyo.Set(list(limit), dimen=2, initialize={g: [(s, GROUP) for s in members[g]] for g in limit})
    b.group_mw = pyo.Param(list(limit), initialize=limit)
    keys = {(*key, s): v for key, part in draws.items() for s, v in part.items()}
    b.GROUP_DRAW = pyo.Set(dimen=3, initialize=list(keys))
    b.group_draw = pyo.Param(b.GROUP_DRAW, initialize=keys)
    constrain(b, "group_limit", b.GROUP_HOUR, m.Y, rule=_group_limit)


def member_draws(frame: Frame, rows: list[dict[str, Any]]) -> np.ndarray:
    """MW per MW IT of some sites in all hours (hours × sites); one hour without profiles."""
    known = frame.case.profiles
    count = 1 if known is None else len(known)
    shapes = [
        known[row["profile"]].to_numpy(float) if known is not None and row["profile"] else np.ones(count)
        for row in rows
    ]
    return np.column_stack([row["pue"] * row["utilisation"] * v for row, v in zip(rows, shapes, strict=True)])


def frontier(draws: np.ndarray) -> np.ndarray:
    """Hours of which no other hour draws as much or more of every member (hours × members)."""
    rest = np.unique(draws, axis=0)
    rest = rest[np.argsort(-rest.sum(axis=1), kind="stable")]
    found = []
    while len(rest):
        found.append(rest[0])
        rest = rest[(rest > rest[0] + 1e-12).any(axis=1)]
    return np.array(found)


def _group_limit(b: Any, g: Any, k: Any, y: Any) -> Any:
    """Σ_members a·it[s,group] ≤ max_mw (MW): together the members never draw more than their contract.
    Binds in the hours in which they coincide.
    """
    return sum(b.group_draw[g, k, s] * b.it[s, r, y] for s, r in b.members[g]) <= b.group_mw[g]
