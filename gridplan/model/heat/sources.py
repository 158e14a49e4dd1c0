"""Heat that datacenters and other sources give."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyomo.environ as pyo

from gridplan.model.frame import Frame
from gridplan.model.heat.net import HeatNet
from gridplan.model.loads import existing_mw
from gridplan.model.rows import constrain
from gridplan.model.stages import keep, until


def add(m: Any, b: Any, frame: Frame, net: HeatNet) -> None:
    """Variables `take` and `running`, and what a producer can give."""
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
    rule = _steady_heat if hasattr(m.rights, "steady") else _site_heat
    constrain(b, "site_heat", b.SITE, m.YP, rule=rule)
    rows = {r["source"]: r for r in frame.rows("heat_sources")}
    b.PRICED = pyo.Set(dimen=1, initialize=[h for h, r in rows.items() if r["fixed_meur"] > 0])
    b.running = pyo.Var(b.PRICED, m.Y, domain=pyo.Binary)
    keep(b, "running_stays", b.running, b.PRICED)
    b.FIXED = pyo.Set(dimen=2, initialize=[t for t in net.takes if t[0] in b.PRICED])
    limit = {
        h: net.largest if pd.isna(r["capacity_mw"]) else float(r["capacity_mw"]) for h, r in rows.items()
    }
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


def _steady_heat(b: Any, s: Any, level: Any, y: Any, p: Any) -> Any:
    """take ≤ heat_share·(existing + new grid MW that may not be off under its right) (MW)."""
    rights = b.model().rights
    return b.take[s, level, y, p] <= b.share[s] * (
        b.existing[s, y, p] + sum(rights.steady[s, r, y, p] * rights.it[s, r, y] for r in rights.rights_of[s])
    )


def _source_heat(b: Any, h: Any, level: Any, y: Any, p: Any) -> Any:
    """take ≤ capacity·running (MW): a source with fixed cost gives heat once it is opened."""
    return b.take[h, level, y, p] <= b.room[h, level, p] * b.running[h, y]
