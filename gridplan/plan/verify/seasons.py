"""Months of heat networks: what is wanted and offered adds up, month by month and over the year."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from gridplan.plan.verify import tolerance
from gridplan.plan.verify.facts import Facts
from gridplan.plan.verify.ledger import Ledger
from gridplan.plan.verify.sinks import TJ, sink_mwh
from gridplan.plan.verify.view import View

DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
NAME = "heat_seasons"


def heat_seasons(f: Facts, book: Ledger) -> None:
    """Usable and missing heat are what connected sinks want, by month; usable and surplus what is offered."""
    v = f.view
    table = v.table(NAME)
    ids = table[["network", "year", "month"]]
    for total, rest in (("wanted_tj", "missing_tj"), ("offered_tj", "surplus_tj")):
        parts = table["usable_tj"] + table[rest]
        said = f"usable and {rest.removesuffix('_tj')}"
        book.same((NAME, total), ids, table[total], parts, "TJ", tolerance.EXACT, said)
        book.at_least((NAME, rest), ids, table[rest], 0.0 * parts, "TJ", tolerance.EXACT)
    book.at_least((NAME, "usable_tj"), ids, table["usable_tj"], 0.0 * table["usable_tj"], "TJ", 0.0)
    for (network, y), months in table.groupby(["network", "year"], sort=False)["month"]:
        at = {"network": network, "year": y}
        book.holds((NAME, "month"), at, sorted(months) == list(range(1, 13)), "has not the months 1 to 12")
    if v.case.profiles is not None:
        _wanted(v, book, table)


def _wanted(v: View, book: Ledger, table: pd.DataFrame) -> None:
    """What all connected sinks want in a month, by the hours of their profiles."""
    month = np.repeat(np.arange(12), np.array(DAYS) * 24)
    profiles: Any = v.case.profiles
    joined = v.stated("heat_sinks", ["sink", "year"], "connected")
    stated = table.groupby(["year", "month"])["wanted_tj"].sum().to_dict()
    for y in v.years:
        right = np.zeros(12)
        for row in v.rows("heat_sinks"):
            if joined.get((row["sink"], y)):
                shape = profiles[row["profile"]].to_numpy(float) if row["profile"] else np.ones(len(month))
                share = np.bincount(month, shape, 12) / max(shape.sum(), 1e-12)
                right += share * sink_mwh(v, row, y) * TJ
        rows = pd.DataFrame({"year": y, "month": range(1, 13)})
        told = [stated.get((y, m), 0.0) for m in range(1, 13)]
        book.same((NAME, "wanted_tj"), rows, told, right, "TJ", tolerance.TJ, "by connected sinks")
