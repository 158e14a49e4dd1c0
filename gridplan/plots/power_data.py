"""Electricity by sub-region over a year: what makes it, what uses it, what the grid brings (GWh)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.plots.about import case_rows, filled, names_of, rows, stage_of
from gridplan.plots.growth_data import DEMANDS, Loads

if TYPE_CHECKING:
    from gridplan.plan.plan import Plan

COLUMNS = ("year", "from", "from_kind", "to", "to_kind", "gwh")
GRID = "grid"  # what comes from, or goes to, the grid around a sub-region
OUTSIDE = "grid_supply"
LEAST_GWH = 0.05
NOWHERE = "–"  # sub-region of stations that stand in no municipality


def data(plan: Plan, year: int | None = None) -> pd.DataFrame:
    """Flows of a year, GWh: supply → sub-region → use; the balance comes from the grid, or goes to it.

    A sub-region is `zones.region`, else the zone. `from_kind` and `to_kind` are supply, region, use or grid.
    Energy is that of the weighted hours of the plan; load of the case is split by category by its energy over
    the year. Supplies of technology `grid_supply` are the grid.

    Raises:
        ValueError: a year that is not a stage, or a plan without tables.
    """
    stage = stage_of(plan, year)
    region = _regions(plan)
    used = _used(plan, stage, region)
    made = _made(plan, stage, region)
    found = [(tech, "supply", at, "region", gwh) for (at, tech), gwh in made.items()]
    found += [(at, "region", category, "use", gwh) for (at, category), gwh in used.items()]
    for at in dict.fromkeys([*(r for r, _ in used), *(r for r, _ in made)]):
        missing = sum(g for (r, _), g in used.items() if r == at) - sum(
            g for (r, _), g in made.items() if r == at
        )
        if missing > 0:
            found.append((GRID, "grid", at, "region", missing))
        else:
            found.append((at, "region", GRID, "grid", -missing))
    rows_ = [dict(zip(COLUMNS, (stage, *flow), strict=True)) for flow in found if flow[-1] >= LEAST_GWH]
    table = pd.DataFrame(rows_, columns=list(COLUMNS))
    return table.sort_values(["gwh", "from", "to"], ascending=[False, True, True], ignore_index=True)


def _regions(plan: Plan) -> dict[str, str]:
    """Station → name of its sub-region."""
    zones = {str(row["zone"]): row for row in case_rows(plan, "zones", "zone", "region").to_dict("records")}
    names = names_of(plan, "zones", "zone")
    found = {}
    for row in case_rows(plan, "substations", "substation", "zone").to_dict("records"):
        zone = str(row["zone"]) if filled(row["zone"]) else ""
        own = zones.get(zone, {}).get("region")
        found[str(row["substation"])] = str(own) if filled(own) else names.get(zone, zone or NOWHERE)
    return found


def _energy(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of whole hours with their GWh a year."""
    whole = table["outage"].isna() | (table["outage"] == "")
    table = table[whole & (table["weight_hours"] > 0)]
    return table.assign(gwh=table["mw"] * table["weight_hours"] / 1000)


def _used(plan: Plan, stage: int, region: dict[str, str]) -> dict[tuple[str, str], float]:
    """(sub-region, category) → GWh that stations take, but for supplies."""
    table = _energy(rows(plan, "withdrawals", stage).astype({"substation": str, "subject": str}))
    loads = Loads(plan)
    found: dict[tuple[str, str], float] = {}
    sums = table.groupby(["substation", "subject"])["gwh"].sum().reset_index()
    for station, subject, gwh in zip(sums["substation"], sums["subject"], sums["gwh"], strict=True):
        if subject == "supplies":
            continue
        shares = loads.of_year(str(station), stage) if subject == DEMANDS else {}
        for category, share in (shares or {str(subject): 1.0}).items():
            key = (region.get(str(station), NOWHERE), category)
            found[key] = found.get(key, 0.0) + share * float(gwh)
    return found


def _made(plan: Plan, stage: int, region: dict[str, str]) -> dict[tuple[str, str], float]:
    """(sub-region, technology) → GWh of supplies that are not the grid, over the stations that take them."""
    table = _energy(rows(plan, "supplies", stage).astype({"supply": str}))
    total: dict[Any, float] = table.groupby("supply")["gwh"].sum().to_dict()
    loads = Loads(plan)
    found: dict[tuple[str, str], float] = {}
    case = case_rows(plan, "supplies", "supply", "zone", "substation", "technology").drop_duplicates("supply")
    for row in case.to_dict("records"):
        technology = str(row["technology"]) if filled(row["technology"]) else "supplies"
        if technology == OUTSIDE:
            continue
        for station, share in loads.places(row):
            key = (region.get(station, NOWHERE), technology)
            found[key] = found.get(key, 0.0) + share * total.get(str(row["supply"]), 0.0)
    return found
