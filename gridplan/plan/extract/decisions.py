"""Everything a plan decides, to the last digit: what is needed to operate it again in any hour."""

from __future__ import annotations

import json

import pandas as pd

from gridplan.plan.columns import TABLES
from gridplan.plan.extract.reader import Reader
from gridplan.solve.keys import Key
from gridplan.solve.rounds import values


def decisions(r: Reader) -> pd.DataFrame:
    """Value of every variable that holds for a whole stage (no hour in its index) and is not 0."""
    times = r.model.YP
    rows = [
        (name, json.dumps(list(index)), value)
        for (name, index), value in values(r.compiled, r.decided).items()
        if value and not (len(index) > 1 and index[-2:] in times)
    ]
    return pd.DataFrame(sorted(rows), columns=list(TABLES["decisions"]))


def decided(table: pd.DataFrame) -> dict[Key, float]:
    """Value of every variable by key, from the table of a plan."""
    return {
        (str(name), tuple(json.loads(index))): float(value)
        for name, index, value in table.itertuples(index=False)
    }
