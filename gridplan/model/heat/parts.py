"""Parts of the heat network in which the way of heat can be told: one temperature, no pumps, no tanks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import networkx as nx
import numpy as np

from gridplan.model.frame import Frame
from gridplan.model.heat.demand import sink_demand
from gridplan.model.heat.net import HeatNet

NEAR = 1e-9
Arc = tuple[str, int]  # link, way


@dataclass
class Part:
    """A connected part of the network.

    Attributes:
        peak: period of its largest demand, by stage.
        wanted: MW of its sinks in that period, by stage.
        producers: sites and sources in it.
        into, out: arcs that have to be built, by node.
        free: (start, end) of arcs that are there anyway.
        once: one producer and pipes that hold everything, so that a tree is as good as anything else.
    """

    peak: dict[int, int]
    wanted: dict[str, dict[int, float]]
    producers: set[str]
    into: dict[str, list[Arc]] = field(default_factory=dict)
    out: dict[str, list[Arc]] = field(default_factory=dict)
    free: list[tuple[str, str]] = field(default_factory=list)
    once: bool = False

    @property
    def arcs(self) -> list[Arc]:
        """All arcs that have to be built."""
        return [arc for arcs in self.out.values() for arc in arcs]


def parts(b: Any, frame: Frame, net: HeatNet) -> list[Part]:
    """All such parts in which there are pipes to lay and sinks to serve."""
    graph = nx.Graph()
    graph.add_edges_from((row["from"], row["to"]) for row in net.links.values())
    number = {v: k for k, members in enumerate(nx.connected_components(graph)) for v in members}
    levels: dict[int, set[float]] = {}
    flows: dict[int, list[Arc]] = {}
    for n, w, level in net.flows:
        at = number[net.links[n]["from"]]
        levels.setdefault(at, set()).add(level)
        flows.setdefault(at, []).append((n, w))
    excluded = {row["at"] for row in frame.rows("heat_storages")} | {net.pump_at[w] for w, _, _ in net.lifts}
    mixed = {at for at, known in levels.items() if len(known) > 1} | {number.get(v, -1) for v in excluded}
    demand: dict[int, dict[str, dict[int, np.ndarray]]] = {}
    for k, mw in sink_demand(frame).items():
        demand.setdefault(number.get(k, -1), {})[k] = mw
    producers: dict[int, set[str]] = {}
    for h, _ in net.takes:
        producers.setdefault(number.get(h, -1), set()).add(h)
    found = []
    for at, arcs in flows.items():
        if at in mixed or at not in demand or at not in producers:
            continue
        part = _part(frame, producers[at], demand[at])
        _arcs(b, net, part, arcs)
        part.once = _once(b, frame, net, part, {n for n, _ in arcs})
        if part.into:
            found.append(part)
    return found


def _part(frame: Frame, producers: set[str], demand: dict[str, dict[int, np.ndarray]]) -> Part:
    peak = {}
    for y in frame.years:
        used = np.array(frame.periods.by_year[y])
        total = np.sum([mw[y][used] for mw in demand.values()], axis=0)
        peak[y] = int(used[int(np.argmax(total))])
    wanted = {k: {y: float(mw[y][peak[y]]) for y in frame.years} for k, mw in demand.items()}
    return Part(peak, wanted, producers)


def _arcs(b: Any, net: HeatNet, part: Part, arcs: list[Arc]) -> None:
    for n, w in arcs:
        start, end = (net.links[n]["from"], net.links[n]["to"])[::w]
        if n in b.PIPED or n in b.OPENED:
            part.into.setdefault(end, []).append((n, w))
            part.out.setdefault(start, []).append((n, w))
        else:
            part.free.append((start, end))


def _once(b: Any, frame: Frame, net: HeatNet, part: Part, names: set[str]) -> bool:
    """Whether a tree is as good as anything else: no size, no cost per MW, no second producer decides."""
    if len(part.producers) != 1 or part.free:
        return False
    if len(frame.pairs) > 1 and any(net.links[n]["capex_meur_per_mw"] for n in names):
        return False
    piped = [n for n in names if n in b.PIPED]
    return not piped or (len(b.PIPE) == 1 and all(_holds(b, net, n) for n in piped))


def _holds(b: Any, net: HeatNet, n: str) -> bool:
    """Whether the one pipe holds all that can be wanted behind a link."""
    return all(b.pipe_mw[k] >= b.carried[n] * (1 - NEAR) for k in b.PIPE)
