"""Room of a station without some of its units: by stage, and on straight lines between stages."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from gridplan.model.rooms import Room, rooms
from gridplan.plan.extract.reader import Reader

SHORT = 1e-3  # MW; less is not short
DEMAND, FEEDIN = "demand limit", "feed-in limit"


class StationRoom:
    """Peaks and limits of every station, over all hours that are known."""

    def __init__(self, r: Reader, count: dict[Any, int]) -> None:
        """Take a solution, and its units in service by (reinforcement, stage)."""
        self.r, self.count = r, count
        self.years = r.frame.years

    def first_short(self, row: dict[str, Any], before: int, later: list[int], way: str) -> float:
        """First year in which a station would be short with only the units `before` of a row; nan: never."""
        for y, after in pairwise([*later, None]):
            assert y is not None
            if self._room(row, before, way, y, y, y) < -SHORT:
                return float(y)
            if after is not None:
                year = self.between(row, before, way, (y, after))
                if not np.isnan(year):
                    return year
        return np.nan

    def between(self, row: dict[str, Any], before: int, way: str, stages: tuple[int, int]) -> float:
        """First year between two stages in which a straight line between their loads passes the limit."""
        stage, after = stages
        for year in range(stage + 1, after):
            start, end = (self._room(row, before, way, stage, year, load) for load in stages)
            if start + (end - start) * (year - stage) / (after - stage) < -SHORT:
                return float(year)
        return np.nan

    def _room(self, row: dict[str, Any], before: int, way: str, stage: int, year: int, load: int) -> float:
        """Least room over the hours, MW: the units of a stage, the transformers of a year, a stage's load."""
        station, name = row["target"], row["reinforcement"]
        room = self._rooms(year)[station]
        units = {r: self.count.get((r, stage), 0) for r in room.adds}
        units[name] = min(units.get(name, 0), before)
        frame = self.r.frame
        demand, feedin, every, _ = room.limits(frame.case.settings.physics.emergency_rating, units)
        through, rate = self._series(load, station)
        if way == FEEDIN:
            limit, through = feedin, -through
        else:
            limit = min(demand, every) if room.secure and room.adds else demand
        return np.inf if np.isnan(limit) else float((frame.network.pf * limit * rate - through).min())

    def _rooms(self, year: int) -> dict[str, Room]:
        gone = bisect_right(self._retiring, year)  # years in which the same transformers stand share one
        if gone not in self._known:
            self._known[gone] = rooms(self.r.frame, year)
        return self._known[gone]

    @cached_property
    def _retiring(self) -> list[int]:
        return sorted(set(self.r.frame.case.table("substations")["retire_year"].dropna()))

    def _series(self, year: int, station: str) -> tuple[np.ndarray, np.ndarray]:
        """(MW through a station, rating) by hour."""
        if year not in self._hours:
            names, hours = self.r.hourly("stations.through", year)
            self._hours[year] = ({n: k for k, n in enumerate(names)}, hours)
        at, hours = self._hours[year]
        profile = self._profiles[station]
        mw = hours[:, at[station]] if station in at else np.zeros(1)
        return mw, self.r.rates(profile, year) if profile else np.ones(1)

    @cached_property
    def _known(self) -> dict[int, dict[str, Room]]:
        return {}

    @cached_property
    def _hours(self) -> dict[int, tuple[dict[str, int], np.ndarray]]:
        return {}

    @cached_property
    def _profiles(self) -> dict[str, str]:
        return {row["substation"]: row["rating_profile"] for row in self.r.frame.rows("substations")}
