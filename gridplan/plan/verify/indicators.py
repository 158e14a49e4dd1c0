"""Amounts: the indicators that are no money, from the tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from gridplan.plan.verify import tolerance
from gridplan.plan.verify.electricity import bought
from gridplan.plan.verify.facts import Facts
from gridplan.plan.verify.held import held
from gridplan.plan.verify.ledger import Ledger
from gridplan.plan.verify.sinks import alternatives, backups
from gridplan.plan.verify.stations import transformers
from gridplan.plan.verify.view import View

MWH_PER_TJ = 1 / 0.0036
GAS_KG_PER_MWH = 226.0  # of heat: natural gas at 56.4 kg/GJ in a boiler of 90 %
WIND = ("wind", "wind_onshore", "wind_offshore", "wind_coastal")
RENEWABLE = ("pv", "solar", *WIND, "hydro", "geothermal", "biomass")
VALUE = ("indicators", "value")
Amounts = dict[str, dict[int, float]]


def amounts(f: Facts, book: Ledger) -> None:
    """Indicators of the whole region that are no money are what the tables sum to."""
    v = f.view
    found: Amounts = {**_sites(v), **_sums(v), **_power(v), **_works(f), **_masts(v), **held(v)}
    for name, years in found.items():
        allowed = tolerance.UNSERVED_MWH if name == "unserved_mwh" else tolerance.MEUR
        rows = pd.DataFrame({"indicator": name, "zone": "all", "year": v.years})
        stated = [v.whole(name, y) for y in v.years]
        right = [years.get(y, 0.0) for y in v.years]
        book.same(VALUE, rows, stated, right, _unit(name), allowed, "by the tables")


def _unit(name: str) -> str:
    from gridplan.case.tables import indicators

    return indicators()[name].unit


def _zero(v: View) -> dict[int, float]:
    return dict.fromkeys(v.years, 0.0)


def _sites(v: View) -> Amounts:
    rows = v.by_id("datacenters", "site")
    found = {
        name: _zero(v) for name in ("datacenter_mw", "datacenter_total_mw", "datacenter_grid_mw", "land_ha")
    }
    for r in v.sited:
        row, y = rows.get(r["site"]), int(r["year"])
        if row is None or y not in v.lengths:
            continue  # the check of tables names it
        found["datacenter_mw"][y] += r["it_mw"]
        there = v.ending([row], {y: row["existing_it_mw"]})[y]
        found["datacenter_total_mw"][y] += r["it_mw"] + there
        found["datacenter_grid_mw"][y] += r["grid_mw"] + r["existing_grid_mw"]
        found["land_ha"][y] += r["it_mw"] * row["ha_per_mw"]
    new = np.diff([0.0, *found["datacenter_mw"].values()])
    gaps = [1, *np.diff(v.years)]
    found["datacenter_growth_mw_per_year"] = dict(zip(v.years, new / gaps, strict=True))
    return found


def _sums(v: View) -> Amounts:
    found: Amounts = {
        name: v.totals(table, ["year"], column)
        for name, table, column in (
            ("shortfall_mw", "shortfall", "it_mw"),
            ("unserved_mwh", "unserved", "mwh"),
            ("heat_delivered_tj", "heat_sinks", "heat_tj"),
            ("heat_backup_tj", "heat_sinks", "backup_tj"),
            ("heat_pump_mw", "heat_pumps", "heat_mw"),
        )
    }
    taken = v.table("heat_sources")
    taken = taken[taken["kind"] == "datacenter"]
    found["heat_reused_tj"] = _by(taken["heat_tj"], taken["year"])
    return found


def generated(v: View) -> Mapping[tuple[str, int], float]:
    """MWh a year that each supply gives (export earns and costs nothing)."""
    table = v.table("supplies")
    return _by(output(v) * table["weight_hours"], [table["supply"], table["year"]])


def output(v: View) -> pd.Series:
    """MW that each row of `supplies` gives; what the outside grid takes is export, no output."""
    table, rows = v.table("supplies"), v.case.table("supplies")
    outside = set(rows.loc[rows["technology"] == "grid_supply", "supply"])
    return table["mw"].mask(table["supply"].isin(outside), table["mw"].clip(lower=0))


def _by(values: pd.Series, keys: Any) -> dict[Any, float]:
    """Sum of values by keys."""
    return values.groupby(keys).sum().to_dict()


def _power(v: View) -> Amounts:
    found: Amounts = {name: _zero(v) for name in ("co2_kt", "res_gwh", "curtailed_gwh")}
    made, first = generated(v), v.by_id("supplies", "supply")
    new = v.stated("supplies", ["supply", "year"], "new_mw")
    for name, rows in v.groups("supplies", "supply").items():
        carbon = v.by_year(rows, "co2_kg_per_mwh")
        capacity = v.ending(rows, v.by_year(rows, "capacity_mw"))
        profile = first[name]["profile"]
        for y in v.years:
            mwh = made.get((name, y), 0.0)
            found["co2_kt"][y] += mwh * carbon[y] / 1e6
            found["res_gwh"][y] += (first[name]["technology"] in RENEWABLE) * mwh / 1e3
            if profile and pd.notna(capacity[y]):
                most = v.full_hours(profile) * (capacity[y] + new.get((name, y), 0.0))
                found["curtailed_gwh"][y] += (most - mwh) / 1e3
    sources = v.by_id("heat_sources", "source")
    for r in v.records("heat_sources"):
        if r["source"] in sources and r["year"] in v.lengths:
            kg = sources[r["source"]]["co2_kg_per_mwh"]
            found["co2_kt"][int(r["year"])] += r["heat_tj"] * MWH_PER_TJ * kg / 1e6
    for y, (_, kt) in bought(v).items():
        found["co2_kt"][y] += kt
    for row, y, mwh in alternatives(v):
        found["co2_kt"][y] += (row["alternative"] == "gas") * mwh * GAS_KG_PER_MWH / 1e6
    for row, y, mwh in backups(v):
        found["co2_kt"][y] += (row["backup"] == "gas") * mwh * GAS_KG_PER_MWH / 1e6
    return found


def _works(f: Facts) -> Amounts:
    v = f.view
    found: Amounts = {name: _zero(v) for name in ("new_circuits", "new_transformers")}
    for y in v.years:
        for c in f.corridors.all.values():
            found["new_circuits"][y] += sum(n * v.units[r, y] for r, n, *_ in c.adds)
        for row in v.rows("reinforcements"):
            if row["kind"] in ("transformer", "station"):
                count, _ = transformers(v, row)
                found["new_transformers"][y] += count * v.units[row["reinforcement"], y]
    return found


def _masts(v: View) -> Amounts:
    names = ("masts", "telecom_mw", "telecom_battery_mwh", "edge_sites", "edge_mw")
    found: Amounts = {name: _zero(v) for name in names}
    rows = v.by_id("masts", "mast")
    for r in v.records("masts"):
        if r["mast"] in rows and r["year"] in v.lengths:
            row, y = rows[r["mast"]], int(r["year"])
            edge_mw = r["edge"] * row["edge_kw"] / 1000
            mw = r["in_service"] * row["power_kw"] / 1000 + edge_mw
            found["masts"][y] += r["in_service"] and not row["existing"]
            found["edge_sites"][y] += r["edge"]
            found["edge_mw"][y] += edge_mw
            found["telecom_mw"][y] += mw
            found["telecom_battery_mwh"][y] += row["battery_h"] * mw
    return found
