"""Heat sinks: what they need, and that it comes from links, a back-up or an alternative, as the case says."""

from __future__ import annotations

import numpy as np

from gridplan.plan.verify import tolerance
from gridplan.plan.verify.ledger import Ledger
from gridplan.plan.verify.stays import stays
from gridplan.plan.verify.view import Record, View

TJ = 0.0036  # per MWh
SINKS = "heat_sinks"


def sink_mwh(v: View, row: Record, year: int) -> float:
    """Heat a sink needs in a year, MWh."""
    if row["from_year"] > year:
        return 0.0
    if row["annual_gwh"] >= 0 and (v.case.profiles is not None or not row["peak_mw"] >= 0):
        return float(row["annual_gwh"] * 1000)
    return float(row["peak_mw"] * v.full_hours(row["profile"])) if row["peak_mw"] >= 0 else 0.0


def alternatives(v: View) -> list[tuple[Record, int, float]]:
    """(sink, year, MWh of heat that comes from its alternative)."""
    taken = v.stated("heat_sinks", ["sink", "year"], "heat_tj")
    return [
        (row, y, sink_mwh(v, row, y) - mwh - taken.get((row["sink"], y), np.nan) / TJ)
        for row, y, mwh in backups(v)
    ]


def backups(v: View) -> list[tuple[Record, int, float]]:
    """(sink, year, MWh of heat that comes from its back-up)."""
    given = v.stated("heat_sinks", ["sink", "year"], "backup_tj")
    return [
        (row, y, given.get((row["sink"], y), np.nan) / TJ) for row in v.rows("heat_sinks") for y in v.years
    ]


def check_sinks(v: View, book: Ledger) -> None:
    """A sink takes heat only when connected, all of it where it must, and gets the rest from where it may."""
    rows = v.by_id(SINKS, "sink")
    linked = {end for row in v.rows("heat_links") for end in (row["from"], row["to"])}
    boilers = {k for k, row in rows.items() if row["backup_capex_meur_per_mw"] > 0}
    table = v.table(SINKS)
    stays(book, table[table["sink"].isin(boilers)], SINKS, "sink", "backup_mw")
    for r in v.records(SINKS):
        if r["sink"] not in rows:
            continue  # the check of tables names it
        row, at = rows[r["sink"]], {"sink": r["sink"], "year": r["year"]}
        need = sink_mwh(v, row, r["year"]) * TJ
        book.same((SINKS, "wanted_tj"), at, r["wanted_tj"], need, "TJ", tolerance.TJ, "needs")
        parts = r["heat_tj"] + r["backup_tj"] + r["alternative_tj"]
        said = "from links, back-up and alternative"
        book.same((SINKS, "wanted_tj"), at, r["wanted_tj"], parts, "TJ", tolerance.TJ, said)
        for column in ("heat_tj", "backup_tj", "alternative_tj"):
            book.at_least((SINKS, column), at, r[column], 0.0, "TJ", tolerance.TJ)
        if row["must_connect"] and r["sink"] in linked:
            left = r["alternative_tj"]
            book.at_most((SINKS, "alternative_tj"), at, left, 0.0, "TJ", tolerance.TJ, "must connect:")
        if row["backup"] == "alternative":
            _open(book, at, r, row)
        else:
            _backed(book, at, r, row)
        _backup(v, book, at, r, row)


def _open(book: Ledger, at: Record, r: Record, row: Record) -> None:
    """A sink that keeps its alternative once it is connected."""
    joined = r["connected"] and not (row["connect_meur"] and not r["capex_meur"])
    dry = not r["heat_tj"] > tolerance.TJ
    book.holds((SINKS, "connected"), at, joined or dry, "takes heat without a connection")
    paid = row["connect_meur"] if r["capex_meur"] else 0.0
    book.same((SINKS, "capex_meur"), at, r["capex_meur"], paid, "MEUR", tolerance.EXACT)


def _backed(book: Ledger, at: Record, r: Record, row: Record) -> None:
    """A sink that has its alternative only until it is connected."""
    if r["connected"]:
        left, said = r["alternative_tj"], "connected, without its alternative:"
        book.at_most((SINKS, "alternative_tj"), at, left, 0.0, "TJ", tolerance.TJ, said)
    else:
        brought = r["heat_tj"] + r["backup_tj"]
        book.at_most((SINKS, "heat_tj"), at, brought, 0.0, "TJ", tolerance.TJ, "not connected:")
    paid = row["connect_meur"] * r["connected"]
    if row["backup_capex_meur_per_mw"] > 0:
        paid += row["backup_capex_meur_per_mw"] * r["backup_mw"]
    book.same((SINKS, "capex_meur"), at, r["capex_meur"], paid, "MEUR", tolerance.MW)


def _backup(v: View, book: Ledger, at: Record, r: Record, row: Record) -> None:
    """A back-up is there only where the case has one, and gives no more than it can."""
    most = row["backup_max_mw"] if row["backup"] in ("gas", "electric") else 0.0
    built, peak = (SINKS, "backup_mw"), (SINKS, "backup_peak_mw")
    book.at_most(built, at, r["backup_mw"], most, "MW", tolerance.PEAK_MW)
    book.at_most(peak, at, r["backup_peak_mw"], r["backup_mw"], "MW", tolerance.PEAK_MW, "built")
    year = r["backup_peak_mw"] * v.year_hours * TJ * (1 + tolerance.PEAK_SHARE)
    book.at_most((SINKS, "backup_tj"), at, r["backup_tj"], year, "TJ", 10 * tolerance.TJ, "by its peak")
