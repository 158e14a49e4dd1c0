"""Transport rights: under which right a site draws, when it may be off, and what is kept for contracts.

Sets: s site, r right, (n, side, s, r) its connection at station n with share σ, y stage, p period; g supply
that can grow. Data: a draw of one MW IT, â its largest value (the contract), W hours of a block, G hours in
which a right may not be off. Variables in MW ≥ 0: `it[s,r,y]` IT under a right, `cut[n,side,s,r,y,p]`,
`reserved[n,side,y,p]` room that contracts take and do not use; for feed-in `new[g,r,y]`, `unfed[g,r,y,p]`,
`kept_in`, `reserved_in`; in GWh a year `lost[n,y]`.

    Σ_r it[s,r,y] = it[s,y];  it[s,r] ≤ max_share·it[s];  firm stays
    cut ≤ σ·(a·W − a·G)·it
    withdrawal = −Σ cut − Σ σ·(a − a·W)·it                      datacenters state all of a·it
    reserved = Σ σ·(â·G − a·G)·it;  through + Σ reserved ≤ demand_mw
    Σ_members a·it[s,group] ≤ max_mw                            in every hour of the year
    Σ_r new[g,r] = new[g];  unfed ≤ a·W·new;  least ≤ output − Σ (a·W·new − unfed) ≤ a·capacity
    kept_in ≥ σ·unfed − σ·(a·W − a·G)·new;  reserved_in = Σ σ·(â·G − a·G)·new + Σ kept_in
    −through + Σ reserved_in ≤ feedin_mw
    lost ≥ Σ hours·cut;  Σ lost ≥ Σ_{k busiest hours} (base + Σ load − demand_mw)

Without the table, and without assets that take rights, there is nothing here and all is firm by use.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from gridplan.model.frame import Frame
from gridplan.model.rights import contracts, curve, demand, feedin, groups
from gridplan.model.terms import Terms


def add(m: Any, frame: Frame, terms: Terms) -> None:
    """Add block `rights`; datacenters and supplies are there, stations are not."""
    b = m.rights = pyo.Block()
    held = demand.add(m, b, frame, terms)
    if held:
        groups.add(m, b, frame, held)
        contracts.add(m, b, held)
    feedin.add(m, b, frame, terms)


def expect(m: Any, frame: Frame, terms: Terms) -> None:
    """Add to block `rights` the energy that is lost in a year; the limits of stations are there."""
    if hasattr(m.rights, "cut") and frame.periods.energy:
        curve.add(m, m.rights, frame, terms)
