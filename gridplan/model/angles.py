"""Angle differences across candidate circuits, and the smallest M of each: what the network itself allows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import networkx as nx

from gridplan.network import Network, Unit


@dataclass(frozen=True)
class Drop:
    """Angle difference between the ends of a unit, divided by the unit's reactance (MW).

    Attributes:
        corridors: factor of the flow on each existing corridor along the way.
        parts: factor of the angle of each unconnected part of the network that the unit joins.
        most: M, the largest value that |built − drop| can take while the unit is not in service (MW).
        shift: what phase shifters along the way, and on the unit's own corridor, add (MW).
    """

    corridors: dict[str, float]
    parts: dict[int, float]
    most: float
    shift: float = 0.0


def drops(
    network: Network, units: list[Unit], raises: list[Unit], ever: float, factor: float = 1.0
) -> dict[tuple[str, int], Drop]:
    """Drop of every candidate unit with a reactance.

    Args:
        network: the network.
        units: candidate units with circuits.
        raises: units that raise the rating of a corridor.
        ever: MW that a corridor without a rating can carry at most.
        factor: on every rating, and so on every angle.
    """
    extra: dict[str, float] = defaultdict(float)
    for unit in raises:
        extra[unit.corridor] += unit.mw
    limit = {
        c.name: abs(c.total_x) * _finite(c.top * (c.total_mw + extra[c.name]), ever) + abs(c.shift)
        for c in network.existing
    }  # largest angle difference of each corridor (pu·MW)
    graph = network.graph.copy()
    for _, _, data in graph.edges(data=True):
        data["angle"] = limit[data["corridor"]]
    anchors = _anchors(network)
    apart = _apart(network, graph, units, ever) if any(_joins(network, u) for u in units) else 0.0
    found = {}
    for unit in units:
        if unit.x == 0:
            continue
        corridor = network.corridors[unit.corridor]
        start, end = corridor.start, corridor.end
        a, z = network.components[start], network.components[end]
        factors: dict[str, float] = defaultdict(float)
        parts: dict[int, float] = {}
        if a == z:
            route = nx.shortest_path(graph, start, end, weight="angle")
            _collect(network, route, 1.0, factors)
            most = sum(limit[e] for e in factors)
        else:
            _collect(network, nx.shortest_path(graph, start, anchors[a], weight="angle"), 1.0, factors)
            _collect(network, nx.shortest_path(graph, end, anchors[z], weight="angle"), -1.0, factors)
            parts = {part: sign for part, sign in ((a, 1.0), (z, -1.0)) if part != 0}
            most = apart
        x, turn = unit.total_x, _turn(network, factors)
        found[unit.reinforcement, unit.number] = Drop(
            {e: v / x for e, v in factors.items() if v},
            {k: v / x for k, v in parts.items()},
            factor * (most + abs(corridor.shift)) / abs(x),
            (turn - corridor.shift) / x,
        )
    return found


def _collect(network: Network, nodes: list[str], sign: float, factors: dict[str, float]) -> None:
    for name, direction in network.along(nodes):
        factors[name] += sign * direction * network.corridors[name].total_x


def _turn(network: Network, factors: dict[str, float]) -> float:
    """What phase shifters take off along a way (pu·MW); a factor is its direction times reactance."""
    at = [network.corridors[name] for name, factor in factors.items() if factor]
    return sum(c.shift * factors[c.name] / c.total_x for c in at if c.shift)


def _anchors(network: Network) -> dict[int, str]:
    """One bus of every part, from which its angle is counted."""
    anchors: dict[int, str] = {}
    for bus, part in network.components.items():
        anchors.setdefault(part, bus)
    return anchors


def _finite(mw: float, ever: float) -> float:
    return mw if mw < float("inf") else ever


def _apart(network: Network, graph: nx.Graph, units: list[Unit], ever: float) -> float:
    """Bound on the angle between two parts: a way visits each part once and crosses at most parts − 1
    units.
    """
    widest = 0.0
    for nodes in nx.connected_components(graph):
        lengths = nx.all_pairs_dijkstra_path_length(graph.subgraph(nodes), weight="angle")
        widest += max(max(reach.values()) for _, reach in lengths)
    crossing = sorted(
        (
            abs(u.total_x) * _finite(c.top * u.total_mw, ever) + abs(c.shift)
            for u in units
            for c in (network.corridors[u.corridor],)
            if _joins(network, u)
        ),
        reverse=True,
    )
    return widest + sum(crossing[: max(len(set(network.components.values())) - 1, 0)])


def _joins(network: Network, unit: Unit) -> bool:
    corridor = network.corridors[unit.corridor]
    return network.components[corridor.start] != network.components[corridor.end]
