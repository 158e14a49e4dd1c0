"""Which hours are critical: the first guess, and what the check of all hours adds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from gridplan.case import Case
from gridplan.model.frame import Frame
from gridplan.model.loads import demand, existing_datacenters
from gridplan.model.periods import Period, Periods
from gridplan.network import Network
from gridplan.solve.certify import Certificate, certify
from gridplan.solve.hourly import CLEAR, HourlyProgram, Key
from gridplan.solve.progress import Progress

FIRST = 6  # critical hours per stage at the start
MORE = 4  # hours per stage that one round adds at most


@dataclass(frozen=True)
class Check:
    """Result of checking every hour of every stage.

    Attributes:
        certificates: by stage.
        hours: hours checked, all stages together.
        violated: hours in which the plan does not fit.
        worst: MW in the worst of them.
    """

    certificates: dict[int, Certificate]
    hours: int
    violated: int
    worst: float


class Checker:
    """Checks every hour; the program of an hour is compiled once for each stage."""

    def __init__(self, case: Case, network: Network, profiles: tuple[str, ...]) -> None:
        """Compile the operation of an hour in every stage."""
        assert case.profiles is not None
        self.values = case.profiles[list(profiles)].to_numpy(float)
        self.programs = {y: HourlyProgram(case, network, profiles, y) for y in case.settings.horizon.years}
        costs = case.table("supplies")["cost_eur_per_mwh"]
        self.price = float(costs[costs > 0].mean()) if (costs > 0).any() else 0.0

    @property
    def static_keys(self) -> set[Key]:
        """Variables that a plan decides for all hours of a stage."""
        return {key for program in self.programs.values() for _, key in program.static}

    def check(self, built: dict[Key, float], progress: Progress, label: str = "") -> Check:
        """Dispatch all hours of all stages under a plan."""
        count = len(self.values)
        progress.phase(f"check hours{label}", count * len(self.programs))
        found: dict[int, Certificate] = {}
        for y, program in self.programs.items():
            before = count * len(found)
            hourly = program.under(built)
            step = partial(_advance, progress, before)
            found[y] = certify(hourly, self.values, self.price, step)
            progress.advance(before + count)
        excess = np.concatenate([c.excess for c in found.values()])
        return Check(found, len(excess), int((excess > CLEAR).sum()), float(excess.max(initial=0.0)))


def _advance(progress: Progress, before: int, done: int) -> None:
    progress.advance(before + done)


def worst_hours(check: Check) -> dict[int, list[int]]:
    """For each stage the hour with the largest excess at each place, the largest first, each hour once."""
    result = {}
    for year, certificate in check.certificates.items():
        slack = certificate.dispatch[:, certificate.hourly.slack]
        tops = sorted(((float(c.max()), int(c.argmax())) for c in slack.T), reverse=True)
        hours = list(dict.fromkeys(hour for mw, hour in tops if mw > CLEAR))
        if hours:
            result[year] = hours[:MORE]
    return result


def first_hours(case: Case, network: Network, periods: Periods) -> dict[int, list[int]]:
    """Coincident peaks: of all demand, of each station's demand, and of demand less what sun and wind
    give.
    """
    if case.profiles is None:
        return {}
    names = periods.profiles
    data = case.profiles[list(names)].to_numpy(float)
    items = tuple(Period(*divmod(h, 24), 1, 1.0, tuple(v)) for h, v in enumerate(data.tolist()))
    years = case.settings.horizon.years
    every = tuple(range(len(items)))
    frame = Frame(case, network, Periods(names, items, dict.fromkeys(years, every)))
    parts = [demand(frame), existing_datacenters(frame)]
    result = {}
    for y in years:
        stations: dict[str, np.ndarray] = {}
        for part in parts:
            for (n, _), mw in part.items():
                stations[n] = stations.get(n, np.zeros(len(data))) + mw[y]
        if not stations:
            continue
        table = pd.DataFrame(stations)
        total = table.sum(axis=1)
        sun_and_wind = _renewable(frame, y)
        hours = [int(total.argmax()), int((sun_and_wind - total).argmax())]
        hours += [int(v.to_numpy().argmax()) for _, v in sorted(table.items(), key=lambda kv: -kv[1].max())]
        result[y] = list(dict.fromkeys(hours))[:FIRST]
    return result


def _renewable(frame: Frame, year: int) -> np.ndarray:
    total = np.zeros(len(frame.periods.items))
    table = frame.case.table("supplies")
    for _, rows in table[table["profile"] != ""].groupby("supply", sort=False):
        capacity = frame.by_year(rows, "capacity_mw")[year]
        total += np.nan_to_num(capacity) * frame.profile(rows["profile"].iloc[0])
    return total
