"""Tanks: heat kept from hour to hour inside a day.

A tank stands at a node and holds heat of every temperature level there, each apart (it is stratified); they
share its room. Days are cyclic, as for batteries. λ is the share of its heat that is lost each hour, h[p] the
hours of a period.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyomo.environ as pyo

from gridplan.model.cyclic import following
from gridplan.model.frame import Frame
from gridplan.model.heat.net import HeatNet
from gridplan.model.rows import constrain
from gridplan.model.stages import keep, until


def add(m: Any, b: Any, frame: Frame, net: HeatNet) -> None:
    """Variables `stored` (MWh), `fill` (MW into the tank, below 0 out of it), `new_room` (MWh)."""
    rows = {r["heat_storage"]: r for r in frame.rows("heat_storages")}
    b.TANK = pyo.Set(dimen=1, initialize=[k for k in rows if any(k == tank for tank, _ in net.tanks)])
    b.STORED = pyo.Set(dimen=2, initialize=net.tanks)
    b.stored = pyo.Var(b.STORED, m.YP, domain=pyo.NonNegativeReals)
    b.fill = pyo.Var(b.STORED, m.YP)
    b.new_room = pyo.Var(b.TANK, m.Y, bounds=lambda _, k, y: (0, float(rows[k]["max_new_mwh"])))
    keep(b, "room_stays", b.new_room, b.TANK)
    until(b.new_room, {k: r["earliest_year"] for k, r in rows.items() if pd.notna(r["earliest_year"])})
    b.room_mwh = pyo.Param(b.TANK, initialize={k: float(rows[k]["energy_mwh"]) for k in b.TANK})
    b.levels = pyo.Set(b.TANK, dimen=1, initialize={k: [v for q, v in net.tanks if q == k] for k in b.TANK})
    items = frame.periods.items
    b.kept = pyo.Param(
        b.TANK,
        m.P,
        initialize={
            (k, p): (1.0 - rows[k]["loss_share_per_hour"]) ** items[p].hours for k in b.TANK for p in m.P
        },
    )
    b.next = pyo.Param(m.P, initialize=following(frame), within=m.P)
    b.hours = pyo.Param(m.P, initialize={p: item.hours for p, item in enumerate(items)})
    constrain(b, "tank_balance", b.STORED, m.YP, rule=_tank_balance)
    constrain(b, "tank_room", b.TANK, m.YP, rule=_tank_room)
    b.LIMITED = pyo.Set(dimen=1, initialize=[k for k in b.TANK if pd.notna(rows[k]["power_mw"])])
    b.tank_mw = pyo.Param(b.LIMITED, initialize={k: float(rows[k]["power_mw"]) for k in b.LIMITED})
    constrain(b, "tank_in", b.LIMITED, m.YP, rule=_tank_in)
    constrain(b, "tank_out", b.LIMITED, m.YP, rule=_tank_out)


def _tank_balance(b: Any, k: Any, level: Any, y: Any, p: Any) -> Any:
    """stored[p+] = (1−λ)^h·stored[p] + h·fill[p] (MWh): heat is kept over a cyclic day, less what is lost."""
    return b.stored[k, level, y, b.next[p]] == b.kept[k, p] * b.stored[k, level, y, p] + (
        b.hours[p] * b.fill[k, level, y, p]
    )


def _tank_room(b: Any, k: Any, y: Any, p: Any) -> Any:
    """Σ_ℓ stored ≤ energy_mwh + new_room (MWh): a full tank takes no more."""
    return sum(b.stored[k, level, y, p] for level in b.levels[k]) <= b.room_mwh[k] + b.new_room[k, y]


def _tank_in(b: Any, k: Any, y: Any, p: Any) -> Any:
    """Σ_ℓ fill ≤ power_mw (MW): what its heat exchanger or its pump lets in."""
    return sum(b.fill[k, level, y, p] for level in b.levels[k]) <= b.tank_mw[k]


def _tank_out(b: Any, k: Any, y: Any, p: Any) -> Any:
    """Σ_ℓ fill ≥ −power_mw (MW): what its heat exchanger or its pump lets out."""
    return sum(b.fill[k, level, y, p] for level in b.levels[k]) >= -b.tank_mw[k]
