"""Heat pumps."""

from __future__ import annotations

import numpy as np

from gridplan.plan.verify import tolerance
from gridplan.plan.verify.corridors import part
from gridplan.plan.verify.facts import Facts
from gridplan.plan.verify.ledger import Ledger
from gridplan.plan.verify.sinks import TJ
from gridplan.plan.verify.stays import stays
from gridplan.plan.verify.view import Record, View

ZERO_C = 273.15  # K
LEAST, MOST, UNKNOWN = 1.05, 30.0, 3.0  # COP; the last where temperatures are not known
Stream = tuple[float, float]  # °C of its warm and cool end; nan: unknown, or no glide


def heat_pumps(f: Facts, book: Ledger) -> None:
    """Electricity is heat over COP; the peak is within what is built, and that within what may be."""
    v = f.view
    rows = v.by_id("heat_pumps", "heat_pump")
    stays(book, v.table("heat_pumps"), "heat_pumps", "heat_pump", "heat_mw")
    for r in v.records("heat_pumps"):
        if r["heat_pump"] not in rows:
            continue  # the check of tables names it
        row, at = rows[r["heat_pump"]], {"heat_pump": r["heat_pump"], "year": r["year"]}
        book.at_most(
            ("heat_pumps", "peak_mw"), at, r["peak_mw"], r["heat_mw"], "MW", tolerance.PEAK_MW, "built"
        )
        book.at_most(("heat_pumps", "heat_mw"), at, r["heat_mw"], row["max_mw"], "MW", tolerance.UNIT)
        cops = _cops(v, row)
        if cops:
            _electricity(book, r, cops)


def _cops(v: View, row: Record) -> list[float]:
    """COP between every stream that the pump may cool and every warmer sink in reach."""
    near = part([(link["from"], link["to"]) for link in v.rows("heat_links")], row["at"])
    streams = {r["site"]: (r["heat_c"], r["heat_return_c"]) for r in v.rows("datacenters") if r["heat_share"]}
    streams |= {r["source"]: (r["temperature_c"], r["return_c"]) for r in v.rows("heat_sources")}
    sinks = {r["sink"]: (r["temperature_c"], r["return_c"]) for r in v.rows("heat_sinks")}
    cooled = [streams[row["at"]]] if row["at"] in streams else [streams[n] for n in near if n in streams]
    if row["at"] not in streams:  # heat that was lifted for one sink may be lifted again for another
        cooled += [(sinks[n][0], np.nan) for n in near if n in sinks]
        cooled = [stream for stream in cooled if not np.isnan(stream[0])]  # warm enough for all
    warmed = [sinks[row["at"]]] if row["at"] in sinks else [sinks[n] for n in near if n in sinks]
    pairs = [(low, high) for low in cooled for high in warmed if not high[0] <= low[0]]
    if row["cop"] > 0:
        return [row["cop"]] if pairs else []
    return [_cop(low, high, row) for low, high in pairs]


def _cop(low: Stream, high: Stream, row: Record) -> float:
    """Share of Carnot, or of Lorenz with the logarithmic means of both streams; 1.05 to 30."""
    if np.isnan(low[0]):
        return UNKNOWN
    cold, hot = low[0] + ZERO_C, high[0] + ZERO_C
    if row["cop_method"] == "lorenz":
        cold, hot = _mean(low), _mean(high)
    lift = hot - cold
    return float(np.clip(row["efficiency"] * hot / lift if lift > 0 else MOST, LEAST, MOST))


def _mean(stream: Stream) -> float:
    """Logarithmic mean of a stream's two temperatures, K; a blank return is no glide."""
    warm = stream[0] + ZERO_C
    fall = 0.0 if np.isnan(stream[1]) else stream[0] - stream[1]
    return float(-fall / np.log1p(-fall / warm)) if fall > 0 else float(warm)


def _electricity(book: Ledger, r: Record, cops: list[float]) -> None:
    at, column = {"heat_pump": r["heat_pump"], "year": r["year"]}, ("heat_pumps", "electricity_gwh")
    heat, power = r["heat_tj"] / TJ, r["electricity_gwh"] * 1000
    allowed = tolerance.COP_MWH
    book.at_least(column, at, power, heat / max(cops), "MWh", allowed, f"heat over a COP of {max(cops):.4g}:")
    book.at_most(column, at, power, heat / min(cops), "MWh", allowed, f"heat over a COP of {min(cops):.4g}:")
