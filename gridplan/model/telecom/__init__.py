"""5G masts: which stand, what they cover, which host an edge datacenter, and the little power they draw.

Sets: k mast, h mast that may host an edge site, s site that masts share, c cell, y stage. Variables:
`mast[k,y]`, `edge[h,y]` ∈ {0,1}; `covered[c,y]`, `edge_covered[c,y]`, `site[s,y]` ∈ [0,1].

    Σ_{masts that reach c} mast[k,y] ≥ 1                     where c is required, from that stage
    covered[c] ≤ Σ_{masts that reach c} mast[k];  covered[c] ≥ mast[k]            where it is not
    mast[k,y] ≥ mast[k,y−1];  mast = 1 where it stands already
    mast[k] ≤ site[s] ≤ Σ_{masts on s} mast[k]               a shared site is paid once
    edge[h] ≤ mast[h];  edge[h,y] ≥ edge[h,y−1];  and the rows of cover, with edge for mast

A mast reaches a cell by the `coverage` table, else within radius_km on the great circle; its edge site within
edge_radius_km, where blank as the mast. What is required stays covered, for masts stay: one row in the first
stage will do. What a standing mast reaches needs no row. `covered` and `site` need no integrality: with whole
masts their rows leave them one value. The rows covered[c] ≥ mast[k] are there only where somebody may gain by
less cover (an upper bound, a price); elsewhere `covered` is read off the masts. Edge sites are there only
where a cell, a policy or the objective asks.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from gridplan.model.frame import Frame
from gridplan.model.telecom import edges, masts, power, sites
from gridplan.model.telecom.count import count
from gridplan.model.telecom.net import telecom_net
from gridplan.model.terms import Terms


def add(m: Any, frame: Frame, terms: Terms) -> None:
    """Add block `telecom`."""
    b = m.telecom = pyo.Block()
    net = telecom_net(frame)
    masts.add(m, b, frame, net)
    sites.add(m, b, net)
    edges.add(m, b, frame, net)
    power.add(m, b, frame, net)
    count(b, frame, terms, net)
