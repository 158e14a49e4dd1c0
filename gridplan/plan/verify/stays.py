"""What is built stays."""

from __future__ import annotations

import pandas as pd

from gridplan.plan.verify import tolerance
from gridplan.plan.verify.ledger import Ledger


def stays(book: Ledger, table: pd.DataFrame, name: str, key: str, column: str, unit: str = "MW") -> None:
    """Ask that a column never falls from a stage to the next.

    Args:
        book: where it is written down.
        table: rows of a plan, at most one by asset and year.
        name, key, column: table, id of the asset and what must not fall.
        unit: unit of the column.
    """
    if table.empty:
        return
    ordered = table.sort_values([key, "year"], kind="stable")
    values = ordered[column].astype(float).to_numpy()
    same = ordered[key].to_numpy()[1:] == ordered[key].to_numpy()[:-1]
    before, after = values[:-1][same], values[1:][same]
    rows = ordered[[key, "year"]].iloc[1:][same]
    book.at_least((name, column), rows, after, before, unit, tolerance.EXACT, "stays: at least")
