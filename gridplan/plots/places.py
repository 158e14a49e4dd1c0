"""Where things stand on a map (degrees), also those that only name their zone or station."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import networkx as nx
import pandas as pd

from gridplan.plots.about import case_rows, filled

if TYPE_CHECKING:
    from gridplan.plan.plan import Plan

Place = tuple[float, float]  # lon, lat
SUBJECTS = {  # table → its key; in this order an id of a heat link is looked up
    "datacenters": "site",
    "heat_sources": "source",
    "heat_sinks": "sink",
    "junctions": "junction",
    "masts": "mast",
}


@dataclass(frozen=True)
class Places:
    """Places per kind: id → (lon, lat). `schematic` where the case has no coordinates at all."""

    zones: dict[str, Place]
    stations: dict[str, Place]
    others: dict[str, dict[str, Place]]  # per table of SUBJECTS
    schematic: bool = False

    def end_of_link(self, name: str) -> Place | None:
        """Place of an end of a heat link: a site, source, sink or junction."""
        for table in SUBJECTS:
            if name in self.others[table]:
                return self.others[table][name]
        return None


def places_of(plan: Plan) -> Places:
    """Places of everything in the case; what has none is left out.

    A thing without its own coordinates stands near its station or the middle of its zone, things at one place
    a little apart. Without any coordinates the grid is laid out as a scheme.
    """
    zones = _own(case_rows(plan, "zones", "zone", "lat", "lon"), "zone")
    table = case_rows(plan, "substations", "substation", "zone", "lat", "lon")
    stations = _own(table, "substation")
    step = _step([*zones.values(), *stations.values()])
    lost = [
        (str(row.substation), zones[str(row.zone)])
        for row in table.itertuples()
        if str(row.substation) not in stations and str(row.zone) in zones
    ]
    stations.update(spread(lost, stations.values(), step))
    schematic = not stations and not zones and len(table) > 0
    if schematic:
        stations = scheme(table["substation"].astype(str), case_rows(plan, "branches", "from", "to"))
        step = 0.06
    others: dict[str, dict[str, Place]] = {}
    taken = list(stations.values())
    for name, key in SUBJECTS.items():
        others[name] = _subject(plan, name, key, zones, stations, taken, step)
        if name != "masts":
            taken.extend(others[name].values())
    return Places(zones, stations, others, schematic)


def _own(table: pd.DataFrame, key: str) -> dict[str, Place]:
    known = table.dropna(subset=["lat", "lon"])
    return {
        str(i): (float(lon), float(lat))
        for i, lon, lat in zip(known[key], known["lon"], known["lat"], strict=True)
    }


def _subject(
    plan: Plan,
    name: str,
    key: str,
    zones: Mapping[str, Place],
    stations: Mapping[str, Place],
    taken: Iterable[Place],
    step: float,
) -> dict[str, Place]:
    table = case_rows(plan, name, key, "zone", "substation", "lat", "lon")
    own = _own(table, key)
    guests = []
    for row in table.to_dict("records"):
        if str(row[key]) in own:
            continue
        home = zones.get(str(row["zone"])) if filled(row["zone"]) else None
        home = home or stations.get(str(row["substation"]))
        if home:
            guests.append((str(row[key]), home))
    return own | spread(guests, [*taken, *own.values()], step)


def _step(points: list[Place]) -> float:
    """Distance (degrees of latitude) at which two marks are seen apart: a share of the map's size."""
    if not points:
        return 0.01
    lons, lats = zip(*points, strict=True)
    return max(0.04 * max(max(lats) - min(lats), (max(lons) - min(lons)) * 0.6), 0.004)


def spread(wanted: Iterable[tuple[str, Place]], taken: Iterable[Place], step: float) -> dict[str, Place]:
    """Each thing at the free place nearest to the one it wants: there, else on widening circles around it."""
    full = list(taken)
    found: dict[str, Place] = {}
    for name, (lon, lat) in wanted:
        stretch = math.cos(math.radians(lat))
        rings = [(0.0, 0.0)] + [
            (step * r * math.cos(a * math.pi / 4 - 0.6), step * r * math.sin(a * math.pi / 4 - 0.6))
            for r in (1, 1.8, 2.6, 3.4)
            for a in range(8)
        ]
        spots = [(lon + dx / stretch, lat + dy) for dx, dy in rings]
        free = (s for s in spots if all(_distance(s, t, stretch) > 0.85 * step for t in full))
        place = next(free, spots[-1])
        found[name] = place
        full.append(place)
    return found


def _distance(a: Place, b: Place, stretch: float) -> float:
    return math.hypot((a[0] - b[0]) * stretch, a[1] - b[1])


def scheme(stations: Iterable[str], branches: pd.DataFrame) -> dict[str, Place]:
    """A layout of the network for a case without coordinates (the same for the same network)."""
    graph = nx.Graph()
    graph.add_nodes_from(stations)
    graph.add_edges_from((str(a), str(b)) for a, b in zip(branches["from"], branches["to"], strict=True))
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    spot: dict[str, Place] = {}
    left = 0.0
    for island in sorted(nx.connected_components(graph), key=lambda c: (-len(c), min(c))):
        part = graph.subgraph(sorted(island))
        width = math.sqrt(len(part)) / 2
        layout = _layout(part, width)
        spot |= {str(n): (left + width + x, y) for n, (x, y) in layout.items()}
        left += 2 * width + 0.5
    return spot


def _layout(part: nx.Graph, width: float) -> dict[str, tuple[float, float]]:
    """Places of one connected part; the nicer a layout, the longer it takes (cubic, quadratic, quick)."""
    if len(part) == 1:
        return dict.fromkeys(part, (0.0, 0.0))
    if len(part) <= 200:
        found = nx.kamada_kawai_layout(part, scale=width)
    elif len(part) <= 500:
        found = nx.spring_layout(part, scale=width, seed=0)
    else:
        found = nx.spectral_layout(part, scale=width)
    return {name: (float(x), float(y)) for name, (x, y) in found.items()}
