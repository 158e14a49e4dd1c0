"""A place in a plan: why nothing stands at a site, what limits a station or a zone."""

from __future__ import annotations

from typing import Any

import numpy as np

from gridplan.case import Case
from gridplan.case.problem import did_you_mean
from gridplan.explain.headroom import headroom
from gridplan.explain.why.explanation import Explanation
from gridplan.explain.why.oracle import Clock
from gridplan.explain.why.say import Line
from gridplan.explain.why.site import of_site
from gridplan.network import Network
from gridplan.plan.plan import Plan
from gridplan.solve.progress import Progress

SITE, STATION, ZONE, OTHER = "site", "station", "zone", "other"
TINY = 0.05  # MW that are worth a line


def place_of(case: Case, name: str) -> str:
    """What a name is: a site before a station before a zone; else a class, region or policy.

    Raises:
        ValueError: it is none of these.
    """
    for kind, table, column in (
        (SITE, "datacenters", "site"),
        (STATION, "substations", "substation"),
        (ZONE, "zones", "zone"),
    ):
        if name in set(case.table(table)[column]):
            return kind
    demand = case.table("datacenter_demand")
    others = {*demand["class"], *demand["region"], *case.table("policies")["policy"]}
    if name in others:
        return OTHER
    known = sorted(
        {
            *case.table("datacenters")["site"],
            *case.table("substations")["substation"],
            *case.table("zones")["zone"],
            *others,
        }
        - {""}
    )
    hint = did_you_mean(name, known)
    raise ValueError(
        f"'{name}' is no site, station, zone, class or policy of this case; {hint or ', '.join(known[:20])}"
    )


def of_place(plan: Plan, name: str, mw: float | None, clock: Clock, watcher: Progress) -> Explanation | None:
    """The explanation of a site, station or zone; None of anything else."""
    kind = place_of(plan.case, name)
    if kind == SITE:
        return of_site(plan, name, mw, clock)
    if kind in (STATION, ZONE):
        return _room(plan, name, kind, watcher)
    return None


def _room(plan: Plan, name: str, kind: str, watcher: Progress) -> Explanation:
    """What stands at a station or in a zone, what limits it, and what still fits."""
    network = Network(plan.case)
    fed = [n for n, _ in network.feeds(name, "")] if kind == ZONE else [name]
    stations = fed or [n for n, zone in network.zone_of.items() if zone == name]
    table = headroom(plan, places=[name] if fed else stations, progress=watcher)
    table = table[table["kind"] == (kind if fed else STATION)]
    notes: list[Line] = []
    year = plan.case.years[-1]
    notes += [line for n in stations for line in _stands(plan, n, year)]
    notes += [_line(plan, {str(k): v for k, v in row.items()}) for row in table.to_dict("records")]
    return Explanation(plan.case.name, "place", notes=tuple(notes), details=table.reset_index(drop=True))


def _line(plan: Plan, row: dict[str, Any]) -> Line:
    by = Line(f"limited.{row['limited_by'].replace(' ', '_')}", {k: row[k] for k in ("element", "outage")})
    values = {
        "name": row["place"],
        "year": row["year"],
        "way": Line(f"way.{row['direction']}"),
        "room": round(float(row["headroom_mw"]), 2),
        "by": by,
    }
    stations = plan.stations
    at = stations[
        (stations["substation"] == row["place"])
        & (stations["year"] == row["year"])
        & (stations["direction"] == row["direction"])
    ]
    limit = float(at["limit_mw"].iloc[0]) if len(at) else np.nan
    if row["kind"] == ZONE or not np.isfinite(limit):
        return Line("place.no_limit", values)
    return Line("place.station", {**values, "peak": max(0.0, float(at["peak_mw"].iloc[0])), "limit": limit})


def _stands(plan: Plan, station: str, year: int) -> list[Line]:
    """What draws from a station in its hour of most demand."""
    table = plan.table("withdrawals")
    table = table[(table["substation"] == station) & (table["year"] == year)]
    if table.empty:
        return []
    hours = (
        table["day"].astype(str) + table["hour"].astype(str).radd("/") + table["outage"].fillna("").radd("/")
    )
    worst = table["mw"].groupby(hours).sum().idxmax()
    parts = table[hours == worst].groupby("subject")["mw"].sum()
    return [
        Line(
            "place.stands", {"name": station, "year": year, "mw": float(mw), "what": Line(f"subject.{what}")}
        )
        for what, mw in parts.items()
        if abs(mw) >= TINY
    ]
