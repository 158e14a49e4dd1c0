"""When the plan would no longer fit without a unit: its need year, and so the latest year to start it.

A unit is looked at from its first stage in service on, with the units of its row that stand before it; those
that come later do not help. What may be short without it:

* a station's transformers, in either direction: peak and limit of every hour; between two stages the room of
  the first with its own transformers and with the load of the second are joined by a straight line;
* bays of a station, by stage;
* circuits: all hours of a stage are checked without the unit (`solve/without.py`); by stage. With outages,
  where no hour needs it, the year in service is taken: outages are not looked at again;
* whatever requires it: it is needed when that is.

A stage stands for its years with the load of its first one. Where a straight line to the load of the next
stage would pass a station's limit before the units enter service there, `short_year` says when.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from gridplan.case.cells import split_ids
from gridplan.plan.extract.reader import Reader
from gridplan.plan.extract.station_room import DEMAND, FEEDIN, StationRoom
from gridplan.solve.keys import Key
from gridplan.solve.rounds import values
from gridplan.solve.without import fits_without

SHORT = 1e-3  # bays; less is not short
BAYS, FLOWS, OUTAGES = "bays", "flows", "outages"
Need = tuple[float, str]  # year (nan: not needed to fit), what would be short
NONE: Need = (np.nan, "")


class Needs:
    """Asks the rows of a plan one by one."""

    def __init__(self, r: Reader, count: dict[Any, int]) -> None:
        """Take a solution, and its units in service by (reinforcement, stage)."""
        self.r, self.count, self.years = r, count, r.frame.years
        self.stations = StationRoom(r, count)
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
            self.known[name, service] = _first(found)
        return self.known[name, service]

    def short(self, name: str, service: int) -> float:
        """First year after the stage before in which a station would be short on the way to this stage."""
        row, earlier = self.rows[name], [y for y in self.years if y < service]
        if not earlier or row["kind"] not in ("transformer", "station"):
            return np.nan
        before, stages = self._before(name, service), (earlier[-1], service)
        found = [(self.stations.between(row, before, way, stages), way) for way in (DEMAND, FEEDIN)]
        return _first(found)[0]

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
        if row["kind"] == "branch":
            return self._circuits(row, before, later)
        found = [self._bays(row, before, later)] if row["adds_bays"] else []
        if row["kind"] != "bay":
            found += [(self.stations.first_short(row, before, later, way), way) for way in (DEMAND, FEEDIN)]
        return _first(found)

    def _bays(self, row: dict[str, Any], before: int, later: list[int]) -> Need:
        """First stage in which sites and circuits would take more bays than there are."""
        b, station = self.r.model.stations, row["target"]
        if station not in b.BAYS:
            return NONE
        opened = self._values("datacenters", "open", "site", "year")
        units = self._values("reinforcements", "units", "reinforcement", "unit", "year")
        for y in later:
            taken = sum(opened.get((s, y), 0.0) for s in b.bay_sites[station])
            works = b.bay_units[station]
            taken += sum(b.bays_taken[station, r, k] * units.get((r, k, y), 0.0) for r, k in works)
            fewer = row["adds_bays"] * (self.count.get((row["reinforcement"], y), 0) - before)
            if taken + fewer > b.bays_free[station] + SHORT:
                return float(y), BAYS
        return NONE

    def _values(self, block: str, variable: str, *names: str) -> dict[Any, float]:
        table = self.r.values(block, variable, *names)
        return {tuple(key): v for *key, v in table.itertuples(index=False, name=None)}

    @cached_property
    def _built(self) -> dict[Key, float]:
        return values(self.r.compiled, self.r.decided)

    def _circuits(self, row: dict[str, Any], before: int, later: list[int]) -> Need:
        """First stage that some hour of which cannot be served without the units.

        Where that cannot be told, the year in service.
        """
        check, name = self.r.check, row["reinforcement"]
        if check is None or not check.programs:
            return float(later[0]), FLOWS
        units = [(name, k) for k in range(before + 1, int(row["max_units"]) + 1)]
        for y in later:
            if fits_without(check, self._built, y, units) is not True:
                return float(y), FLOWS
        return (float(later[0]), OUTAGES) if check.survivals else NONE


def _first(found: list[Need]) -> Need:
    """The earliest of several needs."""
    return min((need for need in found if not np.isnan(need[0])), key=lambda need: need[0], default=NONE)


def add_needs(table: pd.DataFrame, needs: Needs) -> pd.DataFrame:
    """Columns need_year, latest_start_year, slack_years, need and short_year, where units enter service."""
    found: list[tuple[float, float, float, str, float]] = []
    for name, year, start in table[["reinforcement", "year", "start_year"]].itertuples(
        index=False, name=None
    ):
        need, why = NONE if pd.isna(start) else needs.of(name, year)
        short = np.nan if pd.isna(start) else needs.short(name, year)
        latest = need - (year - start)
        found.append((need, latest, latest - start, why, short))
    names = ["need_year", "latest_start_year", "slack_years", "need", "short_year"]
    return table.assign(**{n: [row[k] for row in found] for k, n in enumerate(names)})
