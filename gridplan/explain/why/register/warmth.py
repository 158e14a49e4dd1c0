"""Rows of heat tanks and of the back-up of sinks in the program."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from gridplan.explain.why.items import Item
from gridplan.explain.why.register.context import ColumnEntry, Context, RowEntry, Rows

TANKS, SINKS = "heat_storages", "heat_sinks"


def _tank(kind: str, column: str) -> RowEntry:
    def entry(context: Context, rows: Rows) -> None:
        for at, key in rows:
            context.give(Item(kind, TANKS, (key[0],), column), at)

    return entry


def _new_room(context: Context, new: Any) -> None:
    rows = {r["heat_storage"]: r for r in context.frame.rows(TANKS)}
    for k, y in new:
        most, first = float(rows[k]["max_new_mwh"]), rows[k]["earliest_year"]
        context.release(new, (k, y), 0.0, np.inf)
        context.hold(Item("tank_new", TANKS, (k,), "max_new_mwh"), new, (k, y), upper=most, per=1.0)
        if pd.notna(first) and y < first:
            item = Item("storage_year", TANKS, (k,), "earliest_year")
            context.hold(item, new, (k, y), upper=0.0, charge=float(first - y) / max(most, 1.0))


def _backed_heat(context: Context, rows: Rows) -> None:
    """What a sink that must be connected wants; another one need not be connected."""
    b = context.model.heat
    must = {r["sink"] for r in context.frame.rows(SINKS) if r["must_connect"]}
    for at, (k, y, p) in rows:
        mw = float(b.demand[k, y, p])
        if k in must and mw:
            along = b.intake[k, next(iter(b.intakes[k])), y, p]
            context.lessen(Item("must_connect", SINKS, (k,), "must_connect"), at, mw, along, per=0.0)


def _most(context: Context, variable: Any) -> None:
    """Back-up, or the boiler that is built for it, up to backup_max_mw."""
    for key in variable:
        high = variable[key].ub
        if high is not None:
            context.release(variable, key, 0.0, np.inf)
            item = Item("backup", SINKS, (key[0],), "backup_max_mw")
            context.hold(item, variable, key, upper=float(high), per=1.0)


CONSTRAINTS: dict[str, RowEntry | str] = {
    "heat.tank_in": _tank("storage_power", "power_mw"),
    "heat.tank_out": _tank("storage_power", "power_mw"),
    "heat.tank_room": _tank("storage_energy", "energy_mwh"),
    "heat.tank_balance": "heat is kept over a day",
    "heat.room_stays": "what is built stays",
    "heat.backed_heat": _backed_heat,
    "heat.boiler_limit": "a back-up gives no more than was built",
    "heat.boiler_stays": "what is built stays",
}
VARIABLES: dict[str, ColumnEntry | str] = {
    "heat.new_room": _new_room,
    "heat.backup": _most,
    "heat.boiler": _most,
    "heat.fill": "bounded by rows",
    "heat.stored": "bounded by rows",
}
