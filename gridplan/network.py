"""The network behind a case: buses, corridors, what feeds a place, cycles and paths."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import networkx as nx
import pandas as pd

from gridplan.case import Case
from gridplan.rings import short_rings

Path = tuple[tuple[str, int], ...]  # (corridor, +1 along or -1 against its direction)


@dataclass(frozen=True)
class Corridor:
    """What runs between two buses: a row of `branches`, or of `reinforcements` where there is no such row.

    Attributes:
        name: id of the row.
        start, end: buses; flow counts positive from start to end.
        circuits: circuits in service at the beginning.
        mw: rating of one circuit in MW (power factor applied); inf where unlimited.
        x: reactance of one circuit, per unit on 100 MVA.
        kind: line, cable, transformer or tie.
        shift: angle that a phase shifter takes off, pu·MW: x·flow = angle difference − shift.
        until: last year in which its circuits are in service.
        rating: profile of the rating by hour, per unit; blank: 1.
        top: largest value of that profile, at least 1.
    """

    name: str
    start: str
    end: str
    circuits: int
    mw: float
    x: float
    kind: str
    shift: float = 0.0
    until: float = float("inf")
    rating: str = ""
    top: float = 1.0

    @property
    def total_mw(self) -> float:
        """Rating of all circuits, MW."""
        return self.mw * self.circuits if self.circuits else 0.0

    @property
    def total_x(self) -> float:
        """Reactance of all circuits in parallel, per unit on 100 MVA."""
        return self.x / max(self.circuits, 1)


@dataclass(frozen=True)
class Unit:
    """One step of a branch reinforcement: circuits that come together on a corridor.

    Attributes:
        reinforcement, number: which unit of which row (numbers from 1).
        corridor: where it runs.
        circuits: how many circuits it brings (0: it raises the rating of what is there by `mw`).
        mw: rating of one new circuit (or the raise), MW.
        x: reactance of one new circuit, per unit on 100 MVA.
    """

    reinforcement: str
    number: int
    corridor: str
    circuits: int
    mw: float
    x: float

    @property
    def total_mw(self) -> float:
        """Rating that the unit brings, MW."""
        return self.mw * max(self.circuits, 1)

    @property
    def total_x(self) -> float:
        """Reactance of its circuits in parallel, per unit on 100 MVA."""
        return self.x / max(self.circuits, 1)


class Network:
    """Graph of a case. Built once per case; holds no results."""

    def __init__(self, case: Case) -> None:
        """Read stations, branches, service areas and branch reinforcements of a checked case."""
        self.pf = case.settings.case.power_factor
        stations = case.table("substations")
        self.stations: list[str] = stations["substation"].tolist()
        self.zone_of: dict[str, str] = dict(zip(stations["substation"], stations["zone"], strict=True))
        self.parent: dict[str, str] = {
            n: p for n, p in zip(stations["substation"], stations["limited_by"], strict=True) if p
        }
        self.has_branches = case.has("branches")
        self.corridors: dict[str, Corridor] = {}
        self.units: list[Unit] = []
        self._years: dict[frozenset[str], Network] = {}
        self._read_branches(case, case.settings.physics.susceptance)
        self._read_units(case.table("reinforcements"))
        self._feeds = _service_areas(case.table("service_areas"), self.stations)

    def _read_branches(self, case: Case, susceptance: str) -> None:
        table = case.table("branches")
        for row in table[table["in_service"]].to_dict("records"):
            mva, rating = row["circuit_mva"], row["rating_profile"]
            self.corridors[row["branch"]] = Corridor(
                row["branch"],
                row["from"],
                row["to"],
                int(row["circuits"]),
                float("inf") if pd.isna(mva) else self.pf * mva,
                reactance(row, susceptance),
                row["kind"],
                100.0 * math.radians(row["shift_deg"]) if susceptance == "1/(x*tap)" else 0.0,
                float("inf") if pd.isna(row["until_year"]) else float(row["until_year"]),
                rating,
                max(1.0, float(case.profiles[rating].max())) if rating and case.profiles is not None else 1.0,
            )

    def _read_units(self, table: pd.DataFrame) -> None:
        for row in table[table["kind"] == "branch"].to_dict("records"):
            name = row["target"] or self._corridor_between(row["from"], row["to"]) or row["reinforcement"]
            mva, x = row["adds_mva"], row["x_pu"]
            if name not in self.corridors:
                if row["target"]:
                    continue  # the branch is out of service
                self.corridors[name] = Corridor(name, row["from"], row["to"], 0, self.pf * mva, x, "line")
            corridor = self.corridors[name]
            circuits = 1 if pd.isna(row["adds_circuits"]) else int(row["adds_circuits"])
            mw = corridor.mw if pd.isna(mva) else self.pf * mva
            for k in range(1, int(row["max_units"]) + 1):
                reactance = corridor.x if pd.isna(x) else x
                self.units.append(Unit(row["reinforcement"], k, name, circuits, mw, reactance))

    def _corridor_between(self, a: str, b: str) -> str:
        found = [c.name for c in self.corridors.values() if {c.start, c.end} == {a, b}]
        return found[0] if len(found) == 1 else ""

    def at(self, year: int) -> Network:
        """The network of a year: without the circuits that are out of service by then.

        Corridors stay; those whose circuits are gone have none, and a raise of their rating is gone too.
        """
        gone = frozenset(c.name for c in self.corridors.values() if c.circuits and c.until < year)
        if not gone:
            return self
        if gone not in self._years:
            corridors = {n: replace(c, circuits=0) if n in gone else c for n, c in self.corridors.items()}
            units = [replace(u, mw=0.0) if u.corridor in gone and not u.circuits else u for u in self.units]
            self._years[gone] = self.changed(corridors, units)
        return self._years[gone]

    def changed(self, corridors: dict[str, Corridor], units: list[Unit]) -> Network:
        """The same network with other circuits; what follows from circuits is found anew."""
        rest: Network = Network.__new__(Network)
        derived = {name for name, value in vars(Network).items() if isinstance(value, cached_property)}
        vars(rest).update({k: v for k, v in vars(self).items() if k not in derived})
        rest.corridors, rest.units, rest._years = corridors, units, {}
        return rest

    def feeds(self, zone: str, substation: str) -> list[tuple[str, float]]:
        """Stations that feed a place, with shares that sum to 1."""
        if substation:
            return [(substation, 1.0)]
        return self._feeds.get(zone, [])

    @cached_property
    def existing(self) -> list[Corridor]:
        """Corridors with at least one circuit in service at the beginning."""
        return [c for c in self.corridors.values() if c.circuits > 0]

    @cached_property
    def bus(self) -> dict[str, str]:
        """Bus of every station: its own, or its parent's where it has no branches."""
        connected = {end for c in self.corridors.values() for end in (c.start, c.end)}
        result = {}
        for station in self.stations:
            at = station
            while at not in connected and at in self.parent:
                at = self.parent[at]
            result[station] = at
        return result

    @cached_property
    def graph(self) -> nx.Graph:
        """Buses and existing corridors; of parallel corridors the first stands for all."""
        graph = nx.Graph()
        graph.add_nodes_from(dict.fromkeys(self.bus.values()))
        for c in self.existing:
            if not graph.has_edge(c.start, c.end):
                graph.add_edge(c.start, c.end, corridor=c.name, angle=c.total_x * min(c.total_mw, 1e6))
        return graph

    @cached_property
    def components(self) -> dict[str, int]:
        """Number of the connected part of the existing network in which each bus lies (0: the largest)."""
        parts = sorted(nx.connected_components(self.graph), key=lambda part: (-len(part), min(part)))
        return {bus: k for k, part in enumerate(parts) for bus in sorted(part)}

    @cached_property
    def parts(self) -> list[list[str]]:
        """Stations that hang together through circuits, candidates or parents."""
        graph = nx.Graph()
        graph.add_nodes_from(self.stations)
        graph.add_edges_from((c.start, c.end) for c in self.corridors.values())
        graph.add_edges_from((n, b) for n, b in self.bus.items() if n != b)
        return [sorted(part) for part in nx.connected_components(graph)]

    def along(self, nodes: Iterable[str]) -> Path:
        """Existing corridors between consecutive buses, with the direction in which they are passed."""
        found = []
        for a, b in pairwise(nodes):
            corridor = self.corridors[self.graph.edges[a, b]["corridor"]]
            found.append((corridor.name, 1 if corridor.start == a else -1))
        return tuple(found)

    @cached_property
    def cycles(self) -> list[Path]:
        """A cycle basis of the existing network, short cycles first; parallel corridors add one each.

        Around every cycle the reactance-weighted flows sum to zero (Kirchhoff's voltage law).
        """
        basis = nx.minimum_cycle_basis if self.graph.number_of_edges() <= 100 else short_rings
        buses = list(self.graph)  # as numbers, for sets of names come in another order in every process
        numbered = nx.relabel_nodes(self.graph, {bus: k for k, bus in enumerate(buses)})
        rings = [self._ring([buses[k] for k in ring]) for ring in basis(numbered)]
        for c in self.existing:
            first = self.corridors[self.graph.edges[c.start, c.end]["corridor"]]
            if first.name != c.name:
                rings.append(((first.name, 1), (c.name, -1 if c.start == first.start else 1)))
        return rings

    def _ring(self, nodes: list[str]) -> Path:
        return self.along([*nodes, nodes[0]])


def reactance(row: Mapping[Any, Any], susceptance: str) -> float:
    """Reactance of one circuit as its susceptance convention has it, per unit on 100 MVA; 0 for a tie."""
    x, r = row["x_pu"], row["r_pu"]
    if pd.isna(x) or not x:
        return 0.0
    if susceptance == "x/(r2+x2)" and pd.notna(r):
        return float((r**2 + x**2) / x)
    return float(x * row["tap_ratio"]) if susceptance == "1/(x*tap)" else float(x)


def _service_areas(table: pd.DataFrame, stations: list[str]) -> dict[str, list[tuple[str, float]]]:
    feeds: dict[str, list[tuple[str, float]]] = {name: [(name, 1.0)] for name in stations}
    for zone, group in table.groupby("zone", sort=False):
        feeds[str(zone)] = [
            (n, float(s)) for n, s in zip(group["substation"], group["share"], strict=True) if s > 0
        ]
    return feeds
