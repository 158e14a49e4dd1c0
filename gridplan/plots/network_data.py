"""What the map of the grid draws: areas, connections and substations by loading, and what the plan adds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.plots.about import case_rows, direction_of, filled, names_of, rows, stage_of
from gridplan.plots.additions import added, at_place, heat_links, line_between, new_datacenters
from gridplan.plots.places import Places, places_of
from gridplan.plots.style import class_of

if TYPE_CHECKING:
    from gridplan.plan.plan import Plan

COLUMNS = (
    "layer",
    "id",
    "name",
    "lon",
    "lat",
    "to_lon",
    "to_lat",
    "year",
    "direction",
    "peak_mw",
    "limit_mw",
    "loading",
    "headroom_mw",
    "capacity_class",
    "congested",
    "added",
    "added_year",
    "added_what",
    "mw",
    "tj",
)


def data(plan: Plan, year: int | None = None, direction: str = "demand") -> pd.DataFrame:
    """What is drawn, a row each; `layer`: zone, branch, station, circuit, capacity, datacenter, heat_link.

    `lon`, `lat` (degrees) is where the mark stands; `loading` a share of `limit_mw`; `capacity_class` its
    colour; `added` units in service since `added_year`; `mw` new IT MW of a site; `tj` heat a year.

    Raises:
        ValueError: unknown year or direction, or a plan without tables.
    """
    stage, way = stage_of(plan, year), direction_of(direction)
    places = places_of(plan)
    stations = _stations(plan, stage, way, places)
    layers = [
        *_zones(plan, stations, places),
        *_branches(plan, stage, places),
        *stations.values(),
        *added(plan, stage, places),
        *new_datacenters(plan, stage, places),
        *heat_links(plan, stage, places),
    ]
    table = pd.DataFrame(layers, columns=list(COLUMNS))
    return table.assign(year=stage, direction=way, congested=table["congested"].eq(True))


def _stations(plan: Plan, stage: int, way: str, places: Places) -> dict[str, dict[str, Any]]:
    loads = rows(plan, "stations", stage)
    loads = loads[loads["direction"] == way].set_index(
        loads["substation"][loads["direction"] == way].astype(str)
    )
    short_of = rows(plan, "unserved", stage)
    lacking = set(short_of["substation"][short_of["mw"] > 1e-6].astype(str)) if way == "demand" else set()
    found = {}
    for station, name in names_of(plan, "substations", "substation").items():
        row = loads.loc[station].to_dict() if station in loads.index else {}
        load = station_load(row)
        kind = class_of(load["loading"], load["headroom_mw"])
        congested = kind == "full" and station in lacking
        place = at_place(places.stations.get(station))
        found[station] = {"layer": "station", "id": station, "name": name, **place, **load} | {
            "capacity_class": kind,
            "congested": congested,
        }
    return found


def station_load(row: Mapping[Any, Any]) -> dict[str, float]:
    """Peak, limit and headroom (MW) and loading (share) of a row; NaN where there is no limit, or nothing."""
    peak, limit = (_float(row.get(key)) for key in ("peak_mw", "limit_mw"))
    loading, room = _float(row.get("loading")), _float(row.get("headroom_mw"))
    if math.isnan(limit) or math.isinf(limit) or (limit <= 1e-6 and not peak > 1e-6):
        loading = room = math.nan
    elif limit <= 1e-6:
        loading = math.inf
    elif math.isnan(loading):
        loading = peak / limit
    if math.isnan(room) and not math.isnan(loading):
        room = limit - peak
    return {"peak_mw": peak, "limit_mw": limit, "loading": loading, "headroom_mw": room}


def _float(value: object) -> float:
    return float(value) if filled(value) else math.nan  # type: ignore[arg-type]


def _zones(plan: Plan, stations: dict[str, dict[str, Any]], places: Places) -> list[dict[str, Any]]:
    served = case_rows(plan, "service_areas", "zone", "substation", "share")
    serves: dict[str, list[str]] = {}
    for row in served.to_dict("records"):
        if not filled(row["share"]) or float(row["share"]) > 0:
            serves.setdefault(str(row["zone"]), []).append(str(row["substation"]))
    found = []
    for zone, name in names_of(plan, "zones", "zone").items():
        own = [stations[s] for s in serves.get(zone, [zone]) if s in stations]
        loaded = [s for s in own if not math.isnan(s["loading"])]
        worst = max(loaded, key=lambda s: (s["capacity_class"] == "full", s["loading"]), default=None)
        load = {k: worst[k] for k in ("loading", "headroom_mw", "capacity_class")} if worst else {}
        found.append(
            {
                "layer": "zone",
                "id": zone,
                "name": name,
                "capacity_class": "none",
                **at_place(places.zones.get(zone)),
                **load,
            }
        )
    return found


def _branches(plan: Plan, stage: int, places: Places) -> list[dict[str, Any]]:
    loads = {str(row["branch"]): row for row in rows(plan, "branches", stage).to_dict("records")}
    names = names_of(plan, "branches", "branch")
    found: list[dict[str, Any]] = []
    pairs: dict[frozenset[str], int] = {}
    for row in case_rows(plan, "branches", "branch", "from", "to", "circuits").to_dict("records"):
        load = station_load(loads.get(str(row["branch"]), {}))
        circuits = loads.get(str(row["branch"]), {}).get("circuits")
        circuits = circuits if filled(circuits) else row["circuits"]
        if filled(circuits) and float(circuits or 0) == 0:
            continue
        ends = (str(row["from"]), str(row["to"]))
        nth = pairs[frozenset(ends)] = pairs.get(frozenset(ends), -1) + 1
        line = line_between(places.stations.get(ends[0]), places.stations.get(ends[1]), nth)
        kind = class_of(load["loading"], load["headroom_mw"])
        name = names[str(row["branch"])]
        found.append(
            {
                "layer": "branch",
                "id": str(row["branch"]),
                "name": name,
                **line,
                **load,
                "capacity_class": kind,
            }
        )
    return found
