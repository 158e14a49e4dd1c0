"""What a link can usefully carry: no more than is wanted and lost behind it.

Where a link is the only way to a part of the network, that is what this part wants; elsewhere it is what all
sinks in reach want. Heat pumps may send heat back warmer, so a part with pumps may be passed twice.
"""

from __future__ import annotations

from collections import Counter

import networkx as nx
import numpy as np

from gridplan.model.frame import Frame
from gridplan.model.heat.demand import sink_demand, sink_peaks
from gridplan.model.heat.net import HeatNet

Wanted = dict[str, np.ndarray]


def reach(frame: Frame, net: HeatNet) -> tuple[dict[str, float], Wanted]:
    """MW that can usefully pass each link, both ways together: in any hour, and by (stage, period).

    Tanks may be filled beyond demand, so there is no limit (inf) where there are any.
    """
    demand = {sink: np.array(list(by.values()), float) for sink, by in sink_demand(frame).items()}
    peaks = sink_peaks(frame)
    highest = {row["sink"]: _highest(frame, row["profile"]) for row in frame.rows("heat_sinks")}
    most = {k: np.array([[max(peaks[k] * highest[k], mw.max(initial=0.0))]]) for k, mw in demand.items()}
    links = _Links(frame, net)
    return {n: float(mw[0, 0]) for n, mw in links.carry(most).items()}, links.carry(demand)


def _highest(frame: Frame, profile: str) -> float:
    known = frame.case.profiles
    return 1.0 if not profile or known is None else float(known[profile].max())


class _Links:
    """The links of a case, and between which parts of the network they are the only way."""

    def __init__(self, frame: Frame, net: HeatNet) -> None:
        self.net, self.graph = net, nx.Graph()
        self.graph.add_edges_from((row["from"], row["to"]) for row in net.links.values())
        self.ways: dict[str, set[int]] = {name: set() for name in net.links}
        for name, way, _ in net.flows:
            self.ways[name].add(way)
        parallel = Counter(frozenset((row["from"], row["to"])) for row in net.links.values())
        pairs = map(frozenset, nx.bridges(self.graph))
        self.bridges = {pair for pair in pairs if parallel[pair] == 1}
        self.pumps = {row["at"] for row in frame.rows("heat_pumps")}
        self.tanks = {row["at"] for row in frame.rows("heat_storages")}
        self.loss_kw = max((row["loss_kw_per_km"] for row in frame.rows("pipe_types")), default=0.0)

    def carry(self, demand: Wanted) -> Wanted:
        """MW through every link for a demand of every sink (arrays of one shape)."""
        none = np.zeros_like(next(iter(demand.values()))) if demand else np.zeros((1, 1))
        wanted = {v: demand.get(v, none) for v in self.graph}
        for row in self.net.links.values() if self.loss_kw > 0 else ():
            for end in (row["from"], row["to"]):
                wanted[end] = wanted[end] + self.loss_kw * row["length_km"] / 2000
        part_of: dict[str, _Part] = {}
        for members in nx.connected_components(self.graph):
            part = _Part(self.graph, next(iter(members)), wanted, self.pumps, self.tanks)
            part_of |= dict.fromkeys(members, part)
        found = {}
        for name, row in self.net.links.items():
            only = frozenset((row["from"], row["to"])) in self.bridges
            found[name] = part_of[row["from"]].through(row["from"], row["to"], self.ways[name], only)
        return found


class _Part:
    """A connected part of the network: what is wanted behind every node of a spanning tree."""

    def __init__(self, graph: nx.Graph, root: str, wanted: Wanted, pumps: set[str], tanks: set[str]) -> None:
        self.parent = {v: u for u, v in nx.bfs_edges(graph, root)}
        self.behind = {v: wanted[v] for v in (root, *self.parent)}
        self.pumps = {v: int(v in pumps) for v in self.behind}
        for v, u in reversed(self.parent.items()):
            self.behind[u] = self.behind[u] + self.behind[v]
            self.pumps[u] += self.pumps[v]
        self.total, self.all_pumps = self.behind[root], self.pumps[root]
        self.unlimited = not tanks.isdisjoint(self.behind)

    def through(self, start: str, end: str, ways: set[int], only: bool) -> np.ndarray:
        """MW through a link; `only`: there is no other way between its ends."""
        if self.unlimited:
            return np.full_like(self.total, np.inf)
        into = {1: self.total, -1: self.total}
        if only:
            child, inward = (end, 1) if self.parent.get(end) == start else (start, -1)
            if not self.pumps[child]:
                into[inward] = self.behind[child]
            if self.pumps[child] == self.all_pumps:
                into[-inward] = self.total - self.behind[child]
        used = [into[way] for way in ways]
        if not used:
            return np.zeros_like(self.total)
        return np.add.reduce(used) if self.all_pumps else np.maximum.reduce(used)
