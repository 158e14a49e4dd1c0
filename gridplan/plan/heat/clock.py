"""Hours in which a stand-alone case is reckoned: all 8,760 where they were checked, else periods."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from gridplan.model.heat.demand import sink_peaks
from gridplan.model.loads import existing_mw
from gridplan.plan.extract.reader import Reader

HOURS = 8760


class Clock:
    """Hourly series of a solution; every series has one value per hour of `weight`."""

    def __init__(self, r: Reader) -> None:
        """Choose the hours."""
        self.r = r
        data = r.frame.case.profiles
        self.data = pd.DataFrame() if data is None else data
        self.every = r.check is not None and len(r.check.index) == HOURS and len(self.data) == HOURS
        self.periods = sorted({p for _, p in r.frame.weighted})
        self.weight = (
            np.ones(HOURS) if self.every else np.array([r.frame.weight(p) for p in self.periods], float)
        )

    def profile(self, name: str) -> np.ndarray:
        """Per-unit values of a profile; ones for a blank name."""
        if not name:
            return np.ones(len(self.weight))
        if self.every:
            return np.asarray(self.data[name], float)
        return self.r.frame.profile(name)[self.periods]

    def sums(self, variable: str, year: int) -> dict[Any, np.ndarray]:
        """MW by key of a variable of the heat block or of stations, as dispatched."""
        if self.every:
            keys, hours = self.r.hourly(variable, year)
            return dict(zip(keys, hours.T, strict=True)) if keys else {}
        block, name = variable.split(".")
        owner = getattr(self.r.model, block)
        if not hasattr(owner, name):
            return {}
        width = getattr(owner, name).dim() - 2
        table = self.r.values(block, name, *(f"k{i}" for i in range(width)), "year", "period")
        found: dict[Any, np.ndarray] = {}
        place = {p: k for k, p in enumerate(self.periods)}
        for *key, y, p, mw in table.itertuples(index=False):
            if y == year and p in place:
                at = key[0] if width == 1 else tuple(key)
                found.setdefault(at, np.zeros(len(self.weight)))[place[p]] = mw
        return found

    @cached_property
    def period(self) -> np.ndarray:
        """Energy period of every hour: of the typical day whose blocks are most like the hour's day."""
        if not self.every:
            return np.array(self.periods, int)
        items = self.r.frame.periods.items
        every = self.r.frame.periods.profiles
        names = [name for name in every if name in self.data]  # not the flags of transport rights
        at = [every.index(name) for name in names]
        data = self.data[names].to_numpy(float)
        spread = np.where(data.std(axis=0) > 0, data.std(axis=0), 1.0)
        days = (data / spread).reshape(-1, 24, len(names))
        typical: dict[int, list[int]] = {}
        for p in self.periods:
            typical.setdefault(items[p].day, []).append(p)
        shape = {d: np.empty((24, len(names))) for d in typical}
        block = {d: np.zeros(24, int) for d in typical}
        for d, members in typical.items():
            for p in members:
                hours = slice(items[p].hour, items[p].hour + items[p].hours)
                shape[d][hours], block[d][hours] = np.array(items[p].values)[at] / spread, p
        order = list(typical)
        far = np.array([((days - shape[d]) ** 2).sum(axis=(1, 2)) for d in order])
        return np.concatenate([block[order[k]] for k in far.argmin(axis=0)])

    def site_mw(self, site: dict[str, Any], year: int) -> np.ndarray:
        """MW that a datacenter draws, existing and new."""
        new = self.new_it.get((site["site"], year), 0.0) * site["pue"] * site["utilisation"]
        return (existing_mw(site, self.r.frame)[year] + new) * self.profile(site["profile"])

    @cached_property
    def new_it(self) -> dict[tuple[str, int], float]:
        """New IT MW by (site, stage)."""
        table = self.r.values("datacenters", "it", "site", "year")
        return {(s, y): v for s, y, v in table.itertuples(index=False)}

    def sink_mw(self, sink: dict[str, Any], year: int) -> tuple[np.ndarray, float]:
        """(MW of heat that a sink wants, factor by which a year of it is more than those hours)."""
        late = pd.notna(sink["from_year"]) and year < sink["from_year"]
        shape = self.profile(sink["profile"]) * (not late)
        if not self.every:
            wanted = [self.r.model.heat.demand[sink["sink"], year, p] for p in self.periods]
            return np.array(wanted, float), 1.0
        mw = sink_peaks(self.r.frame)[sink["sink"]] * shape
        total, given = float(mw.sum()), sink["annual_gwh"] * 1000
        scaled = total > 0 and given > 0 and sink["peak_mw"] > 0
        return mw, given / total if scaled else 1.0
