"""What a stand-alone case finds: heat that is left, demand that is left, room, prices, pipes and pumps."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from gridplan.model.heat.net import HeatNet
from gridplan.plan.extract.heat import TJ_PER_MWH
from gridplan.plan.extract.reader import Reader
from gridplan.plan.heat.bills import place_of
from gridplan.plan.heat.clock import Clock
from gridplan.plan.heat.prices import Place, Prices, prices
from gridplan.plan.heat.ways import Way

UNLIMITED = float("inf")


@dataclass(frozen=True)
class Pipe:
    """What a link needs: its new pipe (blank: none), M€, MW lost, MW drawn by place."""

    name: str = ""
    meur: float = 0.0
    loss_mw: float = 0.0
    drawn: tuple[tuple[Place, float], ...] = ()


@dataclass(frozen=True)
class Stage:
    """One stage, hour by hour (MW, EUR/MWh).

    Attributes:
        weight: hours of the year.
        available: heat that the site gives and nobody takes; `gives`: the same after the heat pumps.
        wants: heat that the sink wants.
        value: of a MWh delivered.
        spare: room in every link of the way.
        site_tj, sink_tj: all that the site gives, all that the sink wants, TJ a year.
        prices, rooms: of electricity by place.
    """

    weight: np.ndarray
    available: np.ndarray
    gives: np.ndarray
    wants: np.ndarray
    value: np.ndarray
    spare: list[np.ndarray]
    site_tj: float
    sink_tj: float
    prices: dict[Place, np.ndarray]
    rooms: dict[Place, np.ndarray]


class Market:
    """A plan as a site with unused heat sees it."""

    def __init__(self, r: Reader, net: HeatNet) -> None:
        """Read what is built and dispatched."""
        self.r, self.net, self.clock = r, net, r.once(Clock)
        self.prices: Prices = r.once(prices)
        self.years, self.discount, self.annuity = r.frame.years, r.frame.discount, r.frame.annuity
        rows = r.frame.rows
        self.sites = {row["site"]: row for row in rows("datacenters")}
        self.sinks = {row["sink"]: row for row in rows("heat_sinks")}
        self.pumps = {row["heat_pump"]: row for row in rows("heat_pumps")}
        self.types = sorted(rows("pipe_types"), key=lambda row: float(row["capex_meur_per_km"]))
        self.capacities = sorted({float(t["capacity_mw"]) for t in self.types if pd.notna(t["capacity_mw"])})
        pipe = r.values("heat", "pipe", "link", "pipe", "year")
        self.laid: dict[str, tuple[int, str]] = {}
        for n, k, y, v in pipe.itertuples(index=False):
            if v > 0.5 and (n not in self.laid or y < self.laid[n][0]):
                self.laid[n] = (y, k)
        built = r.values("heat", "pump", "w", "year")
        self.pumped = {w: float(own["value"].max()) for w, own in built.groupby("w")}
        self.joined = {
            (k, y): v > 0.5 for k, y, v in r.values("heat", "connected", "k", "year").itertuples(index=False)
        }
        self._hourly: dict[tuple[str, int], dict[Any, np.ndarray]] = {}

    def open(self, way: Way, year: int) -> bool:
        """Whether everything on a way may stand in a stage."""
        for n in way.links:
            first = self.laid[n][0] if n in self.laid else self.net.links[n]["earliest_year"]
            if pd.notna(first) and year < first:
                return False
        late = self.sinks[way.sink]["from_year"]
        return not (pd.notna(late) and year < late)

    def connection(self, way: Way) -> float:
        """M€ to connect the sink, where the plan does not."""
        joined = self.joined.get((way.sink, self.years[-1]), False)
        return 0.0 if joined else float(self.sinks[way.sink]["connect_meur"])

    def km(self, link: str) -> float:
        """km of a link that is still to be laid."""
        return 0.0 if link in self.laid else float(self.net.links[link]["length_km"])

    def pipe(self, link: str, mw: float) -> Pipe | None:
        """The cheapest pipe that carries so many MW; nothing new where one is laid."""
        row = self.net.links[link]
        if link in self.laid:
            return Pipe()
        sized = float(row["capex_meur_per_mw"]) * mw
        if not (self.types and row["length_km"] > 0):
            return Pipe("", row["fixed_meur"] + sized)
        km = float(row["length_km"])
        for t in self.types:
            if pd.isna(t["capacity_mw"]) or t["capacity_mw"] >= mw - 1e-9:
                pump = t["pump_kw_per_km"] * km / 2000
                drawn = tuple(
                    (place, share * pump)
                    for end in ("from", "to")
                    for place, share in place_of(self.r, row[end])
                )
                meur = row["fixed_meur"] + t["capex_meur_per_km"] * km + sized
                return Pipe(t["pipe"], float(meur), t["loss_kw_per_km"] * km / 1000, drawn)
        return None

    def pump_room(self, pump: str) -> float:
        """MW of heat that a pump may still be built."""
        most = self.pumps[pump]["max_mw"]
        return UNLIMITED if pd.isna(most) else max(float(most) - self.pumped.get(pump, 0.0), 0.0)

    def pump_price(self, pump: str) -> float:
        """M€ per MW of heat."""
        return float(self.pumps[pump]["capex_meur_per_mw"])

    def pump_places(self, pump: str) -> list[tuple[Place, float]]:
        """Places that feed a heat pump."""
        return place_of(self.r, self.pumps[pump]["at"], self.pumps[pump]["side"])

    def cost(self, link: str | None, pump: str | None, cop: float | None, mw: float) -> float:
        """M€ by which ways are compared: investment for `mw`, and electricity in half of all hours."""
        if link is not None:
            most = max(self.capacities, default=mw)
            pipe = self.pipe(link, min(mw, most))
            return 0.0 if pipe is None else pipe.meur
        assert pump is not None and cop is not None
        hours = 4380 * sum(self.discount.values())
        stands = sum(self.discount.values()) * self.annuity
        return mw * (self.pump_price(pump) * stands + self.prices.mean * hours / cop / 1e6)

    def stage(self, way: Way, year: int, whole: bool) -> Stage:
        """One stage as a way sees it; `whole`: the sink wants all, whatever others bring."""
        site, sink, clock = self.sites[way.site], self.sinks[way.sink], self.clock
        all_heat = float(site["heat_share"]) * clock.site_mw(site, year)
        wanted, scale = clock.sink_mw(sink, year)
        left = wanted if whole else np.maximum(wanted - self._given(year, way.sink), 0.0)
        gain = float(np.prod([lift.cop / (lift.cop - 1) for lift in way.lifts]))
        at_sink = [place for place, _ in place_of(self.r, way.sink)]
        pumps = [place for lift in way.lifts for place, _ in self.pump_places(lift.pump)]
        ends = [self.net.links[n][end] for n in way.links for end in ("from", "to")]
        places = {*at_sink, *pumps, *(place for end in ends for place, _ in place_of(self.r, end))}
        price = {place: self._price(place, year) for place in places}
        value = np.full(len(clock.weight), float(sink["alternative_eur_per_mwh"]))
        if sink["alternative"] == "all_electric":
            for place, share in place_of(self.r, way.sink):
                value = value + share * price[place] / sink["alternative_cop"]
        return Stage(
            clock.weight * scale,
            all_heat,
            all_heat * gain,
            left,
            value,
            [self._spare(n, year) for n in way.links],
            float((clock.weight * all_heat).sum()) * TJ_PER_MWH,
            float((clock.weight * scale * wanted).sum()) * TJ_PER_MWH,
            price,
            {place: self._room(place, year) for place in places},
        )

    def _sums(self, variable: str, year: int) -> dict[Any, np.ndarray]:
        if (variable, year) not in self._hourly:
            self._hourly[variable, year] = self.clock.sums(variable, year)
        return self._hourly[variable, year]

    def _given(self, year: int, sink: str) -> np.ndarray:
        own = [mw for key, mw in self._sums("heat.intake", year).items() if key[0] == sink]
        return np.sum(own, axis=0) if own else np.zeros(len(self.clock.weight))

    def _spare(self, link: str, year: int) -> np.ndarray:
        """MW that a link still carries; a new one carries what it is made for."""
        none = np.full(len(self.clock.weight), UNLIMITED)
        if link not in self.laid:
            return none
        most = next(t["capacity_mw"] for t in self.types if t["pipe"] == self.laid[link][1])
        if pd.isna(most):
            return none
        net: dict[float, Any] = defaultdict(float)
        for key, mw in self._sums("heat.flow", year).items():
            if key[0] == link:
                net[key[2]] = net[key[2]] + key[1] * mw
        used = np.sum([np.abs(mw) for mw in net.values()], axis=0) if net else 0.0
        return np.maximum(float(most) - used, 0.0)

    def _price(self, place: Place, year: int) -> np.ndarray:
        at = np.zeros(max(self.clock.periods) + 1)
        for p in self.clock.periods:
            at[p] = self.prices.at([(place, 1.0)], year, p)
        return at[self.clock.period]

    @cached_property
    def _limits(self) -> dict[tuple[str, int], float]:
        found: dict[tuple[str, int], float] = {}
        for name in ("demand_mw", "cap_mw"):
            for n, y, mw in self.r.values("stations", name, "n", "year").itertuples(index=False):
                found[n, y] = min(mw, found.get((n, y), UNLIMITED))
        return found

    def _room(self, place: Place, year: int) -> np.ndarray:
        """MW that a station lets through besides what it does, and the stations above it."""
        room = np.full(len(self.clock.weight), UNLIMITED)
        if not self.r.frame.case.settings.physics.heat_on_grid:
            return room
        parent, through = self.r.frame.network.parent, self._sums("stations.through", year)
        station: str | None = place[0] if place[1] == "mv" else parent.get(place[0])
        while station:
            if (station, year) in self._limits and station in through:
                room = np.minimum(room, np.maximum(self._limits[station, year] - through[station], 0.0))
            station = parent.get(station)
        return room
