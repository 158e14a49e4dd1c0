"""Links: pipes of discrete size, or capacity by the MW."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyomo.environ as pyo

from gridplan.model.frame import Frame
from gridplan.model.heat.net import HeatNet
from gridplan.model.rows import constrain
from gridplan.model.stages import keep, until


def add(m: Any, b: Any, frame: Frame, net: HeatNet) -> None:
    """Variables `flow`, `pipe`, `capacity`, `open` of every link, and their limits."""
    types = {r["pipe"]: r for r in frame.rows("pipe_types")}
    piped = [name for name, row in net.links.items() if types and row["length_km"] > 0]
    plain = {
        n: r
        for n, r in net.links.items()
        if n not in piped and (r["fixed_meur"] > 0 or r["capex_meur_per_mw"] > 0)
    }
    b.FLOW = pyo.Set(dimen=3, initialize=net.flows)
    b.flow = pyo.Var(b.FLOW, m.YP, domain=pyo.NonNegativeReals)
    live = dict.fromkeys(name for name, _, _ in net.flows)
    b.LINK = pyo.Set(dimen=1, initialize=[name for name in net.links if name in live])
    b.flows = pyo.Set(
        b.LINK, dimen=2, initialize={n: [f[1:] for f in net.flows if f[0] == n] for n in b.LINK}
    )
    b.PIPED = pyo.Set(dimen=1, initialize=[n for n in piped if n in live])
    b.PIPE = pyo.Set(dimen=1, initialize=list(types))
    b.pipe = pyo.Var(b.PIPED, b.PIPE, m.Y, domain=pyo.Binary)
    b.pipe_mw = pyo.Param(
        b.PIPE, initialize={k: _pipe_mw(r, sum(net.most.values())) for k, r in types.items()}
    )
    b.loss_kw = pyo.Param(b.PIPE, initialize={k: float(r["loss_kw_per_km"]) for k, r in types.items()})
    b.pump_kw = pyo.Param(b.PIPE, initialize={k: float(r["pump_kw_per_km"]) for k, r in types.items()})
    keep(b, "pipe_stays", b.pipe, b.PIPED * b.PIPE)
    constrain(b, "one_pipe", b.PIPED, m.Y, rule=_one_pipe)
    constrain(b, "pipe_limit", b.PIPED, m.YP, rule=_pipe_limit)
    b.SIZED = pyo.Set(dimen=1, initialize=[n for n in live if net.links[n]["capex_meur_per_mw"] > 0])
    b.capacity = pyo.Var(b.SIZED, m.Y, domain=pyo.NonNegativeReals)
    keep(b, "capacity_stays", b.capacity, b.SIZED)
    constrain(b, "capacity_limit", b.SIZED, m.YP, rule=_capacity_limit)
    b.OPENED = pyo.Set(dimen=1, initialize=[n for n, r in plain.items() if n in live and r["fixed_meur"] > 0])
    b.open = pyo.Var(b.OPENED, m.Y, domain=pyo.Binary)
    b.most = pyo.Param(b.OPENED, initialize={n: net.most[n] for n in b.OPENED})
    keep(b, "open_stays", b.open, b.OPENED)
    constrain(b, "open_limit", b.OPENED, m.YP, rule=_open_limit)
    first = {n: net.links[n]["earliest_year"] for n in b.LINK if pd.notna(net.links[n]["earliest_year"])}
    for n, late in first.items():
        for y in m.Y:
            if y < late:
                _close(b, n, y, m)
    until(b.capacity, first)
    until(b.open, first)
    until(b.pipe, {(n, k): late for n, late in first.items() for k in b.PIPE})


def _pipe_mw(row: dict[str, Any], most: float) -> float:
    return most if pd.isna(row["capacity_mw"]) else float(row["capacity_mw"])


def _close(b: Any, n: str, y: int, m: Any) -> None:
    for way, level in b.flows[n]:
        for p in m.used[y]:
            b.flow[n, way, level, y, p].setub(0.0)


def _one_pipe(b: Any, n: Any, y: Any) -> Any:
    """Σ_k pipe ≤ 1: at most one pipe type per link."""
    return sum(b.pipe[n, k, y] for k in b.PIPE) <= 1


def _pipe_limit(b: Any, n: Any, y: Any, p: Any) -> Any:
    """Σ flow ≤ Σ_k capacity_k·pipe (MW): the pipe that was laid."""
    return sum(b.flow[n, w, lv, y, p] for w, lv in b.flows[n]) <= sum(
        b.pipe_mw[k] * b.pipe[n, k, y] for k in b.PIPE
    )


def _capacity_limit(b: Any, n: Any, y: Any, p: Any) -> Any:
    """Σ flow ≤ capacity (MW): what was paid for by the MW."""
    return sum(b.flow[n, w, lv, y, p] for w, lv in b.flows[n]) <= b.capacity[n, y]


def _open_limit(b: Any, n: Any, y: Any, p: Any) -> Any:
    """Σ flow ≤ most·open (MW): most is all heat that can be wanted in this part of the network."""
    return sum(b.flow[n, w, lv, y, p] for w, lv in b.flows[n]) <= b.most[n] * b.open[n, y]
