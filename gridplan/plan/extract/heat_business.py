"""Money of heat: every connection of a producer with a sink, by stage and over the horizon.

    cost = a·investment + electricity + heat bought       (M€ a year)
    npv = D_y·(saved − cost)                              (M€; summed over the stages it is the connection's)
    eur_per_gj = cost / heat delivered;  over the horizon Σ D_y·cost / Σ D_y·heat

a is the annuity and D_y the discount factor of the stage (docs/design.md, "Money and years"). Saved is what
the sink's alternative would have cost, its electricity included.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from gridplan.plan.columns import TABLES
from gridplan.plan.extract.heat import TJ_PER_MWH
from gridplan.plan.extract.reader import Reader
from gridplan.plan.heat.bills import Books, Pair, books
from gridplan.plan.heat.draws import Draws
from gridplan.plan.heat.route import Route, routes

Row = dict[str, Any]


def heat_business(r: Reader) -> pd.DataFrame:
    """Money, energy, CO2 and MW of every pair of producer and sink that uses something, by stage."""
    rows = [row for y in r.frame.years for row in _stage(r, r.once(books), y)]
    return pd.DataFrame(rows, columns=list(TABLES["heat_business"]))


def _stage(r: Reader, made: Books, year: int) -> Iterator[Row]:
    at, sums = made.shares[year], made.of(year)
    if not sums:
        return
    draws, ways = Draws(r, year), routes(r, at, year)
    for pair, items in sums.items():
        taken, delivered, warm = _heat(at, pair)
        annuity = r.frame.annuity * items["invest_meur"]
        cost = annuity + items["electricity_meur"] + items["source_meur"]
        extra, freed = draws.of(made.bills[year], pair)
        used = items["electricity_gwh"] * 1000 - _pipe_mwh(made, year, pair)
        route = ways.get(pair, Route())
        tj = delivered * TJ_PER_MWH
        yield {
            "from": pair[0],
            "to": pair[1],
            "year": year,
            "links": "; ".join(route.links),
            "pipes": "; ".join(route.pipes),
            "heat_pumps": "; ".join(route.pumps),
            "length_km": route.km,
            "temperature_c": warm,
            "heat_tj": tj,
            "taken_tj": taken * TJ_PER_MWH,
            "lost_tj": max(taken + used - delivered, 0.0) * TJ_PER_MWH,
            "electricity_gwh": items["electricity_gwh"],
            "invest_meur": items["invest_meur"],
            "annuity_meur": annuity,
            "electricity_meur": items["electricity_meur"],
            "source_meur": items["source_meur"],
            "cost_meur": cost,
            "saved_meur": items["saved_meur"],
            "eur_per_gj": _ratio(1000 * cost, tj),
            "npv_meur": r.frame.discount[year] * (items["saved_meur"] - cost),
            "co2_avoided_kt": -items["co2_kt"],
            "station": extra.station,
            "extra_mw": extra.mw,
            "extra_binding_mw": extra.binding_mw,
            "freed_station": freed.station,
            "freed_mw": freed.mw,
            "freed_binding_mw": freed.binding_mw,
        }


def _heat(at: Any, pair: Pair) -> tuple[float, float, float]:
    """(MWh taken, MWh delivered, °C) of a pair; nothing where it only pays for what rests.

    A producer whose heat is all lost on the way is a pair with itself.
    """
    if pair[0] == pair[1] and pair[0] in at.producers:
        return float(at.idle[at.producers.index(pair[0])]), 0.0, float("nan")
    if pair[0] not in at.producers or pair[1] not in at.sinks:
        return 0.0, 0.0, float("nan")
    where = at.producers.index(pair[0]), at.sinks.index(pair[1])
    level = float(at.temperature[where])
    return float(at.taken[where]), float(at.delivered[where]), level if np.isfinite(level) else float("nan")


def _pipe_mwh(made: Books, year: int, pair: Pair) -> float:
    """Electricity of pipe pumps, which does not become heat (MWh a year)."""
    return 1000 * sum(
        bill.pairs.get(pair, 0.0) * bill.items["electricity_gwh"]
        for bill in made.bills[year]
        if bill.kind == "link"
    )


def _ratio(above: float, below: float) -> float:
    return above / below if below > 1e-9 else float("nan")


def heat_connections(r: Reader) -> pd.DataFrame:
    """Every connection over the horizon: investment, cost per GJ, NPV, subsidy that it needs, CO2 avoided."""
    table = r.once(heat_business)
    pairs = dict.fromkeys(zip(table["from"], table["to"], strict=True))
    rows = [_whole(r, pair, table[(table["from"] == pair[0]) & (table["to"] == pair[1])]) for pair in pairs]
    return pd.DataFrame(rows, columns=list(TABLES["heat_connections"]))


def _whole(r: Reader, pair: Pair, own: pd.DataFrame) -> Row:
    stages = [int(y) for y in own["year"]]
    discount = np.array([r.frame.discount[y] for y in stages])
    years = np.array([r.frame.lengths[y] for y in stages], float)
    heat, carbon = (own[name].to_numpy(float) for name in ("heat_tj", "co2_avoided_kt"))
    tj, cost = float(discount @ heat), float(discount @ own["cost_meur"].to_numpy(float))
    npv = float(own["npv_meur"].sum())
    subsidy = max(-npv, 0.0)
    last: Row = {str(name): value for name, value in own.iloc[-1].items()}
    return {
        "from": pair[0],
        "to": pair[1],
        "year": min(stages),
        **{name: last[name] for name in ("links", "pipes", "heat_pumps", "length_km", "temperature_c")},
        "heat_tj": float(heat[-1]),
        "total_tj": float(years @ heat),
        "invest_meur": float(own["invest_meur"].max()),
        "eur_per_gj": _ratio(1000 * cost, tj),
        "npv_meur": npv,
        "subsidy_meur": subsidy,
        "subsidy_eur_per_gj": _ratio(1000 * subsidy, tj),
        "co2_avoided_kt": float(years @ carbon),
    }
