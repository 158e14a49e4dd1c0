"""Contracts that count at a station whether they are used or not."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from gridplan.model.offers import GROUP
from gridplan.model.rights.demand import Held, Key
from gridplan.model.rows import constrain


def add(m: Any, b: Any, held: dict[Key, Held]) -> None:
    """Variable `reserved`, where a profile leaves something of a contract unused."""
    idle = {
        k: h for k, h in held.items() if h.row["profile"] and h.offer.limited >= 0 and h.offer.right != GROUP
    }
    if not idle:
        return
    b.IDLE = pyo.Set(dimen=4, initialize=list(idle))
    b.idle = pyo.Param(
        b.IDLE,
        m.YP,
        initialize={
            (*k, y, p): float(h.share * (h.contract * h.sure[y][p] - h.steady[y][p]))
            for k, h in idle.items()
            for y, p in m.YP
        },
    )
    b.RESERVED = pyo.Set(dimen=2, initialize=list(dict.fromkeys(k[:2] for k in idle)))
    b.reserved = pyo.Var(b.RESERVED, m.YP, domain=pyo.NonNegativeReals)
    b.idle_at = pyo.Set(
        b.RESERVED, dimen=2, initialize={at: [k[2:] for k in idle if k[:2] == at] for at in b.RESERVED}
    )
    constrain(b, "reserves", b.RESERVED, m.YP, rule=_reserves)


def _reserves(b: Any, n: Any, side: Any, y: Any, p: Any) -> Any:
    """reserved = Σ σ·(â·G − a·G)·it (MW): room that contracts take in hours in which they count, unused."""
    return b.reserved[n, side, y, p] == sum(
        b.idle[n, side, s, r, y, p] * b.it[s, r, y] for s, r in b.idle_at[n, side]
    )
