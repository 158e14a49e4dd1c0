"""Rows of `substations` in the program: transformers in both directions, and bays."""

from __future__ import annotations

import pandas as pd

from gridplan.explain.why.items import Item
from gridplan.explain.why.register.context import ColumnEntry, Context, RowEntry, Rows
from gridplan.explain.why.register.loads import parts

TABLE = "substations"


def station(context: Context, n: str, way: str) -> Item:
    """The limit of a station in a direction: a given capacity, else its transformers."""
    given = f"firm_{way}_mva"
    row = next(r for r in context.frame.rows(TABLE) if r["substation"] == n)
    column = given if pd.notna(row[given]) else "transformers"
    return Item(f"station_{way}", TABLE, (n,), column)


def _demand(context: Context, rows: Rows) -> None:
    items = {n: station(context, n, "demand") for n in {key[0] for _, key in rows}}
    for at, (n, _, _) in rows:
        context.give(items[n], at)


def _feedin(context: Context, rows: Rows) -> None:
    items = {n: station(context, n, "feedin") for n in {key[0] for _, key in rows}}
    for at, (n, _, _) in rows:
        context.give(items[n], at)


def _bays(context: Context, rows: Rows) -> None:
    for at, (n, _) in rows:
        context.give(Item("bays", TABLE, (n,), "bays_free"), at)


def _sums(context: Context, rows: Rows) -> None:
    """Every demand may be taken out of the load of a station, whole or in part."""
    load, net = parts(context.frame), context.model.stations.net
    for at, (n, s, y, p) in rows:
        for item, peak, mw in load.get((n, s, y), ()):
            if mw[p]:
                context.lessen(item, at, float(mw[p]), net[n, s, y, p], per=float(mw[p]) / peak)


LIMITS = "follows from transformers and what is built"
CONSTRAINTS: dict[str, RowEntry | str] = {
    "stations.sums": _sums,
    "stations.demand_limit": _demand,
    "stations.cap_limit": _demand,
    "stations.feedin_limit": _feedin,
    "stations.bays": _bays,
    "stations.own": "sums what passes the transformers",
    "stations.carries": "sums what passes the transformers above",
    "stations.with_children": "sums what passes the transformers",
    "stations.has_type": LIMITS,
    "stations.no_type": LIMITS,
    "stations.demand_room": LIMITS,
    "stations.cap_room": LIMITS,
    "stations.feedin_room": LIMITS,
}
VARIABLES: dict[str, ColumnEntry | str] = {
    "stations.net": "a sum",
    "stations.carry": "a sum",
    "stations.through": "a sum",
    "stations.largest": LIMITS,
    "stations.demand_mw": LIMITS,
    "stations.feedin_mw": LIMITS,
    "stations.cap_mw": LIMITS,
}
