"""Rows of `cells` and `masts` in the program."""

from __future__ import annotations

from typing import Any

from gridplan.explain.why.items import Item
from gridplan.explain.why.register.context import ColumnEntry, Context, RowEntry, Rows


def _covered(context: Context, covered: Any) -> None:
    for c, y in covered:
        if covered[c, y].lb:
            context.release(covered, (c, y), 0.0, covered[c, y].ub)
            context.hold(Item("cell", "cells", (c,), "required"), covered, (c, y), lower=1.0, per=0.0)


def _must(column: str) -> RowEntry:
    """Rows of cells that must be covered, or have an edge site in reach."""

    def entry(context: Context, rows: Rows) -> None:
        for at, (c, _) in rows:
            context.give(Item("cell", "cells", (c,), column), at, per=0.0)

    return entry


CONSTRAINTS: dict[str, RowEntry | str] = {
    "telecom.mast_stays": "what stands stays",
    "telecom.covers": "a cell is covered by a mast in reach",
    "telecom.counts": "what a mast reaches is covered",
    "telecom.must": _must("required"),
    "telecom.site_paid": "a site is paid once by the masts on it",
    "telecom.site_needed": "a site without a mast is not paid",
    "telecom.edge_stands": "an edge site needs its mast",
    "telecom.edge_stays": "what stands stays",
    "telecom.edge_must": _must("edge_required"),
    "telecom.edge_covers": "an edge site in reach",
    "telecom.edge_counts": "what an edge site reaches is covered",
    "telecom.withdraw": "what masts draw from the grid",
}
VARIABLES: dict[str, ColumnEntry | str] = {
    "telecom.covered": _covered,
    "telecom.mast": "decided by the plan; what exists stands",
    "telecom.site": "decided by the masts on it",
    "telecom.edge": "decided by the plan",
    "telecom.edge_covered": "bounded by rows",
    "telecom.withdrawal": "a sum",
}
