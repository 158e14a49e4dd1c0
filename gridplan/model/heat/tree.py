"""Which way heat passes: rows that make the relaxation lay connected pipes.

With flows alone a hundredth of a pipe serves a hundredth of its capacity. So where one temperature is carried
and no heat pump or tank stands, `way[l,±,y]` ∈ {0,1} says which way a link is used in the hour t* of the
stage in which its part of the network wants most. In one hour heat of one temperature needs no link both
ways: what comes back can be left out. Then

    Σ_ℓ flow[l,±,ℓ,y,t*] ≤ size·way           Σ_± way ≤ Σ_k pipe
    demand·Σ way into a sink ≥ its intake      way v→w ≤ Σ_{u≠w} way u→v where nothing is produced at v

and where one producer feeds the part through pipes that each hold all of it, a tree is as good as anything
else: Σ way into v ≤ 1. These are the directed rows of Steiner trees (Koch and Martin 1998). They cut off no
plan but such as lay pipes in which no heat need pass. Measured: docs/measured.md.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from gridplan.model.frame import Frame
from gridplan.model.heat.net import HeatNet
from gridplan.model.heat.parts import Arc, Part, parts
from gridplan.model.rows import constrain

LONG = 200_000  # entries of the rows `way_on` above which they are left to the search for cuts


def add(m: Any, b: Any, frame: Frame, net: HeatNet) -> None:
    """Variable `way` and its rows.

    None on the axes of hourly operation: they are no hours.
    """
    b.tree_parts = found = parts(b, frame, net) if frame.periods.energy else []
    at = {arc: part for part in found for arc in part.arcs}
    levels: dict[Arc, list[float]] = {arc: [] for arc in at}
    for n, w, level in net.flows:
        if (n, w) in levels:
            levels[n, w].append(level)
    b.WAY = pyo.Set(dimen=2, initialize=list(at))
    b.way = pyo.Var(b.WAY, m.Y, domain=pyo.Binary)
    b.way_levels = pyo.Set(b.WAY, dimen=1, initialize=levels)
    peak = {(n, w, y): part.peak[y] for (n, w), part in at.items() for y in m.Y}
    b.way_peak = pyo.Param(b.WAY, m.Y, initialize=peak, within=m.P)
    size = {a: max(b.size[a[0], k] for k in b.PIPE) if a[0] in b.PIPED else b.most[a[0]] for a in at}
    b.way_size = pyo.Param(b.WAY, initialize=size)
    constrain(b, "way_flow", b.WAY, m.Y, rule=_way_flow)
    ways: dict[str, list[int]] = {}
    for n, w in at:
        ways.setdefault(n, []).append(w)
    b.ways = pyo.Set(list(ways), dimen=1, initialize=ways)
    b.WAY_PIPE = pyo.Set(dimen=1, initialize=[n for n in ways if n in b.PIPED])
    b.WAY_OPEN = pyo.Set(dimen=1, initialize=[n for n in ways if n in b.OPENED])
    constrain(b, "way_pipe", b.WAY_PIPE, m.Y, rule=_way_pipe)
    constrain(b, "way_open", b.WAY_OPEN, m.Y, rule=_way_open)
    _ends(m, b, found, net)


def _ends(m: Any, b: Any, found: list[Part], net: HeatNet) -> None:
    """Rows at sinks and junctions."""
    into = {v: arcs for part in found for v, arcs in part.into.items()}
    b.way_into = pyo.Set(list(into), dimen=2, initialize=into)
    sinks = [(k, y, part.wanted[k][y], part.peak[y]) for part in found for k in part.wanted for y in m.Y]
    free = {v for part in found for _, v in part.free}
    fed = {
        (k, y): (mw, p)
        for k, y, mw, p in sinks
        if mw > 0 and k in into and k not in free and len(b.intakes[k])
    }
    b.WAY_SINK = pyo.Set(dimen=2, initialize=list(fed))
    b.way_wanted = pyo.Param(b.WAY_SINK, initialize={key: mw for key, (mw, _) in fed.items()})
    b.way_hour = pyo.Param(b.WAY_SINK, initialize={key: p for key, (_, p) in fed.items()}, within=m.P)
    constrain(b, "way_sink", b.WAY_SINK, rule=_way_sink)
    on: dict[Arc, list[Arc]] = {}
    for part in found:
        inner = [v for v in part.out if v not in part.producers | free]
        if sum(len(part.out[v]) * len(part.into.get(v, ())) for v in inner) <= LONG:
            on |= {
                arc: [a for a in part.into.get(v, ()) if a[0] != arc[0]] for v in inner for arc in part.out[v]
            }
    b.WAY_ON = pyo.Set(dimen=2, initialize=list(on))
    b.way_before = pyo.Set(b.WAY_ON, dimen=2, initialize=on)
    constrain(b, "way_on", b.WAY_ON, m.Y, rule=_way_on)
    b.WAY_ONCE = pyo.Set(dimen=1, initialize=[v for part in found if part.once for v in part.into])
    last = {v: int(v not in part.producers) for part in found if part.once for v in part.into}
    b.way_most = pyo.Param(b.WAY_ONCE, initialize=last)
    constrain(b, "way_once", b.WAY_ONCE, m.Y, rule=_way_once)


def _way_flow(b: Any, n: Any, w: Any, y: Any) -> Any:
    """Σ_ℓ flow ≤ size·way (MW) in the hour of the largest demand: heat passes the way that is chosen."""
    return (
        sum(b.flow[n, w, lv, y, b.way_peak[n, w, y]] for lv in b.way_levels[n, w])
        <= b.way_size[n, w] * b.way[n, w, y]
    )


def _way_pipe(b: Any, n: Any, y: Any) -> Any:
    """Σ_± way ≤ Σ_k pipe: one way, through the pipe that is laid."""
    return sum(b.way[n, w, y] for w in b.ways[n]) <= sum(b.pipe[n, k, y] for k in b.PIPE)


def _way_open(b: Any, n: Any, y: Any) -> Any:
    """Σ_± way ≤ open: one way, through a link that is opened."""
    return sum(b.way[n, w, y] for w in b.ways[n]) <= b.open[n, y]


def _way_sink(b: Any, k: Any, y: Any) -> Any:
    """demand·Σ way into the sink ≥ Σ intake (MW) in the hour of the largest demand: some link leads there."""
    return b.way_wanted[k, y] * sum(b.way[n, w, y] for n, w in b.way_into[k]) >= sum(
        b.intake[k, lv, y, b.way_hour[k, y]] for lv in b.intakes[k]
    )


def _way_on(b: Any, n: Any, w: Any, y: Any) -> Any:
    """way v→w ≤ Σ_{u≠w} way u→v: what leaves a place without production came in through another link."""
    return b.way[n, w, y] <= sum(b.way[q, z, y] for q, z in b.way_before[n, w])


def _way_once(b: Any, v: Any, y: Any) -> Any:
    """Σ way into v ≤ 1, and 0 into the one producer: a tree is as good as anything else."""
    return sum(b.way[n, w, y] for n, w in b.way_into[v]) <= b.way_most[v]
