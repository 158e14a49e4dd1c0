"""Busiest hours of every station, from the tables of the case: when a right may be off."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pandas as pd

from gridplan.plan.verify.view import Record, View, ancestors

HOURS = 8760
DEFAULT_HOURS = 1314  # of an 85 % right


def offered(v: View, direction: str) -> dict[str, Record]:
    """Rows of `transport_rights` by right, for a direction; those that need hours only where there are."""
    without = () if v.case.profiles is not None else ("tdtr85", "block")
    if direction == "feedin":
        without = (*without, "group")
    return {
        row["right"]: row
        for row in v.rows("transport_rights")
        if row["direction"] in (direction, "both") and row["right"] not in without
    }


def profile(v: View, name: str) -> np.ndarray:
    """A profile in every hour; one hour without profiles."""
    if v.case.profiles is None:
        return np.ones(1)
    return v.case.profiles[name].to_numpy(float) if name else np.ones(HOURS)


def window(v: View, row: Record) -> np.ndarray:
    """1 inside the hours of a block; 1 always for other rights."""
    count: int = 1 if v.case.profiles is None else HOURS
    if row["right"] != "block":
        return np.ones(count)
    first, end = int(row["block_from_hour"]), int(row["block_until_hour"])
    inside = [first <= h < end if first < end else h >= first or h < end for h in range(24)]
    return np.array([float(inside[t % 24]) for t in range(count)])


def sure(v: View, row: Record, station: str, year: int, direction: str) -> np.ndarray:
    """1 in hours in which a right may not be off at a station."""
    hours, found = row["limited_hours"], window(v, row)
    if row["right"] in ("firm", "group"):
        return found
    if row["right"] == "non_firm" and (pd.isna(hours) or hours >= HOURS or len(found) == 1):
        return np.zeros(len(found))
    usual = DEFAULT_HOURS if row["right"] == "tdtr85" else 0
    count: int = usual if pd.isna(hours) else int(hours)
    if count:
        load = v.base_load[curve_of(v, station, direction), year] * (1 if direction == "demand" else -1)
        found[sorted(range(HOURS), key=lambda t: (-load[t], t))[:count]] = 0.0
    return found


def curve_of(v: View, station: str, direction: str) -> str:
    """The station itself, or the first above it with a limit where it has none."""
    for n in (station, *ancestors(v, station)):
        row = v.stations.loc[n]
        count: int | None = None if pd.isna(row["transformers"]) else int(row["transformers"])
        if not pd.isna(row["firm_demand_mva" if direction == "demand" else "firm_feedin_mva"]):
            return n
        if count is not None and (count == 0 or row["transformer_mva"] > 0):
            return n
    return station


def base(v: View) -> dict[tuple[str, int], np.ndarray]:
    """MW through the transformers of a station by stage, before the plan adds anything."""
    own: dict[tuple[str, int], np.ndarray] = defaultdict(lambda: np.zeros(HOURS))
    below: dict[tuple[str, int], np.ndarray] = defaultdict(lambda: np.zeros(HOURS))
    for row, mw in _loads(v):
        for n, share in v.places(row):
            for y in v.years:
                if row.get("side") != "hv":
                    own[n, y] = own[n, y] + share * mw[y]
                for up in ancestors(v, n):
                    below[up, y] = below[up, y] + share * mw[y]
    return {(n, y): own[n, y] + below[n, y] for n in v.stations.index for y in v.years}


def _loads(v: View) -> list[tuple[Record, dict[int, np.ndarray]]]:
    """What is there: where, and its MW by stage and hour."""
    found = []
    for rows in v.groups("demands", "demand").values():
        peak, shape = v.by_year(rows, "peak_mw"), profile(v, rows[0]["profile"])
        found.append((rows[0], {y: peak[y] * shape for y in v.years}))
    for row in v.rows("datacenters"):
        shape, first = profile(v, row["profile"]), v.years[0]
        used = {
            y: min(1.0, row["existing_utilisation"] * (1 + row["existing_growth"]) ** (y - first))
            for y in v.years
        }
        whole = row["existing_it_mw"] * row["pue"]
        found.append((row, {y: whole * share * shape for y, share in v.ending([row], used).items()}))
    for row in v.rows("heat_sinks"):
        if row["alternative"] == "all_electric" and not row["must_connect"]:
            shape = profile(v, row["profile"])
            peak = row["peak_mw"]
            if pd.isna(peak):
                peak = np.nan_to_num(row["annual_gwh"]) * 1000 / max(shape.sum(), 1e-9)
            mw = peak * shape / row["alternative_cop"]
            found.append(({"zone": row["zone"]}, {y: mw * (not row["from_year"] > y) for y in v.years}))
    for rows in v.groups("supplies", "supply").values():
        size = v.ending(rows, v.by_year(rows, "capacity_mw" if rows[0]["profile"] else "min_mw"))
        shape = profile(v, rows[0]["profile"])
        found.append((rows[0], {y: -max(np.nan_to_num(size[y]), 0.0) * shape for y in v.years}))
    return found
