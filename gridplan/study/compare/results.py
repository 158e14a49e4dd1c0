"""What differs between plans: indicators, sites, reinforcements, zones and parts of the cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from gridplan.plan.plan import Plan
from gridplan.plan.verify import money
from gridplan.plan.verify.held import tariffs
from gridplan.plan.verify.indicators import MWH_PER_TJ
from gridplan.plan.verify.sinks import alternatives, backups
from gridplan.plan.verify.view import View

Plans = Mapping[str, Plan]
CHANGE = "change "
PARTS = (
    "works", "datacenters", "heat", "masts", "supply", "operation", "heat_operation", "rights", "penalties",
    "other",
)  # fmt: skip
TOTAL = "total"
SAME = 1e-6  # relative; parts of a plan that add up to its total


def side_by_side(plans: Plans, keys: list[str], of: Callable[[Plan], Mapping[Any, float]]) -> pd.DataFrame:
    """A row per key, a column per plan, and what each later plan has more than the first.

    A key that a plan has not is blank.
    """
    found = {name: of(plan) if plan.has_plan else {} for name, plan in plans.items()}
    every = list(dict.fromkeys(key for values in found.values() for key in values))
    rows = [
        dict(zip(keys, key if isinstance(key, tuple) else (key,), strict=True))
        | {name: values.get(key) for name, values in found.items()}
        for key in every
    ]
    table = pd.DataFrame(rows, columns=[*keys, *plans]).astype(dict.fromkeys(plans, "float64"))
    first, *others = plans
    for name in others:
        table[f"{CHANGE}{name}"] = table[name] - table[first]
    return table.astype({"year": "Int64"}) if "year" in keys else table


def indicators(plans: Plans) -> pd.DataFrame:
    """Indicators of the whole case, by year (blank: the total over the horizon), in their unit."""

    def of(plan: Plan) -> dict[Any, float]:
        found: dict[Any, float] = {}
        for name, entry in plan.summary["indicators"].items():
            found[name, entry["unit"], None] = entry["total"]
            found |= {(name, entry["unit"], int(y)): value for y, value in entry["by_year"].items()}
        return found

    return side_by_side(plans, ["indicator", "unit", "year"], of)


def sites(plans: Plans) -> pd.DataFrame:
    """New IT MW of every site by year, all rights together."""

    def of(plan: Plan) -> dict[Any, float]:
        table = plan.tables["datacenters"]
        return {} if table.empty else table.groupby(["site", "zone", "year"])["it_mw"].sum().to_dict()

    return _zeros(side_by_side(plans, ["site", "zone", "year"], of), plans)


def reinforcements(plans: Plans) -> pd.DataFrame:
    """Units of every reinforcement in service by year."""

    def of(plan: Plan) -> dict[Any, float]:
        table = plan.tables["reinforcements"]
        if table.empty:
            return {}
        return table.groupby(["reinforcement", "year"])["units_in_service"].sum().to_dict()

    return _zeros(side_by_side(plans, ["reinforcement", "year"], of), plans)


def zones(plans: Plans) -> pd.DataFrame:
    """Every indicator that zones have, by zone and year, in its unit."""

    def of(plan: Plan) -> dict[Any, float]:
        table = plan.tables["indicators"]
        table = table[table["zone"] != "all"]
        keys = zip(table["indicator"], table["unit"], table["zone"], table["year"], strict=True)
        return dict(zip(keys, table["value"].astype(float), strict=True))

    return _zeros(side_by_side(plans, ["indicator", "unit", "zone", "year"], of), plans)


def cost(plans: Plans) -> pd.DataFrame:
    """Parts of total_cost_meur, M€ discounted over the horizon; their sum is the last row."""
    return side_by_side(plans, ["part"], _parts)


def _zeros(table: pd.DataFrame, plans: Plans) -> pd.DataFrame:
    """A site, work or zone that a plan does not name stands at 0; in a case without a plan it is unknown."""
    known = [name for name, plan in plans.items() if plan.has_plan]
    table[known] = table[known].fillna(0.0)
    first, *others = plans
    for name in others:
        table[f"{CHANGE}{name}"] = table[name] - table[first]
    return table[(table[known].abs() > 1e-9).any(axis=1)].reset_index(drop=True)


def _parts(plan: Plan) -> dict[str, float]:
    """M€ by part: annuities of what stands, operation and penalties, discounted; `other` is what is left."""
    v = View(plan)
    stock, masts = money._stocks(v), money._masts(v)
    heat = [*money._heat(v), *_tanks(v)]
    tanks = sum(cost for _, cost in _tanks(v))
    built = {"works": money._works(v), "datacenters": money._sites(v), "heat": heat, "masts": masts}
    found = {
        name: sum(v.discount[int(y)] * v.annuity * meur for y, meur in costs if int(y) in v.discount)
        for name, costs in (built | {"supply": stock}).items()
    }
    if tanks:  # they are among the stocks too
        found["supply"] -= sum(v.discount[int(y)] * v.annuity * meur for y, meur in _tanks(v))
    rights, warm = _sum(v, tariffs(v)), _sum(v, _heat_operation(v))
    found["operation"] = _sum(v, money.running(v)) - rights - warm
    found |= {"heat_operation": warm, "rights": rights, "penalties": _sum(v, money.penalties(v))}
    total = float(plan.summary["indicators"]["total_cost_meur"]["total"])
    left = total - sum(found.values())
    found["other"] = left if abs(left) > SAME * max(1.0, abs(total)) else 0.0
    return {name: found[name] for name in PARTS} | {TOTAL: total}


def _sum(v: View, by_year: Mapping[int, float]) -> float:
    return float(sum(v.discount[y] * meur for y, meur in by_year.items()))


def _tanks(v: View) -> list[tuple[float, float]]:
    price = v.by_id("heat_storages", "heat_storage")
    rows = v.table("heat_storages").drop_duplicates(["heat_storage", "year"])
    return [
        (year, mwh * price.get(name, {}).get("capex_meur_per_mwh", 0.0))
        for name, year, mwh in zip(rows["heat_storage"], rows["year"], rows["new_mwh"], strict=True)
    ]


def _heat_operation(v: View) -> dict[int, float]:
    """M€ a year that heat sources, other heating and back-ups cost."""
    cost = dict.fromkeys(v.years, 0.0)
    sources = v.by_id("heat_sources", "source")
    for r in v.records("heat_sources"):
        if r["source"] in sources and r["year"] in cost:
            cost[int(r["year"])] += r["heat_tj"] * MWH_PER_TJ * sources[r["source"]]["cost_eur_per_mwh"] / 1e6
    for row, y, mwh in alternatives(v):
        cost[y] += mwh * row["alternative_eur_per_mwh"] / 1e6
    for row, y, mwh in backups(v):
        cost[y] += mwh * row["backup_eur_per_mwh"] / 1e6
    return cost
