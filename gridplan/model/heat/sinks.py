"""Heat that sinks accept, and where a connected sink gets the rest."""

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
    """Variables `intake` and `connected`, what a sink wants, and its back-up."""
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
    reached = [k for k in rows if len(b.intakes[k])]
    backed = [k for k in reached if rows[k]["backup"] != "alternative"]
    for k, row in rows.items():
        for y in m.Y:
            late = pd.notna(row["from_year"]) and y < row["from_year"]
            if late and (row["must_connect"] or k in backed):
                b.connected[k, y].fix(0)
            elif row["must_connect"]:
                b.connected[k, y].fix(1)
            elif row["backup"] != "alternative" and k not in reached:
                b.connected[k, y].fix(0)  # a back-up is no network
            elif not row["connect_meur"] and k not in backed:
                b.connected[k, y].fix(0 if late else 1)
    plain = [k for k in reached if k not in backed]
    b.MUST = pyo.Set(dimen=1, initialize=[k for k in plain if rows[k]["must_connect"]])
    b.MAY = pyo.Set(dimen=1, initialize=[k for k in plain if not rows[k]["must_connect"]])
    constrain(b, "all_heat", b.MUST, m.YP, rule=_all_heat)
    constrain(b, "some_heat", b.MAY, m.YP, rule=_some_heat)
    _backup(m, b, {k: rows[k] for k in backed})


def _backup(m: Any, b: Any, rows: dict[str, dict[str, Any]]) -> None:
    """Variables `backup` (MW of heat) and `boiler` (MW built, where it is paid by the MW)."""
    b.BACKED = pyo.Set(dimen=1, initialize=list(rows))
    b.BACKUP = pyo.Set(dimen=1, initialize=[k for k, r in rows.items() if r["backup"] != "none"])
    b.BOILER = pyo.Set(dimen=1, initialize=[k for k in b.BACKUP if rows[k]["backup_capex_meur_per_mw"] > 0])
    limit = {k: None if pd.isna(r["backup_max_mw"]) else float(r["backup_max_mw"]) for k, r in rows.items()}
    b.backup = pyo.Var(b.BACKUP, m.YP, bounds=lambda _, k, y, p: (0, None if k in b.BOILER else limit[k]))
    b.boiler = pyo.Var(b.BOILER, m.Y, bounds=lambda _, k, y: (0, limit[k]))
    keep(b, "boiler_stays", b.boiler, b.BOILER)
    b.backups = pyo.Set(b.BACKED, dimen=1, initialize={k: [k] if k in b.BACKUP else [] for k in rows})
    constrain(b, "backed_heat", b.BACKED, m.YP, rule=_backed_heat)
    constrain(b, "boiler_limit", b.BOILER, m.YP, rule=_boiler_limit)


def _all_heat(b: Any, k: Any, y: Any, p: Any) -> Any:
    """Σ intake = demand (MW): a sink that must be connected gets all of its heat from links."""
    return sum(b.intake[k, level, y, p] for level in b.intakes[k]) == b.demand[k, y, p]


def _some_heat(b: Any, k: Any, y: Any, p: Any) -> Any:
    """Σ intake ≤ demand·connected (MW): the alternative gives the rest."""
    return sum(b.intake[k, level, y, p] for level in b.intakes[k]) <= b.demand[k, y, p] * b.connected[k, y]


def _backed_heat(b: Any, k: Any, y: Any, p: Any) -> Any:
    """Σ intake + backup = demand·connected (MW): a connected sink has no alternative but its back-up."""
    return (
        sum(b.intake[k, level, y, p] for level in b.intakes[k]) + sum(b.backup[q, y, p] for q in b.backups[k])
        == b.demand[k, y, p] * b.connected[k, y]
    )


def _boiler_limit(b: Any, k: Any, y: Any, p: Any) -> Any:
    """backup ≤ boiler (MW): a back-up gives no more than was built."""
    return b.backup[k, y, p] <= b.boiler[k, y]
