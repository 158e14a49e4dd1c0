"""The queue: what is served fits for good, in order and not before it was asked; room by station."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import numpy as np
import pandas as pd

from gridplan.plan.verify import tolerance
from gridplan.plan.verify.facts import Facts
from gridplan.plan.verify.ledger import Ledger
from gridplan.plan.verify.view import Record, View, ancestors

Passes = dict[str, dict[str, float]]  # MW through each station by request
SERVED = ("queue", "served_year")


def queue(f: Facts, book: Ledger) -> None:
    """Requests are those of the case; served ones fit for good, in the order of their class and date."""
    v = f.view
    told = {r["request"]: r for r in v.records("queue")}
    rows = v.rows("queue")
    passes = {row["request"]: _passes(v, row) for row in rows}
    for row in rows:
        _request(v, book, row, told.get(row["request"]))
    whole = [row for row in rows if row["request"] in told]
    _room(v, book, whole, told, passes)
    if not v.settings.rules.queue_overtaking:
        _order(v, book, whole, told)
    _classes(v, book, whole, told)
    _alleviation(v, book, rows, passes)


def _passes(v: View, row: Record) -> dict[str, float]:
    """MW that a request draws through each station, those above included."""
    found: dict[str, float] = defaultdict(float)
    for station, share in v.places(row):
        for at in (station, *ancestors(v, station)):
            found[at] += share * row["mw"]
    return found


def _asked(row: Record) -> float:
    """Year of a request; before all stages where it is not known."""
    return float(row["date"][:4]) if row["date"] else -np.inf


def _request(v: View, book: Ledger, row: Record, said: Record | None) -> None:
    at = {"request": row["request"]}
    book.holds(("queue", "request"), at, said is not None, "has no row")
    if said is None:
        return
    for column in ("direction", "class", "date", "mw"):
        book.holds(
            ("queue", column), at, said[column] == row[column], f"{said[column]}, in the case {row[column]}"
        )
    year, first = said["served_year"], v.years[0]
    book.holds(SERVED, at, np.isnan(year) or year in v.lengths, "is no stage of the case")
    book.holds(SERVED, at, not year < _asked(row), "is before the request")
    waited = year - (_asked(row) if row["date"] else first)
    book.same(("queue", "waiting_years"), at, said["waiting_years"], waited, "years", tolerance.EXACT)
    late = np.isnan(year) or any(max(_asked(row), first) <= y < year for y in v.years)
    text = "names no station, though it waits" if late else "names a station, though it never waits"
    asked = np.isnan(year) and _asked(row) > v.years[-1]
    book.holds(("queue", "blocked_by"), at, asked or not row["mw"] or bool(said["blocked_by"]) == late, text)


def _room(v: View, book: Ledger, rows: list[Record], told: dict[str, Record], passes: Passes) -> None:
    """What is served fits in every stage from then on, at its stations and at those above."""
    room = v.stated("stations", ["substation", "year", "direction"], "headroom_mw")
    taken: dict[tuple[str, int, str], float] = defaultdict(float)
    for row in rows:
        for y in v.years:
            if told[row["request"]]["served_year"] <= y:
                for station, mw in passes[row["request"]].items():
                    taken[station, y, row["direction"]] += mw
    for (station, y, way), mw in taken.items():
        if not mw:
            continue
        at = {"substation": station, "year": y, "direction": way}
        book.at_most(SERVED, at, mw, room.get((station, y, way), np.nan), "MW", tolerance.MW, "headroom")


@cache
def _rank(kind: str) -> tuple[int, float, str]:
    value = pd.to_numeric(kind, errors="coerce")
    return (2, 0.0, "") if not kind else (1, 0.0, kind) if pd.isna(value) else (0, float(value), "")


def _order(v: View, book: Ledger, rows: list[Record], told: dict[str, Record]) -> None:
    """Of two requests at the same place the first is served no later, once it has been made."""
    lines: dict[tuple[str, str, str], list[Record]] = defaultdict(list)
    for row in rows:
        lines[row["zone"], row["substation"], row["direction"]].append(row)
    for line in lines.values():
        line.sort(key=lambda row: (*_rank(row["class"]), row["date"] or "9999-99-99", row["request"]))
        for k, row in enumerate(line):
            year = told[row["request"]]["served_year"]
            ahead = [
                q
                for q in line[:k]
                if q["mw"] and _asked(q) <= year and not told[q["request"]]["served_year"] <= year
            ]
            text = f"is served before {', '.join(q['request'] for q in ahead)}"
            book.holds(SERVED, {"request": row["request"]}, not ahead or not row["mw"], text)


def _classes(v: View, book: Ledger, rows: list[Record], told: dict[str, Record]) -> None:
    """MW served and waiting by class are the sums of the requests; waiting years their mean by MW."""
    stated = {(r["class"], r["direction"], r["year"]): r for r in v.records("queue_classes")}
    for kind, way in sorted({(row["class"], row["direction"]) for row in rows}):
        own = [row for row in rows if (row["class"], row["direction"]) == (kind, way)]
        for y in v.years:
            at = {"class": kind, "direction": way, "year": y}
            said = stated.get((kind, way, y), {})
            done = [told[q["request"]] for q in own if told[q["request"]]["served_year"] <= y]
            served = sum(q["mw"] for q in done)
            waiting = sum(q["mw"] for q in own if _asked(q) <= y) - served
            mean = sum(q["mw"] * q["waiting_years"] for q in done) / served if served else np.nan
            for column, right, unit in (
                ("mw_served", served, "MW"),
                ("mw_waiting", waiting, "MW"),
                ("mean_waiting_years", mean, "years"),
            ):
                book.same(
                    ("queue_classes", column), at, said.get(column, np.nan), right, unit, tolerance.EXACT
                )


def _alleviation(v: View, book: Ledger, rows: list[Record], passes: Passes) -> None:
    """Congested and relieved years follow from headroom, queue and unserved load, at and above a station."""
    room = v.stated("stations", ["substation", "year", "direction"], "headroom_mw")
    lost = v.stated("unserved", ["substation", "year"], "mw")
    stated = {(r["substation"], r["year"], r["direction"]): r for r in v.records("alleviation")}
    queued: dict[tuple[str, int, str], float] = defaultdict(float)
    for row in rows:
        for y in v.years:
            for station, mw in passes[row["request"]].items() if _asked(row) <= y else ():
                queued[station, y, row["direction"]] += mw
    for way in ("demand", "feedin"):
        short: dict[str, dict[int, bool]] = {}
        for n in v.stations.index:
            short[n] = {}
            for y in v.years:
                said, at = stated.get((n, y, way), {}), {"substation": n, "year": y, "direction": way}
                wanted, shed = queued[n, y, way], lost.get((n, y), 0.0) if way == "demand" else 0.0
                left = room.get((n, y, way), np.nan)
                for column, right in (("headroom_mw", left), ("queue_mw", wanted), ("unserved_mw", shed)):
                    book.same(
                        ("alleviation", column), at, said.get(column, np.nan), right, "MW", tolerance.EXACT
                    )
                short[n][y] = wanted + shed > left + tolerance.EXACT
        for n in v.stations.index:
            full = [y for y in v.years if any(short[at][y] for at in (n, *ancestors(v, n)))]
            free = [y for y in v.years if y not in full]
            at = {"substation": n, "direction": way}
            said = stated.get((n, v.years[0], way), {})
            for column, years in (("first_congested_year", full), ("alleviation_year", free)):
                right = years[0] if years else np.nan
                book.same(
                    ("alleviation", column), at, said.get(column, np.nan), right, "(year)", tolerance.EXACT
                )
