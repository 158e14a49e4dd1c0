"""Rows of `storages` in the program."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from gridplan.explain.why.items import Item
from gridplan.explain.why.register.context import ColumnEntry, Context, RowEntry, Rows

TABLE = "storages"


def _limit(kind: str, column: str) -> RowEntry:
    def entry(context: Context, rows: Rows) -> None:
        for at, (k, _, _) in rows:
            context.give(Item(kind, TABLE, (k,), column), at)

    return entry


def _new(context: Context, new: Any) -> None:
    rows = {r["storage"]: r for r in context.frame.rows(TABLE)}
    for k, y in new:
        row, most = rows[k], max(rows[k]["max_new_mw"], 0.0) if rows[k]["max_new_mw"] > 0 else 0.0
        context.release(new, (k, y), 0.0, np.inf)
        context.hold(Item("storage_new", TABLE, (k,), "max_new_mw"), new, (k, y), upper=most, per=1.0)
        if pd.notna(row["earliest_year"]) and y < row["earliest_year"]:
            item = Item("storage_year", TABLE, (k,), "earliest_year")
            charge = float(row["earliest_year"] - y) / max(most, 1.0)
            context.hold(item, new, (k, y), upper=0.0, charge=charge)


CONSTRAINTS: dict[str, RowEntry | str] = {
    "storages.charge_limit": _limit("storage_power", "power_mw"),
    "storages.discharge_limit": _limit("storage_power", "power_mw"),
    "storages.level_limit": _limit("storage_energy", "energy_mwh"),
    "storages.power_stays": "what is built stays",
    "storages.energy_stays": "what is built stays",
    "storages.energy_room": "new energy comes with new power",
    "storages.balance": "energy is kept over a day",
    "storages.withdraw": "what storages take and give",
}
VARIABLES: dict[str, ColumnEntry | str] = {
    "storages.new_mw": _new,
    "storages.new_mwh": "bounded by rows",
    "storages.charge": "bounded by rows",
    "storages.discharge": "bounded by rows",
    "storages.level": "bounded by rows",
    "storages.withdrawal": "a sum",
}
