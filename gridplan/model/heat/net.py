"""The heat network of a case: nodes, temperature levels, and which heat can go where.

Heat of different temperatures is kept apart as levels. A producer gives heat at its own temperature; a heat
pump lifts it to the temperature of a sink; a sink takes every level that is warm enough. Only levels that
something in the same connected part of the network can produce and use are carried (`levels.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import inf
from typing import Any

import networkx as nx
import pandas as pd

from gridplan.model.frame import Frame
from gridplan.model.heat.demand import largest_demand
from gridplan.model.heat.levels import fill_levels


@dataclass(frozen=True)
class Node:
    """A place in the heat network.

    Attributes:
        kind: site, source, sink or junction.
        zone, substation: where it stands.
        level: temperature of what it produces, or that it needs (°C); -inf and inf where unknown.
        back: temperature to which a heat pump cools that, or at which it comes back (°C).
    """

    kind: str
    zone: str
    substation: str
    level: float
    back: float


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
        tanks: (tank, level) that it can hold: every level at its node.
        pump_at, tank_at: node of every heat pump and tank.
        most: largest heat that can pass a link, MW: all that its part of the network can take in an hour.
    """

    nodes: dict[str, Node]
    links: dict[str, dict[str, Any]]
    flows: list[tuple[str, int, float]] = field(default_factory=list)
    takes: list[tuple[str, float]] = field(default_factory=list)
    lifts: dict[tuple[str, float, float], float] = field(default_factory=dict)
    intakes: list[tuple[str, float]] = field(default_factory=list)
    tanks: list[tuple[str, float]] = field(default_factory=list)
    pump_at: dict[str, str] = field(default_factory=dict)
    tank_at: dict[str, str] = field(default_factory=dict)
    most: dict[str, float] = field(default_factory=dict)
    largest: float = 0.0  # MW that all parts of the network together can take in an hour

    @property
    def ends(self) -> dict[str, dict[int, str]]:
        """Node at which each link begins, for heat that flows forth (1) and back (-1)."""
        return {n: {1: row["from"], -1: row["to"]} for n, row in self.links.items()}

    @property
    def passing(self) -> list[tuple[str, float]]:
        """(node, level) at which heat can be, in order."""
        ends = self.ends
        found = {*self.takes, *self.intakes}
        found |= {(ends[n][e], level) for n, _, level in self.flows for e in (1, -1)}
        found |= {(self.pump_at[w], level) for w, a, c in self.lifts for level in (a, c)}
        return sorted(found)


def heat_net(frame: Frame) -> HeatNet:
    """Nodes and levels of a case."""
    lifted = frame.case.has("heat_pumps")
    pumps, tanks = frame.rows("heat_pumps"), frame.rows("heat_storages")
    nodes = _nodes(frame, lifted, {row["at"] for row in pumps})
    links = {row["link"]: row for row in frame.rows("heat_links")}
    net = HeatNet(nodes, links)
    net.pump_at = {row["heat_pump"]: row["at"] for row in pumps}
    graph = nx.Graph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from((row["from"], row["to"], {"link": name}) for name, row in links.items())
    leads = _leading(graph, frame, nodes)
    wanted, charged, lost = largest_demand(frame), _charging(tanks), _losses(frame)
    for part in nx.connected_components(graph):
        members = [name for name in nodes if name in part]
        carried = fill_levels(net, members, [row for row in pumps if row["at"] in part])
        inside = {name: row for name, row in links.items() if row["from"] in part}
        most = sum(wanted.get(k, 0.0) for k in members)
        most += sum(mw for node, mw in charged if node in part) + sum(lost[name] for name in inside)
        net.largest += most
        for name, row in inside.items():
            directed = ((1, (row["from"], row["to"])), (-1, (row["to"], row["from"])))
            ways = [way for way, (a, z) in directed if leads(a, z) and (way > 0 or not row["one_way"])]
            net.flows += [(name, way, level) for level in carried for way in ways]
            net.most[name] = most
    net.tank_at = {row["heat_storage"]: row["at"] for row in tanks}
    here: dict[str, list[float]] = {}
    for node, level in net.passing:
        here.setdefault(node, []).append(level)
    net.tanks = [(row["heat_storage"], level) for row in tanks for level in here.get(row["at"], ())]
    return net


def _leading(graph: nx.Graph, frame: Frame, nodes: dict[str, Node]) -> Callable[[str, str], bool]:
    """Whether heat from one node to the next can be of use."""
    tanked = {row["at"] for row in frame.rows("heat_storages")}
    pumped = {row["at"] for row in frame.rows("heat_pumps")}
    steady = {r["source"] for r in frame.rows("heat_sources") if not r["profile"]}

    def leads(start: str, end: str) -> bool:
        """None leaves a last sink, none enters a last producer, but where a tank keeps it."""
        last = {v for v in (start, end) if graph.degree[v] == 1} - tanked
        dead_start = start in last and nodes[start].kind == "sink" and start not in pumped
        producer = nodes[end].kind == "site" or end in steady
        return not dead_start and not (end in last and producer)

    return leads


def _charging(tanks: Iterable[dict[str, Any]]) -> list[tuple[str, float]]:
    """(node, most MW that a tank there takes in an hour)."""
    found = []
    for row in tanks:
        room = row["energy_mwh"] + row["max_new_mwh"]
        found.append((row["at"], room if pd.isna(row["power_mw"]) else min(room, row["power_mw"])))
    return found


def _losses(frame: Frame) -> dict[str, float]:
    """MW that every link can lose."""
    per_km = max((row["loss_kw_per_km"] for row in frame.rows("pipe_types")), default=0.0)
    return {row["link"]: per_km * row["length_km"] / 1000 for row in frame.rows("heat_links")}


def _nodes(frame: Frame, lifted: bool, pumped: set[str]) -> dict[str, Node]:
    """Nodes with their levels; without heat pumps every temperature counts as 0."""

    def node(kind: str, zone: str, station: str, level: float, back: float) -> Node:
        if not lifted:
            return Node(kind, zone, station, 0.0, 0.0)
        return Node(kind, zone, station, level, level if pd.isna(back) else back)

    nodes = {}
    for row in frame.rows("datacenters"):
        if row["heat_share"] > 0:
            zone = frame.zone_at(row["zone"], row["substation"])
            nodes[row["site"]] = node("site", zone, row["substation"], row["heat_c"], row["heat_return_c"])
    for row in frame.rows("heat_sources"):
        level, back = row["temperature_c"], row["return_c"]
        if pd.isna(level):
            level = back = -inf if row["source"] in pumped else inf
        nodes[row["source"]] = node("source", row["zone"], "", level, back)
    for row in frame.rows("heat_sinks"):
        nodes[row["sink"]] = node("sink", row["zone"], "", row["temperature_c"], row["return_c"])
    for row in frame.rows("junctions"):
        nodes[row["junction"]] = node("junction", row["zone"], "", 0.0, 0.0)
    for end in sorted({e for row in frame.rows("heat_links") for e in (row["from"], row["to"])}):
        if end not in nodes:  # a datacenter without usable heat may still be a place that links pass
            nodes[end] = node("junction", "", "", 0.0, 0.0)
    return nodes
