"""Heat tanks in the hours of the program."""

from __future__ import annotations

import pandas as pd

from gridplan.plan.columns import TABLES
from gridplan.plan.extract.reader import Reader


def heat_storages(r: Reader) -> pd.DataFrame:
    """Heat out of every tank less heat into it, and heat kept, all its temperatures together.

    `energy_mwh` is what is in it when the hour begins.
    """
    columns = list(TABLES["heat_storages"])
    keys = ["heat_storage", "year", "period"]
    fill = _summed(r, "fill", keys)
    if fill.empty:
        return pd.DataFrame(columns=columns)
    table = fill.assign(mw=0.0 - fill["value"]).drop(columns="value")
    table = table.merge(_summed(r, "stored", keys).rename(columns={"value": "energy_mwh"}), on=keys)
    added = r.values("heat", "new_room", "heat_storage", "year").rename(columns={"value": "new_mwh"})
    table = table.merge(added, on=["heat_storage", "year"])
    at = {row["heat_storage"]: row["at"] for row in r.frame.rows("heat_storages")}
    return r.timed(table.assign(at=table["heat_storage"].map(at)))[columns]


def _summed(r: Reader, variable: str, keys: list[str]) -> pd.DataFrame:
    """Σ over temperature levels."""
    table = r.values("heat", variable, "heat_storage", "level", "year", "period")
    return table.groupby(keys, sort=False)["value"].sum().reset_index()
