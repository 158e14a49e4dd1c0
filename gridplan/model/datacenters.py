"""Datacenter siting: which sites open, how many modules, and which programme they serve.

Sets: s site, d programme line (class, region), y stage. Variables: `it[s,y]` new IT MW in service,
`modules[s,y]` whole modules (sites with a module size), `open[s,y]` ∈ {0,1}, `serves[s,d,y]` IT MW,
`short[d,y]` IT MW not sited.

    it = module_it_mw · modules                   whole modules
    it ≤ room · open,  it ≥ min_it_mw · open
    Σ_d serves[s,d,y] ≤ it[s,y];  Σ_s serves[s,d,y] + short[d,y] = it_mw[d,y]
    Σ_s in zone ha_per_mw · it ≤ land_ha

room is the smaller of max − existing and what the programme can ask. A site is eligible for a line if class,
region and round-trip time (rtt_ms ≤ max_rtt_ms) agree; blanks agree with all. Grid MW = it · pue ·
utilisation · profile, at the site's station. What is open stays.
"""

from __future__ import annotations

from math import ceil
from typing import Any

import numpy as np
import pandas as pd
import pyomo.environ as pyo

from gridplan.model.frame import Frame
from gridplan.model.loads import existing_mw
from gridplan.model.programme import Line, programme
from gridplan.model.rows import constrain
from gridplan.model.stages import keep
from gridplan.model.terms import Terms
from gridplan.model.withdrawal import places


def add(m: Any, frame: Frame, terms: Terms) -> None:
    """Add block `datacenters`."""
    b = m.datacenters = pyo.Block()
    rows = {r["site"]: r for r in frame.rows("datacenters")}
    lines = programme(frame, rows)
    room = _room(rows, lines, frame)
    b.SITE = pyo.Set(dimen=1, initialize=list(rows))
    b.it = pyo.Var(b.SITE, m.Y, bounds=lambda _, s, y: (0, room[s]))
    b.open = pyo.Var(b.SITE, m.Y, domain=pyo.Binary)
    b.room = pyo.Param(b.SITE, initialize=room)
    b.least = pyo.Param(b.SITE, initialize={s: float(r["min_it_mw"]) for s, r in rows.items()})
    constrain(b, "opens", b.SITE, m.Y, rule=_opens)
    b.SIZED = pyo.Set(dimen=1, initialize=[s for s, r in rows.items() if r["min_it_mw"] > 0])
    constrain(b, "minimum", b.SIZED, m.Y, rule=_minimum)
    size = {s: float(r["module_it_mw"]) for s, r in rows.items() if r["module_it_mw"] > 0}
    b.MODULAR = pyo.Set(dimen=1, initialize=list(size))
    b.size = pyo.Param(b.MODULAR, initialize=size)
    b.modules = pyo.Var(
        b.MODULAR,
        m.Y,
        domain=pyo.NonNegativeIntegers,
        bounds=lambda _, s, y: (0, int(room[s] / size[s] + 1e-9)),
    )
    constrain(b, "whole", b.MODULAR, m.Y, rule=_whole)
    keep(b, "it_stays", b.it, b.SITE)
    keep(b, "open_stays", b.open, b.SITE)
    _serve(m, b, frame, lines)
    _land(m, b, frame, rows)
    _place(m, b, frame, rows)
    for s, row in rows.items():
        for y in frame.years:
            if pd.notna(row["earliest_year"]) and y < row["earliest_year"]:
                b.it[s, y].fix(0)
                b.open[s, y].fix(0)
        _count(b, frame, terms, row)
    for d, line in lines.items():
        _count_short(b, frame, terms, d, line)


def _room(rows: dict[str, dict[str, Any]], lines: dict[str, Line], frame: Frame) -> dict[str, float]:
    """Largest new IT MW that can make sense at each site; in a wide frame more than any row could ask."""
    limits = site_limits(rows, lines, frame)
    if frame.wide:
        wanted = [max(line.it_mw.values()) for line in lines.values()]
        wanted += [v for found in limits.values() for v in found.values() if np.isfinite(v)]
        wanted += [v for r in rows.values() for v in (r["min_it_mw"], r["module_it_mw"]) if v > 0]
        wanted += [p["value"] for p in frame.rows("policies") if p["indicator"].startswith("datacenter")]
        return dict.fromkeys(rows, float(np.nansum(wanted)))
    least = {s: min(found.values()) for s, found in limits.items()}
    return {s: 0.0 if np.isinf(mw) else float(mw) for s, mw in least.items()}


def site_limits(
    rows: dict[str, dict[str, Any]], lines: dict[str, Line], frame: Frame
) -> dict[str, dict[str, float]]:
    """Limits (MW IT) of every site by the column they come from: what the programme asks, the size of the
    site, and the land of its zone.
    """
    land = dict(zip(frame.case.table("zones")["zone"], frame.case.table("zones")["land_ha"], strict=True))
    found: dict[str, dict[str, float]] = {}
    for s, row in rows.items():
        asked = sum(max(d.it_mw.values()) for d in lines.values() if s in d.sites and s not in d.barred)
        asked = max(asked, row["min_it_mw"])
        module = row["module_it_mw"] if row["module_it_mw"] > 0 else 0.0
        if module:
            asked = ceil(asked / module - 1e-9) * module
        limits = found[s] = {"it_mw": asked if lines else np.inf}
        if pd.notna(row["max_it_mw"]):
            limits["max_it_mw"] = max(0.0, row["max_it_mw"] - row["existing_it_mw"])
        ha = land.get(frame.zone_at(row["zone"], row["substation"]))
        if row["ha_per_mw"] > 0 and pd.notna(ha):
            limits["land_ha"] = ha / row["ha_per_mw"]
    return found


def _opens(b: Any, s: Any, y: Any) -> Any:
    """it ≤ room · open (MW IT): nothing stands on a site that is not open.
    room is no larger than it can ever be.
    """
    return b.it[s, y] <= b.room[s] * b.open[s, y]


def _minimum(b: Any, s: Any, y: Any) -> Any:
    """it ≥ min_it_mw · open (MW IT): an open site has at least its smallest size."""
    return b.it[s, y] >= b.least[s] * b.open[s, y]


def _whole(b: Any, s: Any, y: Any) -> Any:
    """it = module_it_mw · modules (MW IT): only whole modules are built."""
    return b.it[s, y] == b.size[s] * b.modules[s, y]


def _serve(m: Any, b: Any, frame: Frame, lines: dict[str, Line]) -> None:
    b.LINE = pyo.Set(dimen=1, initialize=list(lines))
    b.PAIR = pyo.Set(dimen=2, initialize=[(s, d) for d, line in lines.items() for s in line.sites])
    b.lines_of = pyo.Set(
        b.SITE, dimen=1, initialize={s: [d for d, line in lines.items() if s in line.sites] for s in b.SITE}
    )
    b.sites_of = pyo.Set(b.LINE, dimen=1, initialize={d: list(line.sites) for d, line in lines.items()})
    b.wanted = pyo.Param(
        b.LINE, m.Y, initialize={(d, y): line.it_mw[y] for d, line in lines.items() for y in m.Y}
    )
    b.serves = pyo.Var(b.PAIR, m.Y, domain=pyo.NonNegativeReals)
    b.short = pyo.Var(b.LINE, m.Y, domain=pyo.NonNegativeReals)
    constrain(b, "served", b.LINE, m.Y, rule=_served)
    b.USED = pyo.Set(dimen=1, initialize=sorted({s for s, _ in b.PAIR}))
    constrain(b, "enough", b.USED, m.Y, rule=_enough)
    for d, line in lines.items():
        for y in frame.years:
            b.short[d, y].setub(line.it_mw[y] if line.soft else 0.0)


def _served(b: Any, d: Any, y: Any) -> Any:
    """Σ_s serves + short = it_mw (MW IT): the programme is sited or its shortfall is counted."""
    return sum(b.serves[s, d, y] for s in b.sites_of[d]) + b.short[d, y] == b.wanted[d, y]


def _enough(b: Any, s: Any, y: Any) -> Any:
    """Σ_d serves ≤ it (MW IT): a site serves no more than it has."""
    return sum(b.serves[s, d, y] for d in b.lines_of[s]) <= b.it[s, y]


def _land(m: Any, b: Any, frame: Frame, rows: dict[str, dict[str, Any]]) -> None:
    zones = frame.case.table("zones")
    land = {z: float(v) for z, v in zip(zones["zone"], zones["land_ha"], strict=True) if pd.notna(v)}
    zone = {s: frame.zone_at(r["zone"], r["substation"]) for s, r in rows.items() if r["ha_per_mw"] > 0}
    used = {z: [s for s, at in zone.items() if at == z] for z in land}
    b.LAND = pyo.Set(dimen=1, initialize=[z for z in land if used[z]])
    b.land_sites = pyo.Set(b.LAND, dimen=1, initialize={z: used[z] for z in b.LAND})
    b.land_ha = pyo.Param(b.LAND, initialize={z: land[z] for z in b.LAND})
    b.ha = pyo.Param(b.SITE, initialize={s: float(r["ha_per_mw"]) for s, r in rows.items()})
    constrain(b, "land", b.LAND, m.Y, rule=_land_rule)


def _land_rule(b: Any, z: Any, y: Any) -> Any:
    """Σ ha_per_mw · it ≤ land_ha (ha): new datacenters fit on the land of their zone."""
    return sum(b.ha[s] * b.it[s, y] for s in b.land_sites[z]) <= b.land_ha[z]


def _place(m: Any, b: Any, frame: Frame, rows: dict[str, dict[str, Any]]) -> None:
    shares = {
        (*place, s): share
        for s, row in rows.items()
        for place, share in frame.places(row["zone"], row["substation"], row["side"])
    }
    places(m, b, shares)
    factor = {s: r["pue"] * r["utilisation"] * frame.profile(r["profile"]) for s, r in rows.items()}
    b.draw = pyo.Param(b.SITE, m.P, initialize={(s, p): float(factor[s][p]) for s in rows for p in m.P})
    constrain(b, "withdraw", b.PLACE, m.YP, rule=_withdraw)


def _withdraw(b: Any, n: Any, side: Any, y: Any, p: Any) -> Any:
    """withdrawal = Σ share · pue · utilisation · profile · it (MW): what new IT draws from the grid."""
    return b.withdrawal[n, side, y, p] == sum(
        b.here_part[n, side, s] * b.draw[s, p] * b.it[s, y] for s in b.here[n, side]
    )


def _count(b: Any, frame: Frame, terms: Terms, row: dict[str, Any]) -> None:
    s, zone = row["site"], frame.zone_at(row["zone"], row["substation"])
    tags = (s, row["class"], row["status"], row["owner"], "standalone" if row["standalone"] else "")
    stock = {y: b.it[s, y] for y in frame.years}
    terms.invest(zone, stock, row["capex_meur_per_mw"], tags)
    terms.invest(zone, {y: b.open[s, y] for y in frame.years}, row["fixed_meur"], tags)
    drawn = existing_mw(row, frame)
    for y in frame.years:
        terms.add("datacenter_mw", zone, y, stock[y], 1.0, tags)
        terms.add("datacenter_total_mw", zone, y, stock[y], 1.0, tags)
        there = pd.isna(row["until_year"]) or y <= row["until_year"]
        terms.add("datacenter_total_mw", zone, y, None, row["existing_it_mw"] if there else 0.0, tags)
        terms.add("datacenter_grid_mw", zone, y, stock[y], row["pue"] * row["utilisation"], tags)
        terms.add("datacenter_grid_mw", zone, y, None, drawn[y], tags)
        terms.add("land_ha", zone, y, stock[y], row["ha_per_mw"], tags)
        before = frame.previous.get(y)
        gap = 1 / (y - before) if before else 1.0
        terms.add("datacenter_growth_mw_per_year", zone, y, stock[y], gap, tags)
        if before:
            terms.add("datacenter_growth_mw_per_year", zone, y, stock[before], -gap, tags)


def _count_short(b: Any, frame: Frame, terms: Terms, d: str, line: Line) -> None:
    for y in frame.years:
        column, tags = b.short[d, y], (line.kind,)
        terms.add("shortfall_mw", line.region, y, column, 1.0, tags)
        if line.price:
            terms.penalise(line.region, y, column, frame.annuity * line.price, tags)
        else:
            terms.add("unserved_mw_years", line.region, y, column, float(frame.lengths[y]), tags)
