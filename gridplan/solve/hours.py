"""Which hours are likely to be critical: the first guess, and where a first look at a plan pays."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gridplan.case import Case
from gridplan.model.frame import Frame
from gridplan.model.heat.demand import sink_demand
from gridplan.model.limited import every_hour, plain
from gridplan.model.loads import Series, demand, existing_datacenters
from gridplan.model.periods import Critical, Periods
from gridplan.network import Network

Heat = dict[str, dict[int, np.ndarray]]  # MW by sink, stage and hour

DIRECTIONS = 1200  # random directions in which the first look at a plan seeks extreme hours
TOPS = 3  # hours taken in each direction
RATED = ("substations", "branches")  # tables whose ratings may follow a profile
LEAST = 0.01  # of a rating; less would make a peak of every hour
USUAL_COP = 3.0
FIRST = 8  # critical hours per stage at the start


def first_hours(case: Case, network: Network, periods: Periods) -> dict[int, list[Critical]]:
    """Coincident peaks: the top hour of each series of `_series`, at most FIRST per stage."""
    frame = every_hour(case, network)
    if frame is None:
        return {}
    loads, heat = (demand(frame), existing_datacenters(frame)), sink_demand(frame)
    tops = {y: [int(series.argmax()) for series in _series(frame, y, loads, heat)] for y in frame.years}
    return {y: [Critical(hour) for hour in dict.fromkeys(hours)][:FIRST] for y, hours in tops.items()}


def likely_hours(case: Case, periods: Periods) -> np.ndarray:
    """Hours in which a plan is likely to fail first: corners of the cloud of all hours in profile space.

    What an hour asks of a plan is piecewise affine in its profile values, so it is greatest at corners.
    Directions weigh demand up, supply and ratings down (and the other way round), at random with a fixed
    seed.
    """
    assert case.profiles is not None
    names = plain(periods.profiles)
    data = case.profiles[names].to_numpy(float)
    supplied = {
        *case.table("supplies")["profile"],
        *(name for table in RATED for name in case.table(table)["rating_profile"]),
    }
    sign = np.array([-1.0 if name in supplied else 1.0 for name in names])
    weights = np.random.default_rng(0).exponential(size=(DIRECTIONS, len(sign))) ** 2 * sign
    reverse = -weights[: DIRECTIONS // 4]
    along = data @ np.vstack([weights, reverse]).T
    return np.unique(np.argpartition(-along, TOPS, axis=0)[:TOPS])


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
    for row in frame.rows("substations"):
        if row["rating_profile"] and row["substation"] in stations:  # a hot hour counts like a higher load
            rate = np.maximum(frame.profile(row["rating_profile"]), LEAST)
            stations[row["substation"]] = stations[row["substation"]] / rate
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
    capacity = frame.ending("supplies", "capacity_mw")
    for row in {row["supply"]: row for row in reversed(frame.rows("supplies"))}.values():
        if row["profile"]:
            total += np.nan_to_num(capacity[row["supply"]][year]) * frame.profile(row["profile"])
    return total
