"""Supplies whose cost has a quadratic part: straight lines from below, so that the program stays linear.

Sets: g supply with cost_eur_per_mw2h > 0, k tangent, y stage, p period. Variable: `square[g,y,p]` ≥ 0, the
quadratic part of an hour's cost (EUR/h). c is EUR/MW²h, P_k the output at which a line touches the curve
(MW).

    square[g,y,p] ≥ c·(2·P_k·output[g,y,p] − P_k²)

A few lines are here; where the solution lies between two of them `gridplan.solve.tangents` adds the line that
touches there and solves again, until what is missing is below 10⁻⁷ of the objective. What a plan reports is
c·output².
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyomo.environ as pyo

from gridplan.model.frame import Frame
from gridplan.model.rows import constrain
from gridplan.model.terms import Terms

LINES = 9  # tangents at the start, from the least to the largest output


def add(m: Any, frame: Frame, terms: Terms) -> None:
    """Add block `curves` with `square`."""
    b = m.curves = pyo.Block()
    table = frame.case.table("supplies")
    curved = table[table["supply"].isin(table.loc[table["cost_eur_per_mw2h"] > 0, "supply"])]
    groups = {str(g): rows for g, rows in curved.groupby("supply", sort=False)}
    at = {(g, k): mw for g, rows in groups.items() for k, mw in enumerate(_points(rows, frame))}
    price = {
        (g, y): c for g, rows in groups.items() for y, c in frame.by_year(rows, "cost_eur_per_mw2h").items()
    }
    b.SUPPLY = pyo.Set(dimen=1, initialize=list(groups))
    b.LINE = pyo.Set(dimen=2, initialize=list(at))
    b.price = pyo.Param(b.SUPPLY, m.Y, initialize=price)
    b.point = pyo.Param(b.LINE, initialize=at)
    b.square = pyo.Var(b.SUPPLY, m.YP, domain=pyo.NonNegativeReals)
    constrain(b, "touches", b.LINE, m.YP, rule=_touches)
    for g, rows in groups.items():
        row = rows.iloc[0]
        zone = frame.zone_at(row["zone"], row["substation"])
        tags = (g, row["technology"], row["owner"])
        for y, p in frame.weighted:
            terms.operate(zone, y, b.square[g, y, p], frame.weight(p) / 1e6, tags)


def _points(rows: pd.DataFrame, frame: Frame) -> list[float]:
    """Outputs (MW) at which the first lines touch; without a capacity, up to all demand."""
    high = float(rows["capacity_mw"].max() + rows["max_new_mw"].max())
    if np.isnan(high):
        high = float(frame.case.table("demands")["peak_mw"].sum())
    low = min(float(rows["min_mw"].min()), high)
    return [float(mw) for mw in np.unique(np.linspace(low, high, LINES)) if mw]


def _touches(b: Any, g: Any, k: Any, y: Any, p: Any) -> Any:
    """square ≥ c·(2·P_k·output − P_k²) (EUR/h): the line that touches c·output² at P_k. Binds near P_k."""
    output = b.model().supplies.output[g, y, p]
    return b.square[g, y, p] - 2 * b.price[g, y] * b.point[g, k] * output >= -(
        b.price[g, y] * b.point[g, k] * b.point[g, k]
    )
