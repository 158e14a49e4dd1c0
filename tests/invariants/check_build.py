"""What is built: whole, in time, in order, never undone, and with room for it."""

from collections import defaultdict

import numpy as np
import pandas as pd

from tests.invariants.view import View, near


def _ids(text):
    return [part.strip() for part in text.replace("|", ";").split(";") if part.strip()]


def _falls(table, key, column):
    """Assets whose column falls from a stage to the next."""
    ordered = table.sort_values("year")
    return [
        f"{name}: {column} falls"
        for name, rows in ordered.groupby(key)
        if (np.diff(rows[column].astype(float)) < -1e-6).any()
    ]


def building(plan):
    """Units are whole, stay, keep to lead time, earliest year, `requires`, `excludes`; started = there."""
    v = View(plan)
    table = v.table("reinforcements")
    wrong = _falls(table, "reinforcement", "units_in_service")
    rows = {row["reinforcement"]: row for row in v.rows("reinforcements")}
    last = v.years[-1]
    for name, row in rows.items():
        own = table[table["reinforcement"] == name].sort_values("year")
        units = dict(zip(own["year"], own["units_in_service"], strict=True))
        if any(n != round(n) or not 0 <= n <= row["max_units"] for n in units.values()):
            wrong.append(f"{name}: units {units}")
        first = max(
            v.years[0] + row["lead_time_years"], row["earliest_year"] if row["earliest_year"] > 0 else 0
        )
        wrong += [f"{name}: in service in {y}, before {first}" for y, n in units.items() if n and y < first]
        if own["units_started"].sum() != units[last]:
            wrong.append(f"{name}: {own['units_started'].sum()} started, {units[last]} in service")
        new = np.diff([0, *units.values()])
        for y, n, start in zip(units, new, own["start_year"], strict=True):
            if bool(n) != pd.notna(start) or (n and start != y - row["lead_time_years"]):
                wrong.append(f"{name} {y}: starts in {start}")
        for other in _ids(row["requires"]):
            wrong += [f"{name} {y}: without {other}" for y, n in units.items() if n and not v.units[other, y]]
        for other in _ids(row["excludes"]):
            if units[last] and v.units[other, last]:
                wrong.append(f"{name}: with {other}")
    return wrong


def crew(plan):
    """crew_fte: work spread evenly over the lead time before a unit enters service, mean of the stage."""
    v = View(plan)
    table = v.table("reinforcements").sort_values("year")
    work = dict.fromkeys(v.years, 0.0)
    for row in v.rows("reinforcements"):
        units = table[table["reinforcement"] == row["reinforcement"]]["units_in_service"]
        for service, new in zip(v.years, np.diff([0, *units]), strict=True):
            begin = service - row["lead_time_years"]
            for y, length in v.lengths.items():
                inside = max(0.0, min(service, y + length) - max(begin, y))
                share = inside / row["lead_time_years"] if row["lead_time_years"] else float(y == service)
                work[y] += new * row["crew_fte_years"] * share / length
    return [
        f"crew {y}: {v.whole('crew_fte', y)}, by the units {w}"
        for y, w in work.items()
        if not near(v.whole("crew_fte", y), w)
    ]


def sites(plan):
    """Datacenters: whole modules, within the site, not too early, never smaller, at least the least size."""
    v = View(plan)
    table = v.table("datacenters")
    wrong = _falls(table, "site", "it_mw") + _falls(table, "site", "open")
    rows = {row["site"]: row for row in v.rows("datacenters")}
    for site, y, it, grid, opened in table[["site", "year", "it_mw", "grid_mw", "open"]].itertuples(
        index=False
    ):
        row, at = rows[site], f"{site} {y}"
        if row["module_it_mw"] > 0 and not near(
            it / row["module_it_mw"], round(it / row["module_it_mw"]), 1e-5
        ):
            wrong.append(f"{at}: {it} MW is no whole number of modules")
        if it > row["max_it_mw"] - row["existing_it_mw"] + 1e-5:
            wrong.append(f"{at}: {it} MW does not fit the site")
        if it > 1e-5 and (not opened or y < row["earliest_year"]):
            wrong.append(f"{at}: {it} MW, not open or too early")
        if opened and it < row["min_it_mw"] - 1e-5:
            wrong.append(f"{at}: {it} MW is less than the least size")
        if not near(grid, it * row["pue"] * row["utilisation"]):
            wrong.append(f"{at}: {grid} MW from the grid")
    return wrong


def _zone(v, row):
    zones = set(v.case.table("zones")["zone"])
    return row["zone"] if row["zone"] in zones else v.zone_of.get(row["zone"] or row["substation"], "")


def land(plan):
    """New datacenters fit on the land of their zone."""
    v = View(plan)
    room = {row["zone"]: row["land_ha"] for row in v.rows("zones")}
    rows = {row["site"]: row for row in v.rows("datacenters")}
    used = defaultdict(float)
    for site, y, it in v.table("datacenters")[["site", "year", "it_mw"]].itertuples(index=False):
        used[_zone(v, rows[site]), y] += it * rows[site]["ha_per_mw"]
    return [f"land {k}: {ha} of {room[k[0]]}" for k, ha in used.items() if ha > room.get(k[0], np.inf) + 1e-5]


def bays(plan):
    """New sites and ends of new circuits have a bay at their station."""
    v = View(plan)
    table = v.table("datacenters")
    rows = {row["site"]: row for row in v.rows("datacenters")}
    wrong = []
    for station, row in v.stations.iterrows():
        if pd.isna(row["bays_free"]):
            continue
        for y in v.years:
            opened = table[(table["year"] == y) & table["open"]]["site"]
            taken = sum(station in dict(v.places(rows[s])) for s in opened)
            for c in v.corridors.values():
                taken += (station in c["ends"]) * sum(n * v.units[r, y] for r, n, _, _ in c["adds"])
            for work in v.rows("reinforcements"):
                if work["target"] == station:
                    taken -= work["adds_bays"] * v.units[work["reinforcement"], y]
            if taken > row["bays_free"] + 1e-6:
                wrong.append(f"bays {station} {y}: {taken} of {row['bays_free']}")
    return wrong


def masts(plan):
    """Masts stay, existing ones stand, required cells are covered, and covered_share is what masts reach."""
    v = View(plan)
    table = v.table("masts")
    wrong = _falls(table, "mast", "in_service")
    rows = {row["mast"]: row for row in v.rows("masts")}
    for y in v.years:
        on = set(table[(table["year"] == y) & table["in_service"]]["mast"])
        wrong += [
            f"mast {k} {y}: exists but is off" for k, r in rows.items() if r["existing"] and k not in on
        ]
        weight = reached = 0.0
        for cell in v.rows("cells"):
            covered = any(_reaches(v, rows[k], cell) for k in on)
            weight, reached = weight + cell["weight"], reached + covered * cell["weight"]
            needed = cell["required"] == 1 or 1 < cell["required"] <= y
            if needed and not covered:
                wrong.append(f"cell {cell['cell']} {y}: not covered")
        told = v.indicators.get(("covered_share", "all", y), 0.0)
        if weight and not near(told, reached / weight, 1e-5):
            wrong.append(f"covered_share {y}: {told}, masts reach {reached / weight}")
    return wrong


def _reaches(v, mast, cell):
    if v.case.has("coverage"):
        table = v.case.table("coverage")
        return bool(((table["mast"] == mast["mast"]) & (table["cell"] == cell["cell"])).any())
    a, b = np.radians([mast["lat"], mast["lon"]]), np.radians([cell["lat"], cell["lon"]])
    cosine = np.sin(a[0]) * np.sin(b[0]) + np.cos(a[0]) * np.cos(b[0]) * np.cos(a[1] - b[1])
    return 6371.0 * np.arccos(min(cosine, 1.0)) <= mast["radius_km"] + 1e-6
