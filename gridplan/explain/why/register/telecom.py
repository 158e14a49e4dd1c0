"""Rows of `cells` and `masts` in the program."""

from __future__ import annotations

from typing import Any

from gridplan.explain.why.items import Item
from gridplan.explain.why.register.context import ColumnEntry, Context, RowEntry


def _covered(context: Context, covered: Any) -> None:
    for c, y in covered:
        if covered[c, y].lb:
            context.release(covered, (c, y), 0.0, covered[c, y].ub)
            context.hold(Item("cell", "cells", (c,), "required"), covered, (c, y), lower=1.0, per=0.0)


CONSTRAINTS: dict[str, RowEntry | str] = {
    "telecom.mast_stays": "what stands stays",
    "telecom.covers": "a cell is covered by a mast in reach",
    "telecom.counts": "what a mast reaches is covered",
    "telecom.withdraw": "what masts draw from the grid",
}
VARIABLES: dict[str, ColumnEntry | str] = {
    "telecom.covered": _covered,
    "telecom.mast": "decided by the plan; what exists stands",
    "telecom.withdrawal": "a sum",
}
