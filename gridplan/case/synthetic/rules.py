"""Policies: caps of municipalities and regions, and the technicians there are."""

from __future__ import annotations

from gridplan.case.synthetic.asked import Asked
from gridplan.case.synthetic.loads import Loads, Rows
from gridplan.case.synthetic.sites import Sites

CAPPED = 5  # one of so many municipalities with a site has a cap
REGION_SHARE = 0.7  # of the room of its sites that a region allows
CREW_SHARE = 0.6  # of all the work that is offered, evenly over the years
CREW_MEUR = 0.15  # price of a technician from elsewhere for a year


def rules(asked: Asked, load: Loads, site: Sites, works: Rows) -> Rows:
    """Rows of policies; the technicians' is soft."""
    zone_of = {row["zone"]: row["region"] for row in load.zones}
    rows: Rows = []
    room: dict[str, float] = {}
    for i, row in enumerate(site.datacenters):
        own = row["max_it_mw"] - row["existing_it_mw"]
        region = zone_of[row["zone"]]
        room[region] = room.get(region, 0.0) + own
        if i % CAPPED == 0:
            rows.append(
                {"policy": f"cap_{row['zone']}", "level": "municipality", "scope": row["zone"],
                 "indicator": "datacenter_mw", "sense": "max", "value": round(own / 2)}
            )  # fmt: skip
    for region, mw in sorted(room.items()):
        rows.append(
            {"policy": f"cap_{region}", "level": "province", "scope": region, "indicator": "datacenter_mw",
             "sense": "max", "value": round(REGION_SHARE * mw)}
        )  # fmt: skip
    years = max(1, asked.years[-1] - asked.years[0])
    fte = CREW_SHARE * sum(row["crew_fte_years"] * row.get("max_units", 1) for row in works) / years
    if fte:
        rows.append(
            {"policy": "technicians", "level": "grid operator", "scope": "all", "indicator": "crew_fte",
             "sense": "max", "value": round(fte, 1), "price": CREW_MEUR}
        )  # fmt: skip
    return rows
