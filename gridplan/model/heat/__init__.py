"""Heat: sources, sinks, junctions, links, heat pumps and tanks, and what they draw from the grid.

Sets: v node, l link, k pipe type, w heat pump, s tank, ℓ temperature level (°C), y stage, p period. Variables
in MW ≥ 0: `flow[l,±,ℓ]` heat sent into a link, `take[v,ℓ]` heat taken from a producer, `lift[w,a,b]` heat
that leaves pump w at level b, `intake[v,ℓ]` heat that a sink accepts, `backup[v]` heat of a connected sink's
own boiler, `lost[v,ℓ]`; `fill[s,ℓ]` MW into a tank (below 0: out of it), `stored[s,ℓ]` MWh in it;
`pipe[l,k,y]`, `connected[v,y]`, `running[v,y]` ∈ {0,1}; `capacity[l,y]`, `pump[w,y]`, `boiler[v,y]` MW and
`new_room[s,y]` MWh built.

    arriving + take + Σ lift(→ℓ) = sent + Σ lift(ℓ→)·(COP−1)/COP + intake + Σ fill + lost      per v and ℓ
    Σ flow ≤ Σ_k capacity_k · pipe[l,k]  (or capacity[l]);  Σ_k pipe[l,k] ≤ 1
    take ≤ heat_share · grid MW of the site   (or capacity_mw · profile of a source)
    Σ_ℓ intake ≤ demand · connected           (= demand where must_connect)
    Σ_ℓ intake + backup = demand · connected  (sinks with a back-up, or with none on purpose)
    stored[p+] = (1−λ)·stored[p] + h·fill[p];  Σ_ℓ stored ≤ energy_mwh + new_room;  |Σ_ℓ fill| ≤ power_mw
    Σ lift ≤ pump[w];  electricity = Σ lift/COP, at the station that feeds the pump's place
    electricity of an all-electric sink = (demand − Σ intake − backup)/alternative_cop

Example: 9 MW at COP 3.5 leave the pump as 12.6 MW of heat and draw 3.6 MW.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from gridplan.model.frame import Frame
from gridplan.model.heat import balance, links, pumps, serves, sinks, sources, tanks, tree
from gridplan.model.heat.count import count
from gridplan.model.heat.net import heat_net
from gridplan.model.heat.paid import pay
from gridplan.model.heat.power import power
from gridplan.model.terms import Terms


def add(m: Any, frame: Frame, terms: Terms) -> None:
    """Add block `heat`."""
    b = m.heat = pyo.Block()
    net = heat_net(frame)
    sources.add(m, b, frame, net)
    sinks.add(m, b, frame, net)
    pumps.add(m, b, frame, net)
    links.add(m, b, frame, net)
    tanks.add(m, b, frame, net)
    tree.add(m, b, frame, net)
    serves.add(m, b, frame, net)
    balance.add(m, b, net)
    power(m, b, frame, net)
    count(m, b, frame, terms, net)
    pay(b, frame, terms, net)
