"""Heat pumps: heat lifted from one temperature to another."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyomo.environ as pyo

from gridplan.model.frame import Frame
from gridplan.model.heat.net import HeatNet
from gridplan.model.rows import constrain
from gridplan.model.stages import keep


def add(m: Any, b: Any, frame: Frame, net: HeatNet) -> None:
    """Variables `lift` and `pump` (MW heat), and their limit."""
    rows = {r["heat_pump"]: r for r in frame.rows("heat_pumps")}
    b.PUMP = pyo.Set(dimen=1, initialize=[w for w in rows if any(lift[0] == w for lift in net.lifts)])
    b.LIFT = pyo.Set(dimen=3, initialize=list(net.lifts))
    b.power = pyo.Param(b.LIFT, initialize={k: 1 / cop for k, cop in net.lifts.items()})
    b.lift = pyo.Var(b.LIFT, m.YP, domain=pyo.NonNegativeReals)
    limit = {w: None if pd.isna(r["max_mw"]) else float(r["max_mw"]) for w, r in rows.items()}
    b.pump = pyo.Var(b.PUMP, m.Y, bounds=lambda _, w, y: (0, limit[w]))
    keep(b, "pump_stays", b.pump, b.PUMP)
    b.lifts = pyo.Set(
        b.PUMP, dimen=2, initialize={w: [k[1:] for k in net.lifts if k[0] == w] for w in b.PUMP}
    )
    constrain(b, "pump_limit", b.PUMP, m.YP, rule=_pump_limit)
    b.stands = net.pump_at


def _pump_limit(b: Any, w: Any, y: Any, p: Any) -> Any:
    """Σ lift ≤ pump (MW heat): a heat pump gives no more than was built."""
    return sum(b.lift[w, a, c, y, p] for a, c in b.lifts[w]) <= b.pump[w, y]
