"""When the plan would no longer fit without a unit: its need year, and so the latest year to start it.

A unit is looked at from its first stage in service on, with the units of its row that stand before it; those
that come later do not help. What may be short without it:

* a station's transformers, in either direction: peak and limit of every hour; between two stages the room of
  the first with its own transformers and with the load of the second are joined by a straight line;
* bays of a station, by stage;
* circuits: all hours of a stage are checked without the unit (`solve/without.py`); by stage. With outages,
  where no hour needs it, the year in service is taken: outages are not looked at again;
* whatever requires it: it is needed when that is.
"""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from gridplan.case.cells import split_ids
from gridplan.model.stations import Room, rooms
from gridplan.plan.extract.reader import Reader
from gridplan.solve.hourly import Key
from gridplan.solve.rounds import values
from gridplan.solve.without import fits_without

SHORT = 1e-3  # MW, bays: less is not short
DEMAND, FEEDIN, BAYS, FLOWS, OUTAGES = "demand limit", "feed-in limit", "bays", "flows", "outages"
Need = tuple[float, str]  # year (nan: not needed to fit), what would be short
NONE: Need = (np.nan, "")


class Needs:
    """Asks the rows of a plan one by one."""

    def __init__(self, r: Reader, count: dict[Any, int]) -> None:
        """Take a solution.

        Args:
            r: the solution.
            count: units in service by (reinforcement, stage).
        """
        self.r, self.count, self.years = r, count, r.frame.years
        self.rows = {row["reinforcement"]: row for row in r.frame.rows("reinforcements")}
        self.dependents: dict[str, list[str]] = {name: [] for name in self.rows}
        for name, row in self.rows.items():
            for other in split_ids(row["requires"]):
                self.dependents[other].append(name)
        self.known: dict[tuple[str, int], Need] = {}

    def of(self, name: str, service: int) -> Need:
        """Need of the units of a row that enter service in a stage."""
        if (name, service) not in self.known:
            before = self._before(name, service)
            found = [self._own(self.rows[name], before, service)]
            if not before:
                found += [self._required(other) for other in self.dependents[name]]
            dated = [need for need in found if not np.isnan(need[0])]
            self.known[name, service] = min(dated, key=lambda need: need[0], default=NONE)
        return self.known[name, service]

    def _before(self, name: str, service: int) -> int:
        return max((self.count.get((name, y), 0) for y in self.years if y < service), default=0)

    def _required(self, other: str) -> Need:
        """Need of a row that requires this one: of its first units."""
        service = next((y for y in self.years if self.count.get((other, y), 0)), None)
        if service is None:
            return NONE
        year, _ = self.of(other, service)
        return (year, f"required by {other}") if not np.isnan(year) else NONE

    def _own(self, row: dict[str, Any], before: int, service: int) -> Need:
        later = [y for y in self.years if y >= service]
        found = []
        if row["kind"] in ("transformer", "station"):
            found += [self._station(row, before, later, way) for way in (DEMAND, FEEDIN)]
        if row["kind"] == "branch":
            found.append(self._circuits(row, before, later))
        elif row["adds_bays"]:
            found.append(self._bays(row, before, later))
        dated = [need for need in found if not np.isnan(need[0])]
        return min(dated, key=lambda need: need[0], default=NONE)

    def _station(self, row: dict[str, Any], before: int, later: list[int], way: str) -> Need:
        """First year in which the transformers would be too small, with straight lines between stages."""
        station = row["target"]
        for y, after in pairwise([*later, None]):
            assert y is not None
            now = self._room(station, y, y, row["reinforcement"], before, way)
            if now < -SHORT:
                return float(y), way
            if after is None:
                break
            for year in range(y + 1, after):
                start = self._room(station, y, year, row["reinforcement"], before, way, y)
                end = self._room(station, y, year, row["reinforcement"], before, way, after)
                if start + (end - start) * (year - y) / (after - y) < -SHORT:
                    return float(year), way
        return NONE

    def _room(
        self, station: str, stage: int, year: int, name: str, before: int, way: str, load: int | None = None
    ) -> float:
        """Least room of a station over the hours, MW: with the units of a stage, the transformers of a year
        and the load of that stage or of `load`.
        """
        room = self._rooms(year)[station]
        units = {r: self.count.get((r, stage), 0) for r in room.adds}
        units[name] = min(units.get(name, 0), before)
        frame = self.r.frame
        demand, feedin, every, _ = room.limits(frame.case.settings.physics.emergency_rating, units)
        capped = room.secure and bool(room.adds)
        through, rate = self._series(stage if load is None else load, station)
        if way == FEEDIN:
            limit, through = feedin, -through
        else:
            limit = min(demand, every) if capped else demand
        if np.isnan(limit):
            return np.inf
        return float((frame.network.pf * limit * rate - through).min())

    def _rooms(self, year: int) -> dict[str, Room]:
        if year not in self._known_rooms:
            self._known_rooms[year] = rooms(self.r.frame, year)
        return self._known_rooms[year]

    @cached_property
    def _known_rooms(self) -> dict[int, dict[str, Room]]:
        return {}

    def _series(self, year: int, station: str) -> tuple[np.ndarray, np.ndarray]:
        """(MW through a station, rating) by hour."""
        names, hours = self._through(year)
        mw = hours[:, names[station]] if station in names else np.zeros(1)
        rate = self.r.rates(self._profiles[station], year) if self._profiles[station] else np.ones(1)
        return mw, rate

    def _through(self, year: int) -> tuple[dict[str, int], np.ndarray]:
        if year not in self._hours:
            names, hours = self.r.hourly("stations.through", year)
            self._hours[year] = ({n: k for k, n in enumerate(names)}, hours)
        return self._hours[year]

    @cached_property
    def _hours(self) -> dict[int, tuple[dict[str, int], np.ndarray]]:
        return {}

    @cached_property
    def _profiles(self) -> dict[str, str]:
        return {row["substation"]: row["rating_profile"] for row in self.r.frame.rows("substations")}

    def _bays(self, row: dict[str, Any], before: int, later: list[int]) -> Need:
        """First stage in which sites and circuits would take more bays than there are."""
        b, station = self.r.model.stations, row["target"]
        if station not in b.BAYS:
            return NONE
        opened = {(s, y): v for s, y, v in self._values("datacenters", "open")}
        units = {(r, k, y): v for r, k, y, v in self._values("reinforcements", "units")}
        for y in later:
            taken = sum(opened.get((s, y), 0.0) for s in b.bay_sites[station])
            taken += sum(
                b.bays_taken[station, r, k] * units.get((r, k, y), 0.0) for r, k in b.bay_units[station]
            )
            fewer = row["adds_bays"] * (self.count.get((row["reinforcement"], y), 0) - before)
            if taken + fewer > b.bays_free[station] + SHORT:
                return float(y), BAYS
        return NONE

    def _values(self, block: str, variable: str) -> list[tuple[Any, ...]]:
        names = ["site", "year"] if block == "datacenters" else ["reinforcement", "unit", "year"]
        return list(self.r.values(block, variable, *names).itertuples(index=False, name=None))

    @cached_property
    def _built(self) -> dict[Key, float]:
        return values(self.r.compiled, self.r.decided)

    def _circuits(self, row: dict[str, Any], before: int, later: list[int]) -> Need:
        """First stage that some hour of which cannot be served without the units; with outages at the latest
        the year in service.
        """
        check, name = self.r.check, row["reinforcement"]
        if check is None or not check.programs:
            return float(later[0]), FLOWS
        for y in later:
            units = [(name, k) for k in range(before + 1, int(row["max_units"]) + 1)]
            if fits_without(check, self._built, y, units) is not True:
                return float(y), FLOWS
        return (float(later[0]), OUTAGES) if check.survivals else NONE


def add_needs(table: pd.DataFrame, needs: Needs) -> pd.DataFrame:
    """Columns need_year, latest_start_year, slack_years and need, where units enter service."""
    found: list[tuple[float, float, float, str]] = []
    for name, year, start in table[["reinforcement", "year", "start_year"]].itertuples(
        index=False, name=None
    ):
        need, why = NONE if pd.isna(start) else needs.of(name, year)
        latest = need - (year - start)
        found.append((need, latest, latest - start, why))
    names = ["need_year", "latest_start_year", "slack_years", "need"]
    return table.assign(**{n: [row[k] for row in found] for k, n in enumerate(names)})
