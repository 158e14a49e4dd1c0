"""Storages: power and energy within what is there, and energy that is kept over the day."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gridplan.plan.verify import tolerance
from gridplan.plan.verify.facts import Facts
from gridplan.plan.verify.ledger import Ledger
from gridplan.plan.verify.stays import stays
from gridplan.plan.verify.view import Record

USUAL_HOURS = 4.0  # energy per power of new storage where the case says nothing
DAY_HOURS = 24.0  # most energy per power, as days are cyclic


def storages(f: Facts, book: Ledger) -> None:
    """Power and energy stay within what exists and is added; nothing is given that was not taken."""
    v, rows = f.view, f.view.by_id("storages", "storage")
    table = v.table("storages")
    stock = table.drop_duplicates(["storage", "year"])
    stays(book, stock, "storages", "storage", "new_mw")
    stays(book, stock, "storages", "storage", "new_mwh", "MWh")
    for name, own in table.groupby("storage", sort=False):
        if name not in rows:
            continue  # the check of tables names it
        row, ids = rows[str(name)], own[["storage", "year", "day", "hour", "weight_hours", "outage"]]
        _stock(book, row, stock[stock["storage"] == name])
        power, energy = row["power_mw"] + own["new_mw"], row["energy_mwh"] + own["new_mwh"]
        book.at_most(("storages", "mw"), ids, own["mw"].abs(), power, "MW", tolerance.MW)
        book.at_most(("storages", "energy_mwh"), ids, own["energy_mwh"], energy, "MWh", tolerance.MW)
        book.at_least(("storages", "energy_mwh"), ids, own["energy_mwh"], 0.0 * energy, "MWh", tolerance.MW)
        for _, day in own.assign(power=power).groupby(["year", "day", own["weight_hours"] > 0, "outage"]):
            if day["outage"].iloc[0] == "" or len(day) == DAY_HOURS:
                _kept(book, row, day.sort_values("hour"))


def _stock(book: Ledger, row: Record, stock: pd.DataFrame) -> None:
    """What is added: within the case, not too early, energy in proportion to power."""
    most = np.where(stock["year"] < row["earliest_year"], 0.0, np.nan_to_num(row["max_new_mw"]))
    ids, new = stock[["storage", "year"]], stock["new_mw"]
    book.at_most(("storages", "new_mw"), ids, new, most, "MW", tolerance.UNIT)
    known = row["power_mw"] > 0 and row["energy_mwh"] > 0
    ratio = row["energy_mwh"] / row["power_mw"] if known else USUAL_HOURS
    ratio = DAY_HOURS if row["capex_meur_per_mwh"] > 0 else ratio
    book.at_most(("storages", "new_mwh"), ids, stock["new_mwh"], ratio * new, "MWh", tolerance.MW)


def _kept(book: Ledger, row: Record, day: pd.DataFrame) -> None:
    """Energy of the next hour, the first after the last: no more than what was there, taken and given.

    Charging and discharging at once loses energy, so there may be less, but no less than that can lose.
    """
    mw, level, way = day["mw"].to_numpy(), day["energy_mwh"].to_numpy(), np.sqrt(row["efficiency"])
    most = level + np.where(mw > 0, -mw / way, -mw * way)
    lost = np.maximum(day["power"].to_numpy() - np.abs(mw), 0.0) * (1 / way - way)
    after = np.roll(level, -1)
    ids = day[["storage", "year", "day", "hour", "weight_hours", "outage"]]
    at = ("storages", "energy_mwh")
    book.at_most(at, ids, after, most, "MWh", tolerance.MW, "an hour later at most")
    book.at_least(at, ids, after, most - lost, "MWh", tolerance.MW, "an hour later at least")
