"""Which hours are critical: the first guess, and what the check of all hours adds."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gridplan.case import Case
from gridplan.model.frame import Frame
from gridplan.model.heat_data import sink_demand
from gridplan.model.loads import Series, demand, existing_datacenters
from gridplan.model.periods import Period, Periods
from gridplan.network import Network
from gridplan.solve.certify import Certificate, certify
from gridplan.solve.hourly import CLEAR, HourlyProgram, Key
from gridplan.solve.progress import Progress

Heat = dict[str, dict[int, np.ndarray]]  # MW by sink, stage and hour

DIRECTIONS = 1200  # random directions in which the first look at a plan seeks extreme hours
TOPS = 3  # hours taken in each direction
USUAL_COP = 3.0
FIRST = 8  # critical hours per stage at the start
MORE = 4  # hours per stage that one round adds at most


@dataclass(frozen=True)
class Check:
    """Result of checking every hour of every stage.

    Attributes:
        certificates: by stage.
        hours: hours checked, all stages together.
        violated: hours in which the plan does not fit.
        worst: MW in the worst of them.
        index: hours of the year that were looked at.
    """

    certificates: dict[int, Certificate]
    hours: int
    violated: int
    worst: float
    index: np.ndarray


class Checker:
    """Checks every hour; the program of an hour is compiled once for each stage."""

    def __init__(self, case: Case, network: Network, profiles: tuple[str, ...]) -> None:
        """Compile the operation of an hour in every stage."""
        assert case.profiles is not None
        self.values = case.profiles[list(profiles)].to_numpy(float)
        self.programs = {y: HourlyProgram(case, network, profiles, y) for y in case.settings.horizon.years}
        costs = case.table("supplies")["cost_eur_per_mwh"]
        self.price = float(costs[costs > 0].mean()) if (costs > 0).any() else 0.0

    def check(
        self, built: dict[Key, float], progress: Progress, label: str = "", only: np.ndarray | None = None
    ) -> Check:
        """Dispatch all hours of all stages under a plan (or only some hours, for a first look)."""
        index = np.arange(len(self.values)) if only is None else only
        values, count = self.values[index], len(index)
        progress.phase(f"check hours{label}", count * len(self.programs))
        done = dict.fromkeys(self.programs, 0)

        def one(year: int) -> Certificate:
            def step(hours: int) -> None:
                done[year] = hours
                progress.advance(sum(done.values()))

            return certify(self.programs[year].under(built), values, self.price, step)

        with ThreadPoolExecutor(max_workers=max(1, min(os.cpu_count() or 1, len(self.programs)))) as pool:
            found = dict(zip(self.programs, pool.map(one, self.programs), strict=True))
        progress.advance(count * len(self.programs))
        excess = np.concatenate([c.excess for c in found.values()])
        return Check(found, len(excess), int((excess > CLEAR).sum()), float(excess.max(initial=0.0)), index)


def worst_hours(check: Check) -> dict[int, list[int]]:
    """For each stage the hour with the largest excess at each place, the largest first, each hour once."""
    result = {}
    for year, certificate in check.certificates.items():
        slack = certificate.dispatch[:, certificate.hourly.slack]
        tops = sorted(((float(c.max()), int(c.argmax())) for c in slack.T), reverse=True)
        hours = list(dict.fromkeys(int(check.index[row]) for mw, row in tops if mw > CLEAR))
        if hours:
            result[year] = hours[:MORE]
    return result


def first_hours(case: Case, network: Network, periods: Periods) -> dict[int, list[int]]:
    """Coincident peaks: the top hour of each series of `_series`, at most FIRST per stage."""
    frame = _all_hours(case, network, periods)
    if frame is None:
        return {}
    loads, heat = (demand(frame), existing_datacenters(frame)), sink_demand(frame)
    tops = {y: [int(series.argmax()) for series in _series(frame, y, loads, heat)] for y in frame.years}
    return {y: list(dict.fromkeys(hours))[:FIRST] for y, hours in tops.items()}


def likely_hours(case: Case, periods: Periods) -> np.ndarray:
    """Hours in which a plan is likely to fail first: corners of the cloud of all hours in profile space.

    What an hour asks of a plan is piecewise affine in its profile values, so it is greatest at corners.
    Directions weigh demand up and supply down (and the other way round), at random with a fixed seed.
    """
    assert case.profiles is not None
    data = case.profiles[list(periods.profiles)].to_numpy(float)
    supplied = set(case.table("supplies")["profile"])
    sign = np.array([-1.0 if name in supplied else 1.0 for name in periods.profiles])
    weights = np.random.default_rng(0).exponential(size=(DIRECTIONS, len(sign))) ** 2 * sign
    reverse = -weights[: DIRECTIONS // 4]
    along = data @ np.vstack([weights, reverse]).T
    return np.unique(np.argpartition(-along, TOPS, axis=0)[:TOPS])


def _all_hours(case: Case, network: Network, periods: Periods) -> Frame | None:
    """A frame whose periods are all hours of the year."""
    if case.profiles is None:
        return None
    data = case.profiles[list(periods.profiles)].to_numpy(float)
    items = tuple(Period(*divmod(h, 24), 1, 1.0, tuple(v)) for h, v in enumerate(data.tolist()))
    every = tuple(range(len(items)))
    years = dict.fromkeys(case.settings.horizon.years, every)
    return Frame(case, network, Periods(periods.profiles, items, years))


def _series(frame: Frame, year: int, parts: tuple[Series, ...], heat: Heat) -> list[np.ndarray]:
    """Hourly MW whose peaks matter.

    Sun and wind over demand; demand in all and by station, with heat pumps and without.
    """
    stations: dict[str, np.ndarray] = {}
    for part in parts:
        for (n, _), mw in part.items():
            stations[n] = stations.get(n, np.zeros(len(frame.periods.items))) + mw[year]
    if not stations:
        return []
    table = pd.DataFrame(stations)
    heated = table + _electric_heat(frame, year, heat, table)
    found = [(_renewable(frame, year) - table.sum(axis=1)).to_numpy()]
    for loads in (heated, table):
        found.append(loads.sum(axis=1).to_numpy())
        found += [v.to_numpy() for _, v in sorted(loads.items(), key=lambda kv: -kv[1].max())]
    return found


def _electric_heat(frame: Frame, year: int, heat: Heat, like: pd.DataFrame) -> pd.DataFrame:
    """MW that all sinks would draw if heat pumps gave their heat, at their own stations."""
    drawn = pd.DataFrame(0.0, index=like.index, columns=like.columns)
    for row in frame.rows("heat_sinks"):
        for n, share in frame.network.feeds(row["zone"], ""):
            if n in drawn:
                drawn[n] += share * heat[row["sink"]][year] / USUAL_COP
    return drawn


def _renewable(frame: Frame, year: int) -> np.ndarray:
    total = np.zeros(len(frame.periods.items))
    table = frame.case.table("supplies")
    for _, rows in table[table["profile"] != ""].groupby("supply", sort=False):
        capacity = frame.by_year(rows, "capacity_mw")[year]
        total += np.nan_to_num(capacity) * frame.profile(rows["profile"].iloc[0])
    return total
