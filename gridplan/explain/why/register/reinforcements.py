"""Rows of `reinforcements` in the program: when units can be there, how many, and with which others."""

from __future__ import annotations

from typing import Any

import pandas as pd

from gridplan.case.cells import split_ids
from gridplan.explain.why.items import Item
from gridplan.explain.why.register.context import ColumnEntry, Context, RowEntry, Rows
from gridplan.model.reinforcements import first_year, lead_column, lead_years

TABLE = "reinforcements"


def timing(context: Context, row: dict[str, Any]) -> Item:
    """What makes a reinforcement late: the later of its earliest year and its lead time."""
    horizon = context.frame.case.settings.horizon
    year = row["earliest_year"]
    late = pd.notna(year) and year >= horizon.years[0] + lead_years(row, horizon.lead_time)
    column = "earliest_year" if late else lead_column(row, horizon.lead_time)
    return Item("timing", TABLE, (row["reinforcement"],), column)


def _units(context: Context, units: Any) -> None:
    rows = {r["reinforcement"]: r for r in context.frame.rows(TABLE)}
    needs = {
        r: [q for q in split_ids(row["requires"]) if not context.units.get(q)] for r, row in rows.items()
    }
    for r, k, y in units:
        context.release(units, (r, k, y), 0.0, 1.0)
        first = first_year(rows[r], context.frame)
        if y < first:
            context.hold(timing(context, rows[r]), units, (r, k, y), upper=0.0, charge=first - y)
        if k > context.units[r]:
            item = Item("max_units", TABLE, (r,), "max_units")
            context.hold(item, units, (r, k, y), upper=0.0, charge=1.0)
        if k == 1 and needs[r]:
            context.hold(Item("requires", TABLE, (r,), "requires"), units, (r, k, y), upper=0.0)


def _requires(context: Context, rows: Rows) -> None:
    for at, (r, _, _) in rows:
        context.give(Item("requires", TABLE, (r,), "requires"), at)


def _excludes(context: Context, rows: Rows) -> None:
    said = {r["reinforcement"]: split_ids(r["excludes"]) for r in context.frame.rows(TABLE)}
    for at, (r, q) in rows:
        context.give(Item("excludes", TABLE, (r if q in said[r] else q,), "excludes"), at)


CONSTRAINTS: dict[str, RowEntry | str] = {
    "reinforcements.stays": "what is built stays",
    "reinforcements.ordered": "units of one row come in order, which takes no plan away",
    "reinforcements.requires": _requires,
    "reinforcements.excludes": _excludes,
}
VARIABLES: dict[str, ColumnEntry | str] = {"reinforcements.units": _units}
