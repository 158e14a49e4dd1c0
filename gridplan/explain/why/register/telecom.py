"""Rows of `cells` and `masts` in the program."""

from __future__ import annotations

from gridplan.explain.why.items import Item
from gridplan.explain.why.register.context import ColumnEntry, Context, RowEntry, Rows


def _asks(kind: str, column: str) -> RowEntry:
    """Rows of a cell that asks for a mast or an edge site in reach."""

    def entry(context: Context, rows: Rows) -> None:
        for at, (c, _) in rows:
            context.give(Item(kind, "cells", (c,), column), at, per=0.0)

    return entry


CONSTRAINTS: dict[str, RowEntry | str] = {
    "telecom.must": _asks("cell", "required"),
    "telecom.edge_must": _asks("edge_cell", "edge_required"),
    "telecom.mast_stays": "what stands stays",
    "telecom.covers": "a cell is covered by a mast in reach",
    "telecom.counts": "what a mast reaches is covered",
    "telecom.site_paid": "a mast on a site pays for it",
    "telecom.site_needed": "without a mast there is no site",
    "telecom.edge_stands": "an edge site stands at a mast",
    "telecom.edge_stays": "what stands stays",
    "telecom.edge_covers": "a cell has an edge site where one reaches it",
    "telecom.edge_counts": "what an edge site reaches counts",
    "telecom.withdraw": "what masts and edge sites draw from the grid",
}
VARIABLES: dict[str, ColumnEntry | str] = {
    "telecom.mast": "decided by the plan; what exists stands",
    "telecom.edge": "decided by the plan",
    "telecom.covered": "follows from the masts",
    "telecom.edge_covered": "follows from the edge sites",
    "telecom.site": "follows from the masts",
    "telecom.withdrawal": "a sum",
}
