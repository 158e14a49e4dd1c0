"""What tables `masts` and `mast_outages` say of each mast, and what masts cost."""

from __future__ import annotations

from typing import Any

import numpy as np

from gridplan.plan.verify import tolerance
from gridplan.plan.verify.facts import Facts
from gridplan.plan.verify.ledger import Ledger
from gridplan.plan.verify.masts import chosen, reach
from gridplan.plan.verify.view import Record, View

UNITS = {"kw": "kW", "edge_kw": "kW", "battery_kwh": "kWh", "capex_keur": "kEUR"}


def mast_details(f: Facts, book: Ledger) -> None:
    """Power, battery, station and cost of every mast are those of the case; outages leave it its battery."""
    v = f.view
    rows, share = v.by_id("masts", "mast"), paid_keur(v)
    table = v.table("masts")
    ids = table[["mast", "year"]]
    right = [_details(v, rows.get(r["mast"], {}), r, share) for r in v.records("masts")]
    for column, unit in UNITS.items():
        wanted = [row[column] for row in right]
        book.same(("masts", column), ids, table[column], wanted, unit, tolerance.EXACT, "by the case")
    for column in ("site", "substation"):
        same = [row[column] == told for row, told in zip(right, table[column], strict=True)]
        book.holds(("masts", column), ids, np.array(same, dtype=bool), "is not what the case says")
    _covers(v, book)
    _outages(v, book)


def _details(v: View, row: Record, told: Record, share: dict[tuple[str, int], float]) -> dict[str, Any]:
    on, edge = float(told["in_service"]), float(told["edge"])
    get = {name: row.get(name, np.nan) for name in ("power_kw", "edge_kw", "battery_h", "edge_capex_keur")}
    kwh = get["battery_h"] * (on * get["power_kw"] + edge * get["edge_kw"])
    stations = [station for station, _ in v.places({"zone": row.get("zone", "")})]
    return {
        "kw": on * get["power_kw"],
        "edge_kw": edge * get["edge_kw"],
        "battery_kwh": kwh,
        "capex_keur": share.get((told["mast"], int(told["year"])), np.nan),
        "site": row.get("site"),
        "substation": ";".join(stations),
    }


def paid_keur(v: View) -> dict[tuple[str, int], float]:
    """kEUR in service by (mast, stage): of the mast, its battery, edge site, and part of its site."""
    on = v.stated("masts", ["mast", "year"], "in_service")
    edge = v.stated("masts", ["mast", "year"], "edge")
    rows, sites = v.by_id("masts", "mast"), _sites(v)
    found = {}
    for k, row in rows.items():
        mates, site = sites[row["site"] or k, bool(row["site"])]
        kwh = row["battery_capex_keur_per_kwh"] * row["battery_h"]
        new = 0.0 if row["existing"] else row["capex_keur"] + kwh * row["power_kw"]
        for y in v.years:
            there = sum(bool(on.get((mate, y), False)) for mate in mates)
            own = new + site / max(there, 1)
            extra = row["edge_capex_keur"] + kwh * row["edge_kw"]
            found[k, y] = bool(on.get((k, y), False)) * own + bool(edge.get((k, y), False)) * extra
    return found


def _sites(v: View) -> dict[tuple[str, bool], tuple[list[str], float]]:
    """Masts and cost (kEUR; none where one stands) of each site, by its id, of an own site by its mast."""
    groups: dict[tuple[str, bool], list[Record]] = {}
    for row in v.rows("masts"):
        groups.setdefault((row["site"] or row["mast"], bool(row["site"])), []).append(row)
    found = {}
    for key, on in groups.items():
        stated = [float(row["site_capex_keur"]) for row in on if row["site_capex_keur"] > 0]
        cost = 0.0 if any(row["existing"] for row in on) else max(stated, default=0.0)
        found[key] = ([row["mast"] for row in on], cost)
    return found


def _covers(v: View, book: Ledger) -> None:
    weight = v.case.table("cells")["weight"].to_numpy(float)
    share = weight @ reach(v) / weight.sum() if weight.sum() > 0 else np.zeros(len(v.rows("masts")))
    names, on = v.case.table("masts")["mast"].tolist(), chosen(v, "in_service")
    right = {(k, y): part for y in v.years for k, part in zip(names, share * on[y], strict=True)}
    table = v.table("masts")
    wanted = [right.get(key, np.nan) for key in zip(table["mast"], table["year"], strict=True)]
    ids, said = table[["mast", "year"]], "of all weight in reach"
    book.same(("masts", "covers_share"), ids, table["covers_share"], wanted, "of 1", tolerance.UNIT, said)


def _outages(v: View, book: Ledger) -> None:
    """Each mast in service whose stations an outage cuts off has its row, and no other."""
    on = v.stated("masts", ["mast", "year"], "in_service")
    right: dict[tuple[str, int, str], tuple[float, float]] = {}
    for island in v.records("islanding"):
        cut = set(island["substations"].split(";"))
        for row in v.rows("masts"):
            lost = sum(share for n, share in v.places({"zone": row["zone"]}) if n in cut)
            if lost > 0 and on.get((row["mast"], island["year"]), False):
                right[island["outage"], island["year"], row["mast"]] = (lost, row["battery_h"])
    table = v.table("mast_outages")
    ids = table[["outage", "year", "mast"]]
    keys = list(ids.itertuples(index=False, name=None))
    missing = [key for key in right if key not in set(keys)]
    book.holds(("mast_outages", "mast"), {}, not missing, f"rows are missing: {missing[:3]}")
    for place, (column, unit) in enumerate((("lost_share", "of 1"), ("battery_h", "h"))):
        wanted = [right.get(key, (np.nan, np.nan))[place] for key in keys]
        at = ("mast_outages", column)
        book.same(at, ids, table[column], wanted, unit, tolerance.EXACT, "by the case and `islanding`")
