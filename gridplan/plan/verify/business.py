"""Money of heat connections and statements on sites, against the other tables."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from gridplan.plan.verify import tolerance
from gridplan.plan.verify.facts import Facts
from gridplan.plan.verify.ledger import Ledger
from gridplan.plan.verify.money import heat_overnight
from gridplan.plan.verify.sinks import TJ, sink_mwh
from gridplan.plan.verify.view import Record, View

LARGE_MW = 1.0  # above this a site has a row in heat_reuse


def heat_business(f: Facts, book: Ledger) -> None:
    """Connections sum to heat taken, delivered and paid for; money follows from their columns."""
    v = f.view
    _sums(v, book)
    for r in v.records("heat_business"):
        at = {"from": r["from"], "to": r["to"], "year": r["year"]}

        def same(column: str, right: float, unit: str, at: Record = at, r: Record = r) -> None:
            book.same(("heat_business", column), at, r[column], right, unit, tolerance.EXACT)

        cost = r["annuity_meur"] + r["electricity_meur"] + r["source_meur"]
        same("annuity_meur", v.annuity * r["invest_meur"], "MEUR")
        same("cost_meur", cost, "MEUR")
        same("npv_meur", v.discount.get(r["year"], np.nan) * (r["saved_meur"] - cost), "MEUR")
        if r["heat_tj"] > tolerance.TJ:
            same("eur_per_gj", 1000 * cost / r["heat_tj"], "EUR/GJ")
    _connections(v, book)


def _sums(v: View, book: Ledger) -> None:
    """Heat by sink and by producer, electricity and investment by stage."""
    for table, key, column, end in (
        ("heat_sinks", "sink", "heat_tj", "to"),
        ("heat_sources", "source", "taken_tj", "from"),
    ):
        told = v.totals("heat_business", [end, "year"], column)
        for (name, y), tj in v.totals(table, [key, "year"], "heat_tj").items():
            at, stated = {end: name, "year": y}, told.get((name, y), 0.0)
            book.same(("heat_business", column), at, stated, tj, "TJ", tolerance.TJ, f"in {table}")
    used = v.totals("heat_pumps", ["year"], "electricity_gwh")
    types = v.by_id("pipe_types", "pipe")
    for r in v.records("heat_links"):
        if r["pipe"] in types:
            kw = types[r["pipe"]]["pump_kw_per_km"] * r["length_km"]
            used[r["year"]] = used.get(r["year"], 0.0) + kw * v.year_hours / 1e6
    invested, power = (
        v.totals("heat_business", ["year"], name) for name in ("invest_meur", "electricity_gwh")
    )
    overnight = heat_overnight(v)
    for y in v.years:
        at, drawn = {"year": y}, power.get(y, 0.0)
        book.same(
            ("heat_business", "invest_meur"), at, invested.get(y, 0.0), overnight[y], "MEUR", tolerance.MEUR
        )
        book.same(
            ("heat_business", "electricity_gwh"), at, drawn, used.get(y, 0.0), "GWh", tolerance.SUM_MWH / 1e3
        )


def _connections(v: View, book: Ledger) -> None:
    """Over the horizon: NPV, cost per GJ, subsidy."""
    sums: dict[tuple[str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for r in v.records("heat_business"):
        own, d = sums[r["from"], r["to"]], v.discount.get(r["year"], np.nan)
        own["npv_meur"] += r["npv_meur"]
        own["total_tj"] += v.lengths.get(r["year"], np.nan) * r["heat_tj"]
        own["co2_avoided_kt"] += v.lengths.get(r["year"], np.nan) * r["co2_avoided_kt"]
        own["tj"] += d * r["heat_tj"]
        own["cost"] += d * r["cost_meur"]
    pair = "heat_connections"
    for r in v.records(pair):
        at, own = {"from": r["from"], "to": r["to"]}, sums[r["from"], r["to"]]
        for name, unit in (("npv_meur", "MEUR"), ("total_tj", "TJ"), ("co2_avoided_kt", "kt")):
            book.same((pair, name), at, r[name], own[name], unit, tolerance.EXACT)
        subsidy = max(-own["npv_meur"], 0.0)
        book.same((pair, "subsidy_meur"), at, r["subsidy_meur"], subsidy, "MEUR", tolerance.EXACT)
        if own["tj"] > tolerance.TJ:
            for name, meur in (("eur_per_gj", own["cost"]), ("subsidy_eur_per_gj", subsidy)):
                book.same((pair, name), at, r[name], 1000 * meur / own["tj"], "EUR/GJ", tolerance.EXACT)


def heat_flows(f: Facts, book: Ledger) -> None:
    """What enters a heat pump leaves it; sinks get what heat_sinks says, and all that they want."""
    v = f.view
    into: dict[tuple[str, str, float], float] = defaultdict(float)
    out: dict[tuple[str, str, float], float] = defaultdict(float)
    linked: dict[tuple[str, float], float] = defaultdict(float)
    for r in v.records("heat_flows"):
        out[r["from_kind"], r["from"], r["year"]] += r["tj"]
        into[r["to_kind"], r["to"], r["year"]] += r["tj"]
        if r["to_kind"] == "sink" and r["from_kind"] not in ("alternative", "backup"):
            linked[r["to"], r["year"]] += r["tj"]
    column = ("heat_flows", "tj")
    for (kind, name, y), tj in into.items():
        if kind == "pump":
            at = {"to": name, "year": y}
            book.same(column, at, tj, out[kind, name, y], "TJ", tolerance.TJ, "leaves the pump")
    rows = v.by_id("heat_sinks", "sink")
    for r in v.records("heat_sinks"):
        at = {"to": r["sink"], "year": r["year"]}
        told = linked[r["sink"], r["year"]]
        book.same(column, at, told, r["heat_tj"], "TJ", tolerance.TJ, "in heat_sinks")
        if r["sink"] in rows:
            wanted = sink_mwh(v, rows[r["sink"]], int(r["year"])) * TJ
            whole = into["sink", r["sink"], r["year"]]
            book.same(column, at, whole, wanted, "TJ", tolerance.TJ, "wanted")


def heat_reuse(f: Facts, book: Ledger) -> None:
    """Every datacenter above 1 MW has a row: its heat, whether the plan uses it, and what its case says."""
    v = f.view
    rows = v.by_id("datacenters", "site")
    drawn: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for r in v.records("datacenters"):  # a row a right
        drawn[r["site"]][r["year"]] += r["grid_mw"] + r["existing_grid_mw"]
    told = {r["site"] for r in v.records("heat_reuse")}
    for site, years in drawn.items():
        large = max(years.values()) > LARGE_MW + tolerance.UNIT
        book.holds(("heat_reuse", "site"), {"site": site}, site in told or not large, "has no row")
    used = v.stated("heat_sources", ["source", "year"], "heat_tj")
    linked = {h for (h, _), tj in used.items() if tj > tolerance.TJ}
    for r in v.records("heat_reuse"):
        if r["site"] not in rows:
            continue  # the check of tables names it
        at, row = {"site": r["site"]}, rows[r["site"]]
        mw = drawn[r["site"]].get(r["year"], np.nan)
        shape = v.full_hours(row["profile"])
        for name, right, unit, allowed in (
            ("grid_mw", mw, "MW", tolerance.EXACT),
            ("heat_mw", row["heat_share"] * mw, "MW", tolerance.EXACT),
            ("heat_tj", row["heat_share"] * mw * shape * TJ, "TJ", tolerance.TJ),
            ("used_tj", used.get((r["site"], r["year"]), 0.0), "TJ", tolerance.TJ),
        ):
            book.same(("heat_reuse", name), at, r[name], right, unit, allowed)
        says = (r["verdict"] == "linked") == (r["site"] in linked)
        book.holds(("heat_reuse", "verdict"), at, says, "does not agree with heat_sources")
        subsidy = max(-r["npv_meur"], 0.0) if np.isfinite(r["npv_meur"]) else 0.0
        book.same(("heat_reuse", "subsidy_meur"), at, r["subsidy_meur"], subsidy, "MEUR", tolerance.EXACT)
