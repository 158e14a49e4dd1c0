"""Rules and reports: policies, the programme, duration curves, and zones that sum to the whole."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gridplan.case.cells import split_ids
from gridplan.case.tables import indicators
from gridplan.plan.verify import tolerance
from gridplan.plan.verify.facts import Facts
from gridplan.plan.verify.indicators import VALUE
from gridplan.plan.verify.ledger import Ledger
from gridplan.plan.verify.view import Record, View

BY_REGION = frozenset(
    {"shortfall_mw", "unserved_mw_years", "total_cost_meur", "covered_share", "edge_covered_share"}
)  # do not add up
SHARES = ("covered_share", "edge_covered_share")  # means over the weights of cells
HEAT = ("datacenters", "heat_sources", "heat_sinks", "junctions")
PLACED = (*HEAT, "supplies", "storages", "demands", "masts", "reinforcements")
# Tables that an indicator counts, by the beginning of its name; all of them where none fits.
COUNTED: dict[str, tuple[str, ...]] = {
    "datacenter_": ("datacenters",),
    "land_": ("datacenters",),
    "heat_": HEAT,
    "masts": ("masts",),
    "telecom_": ("masts",),
    "edge_": ("masts",),
    "crew_": ("reinforcements",),
    "new_": ("reinforcements",),
    "res_": ("supplies",),
    "curtailed_": ("supplies",),
    "demand_curtailed_": ("datacenters",),
    "firm_": ("datacenters",),
    "flexible_": ("datacenters",),
}


def policies(f: Facts, book: Ledger) -> None:
    """A policy in force has its row, reaches what the indicators say, and holds unless a price softens it."""
    v = f.view
    table = {(r["policy"], r["year"]): r for r in v.records("policies")}
    for row in v.rows("policies"):
        for y in v.years:
            at = {"policy": row["policy"], "year": y}
            told = table.get((row["policy"], y))
            late = y < row["from_year"] or y > row["until_year"]
            force = not (pd.isna(row["value"]) or late)
            text = "is in force and has no row" if force else "is not in force"
            book.holds(("policies", "policy"), at, force == (told is not None), text)
            if force and told is not None:
                _row(v, book, row, y, told)


def _row(v: View, book: Ledger, row: Record, y: int, told: Record) -> None:
    at, value = {"policy": row["policy"], "year": y}, row["value"]
    unit = indicators()[row["indicator"]].unit
    reached = _reached(v, row, y)
    if reached is not None:
        book.same(
            ("policies", "reached"), at, told["reached"], reached, unit, tolerance.MEUR, "by the indicators"
        )
    book.same(("policies", "value"), at, told["value"], value, unit, tolerance.EXACT, "by the case")
    for column in ("indicator", "scope", "sense"):
        text = f"{told[column]}, by the case {row[column]}"
        book.holds(("policies", column), at, told[column] == row[column], text)
    slack = (value - told["reached"]) * (1 if row["sense"] == "max" else -1)
    book.same(("policies", "slack"), at, told["slack"], slack, unit, tolerance.EXACT)
    size = max(1.0, abs(value))
    binding = told["slack"] <= tolerance.EXACT * size
    book.holds(
        ("policies", "binding"), at, told["binding"] == binding, f"does not fit a slack of {told['slack']}"
    )
    if not row["price"] > 0:
        book.at_least(("policies", "slack"), at, slack, 0.0, unit, tolerance.SLACK * size, "hard: at least")


def _reached(v: View, row: Record, y: int) -> float | None:
    """Value of the indicator in the policy's scope; None where the tables cannot tell."""
    only = set(split_ids(row["applies_to"]))
    if only:
        return _of_sites(v, row, y, only)
    if row["scope"] in ("", "all"):
        return v.whole(row["indicator"], y)
    zones = [z for z, r in v.zones.items() if row["scope"] in (z, r["region"], r["res_region"])]
    if row["indicator"] in SHARES:
        return _share(v, row["indicator"], zones, y)
    if row["indicator"] in BY_REGION:
        return None
    return sum(v.indicators.get((row["indicator"], z, y), 0.0) for z in zones)


def _share(v: View, indicator: str, zones: list[str], y: int) -> float:
    """A share of cells in several zones: their shares, each by the weight of its cells."""
    weight = dict.fromkeys(zones, 0.0)
    for cell in v.rows("cells"):
        zone = v.zone_at(cell)
        if zone in weight:
            weight[zone] += cell["weight"]
    told = sum(part * v.indicators.get((indicator, z, y), 0.0) for z, part in weight.items())
    return told / sum(weight.values()) if sum(weight.values()) > 0 else 0.0


def _of_sites(v: View, row: Record, y: int, only: set[str]) -> float | None:
    """datacenter_mw and land_ha of the sites that a policy is narrowed to."""
    if row["indicator"] not in ("datacenter_mw", "land_ha"):
        return None
    sited, total = v.of_sites("it_mw"), 0.0
    for s in v.rows("datacenters"):
        tags = {s["site"], s["class"], s["status"], s["owner"], "standalone" if s["standalone"] else ""}
        zone = v.zone_at(s)
        r = v.zones.get(zone, {"region": "", "res_region": ""})
        if tags & only and row["scope"] in {zone, r["region"], r["res_region"], "all", ""}:
            weight = s["ha_per_mw"] if row["indicator"] == "land_ha" else 1.0
            total += sited.get((s["site"], y), np.nan) * weight
    return total


def programme(f: Facts, book: Ledger) -> None:
    """Sited IT power and shortfall make up the programme of every class, and nothing more falls short."""
    v = f.view
    short = v.stated("shortfall", ["class", "region", "year"], "it_mw")
    sited = v.table("datacenters")
    column = ("shortfall", "it_mw")
    lines: dict[tuple[str, str], list[Record]] = {}
    for row in v.rows("datacenter_demand"):
        lines.setdefault((row["class"], row["region"]), []).append(row)
    for y in v.years:
        asked: dict[str, float] = {}
        lacking: dict[str, float] = {}
        for (kind, region), rows in lines.items():
            want = 0.0 if y < min(row["year"] for row in rows) else v.by_year(rows, "it_mw")[y]
            lack, at = short.get((kind, region, y), np.nan), {"class": kind, "region": region, "year": y}
            book.at_most(column, at, lack, want, "MW", tolerance.UNIT, "of")
            book.at_least(column, at, lack, 0.0, "MW", tolerance.EXACT)
            asked[kind], lacking[kind] = asked.get(kind, 0.0) + want, lacking.get(kind, 0.0) + lack
        for kind, want in asked.items():
            own = (sited["year"] == y) & (sited["class"].isin([kind, ""]) if kind else True)
            able, at = float(sited["it_mw"][own].sum()), {"class": kind, "year": y}
            said = f"with {able:.6g} MW sited: at least"
            book.at_least(column, at, lacking[kind], want - able, "MW", tolerance.MW, said)


def duration(f: Facts, book: Ledger) -> None:
    """A duration curve falls, and its ends are the peaks of table `stations`."""
    peaks = f.view.stated("stations", ["substation", "year", "direction"], "peak_mw")
    table = f.view.table("duration").sort_values(["substation", "year", "rank_hours"])
    for key, rows in table.groupby(["substation", "year"]):
        mw = rows["mw"].to_numpy()
        ids = rows[["substation", "year", "rank_hours"]].iloc[1:]
        column = ("duration", "mw")
        book.at_most(column, ids, mw[1:], mw[:-1], "MW", tolerance.EXACT, "the rank before has")
        ids, uncut = rows[["substation", "year", "rank_hours"]], rows["uncut_mw"].to_numpy()
        at_rank = ("duration", "uncut_mw")
        book.at_least(at_rank, ids, uncut, mw, "MW", tolerance.EXACT, "with what is off: at least")
        for direction, end in (("demand", mw[0]), ("feedin", -mw[-1])):
            at = {"substation": key[0], "year": key[1], "direction": direction}
            told = peaks.get((*key, direction), np.nan)
            said = "at the end of its duration curve"
            book.same(("stations", "peak_mw"), at, told, max(end, 0.0), "MW", tolerance.MW, said)


def zones(f: Facts, book: Ledger) -> None:
    """Zones sum to the whole, for everything that adds up, where all that a case holds stands in a zone."""
    v = f.view
    placed = {table: _placed(f, table) for table in PLACED}
    for name, entry in indicators().items():
        counted = next((found for start, found in COUNTED.items() if name.startswith(start)), PLACED)
        if name in BY_REGION or not all(placed[table] for table in counted):
            continue
        for y in v.years:
            parts = sum(v.indicators.get((name, z, y), np.nan) for z in v.zones)
            at = {"indicator": name, "zone": "all", "year": y}
            book.same(VALUE, at, v.whole(name, y), parts, entry.unit, tolerance.MW, "the sum of the zones")


def _placed(f: Facts, table: str) -> bool:
    """Whether every row of a table of the case stands in a zone of the case."""
    v = f.view
    for row in v.rows(table):
        if table == "reinforcements":
            corridor = f.corridors.all.get(row["target"] or row["reinforcement"])
            station = corridor.ends[0] if corridor else row["target"] or row["from"]
            zone = row["zone"] or v.zone_of.get(station, "")
        elif table in ("junctions", "heat_sources", "heat_sinks"):
            zone = row["zone"]
        else:
            zone = v.zone_at(row)
        if zone not in v.zones:
            return False
    return True
