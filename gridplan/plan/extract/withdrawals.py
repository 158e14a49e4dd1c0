"""Who fills each station: MW by subject, in the hours of the program."""

from __future__ import annotations

import pandas as pd

from gridplan.model.loads import Series, demand, existing_datacenters
from gridplan.plan.columns import TABLES
from gridplan.plan.extract.reader import Reader

SUBJECTS = ("supplies", "storages", "datacenters", "rights", "heat", "telecom")
KEYS = ["substation", "side", "year", "period"]


def withdrawals(r: Reader) -> pd.DataFrame:
    """Net withdrawal of every subject per station, side and period;
    supplies and unserved demand count negative.
    """
    parts = [
        _series(r, demand(r.frame), "demands"),
        _series(r, existing_datacenters(r.frame), "existing_datacenters"),
    ]
    shed = r.values("loads", "unserved", *KEYS)
    parts.append(shed.assign(value=-shed["value"], subject="unserved"))
    parts += [r.values(name, "withdrawal", *KEYS).assign(subject=name) for name in SUBJECTS]
    table = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    table = table[table["value"] != 0].rename(columns={"value": "mw"})
    columns = list(TABLES["withdrawals"])
    return r.timed(table)[columns].reset_index(drop=True)


def _series(r: Reader, series: Series, subject: str) -> pd.DataFrame:
    rows = [(n, s, y, p, float(mw[y][p])) for (n, s), mw in series.items() for y, p in r.frame.pairs]
    return pd.DataFrame(rows, columns=[*KEYS, "value"]).assign(subject=subject)
