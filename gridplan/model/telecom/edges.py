"""Edge datacenters at masts: where they stand, and which cells they reach."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from gridplan.model.frame import Frame
from gridplan.model.rows import constrain
from gridplan.model.stages import keep
from gridplan.model.telecom.cover import unsettled
from gridplan.model.telecom.net import Net


def add(m: Any, b: Any, frame: Frame, net: Net) -> None:
    """Add edge sites and what they reach to block `telecom`; none where nobody asks."""
    b.HOST = pyo.Set(dimen=1, initialize=net.hosts)
    b.edge = pyo.Var(b.HOST, m.Y, domain=pyo.Binary)
    b.NEW_HOST = pyo.Set(dimen=1, initialize=[h for h in net.hosts if not net.masts[h]["existing"]])
    constrain(b, "edge_stands", b.NEW_HOST, m.Y, rule=_edge_stands)
    keep(b, "edge_stays", b.edge, b.HOST)
    if net.edges is None:
        return
    task = net.edges
    b.edge_reach = pyo.Set(b.CELL, dimen=1, initialize=task.reach)
    b.EDGE_MUST = pyo.Set(dimen=2, initialize=list(task.must.items()))
    constrain(b, "edge_must", b.EDGE_MUST, rule=_edge_must)
    b.edge_covered, b.EDGE_OPEN, b.EDGE_PAIR = unsettled(task, frame.years)
    constrain(b, "edge_covers", b.EDGE_OPEN, rule=_edge_covers)
    constrain(b, "edge_counts", b.EDGE_PAIR, rule=_edge_counts)


def _edge_stands(b: Any, h: Any, y: Any) -> Any:
    """edge ≤ mast: an edge site stands at a mast in service."""
    return b.edge[h, y] <= b.mast[h, y]


def _edge_must(b: Any, c: Any, y: Any) -> Any:
    """Σ edge sites in reach ≥ 1: a cell that asks for an edge site has one in reach."""
    return sum(b.edge[h, y] for h in b.edge_reach[c]) >= 1


def _edge_covers(b: Any, c: Any, y: Any) -> Any:
    """edge_covered ≤ Σ edge sites in reach: a cell has an edge site only where one reaches it."""
    return b.edge_covered[c, y] <= sum(b.edge[h, y] for h in b.edge_reach[c])


def _edge_counts(b: Any, h: Any, c: Any, y: Any) -> Any:
    """edge_covered ≥ edge site in reach: what an edge site reaches counts. There as telecom.counts is."""
    return b.edge_covered[c, y] >= b.edge[h, y]
