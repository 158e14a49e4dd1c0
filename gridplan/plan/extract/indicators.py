"""Values of all indicators, from the same linear forms that policies and objectives use."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd

from gridplan.case.tables import indicators as vocabulary
from gridplan.model.frame import Frame
from gridplan.model.terms import SHARES, Series
from gridplan.plan.columns import TABLES
from gridplan.plan.extract.reader import ZERO, Reader

ALL = "all"


def indicators(r: Reader) -> pd.DataFrame:
    """Value of every indicator by zone and stage; zone `all` is the whole region."""
    x, position = r.x, r.compiled.position
    value: dict[tuple[str, str, int], float] = defaultdict(float)
    weight: dict[tuple[str, str, int], float] = defaultdict(float)
    for t in r.compiled.program.terms.all:
        if isinstance(t, Series):
            at, fixed = r.compiled.where(t)
            counted = float(t.value @ np.where(at >= 0, x[at], fixed))
            for place in {t.place, ALL}:
                value[t.indicator, place, t.year] += counted
            continue
        if t.column is None:
            amount = 1.0
        elif t.column.fixed:
            amount = t.column.value
        else:
            amount = float(x[position[id(t.column)]]) if id(t.column) in position else 0.0
        for place in {t.place, ALL}:
            value[t.indicator, place, t.year] += t.value * amount
            weight[t.indicator, place, t.year] += t.value
    zones = [ALL, *r.frame.case.table("zones")["zone"]]
    rows = []
    for name, entry in vocabulary().items():
        for zone in zones:
            for year in r.frame.years:
                key = (name, zone, year)
                if name in SHARES and key not in weight:
                    continue
                v = value.get(key, 0.0) / (weight[key] if name in SHARES and weight[key] else 1.0)
                rows.append((name, zone, year, 0.0 if abs(v) < ZERO else v, entry.unit))
    return pd.DataFrame(rows, columns=list(TABLES["indicators"]))


def totals(table: pd.DataFrame, frame: Frame) -> dict[str, dict[str, Any]]:
    """{indicator: {total, by_year, unit}} of the whole region, as summary.json says it."""
    found = {}
    whole = table[table["zone"] == ALL]
    for name, rows in whole.groupby("indicator", sort=False):
        by_year = {int(y): float(v) for y, v in zip(rows["year"], rows["value"], strict=True)}
        entry = vocabulary()[str(name)]
        found[str(name)] = {
            "total": _total(entry.kind, by_year, frame),
            "by_year": by_year,
            "unit": entry.unit,
        }
    return found


def _total(kind: str, by_year: dict[int, float], frame: Frame) -> float:
    if kind == "stock":
        return by_year[max(by_year)]
    if kind == "peak":
        return max(by_year.values())
    factor = frame.lengths if kind == "annual" else dict.fromkeys(by_year, 1)
    return sum(factor[y] * v for y, v in by_year.items())
