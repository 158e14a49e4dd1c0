"""What heat draws from the grid: heat pumps, pipe pumps, and sinks that heat themselves with electricity."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pyomo.environ as pyo

from gridplan.model.frame import Frame
from gridplan.model.heat.net import HeatNet
from gridplan.model.rows import constrain
from gridplan.model.withdrawal import places

Shares = dict[tuple[str, str, str], float]


def power(m: Any, b: Any, frame: Frame, net: HeatNet) -> None:
    """State the withdrawal of the heat block; none with `heat_on_grid = false` (`paid.py`).

    withdrawal = Σ lift/COP + Σ ½ pump_kw_per_km·km·pipe + Σ backup/backup_cop
               + Σ (demand − Σ intake − backup)/alternative_cop   (MW)
    """
    if not frame.case.settings.physics.heat_on_grid:
        return
    sides = {r["heat_pump"]: r["side"] for r in frame.rows("heat_pumps")}
    at_pumps = {
        (*place, w): share for w in b.PUMP for place, share in _places(frame, net, b.stands[w], sides[w])
    }
    at_ends = {
        (*place, f"{n}|{e}"): share
        for n in b.PIPED
        for e, end in ((1, net.links[n]["from"]), (-1, net.links[n]["to"]))
        for place, share in _places(frame, net, end, "mv")
    }
    rows = {r["sink"]: r for r in frame.rows("heat_sinks")}
    saved = {k: 1 / r["alternative_cop"] for k, r in rows.items() if r["alternative"] == "all_electric"}
    boiled = {k: 1 / rows[k]["backup_cop"] for k in b.BACKUP if rows[k]["backup"] == "electric"}
    at_sinks = {
        (*place, k): share
        for k in rows
        if k in saved or k in boiled
        for place, share in _places(frame, net, k, "mv")
    }
    if at_pumps or at_ends or at_sinks:
        _state(m, b, net, (at_pumps, at_ends, at_sinks), saved, boiled)


def _state(
    m: Any,
    b: Any,
    net: HeatNet,
    shares: tuple[Shares, Shares, Shares],
    saved: dict[str, float],
    boiled: dict[str, float],
) -> None:
    """Flat sets and coefficients: templates do not nest sums.

    Args:
        m, b, net: program, block of heat, network.
        shares: of heat pumps, of ends of links, of sinks, at each (station, side).
        saved: MW of electricity per MW of heat that an all-electric alternative need not give.
        boiled: MW of electricity per MW of heat of an electric back-up.
    """
    at_pumps, at_ends, at_sinks = shares
    places(m, b, {(n, s, ""): 1.0 for n, s, _ in [*at_pumps, *at_ends, *at_sinks]}, "any")
    lifts = {
        (n, s, *k): v / cop for (n, s, w), v in at_pumps.items() for k, cop in net.lifts.items() if k[0] == w
    }
    pipes: dict[Any, float] = defaultdict(float)
    for (n, s, end), share in at_ends.items():
        link = end.rsplit("|", 1)[0]
        for k in b.PIPE:
            pipes[n, s, link, k] += share * b.pump_kw[k] * net.links[link]["length_km"] / 2000
    less = {
        (n, s, *t): -v * saved[k]
        for (n, s, k), v in at_sinks.items()
        if k in saved
        for t in net.intakes
        if t[0] == k
    }
    backups = {
        (n, s, k): v * (boiled.get(k, 0.0) - saved.get(k, 0.0))
        for (n, s, k), v in at_sinks.items()
        if k in b.BACKUP
    }
    own = {
        (n, s, y, p): sum(
            v * b.demand[k, y, p] * saved.get(k, 0.0)
            for (q, side, k), v in at_sinks.items()
            if (q, side) == (n, s)
        )
        for n, s in b.PLACE
        for y, p in m.YP
    }
    b.own_load = pyo.Param(b.PLACE, m.YP, initialize=own)
    parts = [
        (b.lift, *_flat(b, "lifts", lifts, 3), True),
        (b.pipe, *_flat(b, "pipes", pipes, 2), False),
        (b.intake, *_flat(b, "saves", less, 2), True),
        (b.backup, *_flat(b, "backs", backups, 1), True),
    ]

    def rule(b: Any, n: Any, s: Any, y: Any, p: Any) -> Any:
        """withdrawal = Σ lift/COP + Σ pipe pumps + Σ backup/backup_cop
        + Σ (demand − Σ intake − backup)/alternative_cop (MW).
        """
        total = b.own_load[n, s, y, p]
        for variable, at, part, hourly in parts:
            when = (y, p) if hourly else (y,)
            total = total + sum(part[(n, s, *_key(i))] * variable[(*_key(i), *when)] for i in at[n, s])
        return b.withdrawal[n, s, y, p] == total

    constrain(b, "withdraw", b.PLACE, m.YP, rule=rule)


def _key(item: Any) -> tuple[Any, ...]:
    return item if isinstance(item, tuple) else (item,)


def _flat(b: Any, name: str, shares: dict[Any, float], dimen: int) -> tuple[Any, Any]:
    """(set of assets by place, their coefficients)."""
    found: dict[Any, list[Any]] = {place: [] for place in b.PLACE}
    for key in shares:
        found[key[:2]].append(key[2:])
    at = pyo.Set(b.PLACE, dimen=dimen, initialize=found)
    keys = pyo.Set(dimen=2 + dimen, initialize=list(shares))
    b.add_component(f"{name}_at", at)
    b.add_component(f"{name}_KEY", keys)
    part = pyo.Param(keys, initialize=dict(shares))
    b.add_component(f"{name}_mw", part)
    return at, part


def _places(frame: Frame, net: HeatNet, node: str, side: str) -> list[tuple[tuple[str, str], float]]:
    at = net.nodes[node]
    return frame.places(at.zone, at.substation, side)
