"""States of the network: what stands in a stage, with everything in service or one circuit out, and when."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import networkx as nx
import numpy as np

from gridplan.model.frame import Frame
from gridplan.network import Network, Unit
from gridplan.outages import outages, without


@dataclass(frozen=True)
class State:
    """The network in some stages and periods.

    Attributes:
        number: position in the list of states; 0: everything is in service, in the first stage.
        network: what is left of it.
        factor: on every rating (the emergency rating after an outage).
        cut: buses that the outage may cut off.
        times: (stage, period) in which it is so.
    """

    number: int
    network: Network
    factor: float
    cut: tuple[str, ...]
    times: tuple[tuple[int, int], ...]

    @cached_property
    def periods(self) -> np.ndarray:
        """Period of each of its times."""
        return np.array([p for _, p in self.times], int)

    @cached_property
    def units(self) -> dict[tuple[str, int], Unit]:
        """Candidate units with circuits that are left, by reinforcement and number."""
        return {(u.reinforcement, u.number): u for u in self.network.units if u.circuits}

    @cached_property
    def across(self) -> list[tuple[str, int]]:
        """Candidate units that would connect again what is cut off."""
        inside, found = set(self.cut), []
        for key, unit in self.units.items():
            corridor = self.network.corridors[unit.corridor]
            if (corridor.start in inside) != (corridor.end in inside):
                found.append(key)
        return found


def states(frame: Frame) -> list[State]:
    """States in order of their first period; state 0 is always there."""
    stands = {y: frame.network.at(y) for y in frame.years}
    members: dict[tuple[int, str, tuple[str, ...]], list[tuple[int, int]]] = {}
    if frame.years:
        members[id(stands[frame.years[0]]), "", ()] = []
    for y, p in sorted(frame.pairs, key=lambda pair: pair[1]):
        item = frame.periods.items[p]
        members.setdefault((id(stands[y]), item.outage, item.cut), []).append((y, p))
    networks = {id(network): network for network in stands.values()}
    known = {key: outages(network) if len(members) > 1 else {} for key, network in networks.items()}
    rating = frame.case.settings.physics.emergency_rating
    found = []
    for number, ((key, name, cut), times) in enumerate(members.items()):
        left = without(networks[key], known[key][name]) if name else networks[key]
        found.append(State(number, left, rating if name else 1.0, _apart(left, cut), tuple(times)))
    return found


def _apart(left: Network, cut: tuple[str, ...]) -> tuple[str, ...]:
    """Of buses that an outage may cut off those that it does in this stage, before anything is built."""
    if not cut:
        return cut
    inside = {bus for part in nx.connected_components(left.graph) if part <= set(cut) for bus in part}
    return tuple(bus for bus in cut if bus in inside)
