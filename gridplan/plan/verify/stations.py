"""Stations: what their transformers may carry in both directions, and what passes them."""

from __future__ import annotations

from typing import Any, NamedTuple

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


def limits(v: View, station: str, year: int, units: dict[str, float] | None = None) -> Limits:
    """pf·rating·(Σ transformers − largest), at most pf·Σ; and pf·Σ transformers, where the profile is 1.

    `units` of some rows stand instead of those in service.
    """
    row = v.stations.loc[station]
    count: int | None = None if pd.isna(row["transformers"]) else int(row["transformers"])
    size: float = 0.0 if pd.isna(row["transformer_mva"]) else float(row["transformer_mva"])
    known = count is not None and (size > 0 or count == 0)
    leaving = _retired(row, year, count or 0)
    total, largest = ((count or 0) - leaving) * size, (size if (count or 0) > leaving else 0.0)
    built, sizes = 0.0, [largest]
    for work in v.rows("reinforcements"):
        if work["target"] == station and work["kind"] in ("transformer", "station"):
            number, each = transformers(v, work)
            name = work["reinforcement"]
            there = (units or {}).get(name, v.units[name, year])
            built += there * number * each
            sizes.append(each if there else 0.0)
    rating = v.settings.physics.emergency_rating
    firm, feedin = (_less(row[name], leaving, count, size) for name in ("firm_demand_mva", "firm_feedin_mva"))
    feedin = (total if known else np.nan) if pd.isna(feedin) else feedin
    if pd.isna(firm):
        demand = rating * (total - largest + built + largest - max(sizes)) if known else np.nan
    elif known:
        demand, total = firm + rating * (built + largest - max(sizes)), max(firm, total)
    else:
        demand, total = firm + built, np.inf
    return Limits(v.pf * min(demand, total + built), v.pf * (feedin + built))


def _retired(row: Any, year: int, count: int) -> int:
    """Transformers that are gone by a year."""
    if pd.isna(row["retire_year"]) or row["retire_year"] > year:
        return 0
    return count if pd.isna(row["retire_transformers"]) else min(int(row["retire_transformers"]), count)


def _less(firm: Any, leaving: int, count: int | None, size: float) -> float:
    """A given firm value less what retires; nothing where all do."""
    if not leaving or pd.isna(firm):
        return firm
    return 0.0 if leaving == count else max(firm - leaving * size, 0.0)


def station_limits(f: Facts, book: Ledger) -> None:
    """No station passes its limits in a period or at its peak; `stations` states the limits rightly."""
    v = f.view
    found = {(n, y): limits(v, n, y) for n in f.hours.station for y in v.years}
    _periods(f, book, found)
    _table(f, book, found)


def _periods(f: Facts, book: Ledger, found: dict[tuple[str, int], Limits]) -> None:
    names = list(f.hours.station)
    share = f.hours.ratings(f.view.stations.loc[names, "rating_profile"])
    for y in f.view.years:
        own = np.zeros(f.passable.shape, dtype=bool)
        own[f.hours.in_year(y)] = f.passable[f.hours.in_year(y)]
        for k, sign in enumerate((1.0, -1.0)):
            limit = np.array([found[n, y][k] for n in names])
            mask = own & ~np.isnan(limit)
            rows, bound = f.hours.cells(names, "substation", mask), (limit * share)[mask]
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
    at, rate = ("stations", "limit_mw"), stated["rating"].to_numpy()
    profile = rows["substation"].map(v.stations["rating_profile"])
    low, top = profile.map(v.least).to_numpy(float), profile.map(v.most).to_numpy(float)
    known = ~np.isnan(limit)
    book.at_most(("stations", "rating"), rows, rate, np.where(known, top, np.nan), "of 1", tolerance.EXACT)
    book.at_least(("stations", "rating"), rows, rate, np.where(known, low, np.nan), "of 1", tolerance.EXACT)
    rated = np.where(silent, np.nan, right * rate)
    book.same(at, rows, limit, rated, "MW", tolerance.MW, "of its transformers")
    book.at_most(("stations", "peak_mw"), rows, peak, right * top, "MW", tolerance.PEAK_MW)
    _margins(book, rows, stated, (low, top))
    if f.simple:
        highest = [
            (sign * f.hours.through[f.hours.in_year(y), k]).max(initial=0.0)
            for k in f.hours.station.values()
            for y in v.years
            for sign in (1.0, -1.0)
        ]
        book.same(("stations", "peak_mw"), rows, peak, highest, "MW", tolerance.MW, "in table withdrawals")


def _margins(
    book: Ledger, rows: pd.DataFrame, stated: pd.DataFrame, ends: tuple[np.ndarray, np.ndarray]
) -> None:
    """Headroom and loading follow from peak and limit; where a rating follows a profile, they are between
    those of its least and its largest value.
    """
    low, top = ends
    limit, peak, rate = (stated[name].to_numpy() for name in ("limit_mw", "peak_mw", "rating"))
    flat = low == top
    told, at = stated["headroom_mw"].to_numpy(), ("stations", "headroom_mw")
    room = np.where(np.isnan(limit), np.nan, limit - peak)
    book.same(at, rows[flat], told[flat], room[flat], "MW", tolerance.EXACT)
    whole = limit / np.where(rate > 0, rate, np.nan)
    book.at_least(at, rows[~flat], told[~flat], (whole * low - peak)[~flat], "MW", tolerance.PEAK_MW)
    book.at_most(at, rows[~flat], told[~flat], (whole * top - peak)[~flat], "MW", tolerance.PEAK_MW)
    told, at = stated["loading"].to_numpy(), ("stations", "loading")
    some = limit > 1e-6
    right = np.divide(peak, limit, out=np.zeros_like(peak), where=some)
    book.same(at, rows[some & flat], told[some & flat], right[some & flat], "of 1", tolerance.EXACT)
    for bound, factor in ((book.at_most, low), (book.at_least, top)):
        full = whole * factor
        there = some & ~flat & (full > 0)
        bound(at, rows[there], told[there], peak[there] / full[there], "of 1", tolerance.MW)
