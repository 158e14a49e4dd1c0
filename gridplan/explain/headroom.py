"""How many MW still fit: at every station and in every zone, by year and direction, and what limits them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gridplan.case import Case
from gridplan.explain.built import Built, built_of, with_limits, with_places
from gridplan.explain.joint import Joint, together
from gridplan.explain.limits import limit_of
from gridplan.explain.places import DEMAND, FEEDIN, STATION, ZONE, Place, places_of
from gridplan.explain.search import Found, Searcher
from gridplan.explain.shift import Shifts
from gridplan.explain.stage import Stage, operate
from gridplan.model.limited import hourly_values, of_year, profiles
from gridplan.network import Network
from gridplan.plan.plan import Plan
from gridplan.solve.checker import supply_by_bus
from gridplan.solve.hourly import HourlyProgram
from gridplan.solve.progress import Progress, Silent

COLUMNS = (
    "place",
    "kind",
    "year",
    "direction",
    "hours",
    "headroom_mw",
    "limited_by",
    "element",
    "outage",
    "day",
    "hour",
    "exact",
    "upper_mw",
    "limited_hours",
    "curtailed_mwh",
    "curtailed_share",
    "best_station",
    "best_station_mw",
)

JOINT = ("joint_mw", "joint_exact")  # of stations, where asked


def headroom(
    plan_or_case: Plan | Case,
    years: Sequence[int] | None = None,
    directions: Sequence[str] = (DEMAND, FEEDIN),
    hours: int = 0,
    joint: bool = False,
    built: bool = True,
    places: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """The largest constant MW that can be added at each place, all hours (and outages) considered.

    Args:
        plan_or_case: a plan; a case is solved first, unless `built` is False.
        years: stages; None: all.
        directions: `demand`, `feedin` or both.
        hours: hours of the year in which the added MW may be limited; 0: firm.
        joint: also how much fits at all stations at the same time (column `joint_mw`; always firm).
        built: False: the grid as it stands, nothing built and nothing sited.
        places: ids of stations and zones; None: all.
        progress: watcher of the run.

    Returns:
        One row per place, year and direction, the columns of COLUMNS: `place`, `kind` (station | zone),
        `year`, `direction`, `hours`, `headroom_mw`; `limited_by`, `element`, `outage`, and `day` and `hour`
        (from 0) that bind; `exact` (else `headroom_mw` surely fits and more than `upper_mw` surely does not);
        `limited_hours` in which it does not fit whole, `curtailed_mwh` and `curtailed_share` then, at most;
        of a zone its `best_station` and what fits there alone.

    Raises:
        ValueError: unknown year, direction or place; a plan without tables.
    """
    plan = plan_or_case if isinstance(plan_or_case, Plan) else None
    case = plan.case if plan is not None else plan_or_case
    assert isinstance(case, Case)
    asked = _Asked.of(case, years, directions, hours, places)
    watcher = progress or Silent()
    if built and plan is None:
        plan = case.solve(progress=watcher)
    return _Run(case, built_of(plan) if built and plan is not None else {}, asked, watcher).table(joint)


@dataclass(frozen=True)
class _Asked:
    years: tuple[int, ...]
    directions: tuple[str, ...]
    hours: int
    names: frozenset[str] | None

    @staticmethod
    def of(
        case: Case,
        years: Sequence[int] | None,
        directions: Sequence[str],
        hours: int,
        places: Sequence[str] | None,
    ) -> _Asked:
        """What is asked, checked."""
        chosen = tuple(case.years if years is None else years)
        for year in chosen:
            if year not in case.years:
                raise ValueError(f"year {year} is not a stage; there are {', '.join(map(str, case.years))}")
        for way in directions:
            if way not in (DEMAND, FEEDIN):
                raise ValueError(f"direction '{way}' is not there; there are {DEMAND}, {FEEDIN}")
        if hours < 0:
            raise ValueError(f"{hours} hours a year: 0 or more")
        if places is not None:
            known = {p.name for p in places_of(case, Network(case))}
            for name in places:
                if name not in known:
                    raise ValueError(f"place '{name}' is not there; there are {', '.join(sorted(known))}")
        return _Asked(chosen, tuple(directions), hours, None if places is None else frozenset(places))


class _Run:
    """One answer: the stages one by one, as many at a time as there are cores."""

    def __init__(self, case: Case, built: Built, asked: _Asked, progress: Progress) -> None:
        self.case = with_places(case)
        self.network = Network(self.case)
        self.built = with_limits(self.case, self.network, built)
        self.asked, self.progress = asked, progress
        every = places_of(self.case, self.network)
        self.places = [p for p in every if asked.names is None or p.name in asked.names]
        inside = {n for p in self.places if p.kind == ZONE for n, _ in p.shares}
        wanted = {p.name for p in self.places if p.kind == STATION}
        self.asides = [p for p in every if p.kind == STATION and p.name in inside - wanted]
        known = profiles(self.case)
        columns = [] if known is None else [c for c in known.columns if c != "hour"]
        self.names = {y: of_year(columns, y) for y in asked.years}
        self.values = {y: hourly_values(self.case, self.names[y]) for y in asked.years}
        self.weight = supply_by_bus(self.case, self.network)

    def table(self, joint: bool) -> pd.DataFrame:
        """All rows, in the order of years, directions and places."""
        programs = {y: HourlyProgram(self.case, self.network, names, y) for y, names in self.names.items()}
        total = len(programs) * (len(self.places) + len(self.asides)) * len(self.asked.directions)
        self.progress.phase("headroom", total)
        self.done = dict.fromkeys(programs, 0)
        with ThreadPoolExecutor(max_workers=max(1, min(os.cpu_count() or 1, len(programs)))) as pool:
            parts = list(pool.map(lambda program: self._stage(program, joint), programs.values()))
        self.progress.advance(total)
        columns = [*COLUMNS, *JOINT] if joint else list(COLUMNS)
        return pd.DataFrame([row for part in parts for row in part], columns=columns)

    def _stage(self, program: HourlyProgram, joint: bool) -> list[dict[str, object]]:
        hourly = program.under(self.built)
        every = [*self.places, *self.asides]
        rows = []
        for way in self.asked.directions:
            values = self.values[program.year]
            stage = operate(self.case, self.network, hourly, values, self.built, self.weight, way)
            shifts = Shifts(self.case, self.network, stage, way)
            searcher = Searcher(stage, shifts, every, [way])
            found: dict[tuple[str, str], Found] = {}
            for place in every:
                found[place.key] = searcher.find(place, way, self.asked.hours)
                self.done[stage.year] += 1
                self.progress.advance(sum(self.done.values()))
            part = [self._row(stage, place, way, found) for place in self.places]
            if joint:
                alone = {p.name: found[p.key].upper for p in every if p.kind == STATION}
                if self.asked.hours:
                    alone = {n: searcher.find(_station(n), way, 0).upper for n in alone}
                _add(part, together(stage, shifts, way, alone))
            rows += part
        return rows

    def _row(
        self, stage: Stage, place: Place, way: str, found: dict[tuple[str, str], Found]
    ) -> dict[str, object]:
        one = found[place.key]
        limit = limit_of(self.network, stage, place, one.outage, one.cut)
        alone = {n: found[STATION, n].mw for n, _ in place.shares} if place.kind == ZONE else {}
        best = max(alone, key=lambda n: alone[n], default="")
        whole = one.mw * len(stage.values)
        return {
            "place": place.name,
            "kind": place.kind,
            "year": stage.year,
            "direction": way,
            "hours": self.asked.hours,
            "headroom_mw": one.mw,
            "limited_by": limit.kind,
            "element": limit.element,
            "outage": one.outage,
            "day": one.hour // 24,
            "hour": one.hour % 24,
            "exact": one.exact,
            "upper_mw": one.upper,
            "limited_hours": one.limited,
            "curtailed_mwh": one.curtailed_mwh,
            "curtailed_share": one.curtailed_mwh / whole if whole > 0 else 0.0,
            "best_station": best,
            "best_station_mw": alone[best] if best else np.nan,
        }


def _station(name: str) -> Place:
    return Place(name, STATION, ((name, 1.0),))


def _add(rows: list[dict[str, object]], joint: Joint) -> None:
    """MW at the same time, to the rows of stations."""
    for row in rows:
        mine = row["kind"] == STATION
        row["joint_mw"] = joint.mw[str(row["place"])] if mine else np.nan
        row["joint_exact"] = joint.exact if mine else None
