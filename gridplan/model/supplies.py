"""Supplies: power plants, sun and wind, and the grid outside.

Sets: g supply, y stage, p period. Variables in MW ≥ 0: `output[g,y,p]` (also < 0 where min_mw is),
`export[g,y,p]` (grid_supply only), `new[g,y]` capacity added by the plan. a[g,p] is the profile value (1
without a profile).

    output[g,y,p] ≤ a[g,p]·(capacity[g,y] + new[g,y])
    output[g,y,p] ≥ a[g,p]·min[g,y]                   what must run, or (min < 0) may be taken
    output[g,y,p] ≥ a[g,p]·capacity[g,y]              a profile that is not curtailable
    export[g,y,p] ≤ capacity[g,y]
    new[g,y] ≥ new[g,y−1]
    capacity = min = 0 after until_year; what is new stays

What exists and is not curtailable must run; what the plan adds to it may be curtailed. Must-run output is
never spilled, not even where unserved_mw_years is minimised: where it has nowhere to go there is no plan.
Export earns nothing. Cost: output · EUR/MWh + EUR/h (+ EUR/MW²h · output², block `curves`); emissions:
output · kg/MWh.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyomo.environ as pyo

from gridplan.model.frame import Frame
from gridplan.model.lazy import Columns
from gridplan.model.numbers import numbers
from gridplan.model.rows import constrain
from gridplan.model.stages import keep
from gridplan.model.terms import Terms
from gridplan.model.withdrawal import places

RENEWABLE = (
    "pv",
    "solar",
    "wind",
    "wind_onshore",
    "wind_offshore",
    "wind_coastal",
    "hydro",
    "geothermal",
    "biomass",
)


def add(m: Any, frame: Frame, terms: Terms) -> None:
    """Add block `supplies` with `output`, `export`, `new` and its withdrawal."""
    b = m.supplies = pyo.Block()
    first: dict[str, dict[str, Any]] = {}
    limited = set()
    for row in frame.rows("supplies"):
        first.setdefault(row["supply"], row)
        if pd.notna(row["capacity_mw"]):
            limited.add(row["supply"])
    capacity, least = (
        {(g, y): mw for g, by_year in frame.ending("supplies", column).items() for y, mw in by_year.items()}
        for column in ("capacity_mw", "min_mw")
    )
    room = {g: row["max_new_mw"] for g, row in first.items() if row["max_new_mw"] > 0 and g in limited}
    b.SUPPLY = pyo.Set(dimen=1, initialize=list(first))
    b.GROWING = pyo.Set(dimen=1, initialize=list(room))
    b.GRID = pyo.Set(
        dimen=1, initialize=[g for g, row in first.items() if row["technology"] == "grid_supply"]
    )
    shape = {g: frame.profile(row["profile"]) for g, row in first.items()}
    b.output = Columns(b.SUPPLY, m.YP)
    b.export = Columns(b.GRID, m.YP, domain=pyo.NonNegativeReals)
    b.new = pyo.Var(b.GROWING, m.Y, bounds=lambda _, g, y: (0, room[g]))
    keep(b, "new_stays", b.new, b.GROWING)
    numbers(b, "share", b.GROWING, m.P, values=np.array([shape[g] for g in room]))
    base = [[capacity[g, y] * shape[g][p] for y, p in m.YP] for g in room]
    numbers(b, "base", b.GROWING, m.YP, values=np.array(base))
    constrain(b, "growing", b.GROWING, m.YP, rule=_growing)
    _bounds(m, b, first, capacity, least, shape)
    _places(m, b, frame, first)
    for row in first.values():
        _count(b, frame, terms, row, capacity)


def _bounds(
    m: Any,
    b: Any,
    first: dict[str, dict[str, Any]],
    capacity: dict[Any, float],
    least: dict[Any, float],
    shape: dict[str, np.ndarray],
) -> None:
    """Bounds of `output` and `export`: what stands, and what must run."""
    stage, hours = [m.Y.ord(y) - 1 for y, _ in m.YP], [p for _, p in m.YP]
    low, high = np.zeros((len(first), len(hours))), np.full((len(first), len(hours)), np.inf)
    most = {}
    for k, (g, row) in enumerate(first.items()):
        mw, must = (np.array([values[g, y] for y in m.Y])[stage] for values in (capacity, least))
        most[g] = np.where(np.isnan(mw), np.inf, mw)
        if g not in b.GROWING:
            high[k] = np.where(np.isnan(mw), np.inf, mw * shape[g][hours])
        low[k] = np.where(must != 0, must * shape[g][hours], 0.0)
        if row["profile"] and not row["curtailable"]:
            low[k] = mw * shape[g][hours]
    b.output.bound(low.ravel(), high.ravel())
    b.export.bound(np.full(len(b.export), -np.inf), np.array([most[g] for g in b.GRID]).ravel())


def _growing(b: Any, g: Any, y: Any, p: Any) -> Any:
    """output ≤ a·(capacity + new) (MW): what is built limits what is made."""
    return b.output[g, y, p] <= b.base[g, y, p] + b.share[g, p] * b.new[g, y]


def _places(m: Any, b: Any, frame: Frame, first: dict[str, dict[str, Any]]) -> None:
    shares = {
        (*place, g): share
        for g, row in first.items()
        for place, share in frame.places(row["zone"], row["substation"], row["side"])
    }
    places(m, b, shares)
    places(m, b, {key: share for key, share in shares.items() if key[2] in b.GRID}, "grid")
    constrain(b, "withdraw", b.PLACE, m.YP, rule=_withdraw)


def _withdraw(b: Any, n: Any, s: Any, y: Any, p: Any) -> Any:
    """withdrawal = Σ export − Σ output (MW, by the shares of each supply at the station)."""
    return b.withdrawal[n, s, y, p] == sum(
        b.grid_part[n, s, g] * b.export[g, y, p] for g in b.grid[n, s]
    ) - sum(b.here_part[n, s, g] * b.output[g, y, p] for g in b.here[n, s])


def _count(b: Any, frame: Frame, terms: Terms, row: dict[str, Any], capacity: dict[Any, float]) -> None:
    g, zone = row["supply"], frame.zone_at(row["zone"], row["substation"])
    tags = (g, row["technology"], row["owner"])
    if g in b.GROWING:
        terms.invest(zone, {y: b.new[g, y] for y in frame.years}, row["capex_meur_per_mw"], tags)
    cost, carbon = (frame.yearly("supplies", c)[g] for c in ("cost_eur_per_mwh", "co2_kg_per_mwh"))
    shape = frame.profile(row["profile"])
    constant = frame.ending("supplies", "fixed_eur_per_h")[g]
    first = (b.SUPPLY.ord(g) - 1) * len(frame.pairs)
    for y, hours in frame.hours.items():
        at, weight = first + hours.at, hours.weight
        terms.operate(zone, y, None, float(weight.sum()) * constant[y] / 1e6, tags)
        terms.operate_series(zone, y, b.output, at, weight * cost[y] / 1e6, tags)
        terms.add_series("co2_kt", zone, y, b.output, at, weight * carbon[y] / 1e6, tags)
        if row["technology"] in RENEWABLE:
            terms.add_series("res_gwh", zone, y, b.output, at, weight / 1e3, tags)
        if row["profile"] and pd.notna(capacity[g, y]):
            full = float(weight @ shape[hours.period]) / 1e3  # GWh a year of 1 MW
            terms.add("curtailed_gwh", zone, y, None, full * capacity[g, y], tags)
            terms.add_series("curtailed_gwh", zone, y, b.output, at, -weight / 1e3, tags)
            if g in b.GROWING:
                terms.add("curtailed_gwh", zone, y, b.new[g, y], full, tags)
