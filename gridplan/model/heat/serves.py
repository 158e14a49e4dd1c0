"""Sources that have to be opened: a sink is not served by a fraction of one."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from gridplan.model.frame import Frame
from gridplan.model.heat.demand import sink_demand
from gridplan.model.heat.net import HeatNet
from gridplan.model.rows import constrain


def add(m: Any, b: Any, frame: Frame, net: HeatNet) -> None:
    """Rows `serves`, where a link leads from a source with a fixed cost, which no heat enters, to a sink that
    no heat leaves (nor pipes lose any there).

    None on the axes of hourly operation: they are no hours.
    """
    b.SERVES = pyo.Set(dimen=2, initialize=_links(b, frame, net) if frame.periods.energy else [])
    levels: dict[Any, list[float]] = {(n, w): [] for n, w in b.SERVES}
    for n, w, level in net.flows:
        if (n, w) in levels:
            levels[n, w].append(level)
    b.serves_levels = pyo.Set(b.SERVES, dimen=1, initialize=levels)
    ends = {(n, w): (net.links[n]["from"], net.links[n]["to"])[::w] for n, w in b.SERVES}
    b.serves_from = pyo.Param(b.SERVES, initialize={a: h for a, (h, _) in ends.items()}, within=b.PRICED)
    demand = sink_demand(frame)
    wanted = {(*a, y, p): float(demand[k][y][p]) for a, (_, k) in ends.items() for y, p in m.YP}
    b.served = pyo.Param(b.SERVES, m.YP, initialize=wanted)
    constrain(b, "serves", b.SERVES, m.YP, rule=_serves)


def _links(b: Any, frame: Frame, net: HeatNet) -> list[tuple[str, int]]:
    tanks = {row["at"] for row in frame.rows("heat_storages")}
    ways = dict.fromkeys((n, w) for n, w, _ in net.flows)
    ends = {(n, w): (net.links[n]["from"], net.links[n]["to"])[::w] for n, w in ways}
    entered = tanks | {end for _, end in ends.values()}
    left = tanks | {start for start, _ in ends.values()}
    if any(b.loss_kw[k] for k in b.PIPE):
        left |= {net.links[n][end] for n in b.PIPED for end in ("from", "to")}
    sinks = set(b.SINK) - left
    return [a for a, (h, k) in ends.items() if h in b.PRICED and h not in entered and k in sinks]


def _serves(b: Any, n: Any, w: Any, y: Any, p: Any) -> Any:
    """flow from the source to the sink ≤ demand·running (MW): as x ≤ y in facility location (Balinski 1965).
    Cuts off no plan.
    """
    return (
        sum(b.flow[n, w, lv, y, p] for lv in b.serves_levels[n, w])
        <= b.served[n, w, y, p] * b.running[b.serves_from[n, w], y]
    )
