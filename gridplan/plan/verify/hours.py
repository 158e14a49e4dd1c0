"""The periods of a plan, and its hourly tables as arrays of periods by station or corridor (MW)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cached_property

import numpy as np
import pandas as pd

from gridplan.plan.verify.view import HOURLY, Record, View, ancestors

KEY = ["year", "day", "hour", "weight_hours", "outage"]  # one period of one stage


class Hours:
    """Periods in the order in which the tables name them."""

    def __init__(self, view: View) -> None:
        """Collect the periods of all hourly tables."""
        self.view = view
        parts = [view.table(name)[KEY] for name in HOURLY]
        parts = [part for part in parts if len(part)]
        empty = view.table("flows")[KEY]
        self.table = pd.concat(parts).drop_duplicates(ignore_index=True) if parts else empty
        self.year, self.weight = self.table["year"].to_numpy(), self.table["weight_hours"].to_numpy()
        self.outage: list[str] = self.table["outage"].tolist()
        self._at: dict[str, np.ndarray] = {}
        self._index = pd.MultiIndex.from_frame(self.table)
        self.station = {name: k for k, name in enumerate(view.stations.index)}

    def __len__(self) -> int:
        """Number of periods, over all stages."""
        return len(self.table)

    def of(self, name: str) -> np.ndarray:
        """Period of every row of an hourly table, by position."""
        if name not in self._at:
            table = view_keys(self.view, name)
            self._at[name] = self._index.get_indexer(table) if len(table) else np.zeros(0, dtype=int)
        return self._at[name]

    def in_year(self, year: int) -> np.ndarray:
        """Positions of the periods of a stage."""
        return np.flatnonzero(self.year == year)

    @cached_property
    def states(self) -> dict[tuple[int, str], np.ndarray]:
        """Positions of the periods by stage and outage (blank: everything in service)."""
        found: dict[tuple[int, str], list[int]] = defaultdict(list)
        for k, (year, outage) in enumerate(zip(self.year, self.outage, strict=True)):
            if year in self.view.lengths:
                found[int(year), outage].append(k)
        return {key: np.array(members) for key, members in found.items()}

    def row(self, position: int) -> Record:
        """Year, day, hour, weight and outage of a period."""
        return {str(key): value for key, value in self.table.iloc[position].items()}

    def cells(self, names: list[str], key: str, mask: np.ndarray) -> Callable[[int], Record]:
        """Row ids of `array[mask]`, for an array of periods by names."""
        places = np.flatnonzero(mask.ravel())

        def found(position: int) -> Record:
            p, k = divmod(int(places[position]), len(names))
            return {key: names[k], **self.row(p)}

        return found

    def spread(self, name: str, key: str, index: dict[str, int], pick: pd.Series | None = None) -> np.ndarray:
        """Sum of `mw` of an hourly table (where `pick`), periods by what `index` counts."""
        table, at = self.view.table(name), self.of(name)
        if table.empty:
            return np.zeros((len(self), len(index)))
        column = table[key].map(index).fillna(-1).to_numpy(int)
        use = (column >= 0) & (at >= 0)
        if pick is not None:
            use &= pick.to_numpy(bool)
        found = np.zeros((len(self), len(index)))
        np.add.at(found, (at[use], column[use]), table["mw"].to_numpy()[use])
        return found

    @cached_property
    def net(self) -> dict[str, np.ndarray]:
        """Net withdrawal by side, periods by stations."""
        side = self.view.table("withdrawals")["side"]
        return {s: self.spread("withdrawals", "substation", self.station, side == s) for s in ("mv", "hv")}

    @cached_property
    def carried(self) -> np.ndarray:
        """Net withdrawal of every station and of all that hang on it, periods by stations."""
        found = self.net["mv"] + self.net["hv"]
        own = found.copy()
        for child in self.station:
            for above in ancestors(self.view, child):
                found[:, self.station[above]] += own[:, self.station[child]]
        return found

    @cached_property
    def through(self) -> np.ndarray:
        """MW that pass the transformers of every station: its own load, and all of its children."""
        return self.carried - self.net["hv"]

    def profile(self, name: str) -> np.ndarray:
        """Profile values by period; nan in an energy block, whose mean the tables do not hold."""
        profiles = self.view.case.profiles
        if not name or profiles is None:
            return np.ones(len(self))
        hour = (self.table["day"] * 24 + self.table["hour"]).to_numpy()
        known = (self.weight == 0) & (hour >= 0) & (hour < len(profiles))
        values = profiles[name].to_numpy(float)[np.where(known, hour, 0).astype(int)]
        return np.where(known, values, np.nan)

    def rating(self, name: str) -> np.ndarray:
        """Rating profile by period; in an energy block, whose mean is not known, its largest value."""
        values = self.profile(name)
        return np.where(np.isnan(values), self.view.most(name), values)

    def ratings(self, profiles: Iterable[str]) -> np.ndarray:
        """The same of several profiles, hours × profiles."""
        found = [self.rating(profile) for profile in profiles]
        return np.column_stack(found) if found else np.zeros((len(self), 0))

    def stock(self, by_year: dict[int, float]) -> np.ndarray:
        """A value by stage as a value by period."""
        return np.array([by_year.get(int(y), np.nan) for y in self.year])


def view_keys(view: View, name: str) -> pd.MultiIndex:
    """Period keys of an hourly table."""
    return pd.MultiIndex.from_frame(view.table(name)[KEY])
