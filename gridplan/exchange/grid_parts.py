"""What pandapower and SimBench have in common: buses that switches fuse, lines and transformers per unit."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from gridplan.case.cells import FORBIDDEN_IN_IDS, MAX_ID
from gridplan.case.text import Origin
from gridplan.exchange.rows import YEAR, Rows

BASE_MVA = 100.0


class Fused:
    """Buses joined by closed switches: every bus belongs to the group of one."""

    def __init__(self, pairs: Iterable[tuple[Hashable, Hashable]]) -> None:
        self._up: dict[Hashable, Hashable] = {}
        for a, b in pairs:
            first, second = self.root(a), self.root(b)
            if first != second:
                self._up[second] = first

    def root(self, bus: Hashable) -> Hashable:
        """The bus that stands for the group of a bus."""
        path = []
        while bus in self._up:
            path.append(bus)
            bus = self._up[bus]
        for other in path:
            self._up[other] = bus
        return bus


@dataclass(frozen=True)
class Impedance:
    """A circuit per unit on 100 MVA."""

    r: float
    x: float
    mva: float | None
    tap: float = 1.0
    shift: float = 0.0


def line(r_ohm: float, x_ohm: float, kv: float, ka: float | None) -> Impedance:
    """A line: r and x in ohm, its limit √3·kV·kA."""
    base = kv * kv / BASE_MVA
    rating = None if ka is None or not math.isfinite(ka) else math.sqrt(3) * kv * ka
    return Impedance(r_ohm / base, x_ohm / base, rating)


def transformer(
    mva: float,
    vk: float,
    vkr: float,
    kv: tuple[float, float],
    bus_kv: tuple[float, float],
    tap: float,
    shift: float,
) -> Impedance:
    """A transformer: short-circuit voltage and its real part in %, rated and bus voltages (high, low), kV.

    The impedance refers to the rated voltage of the low side; `tap` is the ratio at the high side, 1 in the
    neutral position.
    """
    scale = BASE_MVA / mva * (kv[1] / bus_kv[1]) ** 2
    z, r = vk / 100 * scale, vkr / 100 * scale
    ratio = tap * (kv[0] / bus_kv[0]) / (kv[1] / bus_kv[1])
    return Impedance(r, math.sqrt(max(z * z - r * r, 0.0)), mva, ratio, shift)


class Grid:
    """Tables of a planning case under construction from a grid of buses."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self._names: dict[str, set[str]] = {}

    def name(self, kind: str, wanted: str, origin: Origin) -> str:
        """An id that is free among those of a kind."""
        text = FORBIDDEN_IN_IDS.sub("_", wanted.strip()).lstrip("=")[: MAX_ID - 8] or kind
        taken = self._names.setdefault(kind, set())
        made, count = text, 1
        while made in taken:
            count += 1
            made = f"{text}#{count}"
        taken.add(made)
        return made

    def branch(
        self, origin: Origin, wanted: str, ends: tuple[str, str], kind: str, z: Impedance, **cells: Any
    ) -> None:
        """Add a branch; a loop within one station is left out."""
        if ends[0] == ends[1]:
            return
        if not math.isfinite(z.x) or z.x == 0:
            self.rows.wrong(origin, "x", z.x, "a reactance is needed", "a number other than 0")
            return
        self.rows.add(
            "branches", origin, branch=self.name("branch", wanted, origin), from_=ends[0], to=ends[1],
            kind=kind, circuit_mva=z.mva, x_pu=z.x, r_pu=z.r, tap_ratio=z.tap, shift_deg=z.shift, **cells,
        )  # fmt: skip

    def load(self, origin: Origin, wanted: str, station: str, mw: float, **cells: Any) -> None:
        """Add a load; a negative one is a supply that must run."""
        if mw > 0:
            name = self.name("demand", wanted, origin)
            self.rows.add("demands", origin, demand=name, substation=station, year=YEAR, peak_mw=mw, **cells)
        elif mw < 0:
            self.feed(origin, wanted, station, -mw, "negative_load", curtailable=False, **cells)

    def feed(
        self, origin: Origin, wanted: str, station: str, mw: float | None, technology: str, **cells: Any
    ) -> None:
        """Add a supply of MW (None: no limit)."""
        if mw is not None and mw < 0:
            self.load(origin, wanted, station, -mw)
            return
        name = self.name("supply", wanted, origin)
        at = {"supply": name, "substation": station, "technology": technology, "capacity_mw": mw}
        self.rows.add("supplies", origin, **(at | cells))
