"""Sites that masts share: the first one on a site pays for it."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from gridplan.model.rows import constrain
from gridplan.model.telecom.net import Net


def add(m: Any, b: Any, net: Net) -> None:
    """Add shared sites to block `telecom`."""
    b.SITE = pyo.Set(dimen=1, initialize=list(net.shared))
    b.site = pyo.Var(b.SITE, m.Y, bounds=(0, 1))
    b.on_site = pyo.Set(b.SITE, dimen=1, initialize=net.shared)
    b.SHARES = pyo.Set(dimen=2, initialize=[(s, k) for s, on in net.shared.items() for k in on])
    constrain(b, "site_paid", b.SHARES, m.Y, rule=_site_paid)
    constrain(b, "site_needed", b.SITE, m.Y, rule=_site_needed)


def _site_paid(b: Any, s: Any, k: Any, y: Any) -> Any:
    """site ≥ mast, for each mast on it: the first mast on a site pays for it, the others share it.
    Row by row, for a sum over the masts would let half a site do for one mast of two.
    """
    return b.site[s, y] >= b.mast[k, y]


def _site_needed(b: Any, s: Any, y: Any) -> Any:
    """site ≤ Σ masts on it: without a mast there is no site. Binds where money is not minimised."""
    return b.site[s, y] <= sum(b.mast[k, y] for k in b.on_site[s])
