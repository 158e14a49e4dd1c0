"""Rows of `supplies` in the program."""

from __future__ import annotations

from typing import Any

import numpy as np

from gridplan.explain.why.items import Item
from gridplan.explain.why.register.context import ColumnEntry, Context, RowEntry, Rows

TABLE = "supplies"


def _item(kind: str, g: str, column: str) -> Item:
    return Item(kind, TABLE, (g,), column)


def _output(context: Context, output: Any) -> None:
    """Capacity from above; from below what must run."""
    must = {r["supply"]: bool(r["profile"]) and not r["curtailable"] for r in context.frame.rows(TABLE)}
    for g, y, p in output:
        low, high = output[g, y, p].bounds
        context.release(output, (g, y, p), min(low or 0.0, 0.0), np.inf)
        if high is not None and np.isfinite(high):
            context.hold(_item("supply", g, "capacity_mw"), output, (g, y, p), upper=high, per=1.0)
        if low:
            column = "curtailable" if must[g] else "min_mw"
            if low > 0:
                context.hold(_item("must_run", g, column), output, (g, y, p), lower=low)


def _export(context: Context, export: Any) -> None:
    for g, y, p in export:
        high = export[g, y, p].ub
        if high is not None:
            context.release(export, (g, y, p), 0.0, np.inf)
            context.hold(_item("supply", g, "capacity_mw"), export, (g, y, p), upper=high, per=1.0)


def _new(context: Context, new: Any) -> None:
    for g, y in new:
        high = new[g, y].ub
        context.release(new, (g, y), 0.0, np.inf)
        context.hold(_item("supply_new", g, "max_new_mw"), new, (g, y), upper=high, per=1.0)


def _growing(context: Context, rows: Rows) -> None:
    for at, (g, _, _) in rows:
        context.give(_item("supply", g, "capacity_mw"), at)


CONSTRAINTS: dict[str, RowEntry | str] = {
    "supplies.growing": _growing,
    "supplies.new_stays": "what is built stays",
    "supplies.withdraw": "what supplies give",
    "curves.touches": "a cost",
}
VARIABLES: dict[str, ColumnEntry | str] = {
    "supplies.output": _output,
    "supplies.export": _export,
    "supplies.new": _new,
    "supplies.withdrawal": "a sum",
    "curves.square": "a cost",
}
