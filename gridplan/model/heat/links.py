"""Links: pipes of discrete size, or capacity by the MW."""

from __future__ import annotations

from math import inf
from typing import Any

import pandas as pd
import pyomo.environ as pyo

from gridplan.model.frame import Frame
from gridplan.model.heat.net import HeatNet
from gridplan.model.heat.reach import Wanted, reach
from gridplan.model.rows import constrain
from gridplan.model.stages import keep, until

ANY = 1e5  # MW, for a pipe without limit where nothing limits what can be wanted
NEAR = 1e-9


def add(m: Any, b: Any, frame: Frame, net: HeatNet) -> None:
    """Variables `flow`, `pipe`, `capacity`, `open` of every link, and their limits."""
    types = {r["pipe"]: r for r in frame.rows("pipe_types")}
    ways: dict[str, list[tuple[int, float]]] = {}
    for name, way, level in net.flows:
        ways.setdefault(name, []).append((way, level))
    piped = {name for name in ways if types and net.links[name]["length_km"] > 0}
    b.FLOW = pyo.Set(dimen=3, initialize=net.flows)
    b.flow = pyo.Var(b.FLOW, m.YP, domain=pyo.NonNegativeReals)
    b.LINK = pyo.Set(dimen=1, initialize=[name for name in net.links if name in ways])
    b.flows = pyo.Set(b.LINK, dimen=2, initialize=ways)
    b.PIPED = pyo.Set(dimen=1, initialize=[n for n in b.LINK if n in piped])
    _pipes(m, b, frame, net, types)
    b.SIZED = pyo.Set(dimen=1, initialize=[n for n in b.LINK if net.links[n]["capex_meur_per_mw"] > 0])
    b.capacity = pyo.Var(b.SIZED, m.Y, domain=pyo.NonNegativeReals)
    keep(b, "capacity_stays", b.capacity, b.SIZED)
    constrain(b, "capacity_limit", b.SIZED, m.YP, rule=_capacity_limit)
    opened = [n for n in b.LINK if n not in piped and net.links[n]["fixed_meur"] > 0]
    b.OPENED = pyo.Set(dimen=1, initialize=opened)
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


def _pipes(m: Any, b: Any, frame: Frame, net: HeatNet, types: dict[str, dict[str, Any]]) -> None:
    """At most one pipe per link, which limits its flow to what it holds and what is wanted behind it."""
    b.PIPE = pyo.Set(dimen=1, initialize=list(types))
    b.pipe = pyo.Var(b.PIPED, b.PIPE, m.Y, domain=pyo.Binary)
    b.loss_kw = pyo.Param(b.PIPE, initialize={k: float(r["loss_kw_per_km"]) for k, r in types.items()})
    b.pump_kw = pyo.Param(b.PIPE, initialize={k: float(r["pump_kw_per_km"]) for k, r in types.items()})
    keep(b, "pipe_stays", b.pipe, b.PIPED * b.PIPE)
    constrain(b, "one_pipe", b.PIPED, m.Y, rule=_one_pipe)
    most, wanted = reach(frame, net)
    cap = {k: inf if pd.isna(r["capacity_mw"]) else float(r["capacity_mw"]) for k, r in types.items()}
    b.pipe_mw = pyo.Param(b.PIPE, initialize={k: min(v, ANY) for k, v in cap.items()})
    size = {(n, k): min(cap[k], most[n], ANY) for n in b.PIPED for k in types}
    b.carried = most  # MW that can usefully pass each link
    b.size = pyo.Param(b.PIPED, b.PIPE, initialize=size)
    useful = _useful(frame, b.PIPED, size, wanted)
    b.LESS = pyo.Set(dimen=3, initialize=list(dict.fromkeys((n, y, p) for n, _, y, p in useful)))
    b.useful = pyo.Param(pyo.Set(dimen=4, initialize=list(useful)), initialize=useful)
    b.FULL = pyo.Set(
        dimen=3, initialize=[(n, y, p) for n in b.PIPED for y, p in m.YP if (n, y, p) not in b.LESS]
    )
    constrain(b, "pipe_limit", b.FULL, rule=_pipe_limit)
    constrain(b, "pipe_useful", b.LESS, rule=_pipe_useful)


def _useful(frame: Frame, piped: Any, size: dict[tuple[str, str], float], wanted: Wanted) -> dict[Any, float]:
    """MW of a pipe that can be of use in a period, where that is less than its size.

    Not for the axes of hourly operation, which add up: the least of two is no sum.
    """
    found: dict[Any, float] = {}
    types = sorted({k for _, k in size})
    for n in piped if frame.periods.energy else ():
        largest = max(size[n, k] for k in types)
        for i, y in enumerate(frame.years):
            for p in frame.periods.by_year[y]:
                if wanted[n][i, p] < largest * (1 - NEAR):
                    found |= {(n, k, y, p): min(size[n, k], float(wanted[n][i, p])) for k in types}
    return found


def _close(b: Any, n: str, y: int, m: Any) -> None:
    for way, level in b.flows[n]:
        for p in m.used[y]:
            b.flow[n, way, level, y, p].setub(0.0)


def _one_pipe(b: Any, n: Any, y: Any) -> Any:
    """Σ_k pipe ≤ 1: at most one pipe type per link."""
    return sum(b.pipe[n, k, y] for k in b.PIPE) <= 1


def _pipe_limit(b: Any, n: Any, y: Any, p: Any) -> Any:
    """Σ flow ≤ Σ_k size_k·pipe (MW): the pipe that was laid, or all that can ever be wanted behind it."""
    return sum(b.flow[n, w, lv, y, p] for w, lv in b.flows[n]) <= sum(
        b.size[n, k] * b.pipe[n, k, y] for k in b.PIPE
    )


def _pipe_useful(b: Any, n: Any, y: Any, p: Any) -> Any:
    """Σ flow ≤ Σ_k useful_k·pipe (MW): useful is the pipe's size or what is wanted and lost behind it in this
    period, so that a fraction of a large pipe does not serve a small demand. Cuts off no plan.
    """
    return sum(b.flow[n, w, lv, y, p] for w, lv in b.flows[n]) <= sum(
        b.useful[n, k, y, p] * b.pipe[n, k, y] for k in b.PIPE
    )


def _capacity_limit(b: Any, n: Any, y: Any, p: Any) -> Any:
    """Σ flow ≤ capacity (MW): what was paid for by the MW."""
    return sum(b.flow[n, w, lv, y, p] for w, lv in b.flows[n]) <= b.capacity[n, y]


def _open_limit(b: Any, n: Any, y: Any, p: Any) -> Any:
    """Σ flow ≤ most·open (MW): most is all heat that can be wanted in this part of the network."""
    return sum(b.flow[n, w, lv, y, p] for w, lv in b.flows[n]) <= b.most[n] * b.open[n, y]
