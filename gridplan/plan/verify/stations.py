"""Stations: what their transformers may carry in both directions, and what passes them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from gridplan.plan.verify import tolerance
from gridplan.plan.verify.facts import Facts
from gridplan.plan.verify.ledger import Ledger
from gridplan.plan.verify.view import Record, View, ancestors


class Limits(NamedTuple):
    """MW that may be drawn and fed in; nan: no limit."""

    demand: float
    feedin: float


def transformers(v: View, row: Record) -> tuple[int, float]:
    """(number, MVA of each) that a unit brings to its station."""
    size, total = v.stations.loc[row["target"], "transformer_mva"], row["adds_mva"]
    count = row["adds_transformers"]
    if pd.isna(count):
        fits = row["kind"] == "station" and total > 0 and size > 0
        count = max(round(total / size), 1) if fits else 1
    each = size if pd.isna(total) else total / max(count, 1)
    return int(count), 0.0 if pd.isna(each) else float(each)


def limits(v: View, station: str, year: int) -> Limits:
    """pf·rating·(Σ transformers − largest), at most pf·Σ; and pf·Σ transformers."""
    row = v.stations.loc[station]
    count: int | None = None if pd.isna(row["transformers"]) else int(row["transformers"])
    size: float = 0.0 if pd.isna(row["transformer_mva"]) else float(row["transformer_mva"])
    known = count is not None and (size > 0 or count == 0)
    total, largest = (count or 0) * size, (size if count else 0.0)
    built, sizes = 0.0, [largest]
    for work in v.rows("reinforcements"):
        if work["target"] == station and work["kind"] in ("transformer", "station"):
            number, each = transformers(v, work)
            units = v.units[work["reinforcement"], year]
            built += units * number * each
            sizes.append(each if units else 0.0)
    rating = v.settings.physics.emergency_rating
    firm, feedin = row["firm_demand_mva"], row["firm_feedin_mva"]
    feedin = (total if known else np.nan) if pd.isna(feedin) else feedin
    if pd.isna(firm):
        demand = rating * (total - largest + built + largest - max(sizes)) if known else np.nan
    elif known:
        demand, total = firm + rating * (built + largest - max(sizes)), max(firm, total)
    else:
        demand, total = firm + built, np.inf
    return Limits(v.pf * min(demand, total + built), v.pf * (feedin + built))


def station_limits(f: Facts, book: Ledger) -> None:
    """No station passes its limits in a period or at its peak; `stations` states the limits rightly."""
    v = f.view
    found = {(n, y): limits(v, n, y) for n in f.hours.station for y in v.years}
    _periods(f, book, found)
    _table(f, book, found)


def _periods(f: Facts, book: Ledger, found: dict[tuple[str, int], Limits]) -> None:
    names = list(f.hours.station)
    for y in f.view.years:
        own = np.zeros(f.passable.shape, dtype=bool)
        own[f.hours.in_year(y)] = f.passable[f.hours.in_year(y)]
        for k, sign in enumerate((1.0, -1.0)):
            limit = np.array([found[n, y][k] for n in names])
            mask = own & ~np.isnan(limit)
            rows, bound = f.hours.cells(names, "substation", mask), np.broadcast_to(limit, mask.shape)[mask]
            stated = sign * f.hours.through[mask]
            book.at_most(("withdrawals", "mw"), rows, stated, bound, "MW", tolerance.MW)


def _table(f: Facts, book: Ledger, found: dict[tuple[str, int], Limits]) -> None:
    v, keys = f.view, ["substation", "year", "direction"]
    rows = pd.DataFrame(
        [(n, y, d) for n in f.hours.station for y in v.years for d in ("demand", "feedin")], columns=keys
    ).astype({"year": float})
    table = v.table("stations").drop_duplicates(keys, keep="last")
    stated = rows.merge(table, how="left", on=keys)
    right = np.array([limit for n in f.hours.station for y in v.years for limit in found[n, y]])
    limit, peak = stated["limit_mw"].to_numpy(), stated["peak_mw"].to_numpy()
    told = v.table("withdrawals")
    loaded = set(told["substation"][told["side"] == "mv"])
    loaded |= {up for n in set(told["substation"]) for up in ancestors(v, n)}
    # where nothing passes, no limit is kept
    silent = ~rows["substation"].isin(loaded).to_numpy() & np.isnan(limit)
    at = ("stations", "limit_mw")
    book.same(at, rows, limit, np.where(silent, np.nan, right), "MW", tolerance.MW, "of its transformers")
    book.at_most(("stations", "peak_mw"), rows, peak, right, "MW", tolerance.PEAK_MW)
    room = np.where(np.isnan(limit), np.nan, limit - peak)
    book.same(("stations", "headroom_mw"), rows, stated["headroom_mw"], room, "MW", tolerance.EXACT)
    some = limit > 1e-6
    share, at = stated["loading"].to_numpy(), ("stations", "loading")
    book.same(at, rows[some], share[some], peak[some] / limit[some], "of 1", tolerance.EXACT)
    if f.simple:
        top = [
            (sign * f.hours.through[f.hours.in_year(y), k]).max(initial=0.0)
            for k in f.hours.station.values()
            for y in v.years
            for sign in (1.0, -1.0)
        ]
        book.same(("stations", "peak_mw"), rows, peak, top, "MW", tolerance.MW, "in table withdrawals")
