"""What a plan says about the room of every station in a year, as the capacity map puts it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from gridplan.case import Case
from gridplan.exchange.capmap_data import COLOURS, POSTCODE, SIDES, Area, Postcode, Side, Work, to_code
from gridplan.plan import Plan

QUOTED = "quoted"  # class of rows of the queue that are offers, not requests
LEVELS = (0.80, 0.95)  # loading from which room is limited, and from which it is tight
NONE_LEFT = 1e-6  # MW


def areas_of(plan: Plan, year: int) -> list[Area]:
    """One area per station, in the order of the case."""
    case = plan.case
    stations = plan.stations
    queue = queues(case)
    served = _postcodes(case)
    works = _works(plan)
    names = dict(case.table("substations")[["substation", "name"]].itertuples(index=False, name=None))
    notes = dict(case.table("substations")[["substation", "note"]].itertuples(index=False, name=None))
    areas = []
    for station in case.table("substations")["substation"]:
        area = Area(to_code(station), names[station])
        area.kind = "congestion_area" if notes[station] == "congestion_area" else ""
        mine = stations[stations["substation"] == station]
        for side in SIDES:
            rows = mine[mine["direction"] == side].set_index("year")
            area.sides[side] = _side(rows, year, queue.get((station, side), {}))
        area.works = works.get(station, [])
        area.postcodes = [
            Postcode(code, area.sides["demand"].colour, area.sides["feedin"].colour, tennet)
            for code, tennet in served.get(station, [])
        ]
        areas.append(area)
    return areas


def _side(rows: pd.DataFrame, year: int, asked: Mapping[str, Any]) -> Side:
    """One direction of a station in a year; `rows` are its years."""
    made = Side(queue=asked.get("queue"), requests=asked.get("requests"), quoted=asked.get("quoted"))
    if year not in rows.index:
        return made
    row: Any = rows.loc[[year]].to_dict("records")[0]
    room, wanted = float(row["headroom_mw"]), made.queue or 0.0
    made.forecast = float(row["peak_mw"])
    made.colour = colour(float(row["loading"]), room, wanted)
    if math.isnan(room):
        return made
    made.available = max(room, 0.0)
    if wanted > room + NONE_LEFT or room <= NONE_LEFT:
        later = rows[
            (rows.index >= year)
            & (rows["headroom_mw"].fillna(math.inf) + NONE_LEFT >= max(wanted, 2 * NONE_LEFT))
        ]
        made.alleviation_year = None if later.empty else int(later.index.min())
    return made


def colour(loading: float, room: float, queue: float) -> str:
    """Colour of the map for one direction.

    `transparant`: room (loading below 80 %, and what is asked fits). `yellow`: limited (80 %). `amber`: tight
    (95 %), or more is asked than there is room. `red`: nothing is left.

    Args:
        loading: peak as a share of the limit; NaN where there is no limit.
        room: MW; NaN where there is no limit.
        queue: MW asked for.
    """
    if math.isnan(room):
        return COLOURS[0]
    if room <= NONE_LEFT:
        return COLOURS[3]
    if queue > room + NONE_LEFT:
        return COLOURS[2]
    return COLOURS[sum(loading >= level for level in LEVELS)]


def queues(case: Case) -> dict[tuple[str, str], dict[str, Any]]:
    """MW and requests in the queue, and MW quoted, by station and direction.

    Requests in a zone go to its stations by their shares, and count at the one with the largest share.
    """
    areas = case.table("service_areas")
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in case.table("queue").to_dict("records"):
        parts = [(row["substation"], 1.0)] if row["substation"] else []
        if not parts:
            of = areas[areas["zone"] == row["zone"]].sort_values("share", ascending=False)
            parts = list(of[["substation", "share"]].itertuples(index=False, name=None)) or [
                (row["zone"], 1.0)
            ]
        for k, (station, share) in enumerate(parts):
            at = found.setdefault((station, row["direction"]), {})
            if row["class"] == QUOTED:
                at["quoted"] = at.get("quoted", 0.0) + share * row["mw"]
            else:
                at["queue"] = at.get("queue", 0.0) + share * row["mw"]
                at["requests"] = at.get("requests", 0) + (int(row["requests"]) if k == 0 else 0)
    return found


def _works(plan: Plan) -> dict[str, list[Work]]:
    """Works at every station: what the plan builds, with its year, and announced ones that add nothing."""
    case = plan.case
    built = plan.reinforcements
    built = built[built["units_started"] > 0]
    made: dict[str, list[Work]] = {}
    branches = case.table("branches").set_index("branch")
    for row in case.table("reinforcements").to_dict("records"):
        ends = [row["from"], row["to"]]
        if row["kind"] == "branch" and row["target"] in branches.index:
            ends = branches.loc[row["target"], ["from", "to"]].tolist()
        stations = [end for end in (ends if row["kind"] == "branch" else [row["target"]]) if end]
        years = built.loc[built["reinforcement"] == row["reinforcement"], "year"].tolist()
        if _announced(row) and not years:
            years = [None if pd.isna(row["earliest_year"]) else int(row["earliest_year"])]
        for station in stations:
            for year in years:
                work = Work(
                    row["name"] or row["reinforcement"], row["note"], None if year is None else int(year)
                )
                made.setdefault(station, []).append(work)
    return made


def _announced(row: Mapping[Any, Any]) -> bool:
    """Whether a reinforcement adds nothing: a work that is told of, without a number."""
    return row["kind"] == "bay" and not row["adds_bays"]


def _postcodes(case: Case) -> dict[str, list[tuple[str, str]]]:
    """Postcodes (zones named so) that every station serves, with the TenneT station above."""
    notes = dict(case.table("zones")[["zone", "note"]].itertuples(index=False, name=None))
    made: dict[str, list[tuple[str, str]]] = {}
    for zone, station in case.table("service_areas")[["zone", "substation"]].itertuples(
        index=False, name=None
    ):
        if POSTCODE.fullmatch(zone):
            made.setdefault(station, []).append((zone, notes.get(zone, "")))
    return made
