"""What rights add up to: contracts, energy that is lost, and money."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from gridplan.plan.verify.busy import offered, profile, window
from gridplan.plan.verify.view import Record, View

FLEXIBLE = ("tdtr85", "non_firm")


def held(v: View) -> dict[str, dict[int, float]]:
    """Indicators of transport rights by stage."""
    found = {name: dict.fromkeys(v.years, 0.0) for name in ("firm_mw", "flexible_mw", "demand_curtailed_gwh")}
    for r in v.records("rights"):
        y = int(r["year"])
        if r["direction"] == "demand" and y in v.lengths:
            found["firm_mw" if r["right"] == "firm" else "flexible_mw"][y] += r["contracted_mw"]
            found["demand_curtailed_gwh"][y] += r["expected_mwh"] / 1000
    return found


def flexible(row: Record) -> bool:
    """Whether the plan decides in some hour if a right is off."""
    hours = row["limited_hours"]
    return bool(hours > 0) if row["right"] == "block" else row["right"] in FLEXIBLE and bool(hours != 0)


def shut_mwh(v: View, holder: Record, right: Record, contracted: float) -> float:
    """MWh a year that fall outside the hours of a block."""
    shape = profile(v, holder["profile"])
    closed = float((shape * (1 - window(v, right))).sum())
    return contracted / float(shape.max()) * closed if closed else 0.0


def tariffs(v: View) -> dict[int, float]:
    """Transport tariffs, and the price of energy that rights lose, MEUR a year by stage."""
    cost = dict.fromkeys(v.years, 0.0)
    rights, sites = offered(v, "demand"), v.by_id("datacenters", "site")
    least = min((row["curtailed_eur_per_mwh"] for row in rights.values() if flexible(row)), default=0.0)
    table = v.table("curtailments")
    keys = [table[key] for key in ("site", "right", "substation", "year")]
    mwh = (table["mw"] * table["weight_hours"]).groupby(keys)
    off = defaultdict(float, mwh.sum().to_dict())
    for r in v.records("rights"):
        y = int(r["year"])
        if y not in cost:
            continue
        cost[y] += r["tariff_meur_per_year"]
        if r["direction"] != "demand" or r["right"] not in rights or r["holder"] not in sites:
            continue
        row = rights[r["right"]]
        price, shut = row["curtailed_eur_per_mwh"], shut_mwh(v, sites[r["holder"]], row, r["contracted_mw"])
        cost[y] += price * shut / 1e6
        if flexible(row):
            cut = off[r["holder"], r["right"], r["substation"], r["year"]] - shut
            cost[y] += (least * (r["expected_mwh"] - shut) + (price - least) * cut) / 1e6
    return {y: float(np.nan_to_num(meur, nan=np.inf)) for y, meur in cost.items()}
