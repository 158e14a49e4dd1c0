"""The heat network of a case: nodes, temperature levels, and which heat can go where.

Heat of different temperatures is kept apart as levels. A producer gives heat at its own temperature; a heat
pump lifts it to the temperature of a sink; a sink takes every level that is warm enough. Only levels that
something in the same connected part of the network can produce and use are carried.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf, isfinite
from typing import Any

import networkx as nx
import pandas as pd

from gridplan.model.frame import Frame
from gridplan.model.heat.demand import sink_peaks

CARNOT_SHARE = 0.5  # share of the Carnot COP that a large heat pump reaches (Danish Energy Agency: 0.45-0.6)


@dataclass(frozen=True)
class Node:
    """A place in the heat network.

    Attributes:
        kind: site, source, sink or junction.
        zone, substation: where it stands.
        level: temperature of what it produces, or that it needs (°C); -inf and inf where unknown.
    """

    kind: str
    zone: str
    substation: str
    level: float


@dataclass
class HeatNet:
    """Index sets of the heat block.

    Attributes:
        nodes: by id.
        links: rows of heat_links by id.
        flows: (link, direction +1/-1, level) that may carry heat.
        takes: (producer, level).
        lifts: (heat pump, from level, to level) with its COP.
        intakes: (sink, level).
        most: largest heat that can pass a link, MW: all sinks in its part of the network.
    """

    nodes: dict[str, Node]
    links: dict[str, dict[str, Any]]
    flows: list[tuple[str, int, float]] = field(default_factory=list)
    takes: list[tuple[str, float]] = field(default_factory=list)
    lifts: dict[tuple[str, float, float], float] = field(default_factory=dict)
    intakes: list[tuple[str, float]] = field(default_factory=list)
    most: dict[str, float] = field(default_factory=dict)


def heat_net(frame: Frame) -> HeatNet:
    """Nodes and levels of a case."""
    case = frame.case
    lifted = case.has("heat_pumps")
    pumps = frame.rows("heat_pumps")
    nodes = _nodes(frame, lifted, {row["at"] for row in pumps})
    links = {row["link"]: row for row in frame.rows("heat_links")}
    net = HeatNet(nodes, links)
    graph = nx.Graph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from((row["from"], row["to"], {"link": name}) for name, row in links.items())
    peaks = sink_peaks(frame)
    pumped = {row["at"] for row in pumps}
    steady = {r["source"] for r in frame.rows("heat_sources") if not r["profile"]}

    def leads(start: str, end: str) -> bool:
        """Whether heat from start to end can be of use: none leaves a last sink, none enters a last
        producer.
        """
        last = {v for v in (start, end) if graph.degree[v] == 1}
        dead_start = start in last and nodes[start].kind == "sink" and start not in pumped
        producer = nodes[end].kind == "site" or end in steady
        return not dead_start and not (end in last and producer)

    for part in nx.connected_components(graph):
        members = [name for name in nodes if name in part]
        here = [row for row in pumps if row["at"] in part]
        carried = _levels(net, members, here)
        most = sum(peaks.get(k, 0.0) for k in members)
        for name, row in links.items():
            if row["from"] in part:
                ways = [
                    w
                    for w, (a, z) in ((1, (row["from"], row["to"])), (-1, (row["to"], row["from"])))
                    if leads(a, z) and (w > 0 or not row["one_way"])
                ]
                net.flows += [(name, way, level) for level in carried for way in ways]
                net.most[name] = most
    return net


def _nodes(frame: Frame, lifted: bool, pumped: set[str]) -> dict[str, Node]:
    """Nodes with their levels; without heat pumps every temperature counts as 0."""
    nodes = {}
    for row in frame.rows("datacenters"):
        if row["heat_share"] > 0:
            zone = frame.zone_at(row["zone"], row["substation"])
            nodes[row["site"]] = Node("site", zone, row["substation"], row["heat_c"] if lifted else 0.0)
    for row in frame.rows("heat_sources"):
        level = row["temperature_c"]
        if pd.isna(level):
            level = -inf if row["source"] in pumped else inf
        nodes[row["source"]] = Node("source", row["zone"], "", level if lifted else 0.0)
    for row in frame.rows("heat_sinks"):
        nodes[row["sink"]] = Node("sink", row["zone"], "", row["temperature_c"] if lifted else 0.0)
    for row in frame.rows("junctions"):
        nodes[row["junction"]] = Node("junction", row["zone"], "", 0.0)
    for end in sorted({e for row in frame.rows("heat_links") for e in (row["from"], row["to"])}):
        if end not in nodes:  # a datacenter without usable heat may still be a place that links pass
            nodes[end] = Node("junction", "", "", 0.0)
    return nodes


def _levels(net: HeatNet, members: list[str], pumps: list[dict[str, Any]]) -> list[float]:
    """Fill takes, lifts and intakes of one connected part; gives the levels that its links carry."""
    producers = {n: net.nodes[n].level for n in members if net.nodes[n].kind in ("site", "source")}
    needs = {n: net.nodes[n].level for n in members if net.nodes[n].kind == "sink"}
    wanted = sorted(set(needs.values()))
    loose = [row for row in pumps if row["at"] not in producers]
    if not loose:  # no sink can tell a level from the next lower one that some sink needs
        producers = {n: max((w for w in wanted if w <= t), default=t) for n, t in producers.items()}
    net.takes += list(producers.items())
    made = set(producers.values())
    for row in pumps:
        at = row["at"]
        starts = {producers[at]} if at in producers else set(producers.values()) | set(wanted)
        ends = [needs[at]] if at in needs else wanted
        for a in sorted(starts):
            for b in ends:
                if b > a:
                    own = net.nodes[at].level if at in producers else a
                    net.lifts[row["heat_pump"], a, b] = _cop(row["cop"], own, b)
                    made.add(b)
    coolest = min(wanted, default=inf)
    raw_is_useful = {a for w, a, _ in net.lifts if any(row["heat_pump"] == w for row in loose)}
    carried = sorted(level for level in made if level >= coolest or level in raw_is_useful)
    net.intakes += [(k, level) for k, need in needs.items() for level in sorted(made) if level >= need]
    return carried


def _cop(given: float, low: float, high: float) -> float:
    """COP as given, else a fixed share of Carnot between the two temperatures (°C)."""
    if pd.notna(given):
        return float(given)
    if not (isfinite(low) and isfinite(high)):
        return 3.0  # temperatures unknown and no COP given: a cautious district heat pump
    return max(1.05, CARNOT_SHARE * (high + 273.15) / (high - low))
