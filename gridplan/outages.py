"""Outages: the loss of one circuit, and what the network is without it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import networkx as nx

from gridplan.network import Network, Unit


@dataclass(frozen=True)
class Outage:
    """Loss of one circuit.

    Attributes:
        name: id of the branch, or of the reinforcement whose circuit is lost.
        corridor: where the circuit runs.
        reinforcement: whose first unit loses a circuit; blank: a circuit that exists from the start is lost.
    """

    name: str
    corridor: str
    reinforcement: str = ""


def outages(network: Network) -> dict[str, Outage]:
    """Every outage that matters, by name.

    Of circuits alike in one corridor, existing and new, the loss of any is the same: one stands for all.
    """
    found = {c.name: Outage(c.name, c.name) for c in network.existing}
    for unit in network.units:
        corridor = network.corridors[unit.corridor]
        alike = corridor.circuits > 0 and (unit.mw, unit.x) == (corridor.mw, corridor.x)
        if unit.circuits and unit.number == 1 and not alike:
            found.setdefault(
                unit.reinforcement, Outage(unit.reinforcement, unit.corridor, unit.reinforcement)
            )
    return found


def without(network: Network, outage: Outage) -> Network:
    """The network that has lost a circuit; a raise of its rating shrinks with the circuits left."""
    lost = network.corridors[outage.corridor]
    corridors, units = dict(network.corridors), list(network.units)
    if outage.reinforcement:
        units = [u for unit in units for u in _lose(unit, outage.reinforcement)]
    else:
        left = lost.circuits - 1
        corridors[lost.name] = replace(lost, circuits=left)
        share = left / lost.circuits
        units = [
            replace(u, mw=u.mw * share) if u.corridor == lost.name and not u.circuits else u for u in units
        ]
    return network.changed(corridors, units)


def _lose(unit: Unit, reinforcement: str) -> list[Unit]:
    if unit.reinforcement != reinforcement or unit.number != 1:
        return [unit]
    return [replace(unit, circuits=unit.circuits - 1)] if unit.circuits > 1 else []


def cut_off(
    buses: Iterable[str],
    edges: Iterable[tuple[str, str]],
    corridor: tuple[str, str],
    weight: dict[str, float],
) -> frozenset[str]:
    """Buses that lose the grid with a circuit: the lighter of the two parts that its ends are then in.

    Args:
        buses: all buses.
        edges: ends of the circuits that are left.
        corridor: ends of the lost circuit.
        weight: MW of supply at each bus, which tells where the grid is; with as much, the larger part is it.
    """
    graph = nx.Graph()
    graph.add_nodes_from(buses)
    graph.add_edges_from(edges)
    start, end = (frozenset(nx.node_connected_component(graph, bus)) for bus in corridor)
    if corridor[1] in start:
        return frozenset()

    def size(part: frozenset[str]) -> tuple[float, int]:
        return sum(weight.get(bus, 0.0) for bus in part), len(part)

    return end if size(end) <= size(start) else start
