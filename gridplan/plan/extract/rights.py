"""Transport rights: contracts, who is off when and how much, groups, and what still fits by right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from gridplan.model.limited import curves
from gridplan.model.offers import DEMAND, FEEDIN, GROUP, Offer, offers
from gridplan.model.rights.groups import member_draws
from gridplan.model.room import CLEAR, room_under
from gridplan.plan.columns import TABLES
from gridplan.plan.extract.book import Hours, Key, level
from gridplan.plan.extract.reader import ZERO, Reader


def rights(r: Reader) -> pd.DataFrame:
    """Contracts by holder, right and station, with the hours and MWh in which they are off."""
    found = [row for year in r.frame.years for row in (*_demand(r, year), *_feedin(r, year))]
    return pd.DataFrame(found, columns=list(TABLES["rights"]))


def _demand(r: Reader, year: int) -> Iterator[dict[str, Any]]:
    book = r.book
    if not book.held:
        return
    hours, cuts = book.hours(year), book.cuts(year)
    mwh = {k: float(mw @ hours.weight) for k, mw in cuts.items()}
    expected = _expected(r, year, mwh)
    ranks = _ranks(offers(r.frame.case, DEMAND))
    for k, h in book.held.items():
        it = book.it.get((k[2], k[3], year), 0.0)
        if it <= ZERO:
            continue
        whole = float((h.share * h.whole[hours.pick] * it) @ hours.weight)
        shut = float((h.share * (h.whole - h.draw)[hours.pick] * it) @ hours.weight)
        group = h.row["group"] if k[3] == GROUP else ""
        yield {
            **_row(k, h.offer, year, h.share * h.contract * it, ranks),
            "group": group,
            "limited_hours": float((1 - h.sure[year][hours.pick]) @ hours.weight),
            "curtailed_hours": _off_hours(cuts.get(k), hours),
            "curtailed_mwh": mwh.get(k, 0.0),
            "curtailed_share": mwh.get(k, 0.0) / whole if whole > 0 else 0.0,
            "expected_mwh": expected.get(k, 0.0) + shut,
        }


def _row(k: Key, offer: Offer, year: int, mw: float, ranks: dict[tuple, int]) -> dict[str, Any]:
    return {
        "holder": k[2],
        "right": k[3],
        "direction": offer.direction,
        "substation": k[0],
        "year": year,
        "contracted_mw": mw,
        "cut_order": ranks.get(level(offer), 0) if offer.flexible else 0,
        "tariff_meur_per_year": mw * offer.meur_per_mw_year,
        "discount_meur_per_year": mw * offer.tariff * offer.discount / 1000,
    }


def _ranks(offered: tuple[Offer, ...]) -> dict[tuple, int]:
    """1 for those that are off first."""
    levels = sorted({level(offer) for offer in offered if offer.flexible})
    return {at: k + 1 for k, at in enumerate(levels)}


def _off_hours(mw: np.ndarray | None, hours: Hours) -> float:
    return 0.0 if mw is None else float((mw > CLEAR) @ hours.weight)


def _expected(r: Reader, year: int, mwh: dict[Key, float]) -> dict[Key, float]:
    """MWh that the program reckoned with, by right: what a station loses, shared as it is curtailed."""
    book = r.book
    table = r.values("rights", "lost", "substation", "year")
    lost = {n: 1000 * v for n, y, v in table.itertuples(index=False) if y == year}
    found: dict[Key, float] = {}
    for n, energy in lost.items():
        mine = {k: h for k, h in book.held.items() if k[0] == n and h.offer.flexible}
        size = {k: mwh.get(k, 0.0) for k in mine}
        if sum(size.values()) <= ZERO:
            size = {k: h.share * h.contract * book.it.get((k[2], k[3], year), 0.0) for k, h in mine.items()}
        total = sum(size.values())
        found.update({k: energy * v / total for k, v in size.items() if total > 0})
    return found


def _feedin(r: Reader, year: int) -> Iterator[dict[str, Any]]:
    book = r.book
    if not book.fed:
        return
    hours, cuts = book.hours(year), book.feedin_cuts(year)
    ranks = _ranks(offers(r.frame.case, FEEDIN))
    for k, h in book.fed.items():
        new = book.new.get((k[2], k[3], year), 0.0)
        if new <= ZERO:
            continue
        able = h.share * r_profile(hours, h.row["profile"]) * new
        shut = able - h.share * h.gives[hours.pick] * new
        off = cuts.get(k, np.zeros(len(able))) + shut
        mwh, whole = float(off @ hours.weight), float(able @ hours.weight)
        yield {
            **_row(k, h.offer, year, h.share * h.contract * new, ranks),
            "group": "",
            "limited_hours": float((1 - h.sure[year][hours.pick]) @ hours.weight),
            "curtailed_hours": _off_hours(off, hours),
            "curtailed_mwh": mwh,
            "curtailed_share": mwh / whole if whole > 0 else 0.0,
            "expected_mwh": 0.0,
        }


def r_profile(hours: Hours, name: str) -> np.ndarray:
    """A profile in the hours in which operation is known."""
    return hours.frame.profile(name)[hours.pick]


def curtailments(r: Reader) -> pd.DataFrame:
    """MW that is off by site, right and station, in the hours of the program; without rows of 0."""
    parts: list[pd.DataFrame] = []
    for year in r.frame.years if r.book.program_held else []:
        pick = r.book.hours(year, program=True).pick
        for (n, _, s, right), mw in r.book.cuts(year, program=True).items():
            on = np.flatnonzero(mw > ZERO)
            part = pd.DataFrame({"period": pick[on], "mw": mw[on]})
            parts.append(part.assign(site=s, right=right, substation=n, year=year))
    columns = list(TABLES["curtailments"])
    parts = [part for part in parts if len(part)]
    return r.timed(pd.concat(parts, ignore_index=True))[columns] if parts else pd.DataFrame(columns=columns)


def rights_groups(r: Reader) -> pd.DataFrame:
    """Groups: what members draw together at most, against their contract and the sum of their own peaks."""
    frame, found = r.frame, []
    if not any(offer.right == GROUP for offer in offers(frame.case, DEMAND)):
        return pd.DataFrame(columns=list(TABLES["rights_groups"]))
    for group in frame.rows("transport_groups"):
        rows = [row for row in frame.rows("datacenters") if row["group"] == group["group"]]
        draws = member_draws(frame, rows) if rows else np.zeros((1, 0))
        for y in frame.years:
            mw = draws * np.array([r.book.it.get((row["site"], GROUP, y), 0.0) for row in rows])
            found.append(
                (
                    group["group"],
                    y,
                    int((mw.max(axis=0) > ZERO).sum()) if rows else 0,
                    float(group["max_mw"]),
                    float(mw.sum(axis=1).max(initial=0.0)),
                    float(mw.max(axis=0).sum()) if rows else 0.0,
                )
            )
    return pd.DataFrame(found, columns=list(TABLES["rights_groups"]))


def rights_room(r: Reader) -> pd.DataFrame:
    """What still fits by right at every station with a limit, for one more user with a flat load."""
    columns = list(TABLES["rights_room"])
    if not r.book.whole:
        return pd.DataFrame(columns=columns)
    known, found = curves(r.frame.case), []
    caps = _limits(r, "cap_mw")
    for way, name in ((DEMAND, "demand_mw"), (FEEDIN, "feedin_mw")):
        limits = _limits(r, name)
        offered = [offer for offer in offers(r.frame.case, way) if offer.right != GROUP]
        for y in r.frame.years if offered else []:
            load = _contracted(r, y, way)
            for (n, year), limit in limits.items():
                if year != y or n not in load:
                    continue
                if way == DEMAND:
                    limit = min(limit, caps.get((n, y), np.inf))
                rated = limit * known.rating(n)
                for offer in offered:
                    room = room_under(load[n], rated, known.sure(offer, n, y), offer.open_hours())
                    found.append((n, y, way, offer.right, room.mw, room.hours, room.share))
    return pd.DataFrame(found, columns=columns)


def _limits(r: Reader, name: str) -> dict[tuple[str, int], float]:
    table = r.values("stations", name, "substation", "year")
    return {(n, y): v for n, y, v in table.itertuples(index=False)}


def _contracted(r: Reader, year: int, way: str) -> dict[str, np.ndarray]:
    """MW of every station by hour in a direction, with what only contracts take."""
    sign = 1.0 if way == DEMAND else -1.0
    found = {n: sign * mw for (n,), mw in r.book.hourly("stations.through", year).items()}
    kept = r.book.hourly("rights.reserved" if way == DEMAND else "rights.reserved_in", year)
    for n, mw in _through(r, kept).items():
        if n in found:
            found[n] = found[n] + mw
    return found


def station_cuts(r: Reader, year: int) -> dict[str, np.ndarray]:
    """MW that is off by hour among those who draw through a station, inside the hours of their rights."""
    return _through(r, r.book.hourly("rights.cut", year))


def _through(r: Reader, series: dict[tuple[str, ...], np.ndarray]) -> dict[str, np.ndarray]:
    """Sums by station whose transformers it passes; keys begin with station and side."""
    parent, found = r.frame.network.parent, dict[str, np.ndarray]()
    for (n, side, *_), mw in series.items():
        at = n if side == "mv" else parent.get(n, "")
        while at:
            found[at] = found.get(at, np.zeros(len(mw))) + mw
            at = parent.get(at, "")
    return found
