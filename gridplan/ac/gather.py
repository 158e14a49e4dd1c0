"""What stays of thousands of load flows: extremes and sums, never the hours themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gridplan.ac.circuits import Circuits
from gridplan.ac.flow import Flow

NONE = np.nan
NO_MVAR = 0.1  # less counts as nothing


class Gather:
    """Extremes over the hours of one state of the network, filled block by block."""

    def __init__(
        self,
        circuits: Circuits,
        buses: int,
        dc: np.ndarray,
        hours: np.ndarray | None = None,
        floor: float = 0.0,
    ) -> None:
        """Begin.

        Args:
            circuits: groups of circuits.
            buses: number of buses.
            dc: hours × groups, MW of the plan.
            hours: number of every hour; None: 0, 1, …
            floor: pu below which hours of a bus are counted.
        """
        self.circuits, self.dc = circuits, dc
        self.hours = np.arange(len(dc)) if hours is None else hours
        self.names = list(dict.fromkeys(circuits.corridor))
        at = {name: k for k, name in enumerate(self.names)}
        self._corridor = np.array([at[name] for name in circuits.corridor], int)
        self.solved = np.ones(len(dc), bool)
        size = len(self.names)
        self.p, self.s, self.loss = np.zeros(size), np.zeros(size), np.zeros(size)
        self.loading, self.at = np.full(size, NONE), np.zeros(size, int)
        self.dc_peak = np.abs(self.by_corridor(dc)).max(axis=0, initial=0.0)
        self.differs, self.difference = np.zeros(size, int), np.zeros(size)
        self.low, self.high = np.full(buses, NONE), np.full(buses, NONE)
        self.low_at, self.high_at = np.zeros(buses, int), np.zeros(buses, int)
        self.losses = np.full(len(dc), NONE)
        self.floor, self.below = floor, np.zeros(buses, int)
        self.lowest = np.full(len(dc), NONE)
        self.most, self.least = np.zeros(buses), np.zeros(buses)
        self.most_at, self.gives = np.zeros(buses, int), np.zeros(buses, int)

    def by_corridor(self, values: np.ndarray) -> np.ndarray:
        """Hours × groups summed to hours × corridors."""
        made = np.zeros((len(values), len(self.names)))
        np.add.at(made.T, self._corridor, values.T)
        return made

    def add(self, flow: Flow, share: float = 0.05) -> None:
        """Add a block of hours."""
        part = slice(flow.first, flow.first + len(flow.solved))
        self.solved[part] = flow.solved
        good = np.flatnonzero(flow.solved)
        if not len(good):
            return
        number = self.hours[part][good]
        p, s = self.by_corridor(flow.p[good]), self.by_corridor(flow.s[good])
        self.p = np.maximum(self.p, np.abs(p).max(axis=0))
        self.s = np.maximum(self.s, s.max(axis=0))
        self.loss += self.by_corridor(flow.loss[good]).sum(axis=0)
        self.losses[flow.first + good] = flow.loss[good].sum(axis=1)
        off = np.abs(p - self.by_corridor(self.dc[part][good]))
        ratio = np.where(self.dc_peak > 1e-3, off / np.maximum(self.dc_peak, 1e-3), 0.0)
        self.differs += (ratio > share).sum(axis=0)
        self.difference = np.maximum(self.difference, ratio.max(axis=0))
        self._loading(flow.s[good], number)
        self._voltage(flow.u[good], number)
        self.below += (flow.u[good] < self.floor).sum(axis=0)
        self.lowest[flow.first + good] = np.where(np.isnan(flow.u[good]), np.inf, flow.u[good]).min(axis=1)
        self._reactive(flow.mvar[good], number)

    def _reactive(self, mvar: np.ndarray, number: np.ndarray) -> None:
        """The most and the least Mvar of every bus, and in how many hours it gives any."""
        k = mvar.argmax(axis=0)
        best = mvar[k, np.arange(mvar.shape[1])]
        better = best > self.most
        self.most[better], self.most_at[better] = best[better], number[k[better]]
        self.least = np.minimum(self.least, mvar.min(axis=0))
        self.gives += (mvar > NO_MVAR).sum(axis=0)

    def _loading(self, s: np.ndarray, number: np.ndarray) -> None:
        """The largest loading of any group of a corridor, and its hour."""
        mva = self.circuits.mva
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(np.isfinite(mva) & (mva > 0), s / mva, NONE)
        for group, corridor in enumerate(self._corridor):
            if np.isnan(share[0, group]):
                continue
            k = int(share[:, group].argmax())
            if not share[k, group] <= self.loading[corridor]:
                self.loading[corridor], self.at[corridor] = share[k, group], number[k]

    def _voltage(self, u: np.ndarray, number: np.ndarray) -> None:
        for values, hours, pick in ((self.low, self.low_at, -1.0), (self.high, self.high_at, 1.0)):
            seen = np.where(np.isnan(u), -np.inf, pick * u)
            k = seen.argmax(axis=0)
            best = seen[k, np.arange(u.shape[1])]
            better = np.isfinite(best) & ~(best <= pick * values)
            values[better], hours[better] = pick * best[better], number[k[better]]

    def year_row(
        self, year: int, taken: np.ndarray, weight: float, low: float, high: float
    ) -> dict[str, Any]:
        """The row of a stage in `ac_years`."""
        loss = self.losses[self.solved]
        total = float(loss.sum()) * weight
        demand = float(np.maximum(taken[self.solved], 0.0).sum()) * weight
        known = ~np.isnan(self.low)
        return {
            "year": year,
            "hours": len(self.solved),
            "unsolved_hours": int((~self.solved).sum()),
            "loss_mwh": total,
            "peak_loss_mw": float(loss.max()) if len(loss) else NONE,
            "loss_share": total / demand if demand > 0 else 0.0,
            "lowest_pu": float(self.low[known].min()) if known.any() else NONE,
            "highest_pu": float(self.high[known].max()) if known.any() else NONE,
            "stations_out_of_range": int(((self.low < low) | (self.high > high))[known].sum()),
        }


def branch_rows(
    year: int, data: Circuits, intact: Gather, worst: Mapping[str, Gather], weight: float, share: float
) -> list[dict[str, Any]]:
    """Rows of a stage in `ac_branches`."""
    rows = []
    for k, name in enumerate(intact.names):
        mine = [g for g, corridor in enumerate(data.corridor) if corridor == name]
        mva, count = float(data.mva[mine].sum()), int(data.count[mine].sum())
        outage, loading = _most({o: float(after.loading[k]) for o, after in worst.items()})
        rows.append(
            {
                "branch": name,
                "year": year,
                "circuits": count,
                "dc_mw": intact.dc_peak[k],
                "ac_mw": intact.p[k],
                "ac_mva": intact.s[k],
                "limit_mva": mva if np.isfinite(mva) else NONE,
                "ac_loading": intact.loading[k],
                "ac_hour": int(intact.at[k]),
                "difference_share": intact.difference[k],
                "differing_hours": int(intact.differs[k]),
                "loss_mwh": intact.loss[k] * weight,
                "outage_loading": loading,
                "worst_outage": outage,
            }
        )
    return rows


def station_rows(
    year: int, buses: Sequence[str], bus: Mapping[str, str], intact: Gather, worst: Mapping[str, Gather]
) -> list[dict[str, Any]]:
    """Rows of a stage in `ac_stations`; stations without circuits have the voltage of their parent's bus."""
    at = {name: k for k, name in enumerate(buses)}
    rows = []
    for station, name in bus.items():
        k = at[name]
        outage, low = _most({o: -float(after.low[k]) for o, after in worst.items()})
        rows.append(
            {
                "substation": station,
                "year": year,
                "bus": name,
                "lowest_pu": intact.low[k],
                "lowest_hour": int(intact.low_at[k]),
                "low_hours": int(intact.below[k]),
                "highest_pu": intact.high[k],
                "highest_hour": int(intact.high_at[k]),
                "outage_lowest_pu": -low,
                "worst_outage": outage,
            }
        )
    return rows


def _most(values: Mapping[str, float]) -> tuple[str, float]:
    """The name with the largest value; blank and NaN where there is none."""
    known = {name: value for name, value in values.items() if not np.isnan(value)}
    if not known:
        return "", NONE
    name = max(known, key=lambda key: known[key])
    return name, known[name]
