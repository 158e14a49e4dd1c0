"""Rows of `policies` in the program."""

from __future__ import annotations

from typing import Any

from gridplan.explain.why.items import Item
from gridplan.explain.why.register.context import ColumnEntry, Context, RowEntry, Rows


def _policy(row: dict[str, Any]) -> Item:
    return Item(f"policy_{row['sense']}", "policies", (row["policy"],), "value")


def _rows(context: Context, rows: Rows) -> None:
    items = {r["policy"]: _policy(r) for r in context.frame.rows("policies")}
    for at, (q, _) in rows:
        context.give(items[q], at)


CONSTRAINTS: dict[str, RowEntry | str] = {"policies.rows": _rows}
VARIABLES: dict[str, ColumnEntry | str] = {
    "policies.beyond": "decided by the plan; what an explanation asks is in force",
    "policies.none": "stands where a policy counts nothing",
}
