"""The hours that the program looks at: typical days for energy, critical hours for capacity."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from gridplan.case import Case

HOURS = 8760


class Critical(NamedTuple):
    """An hour that the program must look at.

    Attributes:
        hour: hour of the year, 0 to 8759.
        outage: name of the outage; blank: everything is in service.
        cut: buses that the outage may cut off.
    """

    hour: int
    outage: str = ""
    cut: tuple[str, ...] = ()


@dataclass(frozen=True)
class Period:
    """One hour, or one block of hours inside a typical day.

    Attributes:
        day: day of the year, from 0.
        hour: first hour of the day, from 0.
        hours: length of the block, h.
        weight: hours of the year that it stands for; 0 for a critical hour.
        values: per-unit value of every profile, in the order of `Periods.profiles`.
        outage: name of the circuit that is out; blank: none.
        cut: buses that the outage may cut off.
    """

    day: int
    hour: int
    hours: int
    weight: float
    values: tuple[float, ...]
    outage: str = ""
    cut: tuple[str, ...] = ()

    @property
    def hour_of_year(self) -> int:
        """First hour of the block, 0 to 8759."""
        return self.day * 24 + self.hour


@dataclass(frozen=True)
class Periods:
    """Periods of every stage.

    Attributes:
        profiles: names of the profiles, in the order of `Period.values`.
        items: all periods; their position is their index in the program.
        by_year: positions used in each stage year.
        whole_days: storage couples the hours of a day, so critical hours come with their day.
        energy: weights are those of a year, so that annual sums hold.
    """

    profiles: tuple[str, ...]
    items: tuple[Period, ...]
    by_year: dict[int, tuple[int, ...]]
    whole_days: bool = False
    energy: bool = True

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """(year, period) in order."""
        return [(y, p) for y, used in self.by_year.items() for p in used]

    def values(self, profile: str) -> np.ndarray:
        """Value of a profile in every period; ones for a blank name."""
        if not profile:
            return np.ones(len(self.items))
        return self._values[:, self.profiles.index(profile)].copy()

    @cached_property
    def _values(self) -> np.ndarray:
        """Periods × profiles."""
        return np.array([item.values for item in self.items]).reshape(len(self.items), len(self.profiles))

    def with_hours(self, case: Case, hours: dict[int, list[Critical]]) -> Periods:
        """The same periods and critical hours for each stage year."""
        items, by_year = list(self.items), dict(self.by_year)
        table = _table(case, self.profiles)
        known = {(i.hour_of_year, i.outage): k for k, i in enumerate(items) if i.weight == 0}
        for year, wanted in hours.items():
            for hour, outage, cut in self._with_days(wanted):
                key = (hour, outage)
                if key not in known:
                    known[key] = len(items)
                    values = tuple(table[hour].tolist()) if len(table) else ()
                    items.append(Period(*divmod(hour, 24), 1, 0.0, values, outage, cut))
                elif set(cut) - set(items[known[key]].cut):
                    both = tuple(sorted({*cut, *items[known[key]].cut}))
                    items[known[key]] = replace(items[known[key]], cut=both)
                if known[key] not in by_year[year]:
                    by_year[year] = (*by_year[year], known[key])
        return replace(self, items=tuple(items), by_year=by_year)

    def _with_days(self, hours: list[Critical]) -> list[Critical]:
        if not self.whole_days:
            return hours
        days = dict.fromkeys(c._replace(hour=c.hour // 24) for c in hours)
        return [c._replace(hour=24 * c.hour + h) for c in days for h in range(24)]


def _table(case: Case, names: tuple[str, ...]) -> np.ndarray:
    """Hours × profiles, limited hours included."""
    from gridplan.model.limited import profiles  # it needs the periods of this file

    known = profiles(case)
    return np.zeros((0, 0)) if known is None else known[list(names)].to_numpy(float)


def snapshot(case: Case) -> Periods:
    """Without profiles a year is one hour of weight `[time] hours`."""
    item = Period(0, 0, 1, case.settings.time.hours, ())
    return Periods((), (item,), dict.fromkeys(case.settings.horizon.years, (0,)))


def typical(case: Case, whole_days: bool) -> Periods:
    """Energy periods: blocks of typical days whose weights sum to 8760 h.

    Days are grouped by Ward's method on their hourly profiles; the day nearest to the mean of its group
    stands for it. A day is cut into `blocks_per_day` runs of like hours (24 where storage couples them).
    """
    from gridplan.model.limited import plain, profiles

    known = profiles(case)
    if known is None:
        return snapshot(case)
    names = tuple(c for c in known.columns if c != "hour")
    width = len(plain(names))  # the columns after these do not tell days apart
    data = known[list(names)].to_numpy(float).reshape(365, 24, len(names))
    blocks = 24 if whole_days else (case.settings.time.blocks_per_day or 3)
    items: list[Period] = []
    for day, weight, mean_day in _groups(data, min(case.settings.time.energy_days, 365), width):
        for first, last in _runs(mean_day[:, :width], blocks):
            value = tuple(mean_day[first:last].mean(axis=0))
            items.append(Period(day, first, last - first, weight * (last - first), value))
    used = tuple(range(len(items)))
    return Periods(names, tuple(items), dict.fromkeys(case.settings.horizon.years, used), whole_days)


def _groups(data: np.ndarray, count: int, width: int) -> list[tuple[int, int, np.ndarray]]:
    """(medoid day, number of days, mean day) of each group of days that are alike in their first `width`
    profiles; means keep the energy of the year.
    """
    from scipy.cluster.hierarchy import fcluster, linkage

    flat = data[:, :, :width].reshape(len(data), -1)
    spread = flat.std(axis=0)
    scaled = flat / np.where(spread > 0, spread, 1.0)
    label = fcluster(linkage(scaled, "ward"), count, "maxclust") if count > 1 else np.ones(len(data), int)
    result = []
    for k in np.unique(label):
        members = np.flatnonzero(label == k)
        centre = scaled[members].mean(axis=0)
        medoid = members[np.argmin(((scaled[members] - centre) ** 2).sum(axis=1))]
        result.append((int(medoid), len(members), data[members].mean(axis=0)))
    return sorted(result, key=lambda item: item[0])


def _runs(day: np.ndarray, count: int) -> list[tuple[int, int]]:
    """Cut 24 hours into `count` runs with the least variance inside (dynamic programming)."""
    hours = len(day)
    if count >= hours:
        return [(h, h + 1) for h in range(hours)]
    cost = np.full((hours + 1, hours + 1), np.inf)
    for a in range(hours):
        for b in range(a + 1, hours + 1):
            part = day[a:b]
            cost[a, b] = ((part - part.mean(axis=0)) ** 2).sum()
    best, cut = cost[0].copy(), []
    for _ in range(count - 1):
        table = best[:, None] + cost
        cut.append(table.argmin(axis=0))
        best = table.min(axis=0)
    ends = [hours]
    for back in reversed(cut):
        ends.append(int(back[ends[-1]]))
    ends.append(0)
    return [(a, b) for b, a in pairwise(ends)][::-1]
