"""What every subject tells the grid: its withdrawal per station and side, in MW.

A subject calls `places` with the share of each asset at each (station, side). It gets the sets and parameters
to write its own row `withdrawal[n,s,y,p] = Σ part[n,s,i] · MW of i`. Stations and grid read only
`withdrawal`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pyomo.environ as pyo

from gridplan.model.lazy import Columns


def places(m: Any, block: Any, shares: Mapping[tuple[str, str, Any], float], name: str = "here") -> None:
    """Add `PLACE`, `withdrawal` (once), and sets `<name>[n,s]` of assets with shares `<name>_part[n,s,i]`.

    Args:
        m: program.
        block: block of the subject.
        shares: share of asset i at (station, side), keyed (station, side, i); i is a plain id.
        name: prefix for the sets, where a subject has more than one kind of asset.
    """
    assets = defaultdict(list)
    for n, s, i in shares:
        assets[n, s].append(i)
    if not hasattr(block, "PLACE"):
        block.PLACE = pyo.Set(dimen=2, initialize=sorted(assets))
        block.withdrawal = Columns(block.PLACE, m.YP)
    found = {key: assets.get(key, []) for key in block.PLACE}
    block.add_component(name, pyo.Set(block.PLACE, dimen=1, initialize=found))
    keys = pyo.Set(dimen=3, initialize=list(shares))
    block.add_component(f"{name}_KEY", keys)
    block.add_component(f"{name}_part", pyo.Param(keys, initialize=dict(shares)))
