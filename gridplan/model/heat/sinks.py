"""Heat that sinks accept."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyomo.environ as pyo

from gridplan.model.frame import Frame
from gridplan.model.heat.demand import sink_demand
from gridplan.model.heat.net import HeatNet
from gridplan.model.rows import constrain
from gridplan.model.stages import keep


def add(m: Any, b: Any, frame: Frame, net: HeatNet) -> None:
    """Variables `intake` and `connected`, and what a sink wants."""
    rows = {r["sink"]: r for r in frame.rows("heat_sinks")}
    demand = sink_demand(frame)
    b.SINK = pyo.Set(dimen=1, initialize=list(rows))
    b.demand = pyo.Param(
        b.SINK, m.YP, initialize={(k, y, p): float(demand[k][y][p]) for k in rows for y, p in m.YP}
    )
    b.INTAKE = pyo.Set(dimen=2, initialize=net.intakes)
    b.intake = pyo.Var(b.INTAKE, m.YP, domain=pyo.NonNegativeReals)
    b.intakes = pyo.Set(
        b.SINK, dimen=1, initialize={k: [lv for q, lv in net.intakes if q == k] for k in rows}
    )
    b.connected = pyo.Var(b.SINK, m.Y, domain=pyo.Binary)
    keep(b, "connected_stays", b.connected, b.SINK)
    for k, row in rows.items():
        for y in m.Y:
            if row["must_connect"] or not row["connect_meur"]:
                late = pd.notna(row["from_year"]) and y < row["from_year"]
                b.connected[k, y].fix(0 if late else 1)
    reached = [k for k in rows if len(b.intakes[k])]
    b.MUST = pyo.Set(dimen=1, initialize=[k for k in reached if rows[k]["must_connect"]])
    b.MAY = pyo.Set(dimen=1, initialize=[k for k in reached if not rows[k]["must_connect"]])
    constrain(b, "all_heat", b.MUST, m.YP, rule=_all_heat)
    constrain(b, "some_heat", b.MAY, m.YP, rule=_some_heat)


def _all_heat(b: Any, k: Any, y: Any, p: Any) -> Any:
    """Σ intake = demand (MW): a sink that must be connected gets all of its heat from links."""
    return sum(b.intake[k, level, y, p] for level in b.intakes[k]) == b.demand[k, y, p]


def _some_heat(b: Any, k: Any, y: Any, p: Any) -> Any:
    """Σ intake ≤ demand·connected (MW): the alternative gives the rest."""
    return sum(b.intake[k, level, y, p] for level in b.intakes[k]) <= b.demand[k, y, p] * b.connected[k, y]
