"""Money: investment, operation, total cost and objectives, by the formulas of docs/design.md."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from gridplan.plan.verify import tolerance
from gridplan.plan.verify.building import over_lead_time
from gridplan.plan.verify.electricity import bought
from gridplan.plan.verify.facts import Facts
from gridplan.plan.verify.held import tariffs
from gridplan.plan.verify.indicators import MWH_PER_TJ, VALUE, generated, output
from gridplan.plan.verify.ledger import Ledger
from gridplan.plan.verify.mast_details import paid_keur
from gridplan.plan.verify.sinks import alternatives, backups
from gridplan.plan.verify.view import View

Costs = list[tuple[float, float]]  # (year, MEUR overnight in service)


def _compare(v: View, book: Ledger, name: str, right: list[float], allowed: float, said: str) -> None:
    rows = pd.DataFrame({"indicator": name, "zone": "all", "year": v.years})
    book.same(VALUE, rows, [v.whole(name, y) for y in v.years], right, "MEUR", allowed, said)


def overnight(v: View) -> dict[int, float]:
    """MEUR in service by stage, from what the tables say is built."""
    at: dict[float, float] = dict.fromkeys(map(float, v.years), 0.0)
    for year, cost in (*_works(v), *_sites(v), *_heat(v), *_masts(v), *_stocks(v)):
        at[year] = at.get(year, 0.0) + cost
    return {y: at[y] for y in v.years}


def _works(v: View) -> Costs:
    price = {row["reinforcement"]: row["capex_meur"] for row in v.rows("reinforcements")}
    return [(y, units * price[name]) for (name, y), units in v.units.items()]


def _sites(v: View) -> Costs:
    rows = v.by_id("datacenters", "site")
    sited = [(r, rows.get(r["site"], {})) for r in v.sited]
    per_mw = [(r["year"], r["it_mw"] * row.get("capex_meur_per_mw", np.nan)) for r, row in sited]
    return per_mw + [(r["year"], r["open"] * row.get("fixed_meur", np.nan)) for r, row in sited]


def _heat(v: View) -> Costs:
    tables = ("heat_links", "heat_sinks", "heat_sources")
    found = [item for table in tables for item in v.totals(table, ["year"], "capex_meur").items()]
    price = {row["heat_pump"]: row["capex_meur_per_mw"] for row in v.rows("heat_pumps")}
    pumps = v.records("heat_pumps")
    return found + [(r["year"], r["heat_mw"] * price.get(r["heat_pump"], np.nan)) for r in pumps]


def heat_overnight(v: View) -> dict[int, float]:
    """MEUR of heat in service by stage."""
    at = dict.fromkeys(map(float, v.years), 0.0)
    for year, cost in _heat(v):
        at[year] = at.get(year, 0.0) + cost
    return {y: at[y] for y in v.years}


def _masts(v: View) -> Costs:
    return [(y, keur / 1000) for (_, y), keur in paid_keur(v).items()]


def _stocks(v: View) -> Costs:
    found: Costs = []
    for table, key, amount, price in (
        ("supplies", "supply", "new_mw", "capex_meur_per_mw"),
        ("storages", "storage", "new_mw", "capex_meur_per_mw"),
        ("storages", "storage", "new_mwh", "capex_meur_per_mwh"),
        ("heat_storages", "heat_storage", "new_mwh", "capex_meur_per_mwh"),
    ):
        first, stock = v.by_id(table, key), v.table(table).drop_duplicates([key, "year"])
        for name, year, added in zip(stock[key], stock["year"], stock[amount], strict=True):
            found.append((year, added * first.get(name, {}).get(price, np.nan)))
    return found


def capex(f: Facts, book: Ledger) -> None:
    """capex_meur of a stage is what enters service in it, overnight and undiscounted; so much a year."""
    v = f.view
    new = np.diff([0.0, *overnight(v).values()])
    _compare(v, book, "capex_meur", list(new), tolerance.MW, "of what enters service")
    paid = over_lead_time(v, "capex_meur")
    works = dict.fromkeys(map(float, v.years), 0.0)
    for year, cost in _works(v):
        works[year] += cost
    rest = np.array(new) - np.diff([0.0, *works.values()])
    yearly = [paid[y] + other / v.lengths[y] for y, other in zip(v.years, rest, strict=True)]
    _compare(v, book, "investment_meur_per_year", yearly, tolerance.MW, "over the lead time")
    stated = v.stated("reinforcements", ["reinforcement", "year"], "capex_meur")
    for row in v.rows("reinforcements"):
        name = row["reinforcement"]
        right = np.diff([0.0, *(v.units[name, y] for y in v.years)]) * row["capex_meur"]
        told = [stated.get((name, y), np.nan) for y in v.years]
        rows = pd.DataFrame({"reinforcement": name, "year": v.years})
        book.same(
            ("reinforcements", "capex_meur"), rows, told, right, "MEUR", tolerance.EXACT, "of its units"
        )


def running(v: View) -> dict[int, float]:
    """Cost of operation by stage, MEUR a year."""
    cost = {y: meur for y, (meur, _) in bought(v).items()}
    made, table = generated(v), v.table("supplies")
    keys = [table["supply"], table["year"]]
    squares = (output(v) ** 2 * table["weight_hours"]).groupby(keys).sum().to_dict()
    hours = table["weight_hours"].groupby(keys).sum().to_dict()
    for name, rows in v.groups("supplies", "supply").items():
        linear, square, fixed = (
            v.by_year(rows, c) for c in ("cost_eur_per_mwh", "cost_eur_per_mw2h", "fixed_eur_per_h")
        )
        for y in v.years:
            curve = squares.get((name, y), 0.0) * square[y] + hours.get((name, y), 0.0) * fixed[y]
            cost[y] += (made.get((name, y), 0.0) * linear[y] + curve) / 1e6
    for y, meur in tariffs(v).items():
        cost[y] += meur
    sources = v.by_id("heat_sources", "source")
    for r in v.records("heat_sources"):
        if r["source"] in sources and r["year"] in cost:
            price_mwh = sources[r["source"]]["cost_eur_per_mwh"]
            cost[int(r["year"])] += r["heat_tj"] * MWH_PER_TJ * price_mwh / 1e6
    for row, y, mwh in alternatives(v):
        cost[y] += mwh * row["alternative_eur_per_mwh"] / 1e6
    for row, y, mwh in backups(v):
        cost[y] += mwh * row["backup_eur_per_mwh"] / 1e6
    return cost


def operating_cost(f: Facts, book: Ledger) -> None:
    """operating_cost_meur is Σ hours · (c1·MW + c2·MW² + c0) of supplies, heat, back-ups and rights."""
    right = list(running(f.view).values())
    _compare(f.view, book, "operating_cost_meur", right, tolerance.MW, "by the tables")


def penalties(v: View) -> dict[int, float]:
    """Charges by stage that are no cost of operation, MEUR a year: lost load, shortfall, soft policies."""
    charge: dict[float, float] = dict.fromkeys(map(float, v.years), 0.0)
    for y, mwh in v.totals("unserved", ["year"], "mwh").items():
        charge[y] = charge.get(y, 0.0) + mwh * v.settings.objective.unserved_eur_per_mwh / 1e6
    price = shortfall_prices(v)
    for r in v.records("shortfall"):
        per_mw = v.annuity * price.get((r["class"], r["region"]), np.nan)
        charge[r["year"]] = charge.get(r["year"], 0.0) + per_mw * r["it_mw"]
    soft = {row["policy"]: row["price"] for row in v.rows("policies") if row["price"] > 0}
    for r in v.records("policies"):
        beyond = soft.get(r["policy"], 0.0) * max(-r["slack"], 0.0)
        charge[r["year"]] = charge.get(r["year"], 0.0) + beyond
    return {y: charge[y] for y in v.years}


def shortfall_prices(v: View) -> dict[Any, float]:
    """MEUR per IT MW that falls short, by class and region; 0 where nothing is charged."""
    charged = "total_cost_meur" in v.settings.objective.minimise
    found: dict[Any, float] = {}
    for row in v.rows("datacenter_demand"):
        key, price = (row["class"], row["region"]), row["unserved_meur_per_mw"]
        found[key] = found.get(key) or (float(price) if charged and price > 0 else 0.0)
    return found


def total_cost(f: Facts, book: Ledger) -> None:
    """total_cost_meur = Σ_y D_y·(a·overnight in service + operation + penalties)."""
    v = f.view
    stock, run, charge = overnight(v), running(v), penalties(v)
    right = [v.discount[y] * (v.annuity * stock[y] + run[y] + charge[y]) for y in v.years]
    _compare(v, book, "total_cost_meur", right, tolerance.MEUR, "by the formula")
    told = dict(dict(v.plan.summary.get("indicators") or {}).get("total_cost_meur") or {}).get(
        "total", np.nan
    )
    at, said = {"indicator": "total_cost_meur"}, "by the formula"
    book.same(("summary", "total"), at, told, sum(right), "MEUR", tolerance.MEUR, said)
