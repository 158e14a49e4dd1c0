"""Summer heat and winter demand: what every heat network wants and is offered, month by month.

All 8760 hours count, with the sizes that the plan built. A network is what built links join. It wants the
heat of its connected sinks. It is offered what its datacenters and sources can give: as it is where that is
warm enough for some connected sink, else through the heat pumps that are built, times COP/(COP−1) and no more
than their MW. Of each hour the smaller of the two is usable; what lies above it is surplus, what is wanted
beyond it is missing. Tanks, losses and the size of pipes are not looked at.
"""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pandas as pd

from gridplan.model.heat.demand import sink_peaks
from gridplan.model.loads import existing_mw
from gridplan.plan.columns import TABLES
from gridplan.plan.extract import heat
from gridplan.plan.extract.reader import TINY, Reader

TJ_PER_MWH = 0.0036
DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MONTH = np.repeat(np.arange(12), np.array(DAYS) * 24)  # of every hour of the year, from 0


def heat_seasons(r: Reader) -> pd.DataFrame:
    """TJ wanted, offered, usable, surplus and missing, by network, stage and month; none without profiles."""
    columns = list(TABLES["heat_seasons"])
    if r.frame.case.profiles is None or not r.frame.rows("heat_sinks"):
        return pd.DataFrame(columns=columns)
    sinks = heat.heat_sinks(r)
    found: list[tuple[Any, ...]] = []
    for y in r.frame.years:
        joined = set(sinks["sink"][(sinks["year"] == y) & sinks["connected"]])
        year = _Year(r, y)
        for part in year.parts():
            members = [k for k in year.sinks if k in part & joined]
            if members:
                found += _rows(year, part, members)
    return pd.DataFrame(found, columns=columns)


def _rows(year: _Year, part: set[str], members: list[str]) -> list[tuple[Any, ...]]:
    """Twelve months of one network, named by the connected sink that wants the most."""
    each = {k: year.wanted(k) for k in members}
    name = max(members, key=lambda k: float(each[k].sum()))
    wanted = np.sum(list(each.values()), axis=0)
    offered = year.offered(part, members)
    offered = np.where(np.isfinite(offered), offered, wanted)  # no limit: what is wanted
    usable = np.minimum(wanted, offered)
    series = (wanted, offered, usable, offered - usable, wanted - usable)
    monthly = [np.bincount(MONTH, mw, 12) * TJ_PER_MWH for mw in series]
    return [(name, year.year, m + 1, *(float(tj[m]) for tj in monthly)) for m in range(12)]


class _Year:
    """What is built in a stage, and MW in every hour of the year."""

    def __init__(self, r: Reader, year: int) -> None:
        self.r, self.year, self.heat = r, year, r.model.heat
        self.sinks = {row["sink"]: row for row in r.frame.rows("heat_sinks")}
        self.peaks = sink_peaks(r.frame)
        self.lifted = r.frame.case.has("heat_pumps")
        self.cops = self._cops()
        self.pumps = [
            (row["at"], self._stock("pump").get(row["heat_pump"], 0.0), self.cops[row["heat_pump"]])
            for row in r.frame.rows("heat_pumps")
            if row["heat_pump"] in self.cops
        ]

    def _stock(self, variable: str) -> dict[Any, float]:
        """Value of a variable by asset, in this stage."""
        table = self.r.values("heat", variable, "asset", "year")
        return {k: v for k, y, v in table.itertuples(index=False) if y == self.year}

    def _cops(self) -> dict[str, float]:
        """COP of every heat pump as it runs in the plan; of one at rest the best it could have."""
        lift = self.r.values("heat", "lift", "pump", "low", "high", "year", "period")
        keys = ["pump", "low", "high"]
        sums = self.r.annual(lift[lift["year"] == self.year], keys)
        heat: dict[str, float] = {}
        power: dict[str, float] = {}
        best: dict[str, float] = {}
        for (w, a, c), share in dict(self.heat.power).items():
            best[w] = max(best.get(w, 0.0), 1 / share)
            own = sums[(sums["pump"] == w) & (sums["low"] == a) & (sums["high"] == c)]["value"].sum()
            heat[w], power[w] = heat.get(w, 0.0) + own, power.get(w, 0.0) + own * share
        return {w: heat[w] / power[w] if power[w] > TINY else best[w] for w in best}

    def parts(self) -> list[set[str]]:
        """Nodes that links in service join."""
        b, rows = self.heat, {row["link"]: row for row in self.r.frame.rows("heat_links")}
        pipes = self.r.values("heat", "pipe", "link", "pipe", "year")
        laid = {n for n, _, y, v in pipes.itertuples(index=False) if y == self.year and v > 0.5}
        sized, opened = self._stock("capacity"), self._stock("open")
        graph = nx.Graph()
        graph.add_nodes_from(self.sinks)
        for n, row in rows.items():
            if n in b.PIPED:
                there = n in laid
            elif n in b.SIZED:
                there = sized[n] > TINY
            elif n in b.OPENED:
                there = opened[n] > 0.5
            else:
                there = pd.isna(row["earliest_year"]) or row["earliest_year"] <= self.year
            if there:
                graph.add_edge(row["from"], row["to"])
        return list(nx.connected_components(graph))

    def wanted(self, sink: str) -> np.ndarray:
        """MW that a sink wants; annual_gwh holds where it is given."""
        row = self.sinks[sink]
        mw = self.peaks[sink] * self._profile(row["profile"])
        if pd.notna(row["annual_gwh"]) and mw.sum() > 0:
            mw = mw * (row["annual_gwh"] * 1000 / mw.sum())
        return np.zeros_like(mw) if self._late(row) else mw

    def offered(self, part: set[str], members: list[str]) -> np.ndarray:
        """MW of heat that a network can have, by way of its pumps; inf where a source has no limit."""
        coolest = min(self.sinks[k]["temperature_c"] for k in members)
        total, cold = np.zeros(len(MONTH)), np.zeros(len(MONTH))
        for name, warmth, mw in self._producers(part):
            own = [(size, cop) for at, size, cop in self.pumps if at == name]
            if not self.lifted or warmth >= coolest:
                total += mw
            elif own:
                total += _lift(mw, own)
            else:
                cold += mw
        makers = {name for name, _, _ in self._producers(part)}
        loose = [(size, cop) for at, size, cop in self.pumps if at in part - makers]
        return total + _lift(cold, loose)

    def _producers(self, part: set[str]) -> list[tuple[str, float, np.ndarray]]:
        """(name, °C, MW) of the datacenters and sources of a network."""
        found = []
        new = self.r.values("datacenters", "it", "site", "year")
        it = {s: v for s, y, v in new.itertuples(index=False) if y == self.year}
        for row in self.r.frame.rows("datacenters"):
            if row["site"] in part and row["heat_share"] > 0:
                old = existing_mw(row, self.r.frame)[self.year]
                drawn = old + it[row["site"]] * row["pue"] * row["utilisation"]
                mw = row["heat_share"] * drawn * self._profile(row["profile"])
                found.append((row["site"], float(row["heat_c"]), mw))
        running, pumped = self._stock("running"), {at for at, _, _ in self.pumps}
        for row in self.r.frame.rows("heat_sources"):
            name, warmth = row["source"], row["temperature_c"]
            if name in part and not self._late(row) and running.get(name, 1.0) > 0.5:
                limit = np.inf if pd.isna(row["capacity_mw"]) else row["capacity_mw"]
                unknown = -np.inf if name in pumped else np.inf
                shape = self._profile(row["profile"])
                mw = np.where(shape > 0, limit, 0.0) if np.isinf(limit) else limit * shape
                found.append((name, unknown if pd.isna(warmth) else float(warmth), mw))
        return found

    def _profile(self, name: str) -> np.ndarray:
        profiles = self.r.frame.case.profiles
        return profiles[name].to_numpy(float) if name and profiles is not None else np.ones(len(MONTH))

    def _late(self, row: dict[str, Any]) -> bool:
        return bool(pd.notna(row["from_year"]) and self.year < row["from_year"])


def _lift(mw: np.ndarray, pumps: list[tuple[float, float]]) -> np.ndarray:
    """MW that heat pumps (MW built, COP) make of colder heat: the best first."""
    left, made = mw.copy(), np.zeros_like(mw)
    for size, cop in sorted(pumps, key=lambda pump: -pump[1]):
        if size > TINY:
            out = np.minimum(left * cop / (cop - 1), size)
            made += out
            left = np.where(np.isinf(left), left, left - out * (cop - 1) / cop)
    return made
