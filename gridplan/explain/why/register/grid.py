"""Rows of `branches` in the program, and the setting that asks for outages."""

from __future__ import annotations

from typing import Any

import numpy as np

from gridplan.explain.why.items import Item
from gridplan.explain.why.register.context import ColumnEntry, Context, RowEntry, Rows

TABLE = "branches"
SECURITY = Item("security", "case", ("physics",), "security")


def _branch(context: Context, name: str, year: int) -> Item:
    """The rating of a corridor; the end of its circuits where they have come to it."""
    there = context.frame.network.at(year).corridors[name].circuits
    return (
        Item("branch", TABLE, (name,), "circuit_mva")
        if there
        else Item("ended", TABLE, (name,), "until_year")
    )


def _flow(context: Context, flow: Any) -> None:
    """Corridors that no reinforcement raises have their rating as a bound."""
    for e, y, p in flow:
        low, high = flow[e, y, p].bounds
        if high is not None and np.isfinite(high):
            context.release(flow, (e, y, p), -np.inf, np.inf)
            context.hold(_branch(context, e, y), flow, (e, y, p), low, high, per=1.0)


def _rated(context: Context, rows: Rows) -> None:
    for at, (e, y, _) in rows:
        context.give(_branch(context, e, y), at)


def _balance(context: Context, rows: Rows) -> None:
    """Without n-1 the hours after outages need no balance."""
    items = context.frame.periods.items
    for at, (_, _, p) in rows:
        if items[p].outage:
            context.give(SECURITY, at, per=0.0)


CONSTRAINTS: dict[str, RowEntry | str] = {
    "grid.upper": _rated,
    "grid.lower": _rated,
    "grid.unit_upper": "only a circuit in service carries power",
    "grid.unit_lower": "only a circuit in service carries power",
    "grid.balance": _balance,
    "grid.balance_cut": _balance,
    "grid.cut_upper": "what an outage cuts off does without, but not what is still connected",
    "grid.cut_lower": "what an outage cuts off does without, but not what is still connected",
    "grid.voltage": "Kirchhoff's law",
    "grid.angle_upper": "Kirchhoff's law",
    "grid.angle_lower": "Kirchhoff's law",
}
VARIABLES: dict[str, ColumnEntry | str] = {
    "grid.flow": _flow,
    "grid.built": "bounded by rows",
    "grid.phi": "an angle",
    "grid.exchange": "the grid above, without a limit",
    "grid.cut": "bounded by rows",
}
