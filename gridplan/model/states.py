"""States of the network: everything in service, or one circuit out, and the periods in which it is so."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from gridplan.model.frame import Frame
from gridplan.network import Network, Unit
from gridplan.outages import outages, without


@dataclass(frozen=True)
class State:
    """The network in some periods.

    Attributes:
        number: position in the list of states; 0: everything is in service.
        network: what is left of it.
        factor: on every rating (the emergency rating after an outage).
        cut: buses that the outage may cut off.
        periods: positions of the periods.
    """

    number: int
    network: Network
    factor: float
    cut: tuple[str, ...]
    periods: tuple[int, ...]

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
    members: dict[tuple[str, tuple[str, ...]], list[int]] = {("", ()): []}
    for p, item in enumerate(frame.periods.items):
        members.setdefault((item.outage, item.cut), []).append(p)
    known = outages(frame.network) if len(members) > 1 else {}
    rating = frame.case.settings.physics.emergency_rating
    return [
        State(
            number,
            without(frame.network, known[name]) if name else frame.network,
            rating if name else 1.0,
            cut,
            tuple(used),
        )
        for number, ((name, cut), used) in enumerate(members.items())
    ]
