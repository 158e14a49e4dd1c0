"""What is built: whole, in time, in order, never undone, and with crew for it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gridplan.case.cells import split_ids
from gridplan.plan.verify import tolerance
from gridplan.plan.verify.facts import Facts
from gridplan.plan.verify.ledger import Ledger
from gridplan.plan.verify.stations import limits
from gridplan.plan.verify.stays import stays
from gridplan.plan.verify.view import Record, View

UNITS = ("reinforcements", "units_in_service")
LIMITS = {"demand limit": 0, "feed-in limit": 1}  # what would be short: position in the limits of a station


def building(f: Facts, book: Ledger) -> None:
    """Units are whole, stay, keep to lead time, earliest year, requires and excludes; started means built."""
    v = f.view
    stays(book, v.table("reinforcements"), "reinforcements", "reinforcement", "units_in_service", "units")
    keys = ["reinforcement", "year"]
    stated = v.stated("reinforcements", keys, "units_in_service")
    starts = v.stated("reinforcements", keys, "start_year")
    started = v.totals("reinforcements", ["reinforcement"], "units_started")
    for row in v.rows("reinforcements"):
        name = row["reinforcement"]
        units = np.array([stated.get((name, y), np.nan) for y in v.years])
        at = [{"reinforcement": name, "year": y} for y in v.years]
        book.same(UNITS, at.__getitem__, units, np.round(units), "units", 0.0, "whole")
        book.at_least(UNITS, at.__getitem__, units, 0.0 * units, "units", 0.0)
        book.at_most(UNITS, at.__getitem__, units, _room(v, row), "units", 0.0)
        total = started.get(name, np.nan)
        said = "in service in the last stage"
        book.same(("reinforcements", "units_started"), at[-1], total, units[-1], "units", 0.0, said)
        _starts(v, book, row, units, [starts.get((name, y), np.nan) for y in v.years])
        _others(v, book, row, units)
    _needs(v, book)


def _needs(v: View, book: Ledger) -> None:
    """Who starts by the latest start is in time: need is from the year in service on, within the stages."""
    table = v.table("reinforcements")
    table = table[table["need_year"].notna()]
    rows, at = table[["reinforcement", "year"]], "reinforcements"
    lead = table["reinforcement"].map({row["reinforcement"]: v.lead(row) for row in v.rows("reinforcements")})
    need, latest, start = (table[name] for name in ("need_year", "latest_start_year", "start_year"))
    book.at_least((at, "need_year"), rows, need, table["year"], "(year)", 0.0, "in service from")
    book.at_most((at, "need_year"), rows, need, float(v.years[-1]), "(year)", 0.0)
    book.same(
        (at, "latest_start_year"), rows, latest, need - lead, "(year)", tolerance.EXACT, "lead time before"
    )
    book.same((at, "slack_years"), rows, table["slack_years"], latest - start, "years", tolerance.EXACT)
    _causes(v, book, table)
    table = v.table("reinforcements")
    table = table[table["short_year"].notna()]
    rows, short = table[["reinforcement", "year"]], table["short_year"]
    stage_before = table["year"].map(dict(zip(v.years[1:], v.years[:-1], strict=True)))
    book.at_least((at, "short_year"), rows, short, stage_before + 1, "(year)", 0.0, "after the stage before:")
    book.at_most((at, "short_year"), rows, short, table["year"] - 1, "(year)", 0.0, "before service:")


def _causes(v: View, book: Ledger, table: pd.DataFrame) -> None:
    need = table["need_year"]
    for name, y, year, why in zip(table["reinforcement"], table["year"], need, table["need"], strict=True):
        if why in LIMITS and year in v.lengths:
            _short(v, book, name, (int(y), int(year)), LIMITS[why])


def _short(v: View, book: Ledger, name: str, years: tuple[int, int], way: int) -> None:
    """Without the units a station would be short in the need year, and in no stage from service till then."""
    row = v.by_id("reinforcements", "reinforcement")[name]
    station, (service, need) = row["target"], years
    if v.stations.loc[station, "rating_profile"]:
        return  # the hour that is short stands in no table
    before = max((v.units[name, y] for y in v.years if y < service), default=0.0)
    peaks = v.stated("stations", ["substation", "year", "direction"], "peak_mw")
    for y in (y for y in v.years if service <= y <= need):
        limit = limits(v, station, y, {name: min(before, v.units[name, y])})[way]
        peak = peaks.get((station, y, ("demand", "feedin")[way]), np.nan)
        text = f"{peak:.6g} MW, and {limit:.6g} MW without it"
        book.holds(
            ("reinforcements", "need_year"),
            {"reinforcement": name, "year": y},
            (peak > limit) == (y == need),
            text,
        )


def _room(v: View, row: Record) -> np.ndarray:
    """Most units by stage: none before the first year in which one can be there."""
    first = v.years[0] + v.lead(row)
    if row["earliest_year"] > first:
        first = row["earliest_year"]
    return np.array([row["max_units"] if y >= first else 0.0 for y in v.years])


def _starts(v: View, book: Ledger, row: Record, units: np.ndarray, stated: list[float]) -> None:
    new = np.diff([0.0, *units])
    right = [y - v.lead(row) if n else np.nan for y, n in zip(v.years, new, strict=True)]
    at = [{"reinforcement": row["reinforcement"], "year": y} for y in v.years]
    column = ("reinforcements", "start_year")
    book.same(column, at.__getitem__, stated, right, "(year)", tolerance.EXACT, "lead time before")


def _others(v: View, book: Ledger, row: Record, units: np.ndarray) -> None:
    """What it requires is there; what it excludes is not, at the last stage."""
    at = [{"reinforcement": row["reinforcement"], "year": y} for y in v.years]
    for other in split_ids(row["requires"]):
        there = np.array([v.units[other, y] for y in v.years])
        book.holds(
            UNITS,
            at.__getitem__,
            (units == 0) | (there > 0),
            f"in service without {other}, which it requires",
        )
    for other in split_ids(row["excludes"]):
        both = units[-1] > 0 and v.units[other, v.years[-1]] > 0
        book.holds(
            UNITS,
            at[-1],
            other == row["reinforcement"] or not both,
            f"in service with {other}, which it excludes",
        )


def crew(f: Facts, book: Ledger) -> None:
    """crew_fte is the work on units, spread evenly over the lead time before they enter service."""
    work = over_lead_time(f.view, "crew_fte_years")
    rows = pd.DataFrame({"indicator": "crew_fte", "zone": "all", "year": f.view.years})
    stated = [f.view.whole("crew_fte", y) for y in f.view.years]
    book.same(("indicators", "value"), rows, stated, list(work.values()), "FTE", tolerance.MW, "by the units")


def over_lead_time(v: View, column: str) -> dict[int, float]:
    """What units take by stage, a year: spread over the lead time, without one over the stage of entry."""
    found = dict.fromkeys(v.years, 0.0)
    for row in v.rows("reinforcements"):
        units = [v.units[row["reinforcement"], y] for y in v.years]
        lead = v.lead(row)
        for service, new in zip(v.years, np.diff([0.0, *units]), strict=True):
            for y, length in v.lengths.items():
                inside = max(0.0, min(service, y + length) - max(service - lead, y))
                share = inside / lead if lead else float(y == service)
                found[y] += new * row[column] * share / length
    return found
