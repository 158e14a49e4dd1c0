"""Demand that is simply there, and what of it may have to go unserved.

Sets: (n, s) station and side with load, y stage, p period. Parameters in MW: `load[n,s,y,p]` (all fixed
demand, existing datacenters included), `sheddable[n,s,y,p]` (the part that is not critical). Variables in MW
≥ 0: `unserved[n,s,y,p]`, `peak[n,y]`, only where unserved_mw_years is minimised.

    unserved[n,s,y,p] ≤ sheddable[n,s,y,p]
    Σ_s unserved[n,s,y,p] ≤ peak[n,y]
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd
import pyomo.environ as pyo

from gridplan.model.frame import Frame, Place
from gridplan.model.numbers import numbers
from gridplan.model.rows import constrain
from gridplan.model.terms import Terms

Series = dict[Place, dict[int, np.ndarray]]  # MW by place, stage and period


def demand(frame: Frame, critical: bool | None = None) -> Series:
    """MW of the rows of `demands` by place, stage and period; only critical (or other) ones if asked."""
    total = _zeros(frame)
    for first, peak in _peaks(frame, critical):
        shape = frame.profile(first["profile"])
        for place, share in frame.places(first["zone"], first["substation"], first["side"]):
            for y in frame.years:
                total[place][y] = total[place][y] + share * peak[y] * shape
    return total


def _peaks(frame: Frame, critical: bool | None) -> list[tuple[dict[str, Any], dict[int, float]]]:
    """(first row, peak by stage) of every demand; of those rows only that are critical, or are not."""
    rows = frame.rows("demands")
    first: dict[str, dict[str, Any]] = {}
    kinds: dict[str, set[bool]] = {}
    for row in rows:
        first.setdefault(row["demand"], row)
        kinds.setdefault(row["demand"], set()).add(bool(row["critical"]))
    peaks = frame.yearly("demands", "peak_mw")
    if critical is None:
        return [(row, peaks[name]) for name, row in first.items()]
    found = [(row, peaks[name]) for name, row in first.items() if kinds[name] == {critical}]
    mixed = [name for name, kind in kinds.items() if len(kind) == 2]
    if mixed:  # critical in some years only: each part is interpolated by itself
        table = frame.case.table("demands")
        part = table[table["demand"].isin(mixed) & (table["critical"] == critical)]
        for _, own in part.groupby("demand", sort=False):
            found.append(({str(k): v for k, v in own.iloc[0].items()}, frame.by_year(own, "peak_mw")))
    return found


def existing_datacenters(frame: Frame) -> Series:
    """MW that existing datacenters draw by place, stage and period."""
    total = _zeros(frame)
    for row in frame.rows("datacenters"):
        shape, mw = frame.profile(row["profile"]), existing_mw(row, frame)
        for place, share in frame.places(row["zone"], row["substation"], row["side"]):
            for y in frame.years:
                if mw[y]:
                    total[place][y] = total[place][y] + share * mw[y] * shape
    return total


def existing_mw(row: dict[str, Any], frame: Frame) -> dict[int, float]:
    """Peak MW that a site's existing IT draws from the grid, by stage: it grows, but never past full use,
    and ends with until_year.
    """
    first = frame.case.settings.horizon.years[0]
    used = {
        y: min(1.0, row["existing_utilisation"] * (1 + row["existing_growth"]) ** (y - first))
        if pd.isna(row["until_year"]) or y <= row["until_year"]
        else 0.0
        for y in frame.years
    }
    return {y: row["existing_it_mw"] * row["pue"] * used[y] for y in frame.years}


def _zeros(frame: Frame) -> Series:
    return defaultdict(lambda: {y: np.zeros(len(frame.periods.items)) for y in frame.years})


def add(m: Any, frame: Frame, terms: Terms) -> None:
    """Add block `loads`: parameters `load`, and `unserved` where the objective counts it."""
    b = m.loads = pyo.Block()
    parts = [demand(frame, critical=False), existing_datacenters(frame), demand(frame, critical=True)]
    places = sorted({place for part in parts for place in part})
    b.PLACE = pyo.Set(dimen=2, initialize=places)
    zero = np.zeros(len(frame.periods.items))

    def total(place: Place, year: int, chosen: list[Series]) -> np.ndarray:
        return sum((part[place][year] for part in chosen if place in part), zero)

    load = {(*at, y): total(at, y, parts) for at in places for y in frame.years}
    soft = {(*at, y): total(at, y, parts[:2]) for at in places for y in frame.years}
    numbers(b, "load_mw", b.PLACE, m.YP, values=_flat(frame, places, load))
    if "unserved_mw_years" in frame.case.settings.objective.minimise:
        _unserved(m, b, frame, terms, _flat(frame, places, soft))


def _flat(frame: Frame, places: list[Place], series: dict[Any, np.ndarray]) -> np.ndarray:
    """Values by place and (year, period), from arrays by period of each (place, year)."""
    if not places:
        return np.zeros((0, len(frame.pairs)))
    whole = np.array([[series[(*place, y)] for y in frame.years] for place in places])
    stage = {y: k for k, y in enumerate(frame.years)}
    return whole[:, [stage[y] for y, _ in frame.pairs], [p for _, p in frame.pairs]]


def _unserved(m: Any, b: Any, frame: Frame, terms: Terms, soft: np.ndarray) -> None:
    numbers(b, "sheddable", b.PLACE, m.YP, values=soft)
    b.unserved = pyo.Var(b.PLACE, m.YP, domain=pyo.NonNegativeReals)
    b.STATION = pyo.Set(dimen=1, initialize=sorted({n for n, _ in b.PLACE}))
    b.sides = pyo.Set(
        b.STATION, dimen=1, initialize={n: [s for q, s in b.PLACE if q == n] for n in b.STATION}
    )
    b.peak = pyo.Var(b.STATION, m.Y, domain=pyo.NonNegativeReals)
    constrain(b, "only_load", b.PLACE, m.YP, rule=_only_load)
    constrain(b, "below_peak", b.STATION, m.YP, rule=_below_peak)
    price = frame.case.settings.objective.unserved_eur_per_mwh
    for n in b.STATION:
        zone = frame.network.zone_of.get(n, "")
        for y in frame.years:
            terms.add("unserved_mw_years", zone, y, b.peak[n, y], float(frame.lengths[y]), (n,))
        for y, p in frame.weighted:
            for s in b.sides[n]:
                column, hours = b.unserved[n, s, y, p], frame.weight(p)
                terms.add("unserved_mwh", zone, y, column, hours, (n,))
                terms.penalise(zone, y, column, hours * price / 1e6, (n,))


def _only_load(b: Any, n: Any, s: Any, y: Any, p: Any) -> Any:
    """unserved ≤ sheddable (MW): only load that is not critical can be shed."""
    return b.unserved[n, s, y, p] <= b.sheddable[n, s, y, p]


def _below_peak(b: Any, n: Any, y: Any, p: Any) -> Any:
    """Σ_s unserved[n,s,y,p] ≤ peak[n,y] (MW): the worst hour counts in unserved_mw_years."""
    return sum(b.unserved[n, s, y, p] for s in b.sides[n]) <= b.peak[n, y]
