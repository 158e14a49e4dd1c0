"""Stations: what passes their transformers, in both directions, and their bays.

Sets: n station, (n, s) station and side in use, y stage, p period. Variables in MW: `net[n,s,y,p]` net
withdrawal, `carry[n,y,p]` what a station draws through the one above it, `demand_mw[n,y]`, `feedin_mw[n,y]`
limits; in MVA: `largest[n,y]` largest transformer.

    net[n,s,y,p] = load − unserved + Σ subjects withdrawal[n,s,y,p]
    carry[n] = Σ_s net[n,s] + Σ_{children c} carry[c]
    through[n] = net[n,mv] + Σ_{children c} carry[c];  −a·feedin_mw[n,y] ≤ through[n] ≤ a·demand_mw[n,y]
    demand_mw = pf·rating·(Σ transformers + Σ_r MVA_r·u_r − largest);  through ≤ a·cap_mw
    cap_mw = pf·(Σ transformers + Σ_r MVA_r·u_r)                       only where it can be the smaller
    feedin_mw = pf·(Σ transformers + Σ_r MVA_r·u_r)
    largest = MVA of the largest transformer type in service
    Σ new sites + Σ ends of new circuits ≤ bays_free + Σ adds_bays·u_r

Demand must survive the loss of the largest transformer, with the rest at emergency rating; feed-in may use
all (it can be curtailed). A given firm_demand_mva replaces the first part and is not rated up; what is built
comes on top. a[n,p] is the station's rating profile (1 without one). From retire_year on the transformers
that retire do not count, and a given firm value is less by their MVA.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyomo.environ as pyo

from gridplan.model.frame import Frame
from gridplan.model.lazy import Columns
from gridplan.model.numbers import numbers
from gridplan.model.rooms import Room, rooms
from gridplan.model.rows import constrain


def add(m: Any, frame: Frame) -> None:
    """Add block `stations`; every other subject has stated its withdrawal."""
    b = m.stations = pyo.Block()
    _net(m, b)
    _limits(m, b, frame)
    _bays(m, b, frame)


def _net(m: Any, b: Any) -> None:
    blocks = [blk for blk in m.component_objects(pyo.Block, descend_into=False) if hasattr(blk, "withdrawal")]
    used = set(m.loads.PLACE) | {place for blk in blocks for place in blk.PLACE}
    b.PLACE = pyo.Set(dimen=2, initialize=sorted(used))
    b.net = Columns(b.PLACE, m.YP)
    loads = m.loads
    drawn = dict(zip(loads.PLACE, loads.load_mw.values.reshape(-1, len(m.YP)), strict=True))
    none = np.zeros(len(m.YP))
    fixed = [drawn.get(at, none) for at in b.PLACE]
    numbers(b, "load_mw", b.PLACE, m.YP, values=np.array(fixed))  # templates cannot sum constants
    b.shed = _present(b, loads.PLACE)
    # A list, since a template cannot sum a generator of nothing.
    shed = [(loads.unserved, b.shed)] if hasattr(loads, "unserved") else []
    states = []
    for k, blk in enumerate(blocks):
        b.add_component(f"states_{k}", _present(b, blk.PLACE))
        states.append((blk.withdrawal, b.component(f"states_{k}")))

    def rule(b: Any, n: Any, s: Any, y: Any, p: Any) -> Any:
        """net = load − unserved + Σ withdrawal (MW): the list of who fills this station."""
        return b.net[n, s, y, p] == b.load_mw[n, s, y, p] - sum(
            [sum(var[q, s, y, p] for q in at[n, s]) for var, at in shed]
        ) + sum(sum(var[q, s, y, p] for q in at[n, s]) for var, at in states)

    constrain(b, "sums", b.PLACE, m.YP, rule=rule)


def _present(b: Any, places: Any) -> Any:
    """Set indexed by place: its station where a subject has something there, else nothing."""
    return pyo.Set(b.PLACE, dimen=1, initialize={(n, s): [n] if (n, s) in places else [] for n, s in b.PLACE})


def _limits(m: Any, b: Any, frame: Frame) -> None:
    rating = frame.case.settings.physics.emergency_rating
    by_year = {y: rooms(frame, y) for y in frame.years}
    room = by_year[frame.years[0]]
    children: dict[str, list[str]] = {n: [] for n in m.N}
    for child, parent in frame.network.parent.items():
        children[parent].append(child)
    b.children = pyo.Set(m.N, dimen=1, initialize=children)
    b.mv = pyo.Set(m.N, dimen=2, initialize={n: [(n, "mv")] if (n, "mv") in b.PLACE else [] for n in m.N})
    b.sides = pyo.Set(
        m.N, dimen=1, initialize={n: [s for s in ("mv", "hv") if (n, s) in b.PLACE] for n in m.N}
    )
    b.CHILD = pyo.Set(dimen=1, initialize=list(frame.network.parent))
    b.carry = Columns(b.CHILD, m.YP)
    constrain(b, "carries", b.CHILD, m.YP, rule=_carries)
    loaded = [n for n in m.N if (n, "mv") in b.PLACE or children[n]]
    b.LOADED = pyo.Set(dimen=1, initialize=loaded)
    b.through = Columns(b.LOADED, m.YP)
    b.ALONE = pyo.Set(dimen=1, initialize=[n for n in loaded if not children[n]])
    b.PARENT = pyo.Set(dimen=1, initialize=[n for n in loaded if children[n]])
    constrain(b, "own", b.ALONE, m.YP, rule=_own)
    constrain(b, "with_children", b.PARENT, m.YP, rule=_with_children)
    b.DEMAND = pyo.Set(dimen=1, initialize=[n for n in loaded if pd.notna(room[n].demand)])
    b.FEEDIN = pyo.Set(dimen=1, initialize=[n for n in loaded if pd.notna(room[n].feedin)])
    b.demand_mw = pyo.Var(b.DEMAND, m.Y, domain=pyo.NonNegativeReals)
    b.feedin_mw = pyo.Var(b.FEEDIN, m.Y, domain=pyo.NonNegativeReals)
    b.LARGEST = pyo.Set(dimen=1, initialize=[n for n in b.DEMAND if room[n].secure and room[n].adds])
    _largest(m, b, by_year)
    units: dict[str, list[tuple[str, int]]] = {n: [] for n in m.N}
    stands = {r: n for n in m.N for r in room[n].adds}
    for r, k in m.reinforcements.UNIT:
        if r in stands:
            units[stands[r]].append((r, k))
    b.units = pyo.Set(m.N, dimen=2, initialize=units)
    b.adds = pyo.Param(
        m.N, m.reinforcements.UNIT, initialize={(n, *u): room[n].adds[u[0]] for n in m.N for u in units[n]}
    )
    base = {(n, y): by_year[y][n].base(rating, n in b.LARGEST) for n in b.DEMAND for y in m.Y}
    b.base_demand = pyo.Param(b.DEMAND, m.Y, initialize=base)
    feedin = {(n, y): by_year[y][n].feedin for n in b.FEEDIN for y in m.Y}
    b.base_feedin = pyo.Param(b.FEEDIN, m.Y, initialize=feedin)
    b.share = pyo.Param(m.N, m.P, initialize=_shares(m, frame), default=1.0)
    b.rating = pyo.Param(b.DEMAND, initialize={n: rating if n in b.LARGEST else 1.0 for n in b.DEMAND})
    b.largest_at = pyo.Set(b.DEMAND, dimen=1, initialize={n: [n] if n in b.LARGEST else [] for n in b.DEMAND})
    b.pf = pyo.Param(initialize=frame.network.pf)
    constrain(b, "demand_room", b.DEMAND, m.Y, rule=_demand_room)
    constrain(b, "feedin_room", b.FEEDIN, m.Y, rule=_feedin_room)
    kept = _contracts(m, b)
    _demand_limit(m, b, kept)
    _feedin_limit(m, b, kept)
    most = {n: sum(room[n].adds[r] for r, _ in units[n]) for n in b.LARGEST}
    high = [n for n in b.LARGEST if any(r[n].may_exceed(rating, most[n]) for r in by_year.values())]
    b.CAPPED = pyo.Set(dimen=1, initialize=high)
    every = {(n, y): by_year[y][n].total for n in b.CAPPED for y in m.Y}
    b.all_mva = pyo.Param(b.CAPPED, m.Y, initialize=every)
    b.cap_mw = pyo.Var(b.CAPPED, m.Y, domain=pyo.NonNegativeReals)
    constrain(b, "cap_room", b.CAPPED, m.Y, rule=_cap_room)
    _cap_limit(m, b, kept)


def _contracts(m: Any, b: Any) -> dict[str, list[tuple[Any, Any]]]:
    """By direction what only contracts take (block `rights`): (variable, places that pass each station).

    Lists of one or none, since a template cannot sum a generator of nothing.
    """
    found: dict[str, list[tuple[Any, Any]]] = {"demand": [], "feedin": []}
    for way, name in (("demand", "reserved"), ("feedin", "reserved_in")):
        if not hasattr(m.rights, name):
            continue
        variable, passing = getattr(m.rights, name), {}
        inside = set(getattr(m.rights, name.upper()))
        for n in b.LOADED:
            below, open_ones = [], list(b.children[n])
            while open_ones:
                below.append(open_ones.pop())
                open_ones += list(b.children[below[-1]])
            through = [(n, "mv"), *((c, s) for c in below for s in ("mv", "hv"))]
            passing[n] = [place for place in through if place in inside]
        b.add_component(f"kept_{way}", pyo.Set(b.LOADED, dimen=2, initialize=passing))
        found[way].append((variable, b.component(f"kept_{way}")))
    return found


def _shares(m: Any, frame: Frame) -> dict[tuple[str, int], float]:
    """Limits of stations with a rating profile by period, per unit."""
    rated = {row["substation"]: row["rating_profile"] for row in frame.rows("substations")}
    return {
        (n, p): float(v)
        for n, name in rated.items()
        if name
        for p, v in zip(m.P, frame.profile(name), strict=True)
    }


def _largest(m: Any, b: Any, by_year: dict[int, dict[str, Room]]) -> None:
    types: dict[Any, float] = {}  # transformers that may become the largest, MVA
    levels: dict[Any, float] = {}  # sizes that the largest passes only with a larger type, MVA
    above: dict[Any, list[str]] = {}
    ends: dict[Any, tuple[float, float]] = {}
    for n in b.LARGEST:
        for y in m.Y:
            room = by_year[y][n]
            sizes = {
                r: mva for r, mva in room.sizes.items() if mva > room.size and (r, 1) in m.reinforcements.UNIT
            }
            ends[n, y] = room.size, max([room.size, *sizes.values()])
            types.update({(n, r, y): mva for r, mva in sizes.items()})
            for k, mva in enumerate(sorted({room.size, *sizes.values()})[:-1]):
                levels[n, k, y] = mva
                above[n, k, y] = [r for r, size in sizes.items() if size > mva]
    b.largest = pyo.Var(b.LARGEST, m.Y, bounds=lambda _, n, y: ends[n, y])
    b.TYPE = pyo.Set(dimen=3, initialize=_by_place(types))
    b.type_mva = pyo.Param(b.TYPE, initialize=types)
    constrain(b, "has_type", b.TYPE, rule=_has_type)
    b.LEVEL = pyo.Set(dimen=3, initialize=_by_place(levels))
    b.level_mva = pyo.Param(b.LEVEL, initialize=levels)
    b.above = pyo.Set(b.LEVEL, dimen=1, initialize=above)
    constrain(b, "no_type", b.LEVEL, rule=_no_type)


def _by_place(keys: dict[Any, float]) -> list[Any]:
    """Keys (station, what, stage) with the stages of each thing together."""
    first = {key[:2]: k for k, key in reversed(list(enumerate(keys)))}
    return sorted(keys, key=lambda key: (first[key[:2]], key[2]))


def _carries(b: Any, n: Any, y: Any, p: Any) -> Any:
    """carry = Σ_s net + Σ children carry (MW): what the parent's transformers see of this station."""
    return b.carry[n, y, p] == sum(b.net[n, s, y, p] for s in b.sides[n]) + sum(
        b.carry[c, y, p] for c in b.children[n]
    )


def _has_type(b: Any, n: Any, r: Any, y: Any) -> Any:
    """largest ≥ MVA_r · u[r,1,y]: a new transformer may become the largest one."""
    return b.largest[n, y] >= b.type_mva[n, r, y] * b.model().reinforcements.units[r, 1, y]


def _no_type(b: Any, n: Any, k: Any, y: Any) -> Any:
    """largest ≤ size_k + Σ_{r larger} (MVA_r − size_k)·u[r,1,y]:
    the largest is one of those in service, no larger.
    """
    units = b.model().reinforcements.units
    return b.largest[n, y] <= b.level_mva[n, k, y] + sum(
        (b.type_mva[n, r, y] - b.level_mva[n, k, y]) * units[r, 1, y] for r in b.above[n, k, y]
    )


def _demand_room(b: Any, n: Any, y: Any) -> Any:
    """demand_mw = pf·rating·(Σ transformers − largest) (MW): demand survives the loss of the largest one."""
    units = b.model().reinforcements.units
    return b.demand_mw[n, y] == b.pf * (
        b.base_demand[n, y]
        + sum(b.rating[n] * b.adds[n, r, k] * units[r, k, y] for r, k in b.units[n])
        - sum(b.rating[n] * b.largest[q, y] for q in b.largest_at[n])
    )


def _cap_room(b: Any, n: Any, y: Any) -> Any:
    """cap_mw = pf·Σ transformers (MW): what all of them carry when none is out."""
    units = b.model().reinforcements.units
    return b.cap_mw[n, y] == b.pf * (
        b.all_mva[n, y] + sum(b.adds[n, r, k] * units[r, k, y] for r, k in b.units[n])
    )


def _cap_limit(m: Any, b: Any, kept: dict[str, list[tuple[Any, Any]]]) -> None:
    contracts = kept["demand"]

    def rule(b: Any, n: Any, y: Any, p: Any) -> Any:
        """through + Σ reserved ≤ a·cap_mw (MW). Binds where a high emergency rating lets the rest carry more
        than all together.
        """
        extra = sum([sum(var[q, s, y, p] for q, s in at[n]) for var, at in contracts])
        return b.through[n, y, p] + extra <= b.share[n, p] * b.cap_mw[n, y]

    constrain(b, "cap_limit", b.CAPPED, m.YP, rule=rule)


def _feedin_room(b: Any, n: Any, y: Any) -> Any:
    """feedin_mw = pf·Σ transformers (MW): feed-in may use all of them."""
    units = b.model().reinforcements.units
    return b.feedin_mw[n, y] == b.pf * (
        b.base_feedin[n, y] + sum(b.adds[n, r, k] * units[r, k, y] for r, k in b.units[n])
    )


def _own(b: Any, n: Any, y: Any, p: Any) -> Any:
    """through = net (MW): what passes the transformers of a station without children."""
    return b.through[n, y, p] == sum(b.net[k, s, y, p] for k, s in b.mv[n])


def _with_children(b: Any, n: Any, y: Any, p: Any) -> Any:
    """through = net + Σ children carry (MW)."""
    return b.through[n, y, p] == sum(b.net[k, s, y, p] for k, s in b.mv[n]) + sum(
        b.carry[c, y, p] for c in b.children[n]
    )


def _demand_limit(m: Any, b: Any, kept: dict[str, list[tuple[Any, Any]]]) -> None:
    contracts = kept["demand"]

    def rule(b: Any, n: Any, y: Any, p: Any) -> Any:
        """through + Σ reserved ≤ a·demand_mw (MW): what passes, and what contracts keep, fits.
        Binds where the station is full for demand.
        """
        extra = sum([sum(var[q, s, y, p] for q, s in at[n]) for var, at in contracts])
        return b.through[n, y, p] + extra <= b.share[n, p] * b.demand_mw[n, y]

    constrain(b, "demand_limit", b.DEMAND, m.YP, rule=rule)


def _feedin_limit(m: Any, b: Any, kept: dict[str, list[tuple[Any, Any]]]) -> None:
    contracts = kept["feedin"]

    def rule(b: Any, n: Any, y: Any, p: Any) -> Any:
        """through − Σ reserved_in ≥ −a·feedin_mw (MW). Binds where the station is full for feed-in."""
        extra = sum([sum(var[q, s, y, p] for q, s in at[n]) for var, at in contracts])
        return b.through[n, y, p] - extra >= -b.share[n, p] * b.feedin_mw[n, y]

    constrain(b, "feedin_limit", b.FEEDIN, m.YP, rule=rule)


def _bays(m: Any, b: Any, frame: Frame) -> None:
    table = frame.case.table("substations")
    free = {n: float(v) for n, v in zip(table["substation"], table["bays_free"], strict=True) if pd.notna(v)}
    bringers: dict[str, dict[str, float]] = {n: {} for n in free}
    for row in frame.rows("reinforcements"):
        if row["target"] in bringers and pd.notna(row["adds_bays"]) and row["adds_bays"]:
            bringers[row["target"]][row["reinforcement"]] = float(row["adds_bays"])
    takes: dict[str, dict[tuple[str, int], float]] = {n: {} for n in free}
    for unit in frame.network.units:
        corridor = frame.network.corridors[unit.corridor]
        for end in (corridor.start, corridor.end):
            if end in takes and unit.circuits:
                takes[end][unit.reinforcement, unit.number] = float(unit.circuits)
    for n, brought in bringers.items():
        for r, k in m.reinforcements.UNIT:
            if r in brought:
                takes[n][r, k] = takes[n].get((r, k), 0.0) - brought[r]
    sites = {n: [s for q, side, s in m.datacenters.here_KEY if q == n] for n in free}
    b.BAYS = pyo.Set(dimen=1, initialize=[n for n in free if sites[n] or takes[n]])
    b.bay_sites = pyo.Set(b.BAYS, dimen=1, initialize={n: sites[n] for n in b.BAYS})
    b.bay_units = pyo.Set(b.BAYS, dimen=2, initialize={n: list(takes[n]) for n in b.BAYS})
    b.bays_taken = pyo.Param(
        b.BAYS, m.reinforcements.UNIT, initialize={(n, *u): v for n in b.BAYS for u, v in takes[n].items()}
    )
    b.bays_free = pyo.Param(b.BAYS, initialize={n: free[n] for n in b.BAYS})
    constrain(b, "bays", b.BAYS, m.Y, rule=_bay_rule)


def _bay_rule(b: Any, n: Any, y: Any) -> Any:
    """Σ new sites + Σ ends of new circuits ≤ bays_free + Σ adds_bays·u (bays):
    a station also runs out of sockets.
    """
    m = b.model()
    return (
        sum(m.datacenters.open[s, y] for s in b.bay_sites[n])
        + sum(b.bays_taken[n, r, k] * m.reinforcements.units[r, k, y] for r, k in b.bay_units[n])
        <= b.bays_free[n]
    )
