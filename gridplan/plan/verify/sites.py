"""Datacenters, the land they take, and bays at stations."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pandas as pd

from gridplan.plan.verify import tolerance
from gridplan.plan.verify.facts import Facts
from gridplan.plan.verify.ledger import Ledger
from gridplan.plan.verify.stays import stays
from gridplan.plan.verify.withdrawals import existing_mw

SIZE = ("datacenters", "it_mw")


def sites(f: Facts, book: Ledger) -> None:
    """Datacenters come in whole modules, fit their site, are not too early nor too small, and stay."""
    table = pd.DataFrame(f.view.sited, columns=["site", "year", "it_mw", "open"])
    stays(book, table, "datacenters", "site", "it_mw")
    stays(book, table, "datacenters", "site", "open", "sites")
    rows = f.view.by_id("datacenters", "site")
    for r in f.view.sited:
        row, at, it = rows.get(r["site"]), {"site": r["site"], "year": r["year"]}, r["it_mw"]
        if row is None:
            continue  # the check of tables names it
        if row["module_it_mw"] > 0:
            whole = round(np.nan_to_num(it) / row["module_it_mw"]) * row["module_it_mw"]
            allowed = tolerance.UNIT * row["module_it_mw"]
            book.same(SIZE, at, it, whole, "MW", allowed, "whole modules make")
        book.at_most(SIZE, at, it, row["max_it_mw"] - row["existing_it_mw"], "MW", tolerance.UNIT)
        there = r["open"] and not r["year"] < row["earliest_year"]
        book.holds(SIZE, at, there or not it > tolerance.UNIT, f"{it} MW, not open or too early")
        book.at_least(SIZE, at, it, row["min_it_mw"] if r["open"] else 0.0, "MW", tolerance.UNIT)
        drawn = it * row["pue"] * row["utilisation"]
        book.same(("datacenters", "grid_mw"), at, r["grid_mw"], drawn, "MW", tolerance.MW, "of its IT power")
        drawn = existing_mw(f, row).get(r["year"], np.nan)
        book.same(("datacenters", "existing_grid_mw"), at, r["existing_grid_mw"], drawn, "MW", tolerance.MW)


def land(f: Facts, book: Ledger) -> None:
    """New datacenters fit on the land of their zone."""
    v = f.view
    rows = v.by_id("datacenters", "site")
    used: dict[tuple[str, int], float] = defaultdict(float)
    for r in v.sited:
        if r["site"] in rows and rows[r["site"]]["ha_per_mw"] > 0:
            used[v.zone_at(rows[r["site"]]), r["year"]] += r["it_mw"] * rows[r["site"]]["ha_per_mw"]
    for (zone, y), ha in used.items():
        if zone in v.zones and pd.notna(v.zones[zone]["land_ha"]):
            at = {"zone": zone, "year": y}
            book.at_most(SIZE, at, ha, v.zones[zone]["land_ha"], "ha", tolerance.UNIT, "land of the zone")


def bays(f: Facts, book: Ledger) -> None:
    """New sites and ends of new circuits have a bay at their station."""
    v = f.view
    rows = v.by_id("datacenters", "site")
    opened: dict[int, list[str]] = defaultdict(list)
    for r in v.sited:
        if r["open"] and r["site"] in rows:
            opened[int(r["year"])] += [n for n, _ in v.places(rows[r["site"]])]
    for station, free in zip(v.stations.index, v.stations["bays_free"], strict=True):
        if pd.isna(free):
            continue
        for y in v.years:
            taken: float = opened[y].count(station)
            for c in f.corridors.all.values():
                taken += c.ends.count(station) * sum(n * v.units[r, y] for r, n, *_ in c.adds)
            adds = sum(
                work["adds_bays"] * v.units[work["reinforcement"], y]
                for work in v.rows("reinforcements")
                if work["target"] == station
            )
            at, said = {"substation": station, "year": y}, "free and added:"
            book.at_most(("datacenters", "open"), at, taken, free + adds, "bays", tolerance.EXACT, said)
