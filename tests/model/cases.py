"""Cases small enough to reckon by hand, made from rows in Python."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from gridplan.case import Case
from gridplan.case.build import case_from_tables

Row = dict[str, Any]
HORIZON: dict[str, Any] = {"years": [2030], "last_year": 2030}


def make(
    tables: dict[str, list[Row]],
    settings: dict[str, dict[str, Any]] | None = None,
    profiles: dict[str, Any] | pd.DataFrame | None = None,
) -> Case:
    """A checked case: rows by table (a key that a row lacks is a blank cell), settings as in case.toml.

    The horizon is the single year 2030 and everything is solved to optimality on one thread; a section in
    `settings` replaces these. `profiles` holds 8760 values by name; blank: a year is one period of 8760 h.
    """
    given: dict[str, dict[str, Any]] = {"horizon": HORIZON, "solver": {"gap": 0.0, "threads": 1}}
    given.update(settings or {})
    frames = {name: pd.DataFrame(rows, dtype=object) for name, rows in tables.items() if rows}
    if profiles is not None and not isinstance(profiles, pd.DataFrame):
        profiles = pd.DataFrame({"hour": range(8760), **profiles})
    return case_from_tables(given, frames, profiles)


def station(name: str, **columns: Any) -> Row:
    """A station; without more columns it has no limit."""
    return {"substation": name, **columns}


def demand(where: str, mw: float, **columns: Any) -> Row:
    """Flat demand at a station in 2030."""
    return {"demand": f"d_{where}", "substation": where, "year": 2030, "peak_mw": mw, **columns}


def grid_supply(where: str, **columns: Any) -> Row:
    """The grid above, unlimited and free."""
    return {"supply": f"g_{where}", "substation": where, "technology": "grid_supply", **columns}


def line(a: str, b: str, **columns: Any) -> Row:
    """A line of one circuit, x = 0.1 p.u., without a limit."""
    return {"branch": f"{a}{b}", "from": a, "to": b, "x_pu": 0.1, **columns}


def near(number: Any) -> Any:
    """Equal up to 1e-4: an objective is held only nearly at its value while later ones are minimised."""
    return pytest.approx(number, rel=1e-4, abs=2e-3)


def value(plan: Any, indicator: str, year: int | None = None) -> float:
    """Total of an indicator over the whole case, or its value in one stage."""
    entry = plan.summary["indicators"][indicator]
    return entry["total"] if year is None else entry["by_year"][year]


def pick(table: pd.DataFrame, column: str, **keys: Any) -> Any:
    """The one value of a column where other columns have these values."""
    for key, wanted in keys.items():
        table = table[table[key] == wanted]
    assert len(table) == 1, f"{len(table)} rows for {keys}"
    return table[column].iloc[0]
