"""Contracts that count at a station whether they are used or not."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from gridplan.model.offers import BLOCK, FIRM
from gridplan.model.rights.demand import Held, Key
from gridplan.model.rows import constrain


def add(m: Any, b: Any, held: dict[Key, Held]) -> None:
    """Variables `held` and `reserved`, where a profile leaves something of a contract unused."""
    uneven = {k: h for k, h in held.items() if _uneven(h)}
    fixed = {k: h for k, h in uneven.items() if not h.offer.flexible and h.offer.right in (FIRM, BLOCK)}
    moving = {k: h for k, h in uneven.items() if h.offer.limited > 0}
    if not (fixed or moving):
        return
    b.HELD = pyo.Set(dimen=4, initialize=list(moving))
    b.held = pyo.Var(b.HELD, m.YP, domain=pyo.NonNegativeReals)
    b.kept = pyo.Param(
        b.HELD,
        m.YP,
        initialize={
            (*k, y, p): float(h.share * (h.contract * h.sure[y][p] - h.draw[p]))
            for k, h in moving.items()
            for y, p in m.YP
        },
    )
    constrain(b, "holds", b.HELD, m.YP, rule=_holds)
    keys = [*fixed, *moving]
    b.RESERVED = pyo.Set(dimen=2, initialize=list(dict.fromkeys(k[:2] for k in keys)))
    b.reserved = pyo.Var(b.RESERVED, m.YP, domain=pyo.NonNegativeReals)
    b.IDLE = pyo.Set(dimen=4, initialize=list(fixed))
    b.idle = pyo.Param(
        b.IDLE,
        m.P,
        initialize={
            (*k, p): float(h.share * (h.contract * h.window[p] - h.draw[p]))
            for k, h in fixed.items()
            for p in m.P
        },
    )
    b.idle_at = pyo.Set(
        b.RESERVED, dimen=2, initialize={at: [k[2:] for k in fixed if k[:2] == at] for at in b.RESERVED}
    )
    b.held_at = pyo.Set(
        b.RESERVED, dimen=2, initialize={at: [k[2:] for k in moving if k[:2] == at] for at in b.RESERVED}
    )
    constrain(b, "reserves", b.RESERVED, m.YP, rule=_reserves)


def _uneven(h: Held) -> bool:
    """Whether a site may draw less than its contract: only one with a profile."""
    return bool(h.row["profile"])


def _holds(b: Any, n: Any, side: Any, s: Any, r: Any, y: Any, p: Any) -> Any:
    """held ≥ σ·(â·G − a·W)·it + cut (MW): in hours in which it may not be off, a right is kept whole."""
    return (
        b.held[n, side, s, r, y, p]
        >= b.kept[n, side, s, r, y, p] * b.it[s, r, y] + b.cut[n, side, s, r, y, p]
    )


def _reserves(b: Any, n: Any, side: Any, y: Any, p: Any) -> Any:
    """reserved = Σ σ·(â·W − a·W)·it (firm, block) + Σ held (MW): room that only a contract takes."""
    return b.reserved[n, side, y, p] == sum(
        b.idle[n, side, s, r, p] * b.it[s, r, y] for s, r in b.idle_at[n, side]
    ) + sum(b.held[n, side, s, r, y, p] for s, r in b.held_at[n, side])
