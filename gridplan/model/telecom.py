"""5G masts: which stand, what they cover, and the little power that they draw.

Sets: k mast, c cell, y stage. Variables: `mast[k,y]` ∈ {0,1}, `covered[c,y]` ∈ [0,1].

    covered[c] ≤ Σ_{masts that reach c} mast[k];  covered[c] ≥ mast[k]
    covered[c] = 1 where the cell is required
    mast[k,y] ≥ mast[k,y−1]

A mast reaches a cell by the `coverage` table, else within radius_km on the great circle. `covered` needs no
integrality: with whole masts both rows leave it one value, so it is right also where nobody asks for it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo

from gridplan.model.frame import Frame
from gridplan.model.rows import constrain
from gridplan.model.stages import keep
from gridplan.model.terms import Terms
from gridplan.model.withdrawal import places

EARTH_KM = 6371.0


def add(m: Any, frame: Frame, terms: Terms) -> None:
    """Add block `telecom`."""
    b = m.telecom = pyo.Block()
    masts = {r["mast"]: r for r in frame.rows("masts")}
    cells = {r["cell"]: r for r in frame.rows("cells")}
    reach = coverage(frame)
    b.MAST = pyo.Set(dimen=1, initialize=list(masts))
    b.CELL = pyo.Set(dimen=1, initialize=list(cells))
    b.mast = pyo.Var(b.MAST, m.Y, domain=pyo.Binary)
    b.covered = pyo.Var(b.CELL, m.Y, bounds=(0, 1))
    keep(b, "mast_stays", b.mast, b.MAST)
    b.reach = pyo.Set(b.CELL, dimen=1, initialize={c: reach[c] for c in cells})
    b.REACHED = pyo.Set(dimen=1, initialize=[c for c in cells if reach[c]])
    constrain(b, "covers", b.REACHED, m.Y, rule=_covers)
    free = [(k, c) for c, found in reach.items() if cells[c]["required"] != 1 for k in found]
    b.PAIR = pyo.Set(dimen=2, initialize=free)
    constrain(b, "counts", b.PAIR, m.Y, rule=_counts)
    for c, row in cells.items():
        for y in frame.years:
            if not reach[c]:
                b.covered[c, y].setub(0)
            if row["required"] == 1 or (row["required"] > 1 and y >= row["required"]):
                b.covered[c, y].setlb(1)
    for k, row in masts.items():
        if row["existing"]:
            for y in frame.years:
                b.mast[k, y].fix(1)
    shares = {(*place, k): s for k, r in masts.items() for place, s in frame.places(r["zone"], "", "mv")}
    if shares:
        places(m, b, shares)
        b.mw = pyo.Param(b.MAST, initialize={k: float(r["power_kw"]) / 1000 for k, r in masts.items()})
        constrain(b, "withdraw", b.PLACE, m.YP, rule=_withdraw)
    _count(b, frame, terms, masts, cells)


def coverage(frame: Frame) -> dict[str, list[str]]:
    """Masts that reach each cell."""
    masts, cells = frame.case.table("masts"), frame.case.table("cells")
    reach: dict[str, list[str]] = {c: [] for c in cells["cell"]}
    if frame.case.has("coverage"):
        for mast, cell in frame.case.table("coverage")[["mast", "cell"]].itertuples(index=False):
            reach[cell].append(mast)
        return reach
    lat, lon = np.radians(masts["lat"].to_numpy(float)), np.radians(masts["lon"].to_numpy(float))
    radius = masts["radius_km"].fillna(0.0).to_numpy(float)
    for cell, phi, lam in zip(cells["cell"], np.radians(cells["lat"]), np.radians(cells["lon"]), strict=True):
        half = np.sin((lat - phi) / 2) ** 2 + np.cos(lat) * np.cos(phi) * np.sin((lon - lam) / 2) ** 2
        near = 2 * EARTH_KM * np.arcsin(np.sqrt(half)) <= radius
        reach[cell] = masts["mast"][near].tolist()
    return reach


def _covers(b: Any, c: Any, y: Any) -> Any:
    """covered ≤ Σ masts in reach: a cell is covered by at least one mast in service."""
    return b.covered[c, y] <= sum(b.mast[k, y] for k in b.reach[c])


def _counts(b: Any, k: Any, c: Any, y: Any) -> Any:
    """covered ≥ mast in reach: what a mast in service reaches is covered."""
    return b.covered[c, y] >= b.mast[k, y]


def _withdraw(b: Any, n: Any, s: Any, y: Any, p: Any) -> Any:
    """withdrawal = Σ power_kw/1000 · mast (MW): a mast draws its power all the time."""
    return b.withdrawal[n, s, y, p] == sum(
        b.here_part[n, s, k] * b.mw[k] * b.mast[k, y] for k in b.here[n, s]
    )


def _count(b: Any, frame: Frame, terms: Terms, masts: dict[str, Any], cells: dict[str, Any]) -> None:
    for k, row in masts.items():
        zone, tags = row["zone"], (k, row["type"], row["owner"])
        stock = {y: b.mast[k, y] for y in frame.years}
        if not row["existing"]:
            terms.invest(zone, stock, row["capex_keur"] / 1000, tags)
        for y in frame.years:
            if not row["existing"]:
                terms.add("masts", zone, y, stock[y], 1.0, tags)
            terms.add("telecom_mw", zone, y, stock[y], row["power_kw"] / 1000, tags)
    for c, row in cells.items():
        for y in frame.years:
            terms.add("covered_share", row["zone"], y, b.covered[c, y], row["weight"], (c,))
