"""Places that are asked how much still fits: stations, and zones by their service areas."""

from __future__ import annotations

from dataclasses import dataclass

from gridplan.case import Case
from gridplan.network import Network

STATION, ZONE = "station", "zone"
DEMAND, FEEDIN = "demand", "feedin"
SIGN = {DEMAND: 1.0, FEEDIN: -1.0}  # MW taken out of the grid per MW added


@dataclass(frozen=True)
class Place:
    """A station, or a zone spread over stations.

    Attributes:
        name: id.
        kind: STATION or ZONE.
        shares: share of each station, summing to 1.
    """

    name: str
    kind: str
    shares: tuple[tuple[str, float], ...]

    @property
    def key(self) -> tuple[str, str]:
        """Kind and id: a zone and a station may have the same id."""
        return self.kind, self.name


def places_of(case: Case, network: Network) -> list[Place]:
    """All stations, then all zones that a station serves."""
    stations = [Place(n, STATION, ((n, 1.0),)) for n in network.stations]
    fed = {str(zone): network.feeds(str(zone), "") for zone in case.table("zones")["zone"]}
    return stations + [Place(zone, ZONE, tuple(shares)) for zone, shares in fed.items() if shares]


def chain(network: Network, shares: tuple[tuple[str, float], ...]) -> dict[str, float]:
    """Share that passes the transformers of each station: its own and those of the stations above it."""
    found: dict[str, float] = {}
    for station, share in shares:
        at: str | None = station
        while at is not None:
            found[at] = found.get(at, 0.0) + share
            at = network.parent.get(at)
    return found


def at_buses(network: Network, shares: tuple[tuple[str, float], ...]) -> dict[str, float]:
    """Share at each bus."""
    found: dict[str, float] = {}
    for station, share in shares:
        bus = network.bus[station]
        found[bus] = found.get(bus, 0.0) + share
    return found
