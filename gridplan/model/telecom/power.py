"""What masts and edge sites draw from the stations of their zone."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from gridplan.model.frame import Frame
from gridplan.model.rows import constrain
from gridplan.model.telecom.net import Net
from gridplan.model.withdrawal import places


def add(m: Any, b: Any, frame: Frame, net: Net) -> None:
    """Add the withdrawal of masts and edge sites to block `telecom`."""
    shares = {(*place, k): s for k, r in net.masts.items() for place, s in frame.places(r["zone"], "", "mv")}
    if not shares:
        return
    places(m, b, shares)
    places(m, b, {key: s for key, s in shares.items() if key[2] in b.HOST}, "edges_here")
    b.mw = pyo.Param(b.MAST, initialize={k: float(r["power_kw"]) / 1000 for k, r in net.masts.items()})
    b.edge_mw = pyo.Param(b.HOST, initialize={h: float(net.masts[h]["edge_kw"]) / 1000 for h in net.hosts})
    constrain(b, "withdraw", b.PLACE, m.YP, rule=_withdraw)


def _withdraw(b: Any, n: Any, s: Any, y: Any, p: Any) -> Any:
    """withdrawal = Σ power_kw/1000 · mast + Σ edge_kw/1000 · edge (MW): both draw power all the time."""
    return b.withdrawal[n, s, y, p] == sum(
        b.here_part[n, s, k] * b.mw[k] * b.mast[k, y] for k in b.here[n, s]
    ) + sum(b.edges_here_part[n, s, h] * b.edge_mw[h] * b.edge[h, y] for h in b.edges_here[n, s])
