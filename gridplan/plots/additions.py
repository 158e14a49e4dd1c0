"""What a plan adds to a map, with places: circuits, transformers, bays, datacenters and heat links."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from gridplan.plots.about import case_rows, names_of, rows
from gridplan.plots.built import built
from gridplan.plots.places import Place, Places
from gridplan.plots.text import short

if TYPE_CHECKING:
    from gridplan.plan.plan import Plan


def at_place(place: Place | None) -> dict[str, float]:
    """Columns of a place (degrees), blank where there is none."""
    lon, lat = place or (math.nan, math.nan)
    return {"lon": lon, "lat": lat}


def line_between(start: Place | None, end: Place | None, nth: int = 0) -> dict[str, float]:
    """A line between two places; the nth row between the same two runs a little beside the first."""
    if start is None or end is None:
        return {"lon": math.nan, "lat": math.nan, "to_lon": math.nan, "to_lat": math.nan}
    ordered = sorted((start, end))
    dx, dy = ordered[1][0] - ordered[0][0], ordered[1][1] - ordered[0][1]
    length = math.hypot(dx, dy) or 1.0
    aside = (nth + 1) // 2 * (1 if nth % 2 else -1) * min(0.004, 0.06 * length)
    sx, sy = -dy / length * aside, dx / length * aside
    return {"lon": start[0] + sx, "lat": start[1] + sy, "to_lon": end[0] + sx, "to_lat": end[1] + sy}


def added(plan: Plan, stage: int, places: Places) -> list[dict[str, Any]]:
    """New circuits as lines, new transformers and bays at their station, one row per year in service."""
    done = built(plan)
    ends = {
        str(row["branch"]): (str(row["from"]), str(row["to"]))
        for row in case_rows(plan, "branches", "branch", "from", "to").to_dict("records")
    }
    found = []
    for row in done[done["year"] <= stage].to_dict("records"):
        base = {
            "id": row["reinforcement"],
            "name": row["target"] or row["reinforcement"],
            "added_year": row["year"],
        }
        if row["kind"] == "branch":
            start, end = ends.get(row["target"], (row["from"], row["to"]))
            line = line_between(places.stations.get(start), places.stations.get(end))
            found.append(
                {"layer": "circuit", **base, **line, "added": row["circuits"], "added_what": "circuit"}
            )
            continue
        what = "transformer" if row["transformers"] else "bay"
        number = row["transformers"] or row["bays"]
        at = at_place(places.stations.get(row["target"]))
        found.append({"layer": "capacity", **base, **at, "added": number, "added_what": what})
    return found


def new_datacenters(plan: Plan, stage: int, places: Places) -> list[dict[str, Any]]:
    """Sites with new IT MW in a stage, over all classes and rights."""
    sites = rows(plan, "datacenters", stage)
    total = sites.assign(site=sites["site"].astype(str)).groupby("site")["it_mw"].sum()
    names = names_of(plan, "datacenters", "site")
    spots = places.others["datacenters"]
    return [
        {
            "layer": "datacenter",
            "id": site,
            "name": names.get(site, site),
            **at_place(spots.get(site)),
            "mw": float(mw),
        }
        for site, mw in zip(total.index.astype(str), total.to_list(), strict=True)
        if mw > 1e-3
    ]


ENDS = {"junctions": "junction", "heat_sinks": "sink", "heat_sources": "source", "datacenters": "site"}


def heat_links(plan: Plan, stage: int, places: Places) -> list[dict[str, Any]]:
    """Heat links in service in a stage, with their peak (MW) and heat (TJ a year)."""
    table = rows(plan, "heat_links", stage)
    use = table.assign(link=table["link"].astype(str)).groupby("link")[["peak_mw", "heat_tj"]].sum()
    ends = {str(r["link"]): r for r in case_rows(plan, "heat_links", "link", "from", "to").to_dict("records")}
    names = {i: name for table, key in ENDS.items() for i, name in names_of(plan, table, key).items()}
    found = []
    for link, row in zip(use.index.astype(str), use.to_dict("records"), strict=True):
        end = ends.get(link, {"from": "", "to": ""})
        line = line_between(places.end_of_link(str(end["from"])), places.end_of_link(str(end["to"])))
        found.append(
            {
                "layer": "heat_link",
                "id": link,
                "name": " – ".join(short(names.get(str(end[k]), str(end[k])), 18) for k in ("from", "to")),
                **line,
                "peak_mw": row["peak_mw"],
                "tj": row["heat_tj"],
            }
        )
    return found
