"""Heat tanks: room and power within what is there, and heat that is kept over the day less what is lost."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from gridplan.plan.verify import tolerance
from gridplan.plan.verify.facts import Facts
from gridplan.plan.verify.ledger import Ledger
from gridplan.plan.verify.stays import stays
from gridplan.plan.verify.view import Record, View

IDS = ["heat_storage", "year", "day", "hour", "weight_hours", "outage"]
MW, MWH, NEW = (("heat_storages", column) for column in ("mw", "energy_mwh", "new_mwh"))
DAY_HOURS = 24


def heat_storages(f: Facts, book: Ledger) -> None:
    """Tanks hold and move no more than they can, and keep what they took less what they lose."""
    v, rows = f.view, f.view.by_id("heat_storages", "heat_storage")
    table = v.table("heat_storages")
    stock = table.drop_duplicates(["heat_storage", "year"])
    stays(book, stock, "heat_storages", "heat_storage", "new_mwh", "MWh")
    for name, own in table.groupby("heat_storage", sort=False):
        if name not in rows:
            continue  # the check of tables names it
        row, ids = rows[str(name)], own[IDS]
        _stock(book, row, stock[stock["heat_storage"] == name])
        room = row["energy_mwh"] + own["new_mwh"]
        book.at_most(MW, ids, own["mw"].abs(), row["power_mw"], "MW", tolerance.MW)
        book.at_most(MWH, ids, own["energy_mwh"], room, "MWh", tolerance.MW)
        book.at_least(MWH, ids, own["energy_mwh"], 0.0 * room, "MWh", tolerance.MW)
        book.holds(("heat_storages", "at"), ids, (own["at"] == row["at"]).to_numpy(), f"is at {row['at']}")
        for _, day in own.groupby(["year", "day", own["weight_hours"] > 0, "outage"], sort=False):
            if day["outage"].iloc[0] == "" or len(day) == DAY_HOURS:
                _kept(book, row, day.sort_values("hour"))


def _stock(book: Ledger, row: Record, stock: pd.DataFrame) -> None:
    """What is added: within the case, and not too early."""
    most = np.where(stock["year"] < row["earliest_year"], 0.0, np.nan_to_num(row["max_new_mwh"]))
    ids = stock[["heat_storage", "year"]]
    book.at_most(NEW, ids, stock["new_mwh"], most, "MWh", tolerance.UNIT)


def _kept(book: Ledger, row: Record, day: pd.DataFrame) -> None:
    """Heat an hour later, the first after the last: what is left of what was there, less what was given."""
    level = day["energy_mwh"].to_numpy()
    left = level * (1 - row["loss_share_per_hour"]) - day["mw"].to_numpy()
    book.same(MWH, day[IDS], np.roll(level, -1), left, "MWh", tolerance.MW, "left an hour later")


def given_mwh(v: View) -> dict[tuple[str, float], float]:
    """MWh a year that tanks give less what they take, by node and stage: below 0, as they lose heat."""
    table = v.table("heat_storages")
    mwh = table["mw"] * table["weight_hours"]
    found: dict[Any, float] = mwh.groupby([table["at"], table["year"]], sort=False).sum().to_dict()
    return found
