"""Corridors: what may run on them, and what table `branches` says of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from gridplan.plan.verify import tolerance
from gridplan.plan.verify.corridors import State
from gridplan.plan.verify.facts import Facts
from gridplan.plan.verify.ledger import Ledger
from gridplan.plan.verify.view import Record


def branch_ratings(f: Facts, book: Ledger) -> None:
    """No corridor and no circuit carries more than its rating; `branches` states what is in service."""
    if not f.corridors.all:
        return
    names = list(f.corridors.all)
    share = np.column_stack([f.hours.rating(c.rating) for c in f.corridors.all.values()])
    for (year, outage), periods in f.hours.states.items():
        state = f.corridors.state(year, outage)
        limit = np.array([state.rating * sum(p.mw for p in state.pieces[name]) for name in names])
        mask = np.zeros((len(f.hours), len(names)), dtype=bool)
        mask[periods] = True
        rows = f.hours.cells(names, "branch", mask)
        rated = _times(limit, share[periods]).ravel()
        book.at_most(("flows", "mw"), rows, np.abs(f.flows[mask]), rated, "MW", tolerance.MW)
        if f.view.settings.physics.flow == "dc":
            _circuits(f, book, state, periods)
    _table(f, book)


def _times(limit: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Limits by period; what has no limit keeps none, whatever its profile says."""
    known = np.isfinite(limit)
    return np.where(known, np.where(known, limit, 0.0) * share, np.inf)


def _circuits(f: Facts, book: Ledger, state: State, periods: np.ndarray) -> None:
    """Circuits in parallel share a flow by their susceptances; none may pass its own rating."""
    names, shares, ratings = [], [], []
    for name, pieces in state.pieces.items():
        if len(pieces) > 1 and all(piece.x for piece in pieces):
            total = sum(1 / piece.x for piece in pieces)
            for piece in pieces:
                names.append((name, piece.source))
                shares.append(1 / piece.x / total)
                ratings.append(state.rating * piece.mw)
    if not names:
        return
    columns = np.array([f.corridors.index[name] for name, _ in names])
    flow = f.flows[np.ix_(periods, columns)] * np.array(shares)

    def row(position: int) -> Record:
        p, k = divmod(position, len(names))
        return {"branch": names[k][0], "circuits": names[k][1] or "existing", **f.hours.row(int(periods[p]))}

    share = np.column_stack([f.hours.rating(f.corridors.all[name].rating)[periods] for name, _ in names])
    limit = _times(np.array(ratings), share)
    book.at_most(("flows", "mw"), row, np.abs(flow), limit, "MW", tolerance.MW)


def _table(f: Facts, book: Ledger) -> None:
    keys = ["branch", "year"]
    circuits, limits, peaks = (
        f.view.stated("branches", keys, c) for c in ("circuits", "limit_mw", "peak_mw")
    )
    loading, outage, rating = (
        f.view.stated("branches", keys, c) for c in ("loading", "worst_outage", "rating")
    )
    after = [f.view.stated("branches", keys, c) for c in ("worst_outage", "outage_mw", "outage_loading")]
    for name in f.corridors.all:
        for y in f.view.years:
            row, key, pieces = {"branch": name, "year": y}, (name, y), f.corridors.standing(name, y)
            limit, profile = sum(p.mw for p in pieces), f.corridors.all[name].rating
            low, top, rate = f.view.least(profile), f.view.most(profile), rating.get(key, np.nan)
            book.at_most(("branches", "rating"), row, rate, top, "of 1", tolerance.EXACT)
            book.at_least(("branches", "rating"), row, rate, low, "of 1", tolerance.EXACT)
            right = limit * rate if np.isfinite(limit) else np.nan
            stated = limits.get(key, np.nan)
            book.same(("branches", "limit_mw"), row, stated, right, "MW", tolerance.MW, "of its circuits")
            count = sum(p.circuits for p in pieces)
            book.same(
                ("branches", "circuits"), row, circuits.get(key, np.nan), count, "circuits", 0.0, "in service"
            )
            peak = peaks.get(key, np.nan)
            book.at_most(("branches", "peak_mw"), row, peak, limit * top, "MW", tolerance.PEAK_MW)
            if outage.get(key):
                _after_outage(f, book, row, limit * top, after)
            if f.simple:
                own = f.hours.in_year(y)
                most = np.abs(f.flows[own, f.corridors.index[name]]).max(initial=0.0)
                book.same(("branches", "peak_mw"), row, peak, most, "MW", tolerance.MW, "in table flows")
            if limit > 0 and f.view.settings.physics.flow == "dc" and all(p.x for p in pieces):
                total = sum(1 / p.x for p in pieces)
                share = max((1 / p.x / total / p.mw for p in pieces), key=abs)
                right = peak * abs(share) if np.isfinite(limit) else np.nan
                told, at = loading.get(key, np.nan), ("branches", "loading")
                if not profile:
                    book.same(at, row, told, right, "of 1", tolerance.MW)
                elif np.isfinite(limit):  # the hour of the peak need not be that of the highest loading
                    book.at_least(at, row, told, right / top if top else 0.0, "of 1", tolerance.MW)
                    book.at_most(at, row, told, right / low if low else np.inf, "of 1", tolerance.MW)


def _after_outage(f: Facts, book: Ledger, row: Record, limit: float, after: list[Any]) -> None:
    """After the outage that fills a corridor most it is within its emergency rating."""
    key, rating = (row["branch"], row["year"]), f.view.settings.physics.emergency_rating
    name, mw, loading = (column.get(key, np.nan) for column in after)
    known = name in f.corridors.outages(row["year"])
    book.holds(("branches", "worst_outage"), row, known, "is no circuit in service in that stage")
    book.at_most(("branches", "outage_mw"), row, mw, rating * limit, "MW", tolerance.PEAK_MW)
    if limit > 0:
        book.at_most(("branches", "outage_loading"), row, loading, 1.0, "of 1", tolerance.MW)
