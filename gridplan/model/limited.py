"""Limited hours: when a station is busiest, as columns next to the profiles of a case.

A right that may be off in the busiest hours of its station needs, per station and stage, a column of ones and
zeros: 1 where it may not be off. They stand next to the profiles, under names that no profile can have (with
`|`), so that typical days take their means, critical hours their values, and the check of all hours follows
them; they have no say in which days are typical.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from gridplan.case import Case
from gridplan.model.frame import Frame
from gridplan.model.heat.demand import sink_demand
from gridplan.model.loads import demand, existing_datacenters
from gridplan.model.offers import BLOCK, DEMAND, FEEDIN, YEAR_HOURS, Offer, growing, offers
from gridplan.model.periods import Period, Periods
from gridplan.model.rooms import Room, rooms
from gridplan.network import Network

MARK = "|"  # no id of a case has it
SURE, OPEN = "sure", "open"


def plain(names: Any) -> list[str]:
    """Names of the profiles of the case, without the columns that are made here."""
    return [name for name in names if MARK not in name]


def of_year(names: Any, year: int) -> tuple[str, ...]:
    """Names of the columns that matter in a stage."""
    return tuple(n for n in names if not n.startswith(SURE + MARK) or n.split(MARK)[3] == str(year))


def sure_name(offer: Offer, station: str, year: int) -> str:
    """Column that is 1 where a right may not be off (G); blank: always."""
    window = MARK.join(map(str, offer.window)) if offer.window else ""
    if offer.limited <= 0:
        return open_name(offer) if offer.limited == 0 else ""
    return MARK.join((SURE, offer.direction, station, str(year), str(offer.limited), window))


def steady_name(offer: Offer, station: str, year: int, profile: str) -> str:
    """Column of G times a profile; blank: 1 always."""
    name = sure_name(offer, station, year)
    return name if not (name and profile) else f"{name}{MARK}*{profile}"


def open_name(offer: Offer, profile: str = "") -> str:
    """Column that is 1 inside the hours of a block (W), times a profile where one is given."""
    if offer.window is None:
        return profile
    return MARK.join((OPEN, *map(str, offer.window), *([profile] if profile else [])))


def every_hour(case: Case, network: Network, energy: bool = True) -> Frame | None:
    """A frame whose periods are all hours of the year; None without profiles.

    With `energy` the year has the energy that the case says, as typical days have; without, peak · profile.
    """
    if case.profiles is None:
        return None
    names = plain(c for c in case.profiles.columns if c != "hour")
    data = case.profiles[names].to_numpy(float)
    items = tuple(Period(*divmod(h, 24), 1, 1.0, tuple(v)) for h, v in enumerate(data.tolist()))
    every = tuple(range(len(items)))
    years = dict.fromkeys(case.settings.horizon.years, every)
    return Frame(case, network, Periods(tuple(names), items, years, energy=energy))


class Year(Frame):
    """A frame of all hours of the year that knows the columns made here too."""

    def profile(self, name: str) -> np.ndarray:
        """Value of a profile or column in every hour; ones for a blank name."""
        known = profiles(self.case)
        if not name or known is None:
            return np.ones(len(self.periods.items))
        return known[name].to_numpy(float)


def year_of(case: Case, network: Network) -> Year:
    """All hours of the year of a case with profiles."""
    frame = every_hour(case, network, energy=False)
    assert frame is not None
    return Year(case, network, frame.periods)


@dataclass(frozen=True)
class Touch:
    """What a column moves: rights at these stations, and heat of these sites."""

    stations: frozenset[str]
    holders: frozenset[str]

    def meets(self, other: Touch) -> bool:
        """Whether another column may move the same row."""
        return bool(self.stations & other.stations or self.holders & other.holders)


class Curves:
    """Hourly base load of the stations of a case, and the columns that follow from it."""

    def __init__(self, case: Case) -> None:
        """Take a case with profiles."""
        self.case = case
        self.network = Network(case)
        frame = every_hour(case, self.network, energy=False)
        assert frame is not None
        self.frame = frame
        self.rooms: dict[int, dict[str, Room]] = {y: rooms(frame, y) for y in frame.years}

    @cached_property
    def base(self) -> dict[str, dict[int, np.ndarray]]:
        """MW through the transformers of every station by stage and hour before anything is added."""
        own: dict[str, dict[str, dict[int, np.ndarray]]] = {
            side: defaultdict(lambda: {y: np.zeros(YEAR_HOURS) for y in self.frame.years})
            for side in ("mv", "hv")
        }
        for n, side, y, mw in self._parts():
            own[side][n][y] = own[side][n][y] + mw
        below: dict[str, list[str]] = defaultdict(list)
        for n in self.network.stations:
            above = n
            while above in self.network.parent:
                above = self.network.parent[above]
                below[above].append(n)
        return {
            n: {
                y: own["mv"][n][y] + sum((own[s][c][y] for c in below[n] for s in ("mv", "hv")), 0.0)
                for y in self.frame.years
            }
            for n in self.network.stations
        }

    def _parts(self) -> Any:
        """(station, side, year, MW by hour) of all that is there."""
        frame = self.frame
        for series in (demand(frame), existing_datacenters(frame)):
            for (n, side), years in series.items():
                for y, mw in years.items():
                    yield n, side, y, mw
        heat = sink_demand(frame)
        for row in frame.rows("heat_sinks"):
            if row["alternative"] == "all_electric" and not row["must_connect"]:
                for (n, side), share in frame.places(row["zone"], "", "mv"):
                    for y in frame.years:
                        yield n, side, y, share * heat[row["sink"]][y] / row["alternative_cop"]
        for _, rows in frame.case.table("supplies").groupby("supply", sort=False):
            first = rows.iloc[0]
            column = "capacity_mw" if first["profile"] else "min_mw"
            shape, size = frame.profile(first["profile"]), frame.by_year(rows, column)
            size = frame.until(rows, size)
            for (n, side), share in frame.places(first["zone"], first["substation"], first["side"]):
                for y in frame.years:
                    if size[y] > 0:
                        yield n, side, y, -share * size[y] * shape

    def limiting(self, station: str, side: str, direction: str) -> str:
        """The station whose hours count for a connection: its own, or the first above it with a limit."""
        at = station if side == "mv" else self.network.parent.get(station, station)
        found = at
        while np.isnan(self.limit(found, direction)) and found in self.network.parent:
            found = self.network.parent[found]
        return at if np.isnan(self.limit(found, direction)) else found

    def limit(self, station: str, direction: str, year: int | None = None) -> float:
        """MW limit of a station as it stands in a stage (the first), where its rating is 1; nan: none."""
        first, settings = self.frame.years[0], self.case.settings
        room = self.rooms[first if year is None else year][station]
        if direction == FEEDIN:
            return self.network.pf * room.feedin
        rating = 1.0 if room.firm else settings.physics.emergency_rating
        return self.network.pf * min(rating * room.demand, room.total)

    def rating(self, station: str) -> np.ndarray:
        """Rating profile of a station by hour, per unit."""
        rated = {row["substation"]: row["rating_profile"] for row in self.frame.rows("substations")}
        return self.frame.profile(rated[station])

    def busiest(self, station: str, year: int, direction: str, hours: int) -> np.ndarray:
        """The hours of the year in which a station is busiest; of equal ones the first."""
        load = self.base[station][year]
        order = np.argsort(-load if direction == DEMAND else load, kind="stable")
        return order[:hours]

    def sure(self, offer: Offer, station: str, year: int) -> np.ndarray:
        """G of a right whose hours are those of a station, by hour."""
        found = offer.open_hours()
        if offer.limited < 0:
            return np.zeros(YEAR_HOURS)
        found[self.busiest(station, year, offer.direction, offer.limited)] = 0.0
        return found

    @property
    def columns(self) -> dict[str, np.ndarray]:
        """Every column that the rights of the case need, by name."""
        return self._made[0]

    @property
    def touches(self) -> dict[str, Touch]:
        """What every column of limited hours moves."""
        return self._made[1]

    @cached_property
    def _made(self) -> tuple[dict[str, np.ndarray], dict[str, Touch]]:
        found: dict[str, np.ndarray] = {}
        stations: dict[str, set[str]] = defaultdict(set)
        holders: dict[str, set[str]] = defaultdict(set)
        for direction, assets in ((DEMAND, self._sites), (FEEDIN, growing(self.frame))):
            for (holder, row), offer in product(assets.items(), offers(self.case, direction)):
                self._open(found, offer, row["profile"])
                for (n, side), _ in self.frame.places(row["zone"], row["substation"], row["side"]):
                    for name in self._sure(found, offer, self.limiting(n, side, direction), row["profile"]):
                        stations[name].add(n)
                        holders[name].add(holder)
        return found, {name: Touch(frozenset(stations[name]), frozenset(holders[name])) for name in stations}

    @property
    def _sites(self) -> dict[str, dict[str, Any]]:
        return {row["site"]: row for row in self.frame.rows("datacenters")}

    @cached_property
    def table(self) -> pd.DataFrame:
        """Profiles of the case with these columns after them."""
        known = self.case.profiles
        assert known is not None
        return pd.concat([known, pd.DataFrame(self.columns, index=known.index)], axis=1)

    def _open(self, found: dict[str, np.ndarray], offer: Offer, profile: str) -> None:
        if offer.right != BLOCK:
            return
        for name in {"", profile}:
            shape = self.frame.profile(name)
            found.setdefault(open_name(offer, name), offer.open_hours() * shape)

    def _sure(self, found: dict[str, np.ndarray], offer: Offer, station: str, profile: str) -> list[str]:
        """Columns of a right at a station, by itself and times a profile."""
        names = []
        for year in self.frame.years if offer.limited > 0 else ():
            name, steady = sure_name(offer, station, year), steady_name(offer, station, year, profile)
            if name not in found:
                found[name] = self.sure(offer, station, year)
            if steady not in found:
                found[steady] = found[name] * self.frame.profile(profile)
            names += [name, steady]
        return names


@lru_cache(maxsize=4)
def curves(case: Case) -> Curves:
    """Load curves of a case, kept for the cases used last."""
    return Curves(case)


def profiles(case: Case) -> pd.DataFrame | None:
    """Profiles of a case by hour, with the columns that its rights need after them."""
    known = case.profiles
    if known is None or not any(offers(case, way) for way in (DEMAND, FEEDIN)):
        return known
    return curves(case).table


def hourly_values(case: Case, names: tuple[str, ...]) -> np.ndarray:
    """Hours × columns of some profiles (and columns made here); one hour of nothing without profiles."""
    known = profiles(case)
    return np.zeros((1, 0)) if known is None else known[list(names)].to_numpy(float)
