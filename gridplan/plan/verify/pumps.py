"""Heat pumps."""

from __future__ import annotations

from gridplan.plan.verify import tolerance
from gridplan.plan.verify.corridors import part
from gridplan.plan.verify.facts import Facts
from gridplan.plan.verify.heat import TJ
from gridplan.plan.verify.ledger import Ledger
from gridplan.plan.verify.stays import stays
from gridplan.plan.verify.view import Record, View

ZERO_C = 273.15  # K


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
    """COP towards every warmer sink in reach; none where the temperature of the pump's place is unknown."""
    source = {site["site"]: site["heat_c"] for site in v.rows("datacenters")}
    source |= {plant["source"]: plant["temperature_c"] for plant in v.rows("heat_sources")}
    if not row["cop"] > 0 and row["at"] not in source:
        return []
    low = source.get(row["at"], 0.0)
    near = part([(link["from"], link["to"]) for link in v.rows("heat_links")], row["at"])
    needs = [sink["temperature_c"] for sink in v.rows("heat_sinks") if sink["sink"] in near]
    return [
        row["cop"] if row["cop"] > 0 else max(1.05, 0.5 * (high + ZERO_C) / (high - low))
        for high in needs
        if high > low
    ]


def _electricity(book: Ledger, r: Record, cops: list[float]) -> None:
    at, column = {"heat_pump": r["heat_pump"], "year": r["year"]}, ("heat_pumps", "electricity_gwh")
    heat, power = r["heat_tj"] / TJ, r["electricity_gwh"] * 1000
    allowed = tolerance.COP_MWH
    book.at_least(column, at, power, heat / max(cops), "MWh", allowed, f"heat over a COP of {max(cops):.4g}:")
    book.at_most(column, at, power, heat / min(cops), "MWh", allowed, f"heat over a COP of {min(cops):.4g}:")
