"""Ways that heat of a site could take to a sink over candidate links and heat pumps, the cheapest first."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import networkx as nx

from gridplan.model.heat.net import HeatNet

Spot = tuple[str, float]  # node, temperature level


@dataclass(frozen=True)
class Lift:
    """A heat pump on a way; `after` links come before it."""

    pump: str
    at: str
    cop: float
    after: int


@dataclass(frozen=True)
class Way:
    """A way from a site to a sink.

    Attributes:
        site, sink: its ends.
        links: in order.
        level: temperature at which heat reaches the sink.
        lifts: heat pumps it passes.
        weight: cost by which it was chosen.
    """

    site: str
    sink: str
    links: tuple[str, ...]
    level: float
    lifts: tuple[Lift, ...] = ()
    weight: float = field(default=0.0, compare=False)


class Ways:
    """All ways of a case."""

    def __init__(self, net: HeatNet, pump_at: dict[str, str]) -> None:
        """Make the graph of nodes and temperatures, and the plain one of nodes."""
        self.net = net
        ends = {n: {1: row["from"], -1: row["to"]} for n, row in net.links.items()}
        self.graph, self.plain = nx.MultiDiGraph(), nx.Graph()
        self.plain.add_edges_from((row["from"], row["to"]) for row in net.links.values())
        for n, way, level in net.flows:
            self.graph.add_edge((ends[n][way], level), (ends[n][-way], level), link=n)
        for (w, low, high), cop in net.lifts.items():
            self.graph.add_edge((pump_at[w], low), (pump_at[w], high), pump=w, cop=cop)
        self.start: dict[str, float] = dict(net.takes)
        self.goals: dict[Spot, str] = {(k, level): k for k, level in net.intakes}

    def near(self, site: str) -> list[str]:
        """Sinks that links connect a site with, whatever the temperature."""
        if site not in self.plain:
            return []
        part = nx.node_connected_component(self.plain, site)
        return [k for k, node in self.net.nodes.items() if node.kind == "sink" and k in part]

    def of(self, site: str, cost: Any) -> list[Way]:
        """The cheapest way to every sink that heat of a site can reach, the cheapest first.

        Args:
            site: datacenter with usable heat.
            cost: (link or None, pump or None, cop) → number ≥ 0, what an edge costs.
        """
        begin = (site, self.start[site]) if site in self.start else None
        if begin is None or begin not in self.graph:
            return []

        def weight(_: Spot, __: Spot, edges: dict[Any, dict[str, Any]]) -> float:
            return min(float(cost(e.get("link"), e.get("pump"), e.get("cop"))) for e in edges.values())

        far, paths = nx.single_source_dijkstra(self.graph, begin, weight=weight)
        best: dict[str, Way] = {}
        for spot, sink in self.goals.items():
            if spot in far and (sink not in best or far[spot] < best[sink].weight):
                best[sink] = self._way(site, sink, paths[spot], far[spot], cost)
        return sorted(best.values(), key=lambda way: way.weight)

    def _way(self, site: str, sink: str, path: list[Spot], weight: float, cost: Any) -> Way:
        links: list[str] = []
        lifts: list[Lift] = []
        for a, b in pairwise(path):
            edges = self.graph[a][b].values()
            edge = min(edges, key=lambda e: cost(e.get("link"), e.get("pump"), e.get("cop")))
            if "link" in edge:
                links.append(edge["link"])
            else:
                lifts.append(Lift(edge["pump"], a[0], edge["cop"], len(links)))
        return Way(site, sink, tuple(links), path[-1][1], tuple(lifts), weight)
