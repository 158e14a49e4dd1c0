"""The same at another station: a copy of a site where there is room. An assumption, for no table has it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from gridplan.explain.built import with_limits
from gridplan.explain.why.question import Question
from gridplan.explain.why.register.loads import parts
from gridplan.explain.why.repairs.candidate import Candidate
from gridplan.explain.why.repairs.table import copied, fresh
from gridplan.model.frame import Frame

TRIED = 2  # stations, those with most room first
TABLE = "datacenters"


def another_site(question: Question) -> Iterator[Candidate]:
    """A site like the largest one of the class, at a station where there is room and no such site yet."""
    wishes = question.of("programme")
    sites = question.case.table(TABLE)
    if not wishes or sites.empty:
        return
    wish = wishes[0]
    alike = sites[sites["class"].isin(("", str(wish.key[0])))]
    if alike.empty:
        return
    frame = question.wide.compiled.program.frame
    used = {
        n
        for z, s in zip(alike["zone"], alike["substation"], strict=True)
        for n, _ in frame.network.feeds(z, s)
    }
    at = int(
        np.argmax(sites["max_it_mw"].fillna(np.inf).where(sites["class"].isin(("", str(wish.key[0]))), -1))
    )
    model = sites.iloc[at]
    rooms = _rooms(frame, wish.year)
    for station in sorted(set(rooms) - used, key=lambda n: -rooms[n])[:TRIED]:
        zone = frame.network.zone_of.get(station, "")
        if rooms[station] <= 0 or not frame.in_scope(zone or station, str(wish.key[1])):
            continue
        name = fresh(question.case, TABLE, f"{model['site']}-{station}")
        cells: dict[str, Any] = {**copied(question.case, TABLE, at), "substation": station}
        for gone in ("zone", "existing_it_mw", "existing_growth", "lat", "lon", "name", "owner"):
            cells.pop(gone, None)
        if zone:
            cells["zone"] = zone
        values = {"name": station, "zone": zone or station, "room": rooms[station], "like": model["site"]}
        yield Candidate("another_site", {f"{TABLE}.{name}": cells}, values, assumption=True)


def _rooms(frame: Frame, year: int) -> dict[str, float]:
    """MW of demand that every station with a limit has left as it stands, in the hours looked at."""
    limits = with_limits(frame.case, frame.network, {})
    load = parts(frame)
    found = {}
    for n in frame.network.stations:
        limit = limits.get(("stations.demand_mw", (n, year)), np.nan)
        if pd.notna(limit):
            used = sum((mw for _, _, mw in load.get((n, "mv", year), ())), np.zeros(len(frame.periods.items)))
            found[n] = float(limit - used.max(initial=0.0))
    return found
