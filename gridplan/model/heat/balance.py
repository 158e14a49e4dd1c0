"""Heat balance of every node and temperature, with the losses of pipes."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pyomo.environ as pyo

from gridplan.model.heat.net import HeatNet
from gridplan.model.rows import constrain


def add(m: Any, b: Any, net: HeatNet) -> None:
    """Rows `balance` and `losses`, over nodes and levels."""
    ends = net.ends
    _lost(m, b, net, ends)
    b.NODE = pyo.Set(dimen=2, initialize=net.passing)

    def at_node(items: Any, where: Any, dimen: int) -> Any:
        members: dict[Any, list[Any]] = {key: [] for key in b.NODE}
        for item in items:
            members[where(item)].append(item)
        return pyo.Set(b.NODE, dimen=dimen, initialize=members)

    b.arriving = at_node(net.flows, lambda f: (ends[f[0]][-f[1]], f[2]), 3)
    b.sent = at_node(net.flows, lambda f: (ends[f[0]][f[1]], f[2]), 3)
    b.takes = at_node(net.takes, lambda t: t, 2)
    b.accepts = at_node(net.intakes, lambda t: t, 2)
    b.lifted_to = at_node(net.lifts, lambda w: (net.pump_at[w[0]], w[2]), 3)
    b.lifted_from = at_node(net.lifts, lambda w: (net.pump_at[w[0]], w[1]), 3)
    b.tanks_at = at_node(net.tanks, lambda t: (net.tank_at[t[0]], t[1]), 2)
    b.lost_at = at_node(b.LOST, lambda t: t, 2)
    b.drawn = pyo.Param(b.LIFT, initialize={k: (cop - 1) / cop for k, cop in net.lifts.items()})
    constrain(b, "balance", b.NODE, m.YP, rule=_node)


def _lost(m: Any, b: Any, net: HeatNet, ends: dict[str, dict[int, str]]) -> None:
    """Pipe losses, summed per node: half of each pipe at each end, at any level that passes there."""
    at: dict[str, list[Any]] = defaultdict(list)
    levels: dict[str, set[float]] = defaultdict(set)
    for n in b.PIPED:
        for end in ends[n].values():
            at[end] += [(n, k) for k in b.PIPE if b.loss_kw[k] and net.links[n]["length_km"]]
            levels[end] |= {f[1] for f in b.flows[n]}
    b.LOSING = pyo.Set(dimen=1, initialize=[v for v in at if at[v]])
    b.LOST = pyo.Set(dimen=2, initialize=[(v, lv) for v in b.LOSING for lv in sorted(levels[v])])
    b.lost = pyo.Var(b.LOST, m.YP, domain=pyo.NonNegativeReals)
    b.lost_levels = pyo.Set(b.LOSING, dimen=1, initialize={v: sorted(levels[v]) for v in b.LOSING})
    b.losing_pipes = pyo.Set(b.LOSING, dimen=2, initialize={v: at[v] for v in b.LOSING})
    loss = {(n, k): b.loss_kw[k] * net.links[n]["length_km"] / 2000 for n in b.PIPED for k in b.PIPE}
    b.half_loss = pyo.Param(b.PIPED, b.PIPE, initialize=loss)
    constrain(b, "losses", b.LOSING, m.YP, rule=_losses)


def _losses(b: Any, v: Any, y: Any, p: Any) -> Any:
    """Σ_ℓ lost = Σ ½ loss_kw_per_km·km·pipe (MW): half of a pipe's loss is taken at each end."""
    return sum(b.lost[v, lv, y, p] for lv in b.lost_levels[v]) == sum(
        b.half_loss[n, k] * b.pipe[n, k, y] for n, k in b.losing_pipes[v]
    )


def _node(b: Any, v: Any, lv: Any, y: Any, p: Any) -> Any:
    """arriving + take + lift to ℓ = sent + lift from ℓ·(COP−1)/COP + intake + fill + lost (MW heat)."""
    return sum(b.flow[n, w, q, y, p] for n, w, q in b.arriving[v, lv]) + sum(
        b.take[h, q, y, p] for h, q in b.takes[v, lv]
    ) + sum(b.lift[w, a, c, y, p] for w, a, c in b.lifted_to[v, lv]) == sum(
        b.flow[n, w, q, y, p] for n, w, q in b.sent[v, lv]
    ) + sum(b.drawn[w, a, c] * b.lift[w, a, c, y, p] for w, a, c in b.lifted_from[v, lv]) + sum(
        b.intake[k, q, y, p] for k, q in b.accepts[v, lv]
    ) + sum(b.fill[k, q, y, p] for k, q in b.tanks_at[v, lv]) + sum(
        b.lost[q, z, y, p] for q, z in b.lost_at[v, lv]
    )
