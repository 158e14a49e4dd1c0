"""Masts: which stand, and what they cover."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from gridplan.model.frame import Frame
from gridplan.model.rows import constrain
from gridplan.model.stages import keep
from gridplan.model.telecom.cover import unsettled
from gridplan.model.telecom.net import Net


def add(m: Any, b: Any, frame: Frame, net: Net) -> None:
    """Add masts and their cover to block `telecom`."""
    b.MAST = pyo.Set(dimen=1, initialize=list(net.masts))
    b.mast = pyo.Var(b.MAST, m.Y, domain=pyo.Binary)
    for k, row in net.masts.items():
        if row["existing"]:
            for y in frame.years:
                b.mast[k, y].fix(1)
    b.NEW = pyo.Set(dimen=1, initialize=[k for k, row in net.masts.items() if not row["existing"]])
    keep(b, "mast_stays", b.mast, b.NEW)
    b.CELL = pyo.Set(dimen=1, initialize=list(net.cells))
    b.reach = pyo.Set(b.CELL, dimen=1, initialize=net.cover.reach)
    b.MUST = pyo.Set(dimen=2, initialize=list(net.cover.must.items()))
    constrain(b, "must", b.MUST, rule=_must)
    b.covered, b.OPEN, b.PAIR = unsettled(net.cover, frame.years)
    constrain(b, "covers", b.OPEN, rule=_covers)
    constrain(b, "counts", b.PAIR, rule=_counts)


def _must(b: Any, c: Any, y: Any) -> Any:
    """Σ masts in reach ≥ 1: a required cell is covered. Binds where no other cell would bring a mast here."""
    return sum(b.mast[k, y] for k in b.reach[c]) >= 1


def _covers(b: Any, c: Any, y: Any) -> Any:
    """covered ≤ Σ masts in reach: a cell is covered by at least one mast in service."""
    return b.covered[c, y] <= sum(b.mast[k, y] for k in b.reach[c])


def _counts(b: Any, k: Any, c: Any, y: Any) -> Any:
    """covered ≥ mast in reach: what a mast in service reaches is covered. Only where somebody may gain by
    less (an upper bound, a price); elsewhere the plan is read so, and the rows would take 3 × the time.
    """
    return b.covered[c, y] >= b.mast[k, y]
