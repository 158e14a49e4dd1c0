"""What summary.json says: totals of indicators, objectives with their bounds, and hours that were checked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from gridplan.case.tables import indicators
from gridplan.plan.verify import tolerance
from gridplan.plan.verify.facts import Facts
from gridplan.plan.verify.indicators import VALUE
from gridplan.plan.verify.ledger import Ledger
from gridplan.plan.verify.money import shortfall_prices
from gridplan.plan.verify.view import View


def totals(f: Facts, book: Ledger) -> None:
    """Totals over years are those of the indicators, by kind: last stage, largest, sum, or sum over years."""
    v, told = f.view, dict(f.view.plan.summary.get("indicators") or {})
    for name, entry in indicators().items():
        by_year = {y: v.whole(name, y) for y in v.years}
        if name not in told:
            known = [y for y, value in by_year.items() if not np.isnan(value)]
            book.holds(("summary", "indicators"), {"indicator": name}, not known, "is missing")
            continue
        stated = {int(y): value for y, value in dict(told[name].get("by_year") or {}).items()}
        for y, value in by_year.items():
            at = {"indicator": name, "year": y}
            found = _number(stated.get(y))
            book.same(
                ("summary", "by_year"), at, found, value, entry.unit, tolerance.EXACT, "in table indicators"
            )
        at = {"indicator": name}
        total, right = _number(told[name].get("total")), _total(v, entry.kind, by_year)
        book.same(("summary", "total"), at, total, right, entry.unit, tolerance.EXACT, "by year")


def _number(value: Any) -> float:
    return float(value) if isinstance(value, (int, float, np.number)) else np.nan


def _total(v: View, kind: str, by_year: dict[int, float]) -> float:
    if kind == "stock":
        return by_year[v.years[-1]]
    if kind == "peak":
        return max(by_year.values())
    return sum(value * (v.lengths[y] if kind == "annual" else 1) for y, value in by_year.items())


def objective(f: Facts, book: Ledger) -> None:
    """Each objective is its indicator's total and within the gap of its bound; unserved load adds up."""
    v = f.view
    told = dict(v.plan.summary.get("indicators") or {})
    for name, goal in dict(v.plan.summary.get("objective") or {}).items():
        at, value, bound = {"objective": name}, _number(goal.get("value")), _number(goal.get("bound"))
        unit = indicators()[name].unit if name in indicators() else ""
        if name != "weighted sum":
            total = _sum(name, told)
            book.same(("summary", "value"), at, value, total, unit, tolerance.MEUR, "total of the indicator")
        if not np.isnan(bound):
            book.at_most(
                ("summary", "bound"),
                at,
                bound,
                value,
                unit,
                tolerance.BOUND * max(1.0, abs(value)),
                "no more than",
            )
        if v.plan.status.value == "optimal":
            room = (v.plan.options.get("gap") or 0.0) * abs(value) + 1e-6 * max(1.0, abs(value))
            book.at_least(
                ("summary", "bound"), at, bound, value - room, unit, tolerance.EXACT, "within the gap:"
            )
    _unserved(v, book)


def _sum(name: str, told: Mapping[str, Any]) -> float:
    """What an objective's name says (`total_cost_meur + 2 unserved_mw_years`) by the totals; NaN: nothing."""
    found = 0.0
    for part in name.split(" + "):
        factor, _, indicator = part.rpartition(" ")
        found += float(factor or 1) * _number(dict(told.get(indicator) or {}).get("total"))
    return found


def _unserved(v: View, book: Ledger) -> None:
    unpriced = {key for key, price in shortfall_prices(v).items() if not price}
    lost: dict[float, float] = defaultdict(float)
    for r in v.records("shortfall"):
        lost[r["year"]] += r["it_mw"] if (r["class"], r["region"]) in unpriced else 0.0
    for r in v.records("unserved"):
        lost[r["year"]] += r["mw"]
    rows = pd.DataFrame({"indicator": "unserved_mw_years", "zone": "all", "year": v.years})
    stated, right = (
        [v.whole("unserved_mw_years", y) for y in v.years],
        [v.lengths[y] * lost[y] for y in v.years],
    )
    book.same(VALUE, rows, stated, right, "MW·years", tolerance.MEUR, "by the tables")


def security(f: Facts, book: Ledger) -> None:
    """Every hour of every stage was checked, an optimal plan holds in all, and full stations say when."""
    v, said = f.view, dict(f.view.plan.summary.get("security") or {})
    every = v.case.profiles is not None and v.settings.time.all_hours
    least = 8760 if every else sum(not outage for outage in f.hours.outage)
    most = 8760 if every else np.nan  # an hour in which nothing is drawn stands in no table
    if v.plan.status.value == "optimal":
        hours, at = _number(said.get("hours")), {"security": "optimal"}
        book.at_least(("summary", "hours"), at, hours, least, "hours", 0.0)
        book.at_most(("summary", "hours"), at, hours, most, "hours", 0.0)
        want: float = least * len(v.years) if every else least
        if v.settings.physics.security == "n-1":
            want = (8760 if every else 1) * sum(1 + len(f.corridors.outages(y)) for y in v.years)
        book.at_least(("summary", "checked"), at, _number(said.get("checked")), want, "pairs", 0.0)
        book.at_most(("summary", "violated"), at, _number(said.get("violated")), 0.0, "pairs", 0.0)
        book.at_most(("summary", "worst_mw"), at, _number(said.get("worst_mw")), tolerance.KEPT_MW, "MW", 0.0)
    full = v.table("stations").dropna(subset=["limit_mw"])
    full = full[full["peak_mw"] > 1e-2]
    keys, column = ["substation", "year", "direction"], ("stations", "binding_hours")
    at_limit, count = full["headroom_mw"] <= tolerance.KEPT_MW, full["binding_hours"]
    every_hour = 8760.0 * (1 + np.nan_to_num(_number(said.get("outages"))))
    book.at_most(column, full[keys], count, np.full(len(full), every_hour), "hours", 0.0)
    book.holds(column, full[keys], at_limit == (count > 0), "hours at the limit do not fit the headroom")
