"""Supplies: output within capacity and profile, what must run runs, capacity stays."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gridplan.plan.verify import tolerance
from gridplan.plan.verify.facts import Facts
from gridplan.plan.verify.ledger import Ledger
from gridplan.plan.verify.stays import stays
from gridplan.plan.verify.view import Record


def supplies(f: Facts, book: Ledger) -> None:
    """Output is between must-run and capacity times profile, in known hours and over a year; new stays."""
    rows = f.view.by_id("supplies", "supply")
    if not rows:
        return
    index = {name: k for k, name in enumerate(rows)}
    mw = f.hours.spread("supplies", "supply", index)
    new = f.view.stated("supplies", ["supply", "year"], "new_mw")
    for name, group in f.view.groups("supplies", "supply").items():
        row, capacity = rows[name], f.view.by_year(group, "capacity_mw")
        grows = row["max_new_mw"] > 0 and not any(pd.isna(c) for c in capacity.values())
        capacity = f.view.ending(group, capacity)
        added = {y: float(new.get((name, y), 0.0)) for y in f.view.years}
        at = [{"supply": name, "year": y} for y in f.view.years]
        most = row["max_new_mw"] if grows else 0.0
        stock = list(added.values())
        book.at_most(("supplies", "new_mw"), at.__getitem__, stock, [most] * len(at), "MW", tolerance.UNIT)
        least = f.view.ending(group, f.view.by_year(group, "min_mw"))
        _hourly(f, book, row, mw[:, index[name]], (least, capacity, added))
    stays(book, f.view.table("supplies").drop_duplicates(["supply", "year"]), "supplies", "supply", "new_mw")


def _hourly(
    f: Facts, book: Ledger, row: Record, mw: np.ndarray, stocks: tuple[dict[int, float], ...]
) -> None:
    least, capacity, added = stocks
    h, shape = f.hours, f.hours.profile(row["profile"])
    base = h.stock(capacity)
    top = shape * (base + h.stock(added))
    runs = bool(row["profile"]) and not row["curtailable"]
    bottom = shape * base if runs else shape * np.nan_to_num(h.stock(least))
    if row["technology"] == "grid_supply":
        bottom = bottom - np.where(np.isnan(base), np.inf, base)

    def where(position: int) -> Record:
        return {"supply": row["supply"], **h.row(position)}

    at = ("supplies", "mw")
    book.at_most(at, where, mw, top, "MW", tolerance.MW, "of capacity and profile,")
    book.at_least(at, where, mw, bottom, "MW", tolerance.MW)
    if not row["profile"] or f.view.case.profiles is None or row["technology"] == "grid_supply":
        return
    hours = f.view.full_hours(row["profile"])
    for y in f.view.years:
        own = h.in_year(y)
        energy, place = float(mw[own] @ h.weight[own]), {"supply": row["supply"], "year": y}
        book.at_most(at, place, energy, hours * (capacity[y] + added[y]), "MWh", tolerance.MWH)
        if runs:
            book.at_least(at, place, energy, hours * capacity[y], "MWh", tolerance.MWH)
