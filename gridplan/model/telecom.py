"""5G masts: which stand, what they cover, which host an edge datacenter, and the little power they draw.

Sets: k mast, h mast that may host an edge site, s site that masts share, c cell, y stage. Variables:
`mast[k,y]`, `edge[h,y]` ∈ {0,1}; `covered[c,y]`, `edge_covered[c,y]`, `site[s,y]` ∈ [0,1].

    Σ_{masts that reach c} mast[k,y] ≥ 1                     where c is required, from that stage
    covered[c] ≤ Σ_{masts that reach c} mast[k];  covered[c] ≥ mast[k]            where it is not
    mast[k,y] ≥ mast[k,y−1];  mast = 1 where it stands already
    mast[k] ≤ site[s] ≤ Σ_{masts on s} mast[k]               a shared site is paid once
    edge[h] ≤ mast[h];  edge[h,y] ≥ edge[h,y−1];  and the rows of cover, with edge for mast

A mast reaches a cell by the `coverage` table, else within radius_km on the great circle; its edge site within
edge_radius_km, where blank as the mast. What is required stays covered, for masts stay: one row in the first
stage will do. What a standing mast reaches needs no row. `covered` and `site` need no integrality: with whole
masts their rows leave them one value. Edge sites are there only where a cell, a policy or the objective asks.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from gridplan.model.frame import Frame
from gridplan.model.rows import constrain
from gridplan.model.stages import keep
from gridplan.model.telecom_count import count
from gridplan.model.telecom_data import Net, Task, telecom_net
from gridplan.model.terms import Terms
from gridplan.model.withdrawal import places


def add(m: Any, frame: Frame, terms: Terms) -> None:
    """Add block `telecom`."""
    b = m.telecom = pyo.Block()
    net = telecom_net(frame)
    b.MAST = pyo.Set(dimen=1, initialize=list(net.masts))
    b.mast = pyo.Var(b.MAST, m.Y, domain=pyo.Binary)
    for k, row in net.masts.items():
        if row["existing"]:
            for y in frame.years:
                b.mast[k, y].fix(1)
    b.NEW = pyo.Set(dimen=1, initialize=[k for k, row in net.masts.items() if not row["existing"]])
    keep(b, "mast_stays", b.mast, b.NEW)
    _cover(b, frame, net)
    _sites(m, b, net)
    _edges(m, b, frame, net)
    _place(m, b, frame, net)
    count(b, frame, terms, net)


def _cover(b: Any, frame: Frame, net: Net) -> None:
    task = net.cover
    b.CELL = pyo.Set(dimen=1, initialize=list(net.cells))
    b.reach = pyo.Set(b.CELL, dimen=1, initialize=task.reach)
    b.MUST = pyo.Set(dimen=2, initialize=list(task.must.items()))
    constrain(b, "must", b.MUST, rule=_must)
    b.covered, b.OPEN, b.PAIR = _may(task, frame.years)
    constrain(b, "covers", b.OPEN, rule=_covers)
    constrain(b, "counts", b.PAIR, rule=_counts)


def _may(task: Task, years: list[int]) -> tuple[Any, Any, Any]:
    """Whether a cell is covered where that is not settled; (cell, stage) in reach; (mast, cell, stage)."""

    def bounds(_: Any, c: Any, y: Any) -> tuple[int, int]:
        return 0, 1 if task.reach[c] else 0

    unsettled = task.open(years)
    covered = pyo.Var(pyo.Set(dimen=2, initialize=unsettled), bounds=bounds)
    near = [(c, y) for c, y in unsettled if task.reach[c]]
    pairs = [(k, c, y) for c, y in near for k in task.reach[c]]
    return covered, pyo.Set(dimen=2, initialize=near), pyo.Set(dimen=3, initialize=pairs)


def _must(b: Any, c: Any, y: Any) -> Any:
    """Σ masts in reach ≥ 1: a required cell is covered. Binds where no other cell would bring a mast here."""
    return sum(b.mast[k, y] for k in b.reach[c]) >= 1


def _covers(b: Any, c: Any, y: Any) -> Any:
    """covered ≤ Σ masts in reach: a cell is covered by at least one mast in service."""
    return b.covered[c, y] <= sum(b.mast[k, y] for k in b.reach[c])


def _counts(b: Any, k: Any, c: Any, y: Any) -> Any:
    """covered ≥ mast in reach: what a mast in service reaches is covered."""
    return b.covered[c, y] >= b.mast[k, y]


def _sites(m: Any, b: Any, net: Net) -> None:
    b.SITE = pyo.Set(dimen=1, initialize=list(net.shared))
    b.site = pyo.Var(b.SITE, m.Y, bounds=(0, 1))
    b.on_site = pyo.Set(b.SITE, dimen=1, initialize=net.shared)
    b.SHARES = pyo.Set(dimen=2, initialize=[(s, k) for s, on in net.shared.items() for k in on])
    constrain(b, "site_paid", b.SHARES, m.Y, rule=_site_paid)
    constrain(b, "site_needed", b.SITE, m.Y, rule=_site_needed)


def _site_paid(b: Any, s: Any, k: Any, y: Any) -> Any:
    """site ≥ mast, for each mast on it: the first mast on a site pays for it, the others share it.
    Row by row, for a sum over the masts would let half a site do for one mast of two.
    """
    return b.site[s, y] >= b.mast[k, y]


def _site_needed(b: Any, s: Any, y: Any) -> Any:
    """site ≤ Σ masts on it: without a mast there is no site. Binds where money is not minimised."""
    return b.site[s, y] <= sum(b.mast[k, y] for k in b.on_site[s])


def _edges(m: Any, b: Any, frame: Frame, net: Net) -> None:
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
    b.edge_covered, b.EDGE_OPEN, b.EDGE_PAIR = _may(task, frame.years)
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
    """edge_covered ≥ edge site in reach: what an edge site reaches counts."""
    return b.edge_covered[c, y] >= b.edge[h, y]


def _place(m: Any, b: Any, frame: Frame, net: Net) -> None:
    shares = {(*place, k): s for k, r in net.masts.items() for place, s in frame.places(r["zone"], "", "mv")}
    if not shares:
        return
    places(m, b, shares)
    places(m, b, {key: s for key, s in shares.items() if key[2] in b.HOST}, "edges_here")
    b.mw = pyo.Param(b.MAST, initialize={k: float(r["power_kw"]) / 1000 for k, r in net.masts.items()})
    b.edge_mw = pyo.Param(b.HOST, initialize={h: float(net.masts[h]["edge_kw"]) / 1000 for h in net.hosts})
    constrain(b, "withdraw", b.PLACE, m.YP, rule=_withdraw)


def _withdraw(b: Any, n: Any, s: Any, y: Any, p: Any) -> Any:
    """withdrawal = Σ power_kw/1000 · mast + Σ edge_kw/1000 · edge (MW): both draw power all the time."""
    return b.withdrawal[n, s, y, p] == sum(
        b.here_part[n, s, k] * b.mw[k] * b.mast[k, y] for k in b.here[n, s]
    ) + sum(b.edges_here_part[n, s, h] * b.edge_mw[h] * b.edge[h, y] for h in b.edges_here[n, s])
