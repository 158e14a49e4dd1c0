"""Heat: sources, sinks, junctions, links, heat pumps and tanks, and what they draw from the grid.

Sets: v node, l link, k pipe type, w heat pump, ℓ temperature level (°C), y stage, p period. Variables in MW ≥
0: `flow[l,±,ℓ]` heat sent into a link, `take[v,ℓ]` heat taken from a producer, `lift[w,a,b]` heat that leaves
pump w at level b, `intake[v,ℓ]` heat that a sink accepts, `lost[v,ℓ]`; `pipe[l,k,y]`, `connected[v,y]`,
`running[v,y]` ∈ {0,1}; `capacity[l,y]`, `pump[w,y]` MW built.

    arriving + take + Σ lift(→ℓ) = sent + Σ lift(ℓ→)·(COP−1)/COP + intake + lost      per node and level
    Σ flow ≤ Σ_k capacity_k · pipe[l,k]  (or capacity[l]);  Σ_k pipe[l,k] ≤ 1
    take ≤ heat_share · grid MW of the site   (or capacity_mw · profile of a source)
    Σ_ℓ intake ≤ demand · connected           (= demand where must_connect)
    Σ lift ≤ pump[w];  electricity = Σ lift/COP, at the station that feeds the pump's place
    electricity of an all-electric sink = (demand − Σ intake)/alternative_cop

Example: 9 MW at COP 3.5 leave the pump as 12.6 MW of heat and draw 3.6 MW.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pandas as pd
import pyomo.environ as pyo

from gridplan.model.frame import Frame
from gridplan.model.heat_count import count
from gridplan.model.heat_data import HeatNet, heat_net, sink_demand
from gridplan.model.heat_power import power
from gridplan.model.loads import existing_mw
from gridplan.model.rows import constrain
from gridplan.model.stages import keep, until
from gridplan.model.terms import Terms

ENDS = (1, -1)


def add(m: Any, frame: Frame, terms: Terms) -> None:
    """Add block `heat`."""
    b = m.heat = pyo.Block()
    net = heat_net(frame)
    _sources(m, b, frame, net)
    _sinks(m, b, frame, net)
    _pumps(m, b, frame, net)
    _links(m, b, frame, net)
    _balance(m, b, net)
    power(m, b, frame, net)
    count(m, b, frame, terms, net)


def _sources(m: Any, b: Any, frame: Frame, net: HeatNet) -> None:
    b.TAKE = pyo.Set(dimen=2, initialize=net.takes)
    b.take = pyo.Var(b.TAKE, m.YP, domain=pyo.NonNegativeReals)
    sites = {r["site"]: r for r in frame.rows("datacenters") if r["heat_share"] > 0}
    b.SITE = pyo.Set(dimen=2, initialize=[t for t in net.takes if t[0] in sites])
    b.share = pyo.Param(list(sites), initialize={s: float(r["heat_share"]) for s, r in sites.items()})
    shape = {s: frame.profile(r["profile"]) for s, r in sites.items()}
    drawn = {s: existing_mw(r, frame) for s, r in sites.items()}
    b.existing = pyo.Param(
        list(sites),
        m.YP,
        initialize={(s, y, p): float(drawn[s][y] * shape[s][p]) for s in sites for y, p in m.YP},
    )
    constrain(b, "site_heat", b.SITE, m.YP, rule=_site_heat)
    rows = {r["source"]: r for r in frame.rows("heat_sources")}
    b.PRICED = pyo.Set(dimen=1, initialize=[h for h, r in rows.items() if r["fixed_meur"] > 0])
    b.running = pyo.Var(b.PRICED, m.Y, domain=pyo.Binary)
    keep(b, "running_stays", b.running, b.PRICED)
    b.FIXED = pyo.Set(dimen=2, initialize=[t for t in net.takes if t[0] in b.PRICED])
    total = sum(max(v.max() for v in d.values()) for d in sink_demand(frame).values()) if m.YP else 0.0
    limit = {h: total if pd.isna(r["capacity_mw"]) else float(r["capacity_mw"]) for h, r in rows.items()}
    form = {h: frame.profile(r["profile"]) for h, r in rows.items()}
    b.room = pyo.Param(
        b.FIXED, m.P, initialize={(*t, p): float(limit[t[0]] * form[t[0]][p]) for t in b.FIXED for p in m.P}
    )
    constrain(b, "source_heat", b.FIXED, m.YP, rule=_source_heat)
    until(b.running, {h: r["from_year"] for h, r in rows.items() if pd.notna(r["from_year"])})
    for h, level in b.TAKE:
        if h in rows:
            late = rows[h]["from_year"]
            for y, p in m.YP:
                if pd.notna(late) and y < late:
                    b.take[h, level, y, p].setub(0.0)
                elif h not in b.PRICED and pd.notna(rows[h]["capacity_mw"]):
                    b.take[h, level, y, p].setub(float(limit[h] * form[h][p]))


def _site_heat(b: Any, s: Any, level: Any, y: Any, p: Any) -> Any:
    """take ≤ heat_share·(existing + new grid MW) (MW): a datacenter gives heat as it works."""
    dc = b.model().datacenters
    return b.take[s, level, y, p] <= b.share[s] * (b.existing[s, y, p] + dc.draw[s, p] * dc.it[s, y])


def _source_heat(b: Any, h: Any, level: Any, y: Any, p: Any) -> Any:
    """take ≤ capacity·running (MW): a source with fixed cost gives heat once it is opened."""
    return b.take[h, level, y, p] <= b.room[h, level, p] * b.running[h, y]


def _sinks(m: Any, b: Any, frame: Frame, net: HeatNet) -> None:
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


def _pumps(m: Any, b: Any, frame: Frame, net: HeatNet) -> None:
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
    b.stands = {w: r["at"] for w, r in rows.items()}


def _pump_limit(b: Any, w: Any, y: Any, p: Any) -> Any:
    """Σ lift ≤ pump (MW heat): a heat pump gives no more than was built."""
    return sum(b.lift[w, a, c, y, p] for a, c in b.lifts[w]) <= b.pump[w, y]


def _links(m: Any, b: Any, frame: Frame, net: HeatNet) -> None:
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


def _balance(m: Any, b: Any, net: HeatNet) -> None:
    ends = {n: {1: row["from"], -1: row["to"]} for n, row in net.links.items()}
    _lost(m, b, net, ends)
    keys = {*net.takes, *net.intakes}
    keys |= {(ends[n][e], lv) for n, _, lv in net.flows for e in ENDS}
    keys |= {(b.stands[w], lv) for w, a, c in net.lifts for lv in (a, c)}
    b.NODE = pyo.Set(dimen=2, initialize=sorted(keys))

    def at_node(items: Any, where: Any, dimen: int) -> Any:
        members: dict[Any, list[Any]] = {key: [] for key in b.NODE}
        for item in items:
            members[where(item)].append(item)
        return pyo.Set(b.NODE, dimen=dimen, initialize=members)

    b.arriving = at_node(net.flows, lambda f: (ends[f[0]][-f[1]], f[2]), 3)
    b.sent = at_node(net.flows, lambda f: (ends[f[0]][f[1]], f[2]), 3)
    b.takes = at_node(net.takes, lambda t: t, 2)
    b.accepts = at_node(net.intakes, lambda t: t, 2)
    b.lifted_to = at_node(net.lifts, lambda w: (b.stands[w[0]], w[2]), 3)
    b.lifted_from = at_node(net.lifts, lambda w: (b.stands[w[0]], w[1]), 3)
    b.lost_at = at_node(b.LOST, lambda t: t, 2)
    b.drawn = pyo.Param(b.LIFT, initialize={k: (cop - 1) / cop for k, cop in net.lifts.items()})
    constrain(b, "balance", b.NODE, m.YP, rule=_node)


def _lost(m: Any, b: Any, net: HeatNet, ends: dict[str, dict[int, str]]) -> None:
    """Pipe losses, summed per node: half of each pipe at each end, at any level that passes there."""
    at: dict[str, list[Any]] = defaultdict(list)
    levels: dict[str, set[float]] = defaultdict(set)
    for n in b.PIPED:
        for end in ends[n].values():
            at[end] += [(n, k) for k in b.PIPE if b.loss_kw[k] and net.links[n]["length_km"]]
            levels[end] |= {f[1] for f in b.flows[n]}
    b.LOSING = pyo.Set(dimen=1, initialize=[v for v in at if at[v]])
    b.LOST = pyo.Set(dimen=2, initialize=[(v, lv) for v in b.LOSING for lv in sorted(levels[v])])
    b.lost = pyo.Var(b.LOST, m.YP, domain=pyo.NonNegativeReals)
    b.lost_levels = pyo.Set(b.LOSING, dimen=1, initialize={v: sorted(levels[v]) for v in b.LOSING})
    b.losing_pipes = pyo.Set(b.LOSING, dimen=2, initialize={v: at[v] for v in b.LOSING})
    loss = {(n, k): b.loss_kw[k] * net.links[n]["length_km"] / 2000 for n in b.PIPED for k in b.PIPE}
    b.half_loss = pyo.Param(b.PIPED, b.PIPE, initialize=loss)
    constrain(b, "losses", b.LOSING, m.YP, rule=_losses)


def _losses(b: Any, v: Any, y: Any, p: Any) -> Any:
    """Σ_ℓ lost = Σ ½ loss_kw_per_km·km·pipe (MW): half of a pipe's loss is taken at each end."""
    return sum(b.lost[v, lv, y, p] for lv in b.lost_levels[v]) == sum(
        b.half_loss[n, k] * b.pipe[n, k, y] for n, k in b.losing_pipes[v]
    )


def _node(b: Any, v: Any, lv: Any, y: Any, p: Any) -> Any:
    """arriving + take + lift to ℓ = sent + lift from ℓ·(COP−1)/COP + intake + lost (MW heat)."""
    return sum(b.flow[n, w, q, y, p] for n, w, q in b.arriving[v, lv]) + sum(
        b.take[h, q, y, p] for h, q in b.takes[v, lv]
    ) + sum(b.lift[w, a, c, y, p] for w, a, c in b.lifted_to[v, lv]) == sum(
        b.flow[n, w, q, y, p] for n, w, q in b.sent[v, lv]
    ) + sum(b.drawn[w, a, c] * b.lift[w, a, c, y, p] for w, a, c in b.lifted_from[v, lv]) + sum(
        b.intake[k, q, y, p] for k, q in b.accepts[v, lv]
    ) + sum(b.lost[q, z, y, p] for q, z in b.lost_at[v, lv])
