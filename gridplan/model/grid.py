"""The grid: balance at every bus, ratings, and Kirchhoff's voltage law over existing and candidate circuits.

Sets: e corridor with circuits in service, (r,k) unit of a branch reinforcement, i bus, c cycle, y stage, p
period. Variables in MW: `flow[e,y,p]`, `built[r,k,y,p]` flow on a unit's circuits, `phi[a,y,p]` voltage angle
of an unconnected part a against the main part (pu·MW).

    Σ in − Σ out = Σ net at the bus − exchange[i,y,p]
    |flow[e]| ≤ pf·circuits·circuit_mva + Σ raises·u          |built[r,k]| ≤ pf·MVA·u[r,k,y]
    Σ_{e in c} ± (x_e·flow[e] + shift_e) = 0                  cycles of what exists
    |x_rk·built[r,k] − drop| ≤ M·(1 − u[r,k,y])               drop: angle difference along existing circuits

x is the reactance of the circuits in parallel (per unit on 100 MVA). M is the smallest angle difference that
the network itself allows between the ends: shortest path of x·rating, never a round number.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from gridplan.model.angles import Drop, drops
from gridplan.model.frame import Frame
from gridplan.model.rows import constrain
from gridplan.network import Unit


def add(m: Any, frame: Frame) -> None:
    """Add block `grid`."""
    b = m.grid = pyo.Block()
    network = frame.network
    circuits = {(u.reinforcement, u.number): u for u in network.units if u.circuits}
    raises = [u for u in network.units if not u.circuits]
    usable = {key for key in circuits if not all(m.reinforcements.units[(*key, y)].fixed for y in m.Y)}
    circuits = {key: u for key, u in circuits.items() if key in usable}
    b.CORRIDOR = pyo.Set(dimen=1, initialize=[c.name for c in network.existing])
    b.UNIT = pyo.Set(dimen=2, initialize=list(circuits))
    b.flow = pyo.Var(b.CORRIDOR, m.YP)
    b.built = pyo.Var(b.UNIT, m.YP)
    _ratings(m, b, frame, circuits, raises)
    _balance(m, b, frame, circuits)
    if frame.case.settings.physics.flow == "dc":
        _cycles(m, b, frame)
        _candidates(m, b, drops(network, list(circuits.values()), raises, flow_bound(frame)))


def _ratings(m: Any, b: Any, frame: Frame, circuits: dict[Any, Unit], raises: list[Unit]) -> None:
    raised = {u.corridor for u in raises}
    for c in frame.network.existing:
        if c.name not in raised and c.total_mw < float("inf"):
            for y, p in m.YP:
                b.flow[c.name, y, p].setlb(-c.total_mw)
                b.flow[c.name, y, p].setub(c.total_mw)
    b.RAISED = pyo.Set(
        dimen=1,
        initialize=[c.name for c in frame.network.existing if c.name in raised and c.total_mw < float("inf")],
    )
    b.rating = pyo.Param(b.RAISED, initialize={e: frame.network.corridors[e].total_mw for e in b.RAISED})
    members = {e: [(u.reinforcement, u.number) for u in raises if u.corridor == e] for e in b.RAISED}
    b.raises = pyo.Set(b.RAISED, dimen=2, initialize=members)
    sizes = {(u.reinforcement, u.number): u.mw for u in raises}
    b.raise_mw = pyo.Param(m.reinforcements.UNIT, initialize=sizes)
    constrain(b, "upper", b.RAISED, m.YP, rule=_upper)
    constrain(b, "lower", b.RAISED, m.YP, rule=_lower)
    b.unit_mw = pyo.Param(b.UNIT, initialize={key: _finite(u, frame) for key, u in circuits.items()})
    constrain(b, "unit_upper", b.UNIT, m.YP, rule=_unit_upper)
    constrain(b, "unit_lower", b.UNIT, m.YP, rule=_unit_lower)


def _finite(unit: Unit, frame: Frame) -> float:
    """Rating of a unit, MW; without a rating, what all fixed load and supply together could ever send."""
    return unit.total_mw if unit.total_mw < float("inf") else flow_bound(frame)


def flow_bound(frame: Frame) -> float:
    """MW that no single corridor can exceed: all demand, programme and limited supply together."""
    case = frame.case
    pue = float(case.table("datacenters")["pue"].max()) if len(case.table("datacenters")) else 1.0
    total = 0.0
    for table, column, factor in (
        ("demands", "peak_mw", 1.0),
        ("supplies", "capacity_mw", 1.0),
        ("supplies", "max_new_mw", 1.0),
        ("datacenter_demand", "it_mw", pue),
        ("datacenters", "existing_it_mw", pue),
        ("storages", "power_mw", 1.0),
        ("storages", "max_new_mw", 1.0),
        ("heat_sinks", "peak_mw", 1.0),
        ("heat_pumps", "max_mw", 1.0),
    ):
        total += factor * float(case.table(table)[column].sum(skipna=True))
    total -= float(case.table("supplies")["min_mw"].clip(upper=0).sum())
    return max(total, 1.0)


def _upper(b: Any, e: Any, y: Any, p: Any) -> Any:
    """flow ≤ rating + Σ raises·u (MW). Binds where the corridor is full."""
    units = b.model().reinforcements.units
    return b.flow[e, y, p] <= b.rating[e] + sum(b.raise_mw[r, k] * units[r, k, y] for r, k in b.raises[e])


def _lower(b: Any, e: Any, y: Any, p: Any) -> Any:
    """flow ≥ −(rating + Σ raises·u) (MW). Binds where the corridor is full the other way."""
    units = b.model().reinforcements.units
    return b.flow[e, y, p] >= -b.rating[e] - sum(b.raise_mw[r, k] * units[r, k, y] for r, k in b.raises[e])


def _unit_upper(b: Any, r: Any, k: Any, y: Any, p: Any) -> Any:
    """built ≤ rating·u (MW): only a circuit in service carries power."""
    return b.built[r, k, y, p] <= b.unit_mw[r, k] * b.model().reinforcements.units[r, k, y]


def _unit_lower(b: Any, r: Any, k: Any, y: Any, p: Any) -> Any:
    """built ≥ −rating·u (MW)."""
    return b.built[r, k, y, p] >= -b.unit_mw[r, k] * b.model().reinforcements.units[r, k, y]


def _balance(m: Any, b: Any, frame: Frame, circuits: dict[Any, Unit]) -> None:
    network = frame.network
    buses = list(dict.fromkeys(network.bus.values()))
    b.BUS = pyo.Set(dimen=1, initialize=buses)
    ends = {e: network.corridors[e] for e in b.CORRIDOR}
    b.into = pyo.Set(b.BUS, dimen=1, initialize=_at(buses, {e: c.end for e, c in ends.items()}))
    b.out_of = pyo.Set(b.BUS, dimen=1, initialize=_at(buses, {e: c.start for e, c in ends.items()}))
    along = {key: network.corridors[u.corridor] for key, u in circuits.items()}
    b.built_into = pyo.Set(b.BUS, dimen=2, initialize=_at(buses, {u: c.end for u, c in along.items()}))
    b.built_out = pyo.Set(b.BUS, dimen=2, initialize=_at(buses, {u: c.start for u, c in along.items()}))
    places = {(n, s): network.bus[n] for n, s in m.stations.PLACE}
    b.places = pyo.Set(b.BUS, dimen=2, initialize=_at(buses, places))
    b.OUTSIDE = pyo.Set(dimen=1, initialize=_fed_from_above(frame))
    b.exchange = pyo.Var(b.OUTSIDE, m.YP)
    b.outside = pyo.Set(b.BUS, dimen=1, initialize={i: [i] if i in b.OUTSIDE else [] for i in buses})
    live = [
        i
        for i in buses
        if any(len(s[i]) for s in (b.into, b.out_of, b.built_into, b.built_out, b.places, b.outside))
    ]
    b.LIVE = pyo.Set(dimen=1, initialize=live)
    constrain(b, "balance", b.LIVE, m.YP, rule=_balance_rule)


def _at(buses: list[str], places: dict[Any, str]) -> dict[str, list[Any]]:
    """What is at each bus."""
    found: dict[str, list[Any]] = {i: [] for i in buses}
    for item, bus in places.items():
        found[bus].append(item)
    return found


def _balance_rule(b: Any, i: Any, y: Any, p: Any) -> Any:
    """Σ in − Σ out + exchange = Σ net (MW): what arrives at a bus is what its stations withdraw."""
    net = b.model().stations.net
    return sum(b.flow[e, y, p] for e in b.into[i]) - sum(b.flow[e, y, p] for e in b.out_of[i]) + sum(
        b.built[r, k, y, p] for r, k in b.built_into[i]
    ) - sum(b.built[r, k, y, p] for r, k in b.built_out[i]) + sum(
        b.exchange[o, y, p] for o in b.outside[i]
    ) == sum(net[n, s, y, p] for n, s in b.places[i])


def _fed_from_above(frame: Frame) -> list[str]:
    """Buses that the grid above feeds, because the case has no branches and nothing there can follow
    demand.
    """
    if frame.network.has_branches:
        return []
    supplies = frame.case.table("supplies")
    following = supplies[(supplies["profile"] == "") | (supplies["technology"] == "grid_supply")]
    fed = {
        frame.network.bus[n]
        for zone, station in zip(following["zone"], following["substation"], strict=True)
        for n, _ in frame.network.feeds(zone, station)
    }
    return [i for i in dict.fromkeys(frame.network.bus.values()) if i not in fed]


def _cycles(m: Any, b: Any, frame: Frame) -> None:
    rings, shifts = [], []
    for ring in frame.network.cycles:
        terms = {e: sign * frame.network.corridors[e].total_x for e, sign in ring}
        scale = max(abs(x) for x in terms.values())
        if scale > 0:
            rings.append({e: x / scale for e, x in terms.items()})
            shifts.append(sum(sign * frame.network.corridors[e].shift for e, sign in ring) / scale)
    b.CYCLE = pyo.RangeSet(0, len(rings) - 1)
    b.ring = pyo.Set(b.CYCLE, dimen=1, initialize={k: list(ring) for k, ring in enumerate(rings)})
    factors = {(k, e): x for k, ring in enumerate(rings) for e, x in ring.items()}
    b.RING_KEY = pyo.Set(dimen=2, initialize=list(factors))
    b.ring_x = pyo.Param(b.RING_KEY, initialize=factors)
    b.ring_shift = pyo.Param(b.CYCLE, initialize=dict(enumerate(shifts)))
    constrain(b, "voltage", b.CYCLE, m.YP, rule=_voltage)


def _voltage(b: Any, c: Any, y: Any, p: Any) -> Any:
    """Σ ± x·flow = −Σ ± shift around a cycle (Kirchhoff's voltage law; scaled to a largest coefficient of 1;
    shift is 0 but for phase shifters).
    """
    return sum(b.ring_x[c, e] * b.flow[e, y, p] for e in b.ring[c]) == -b.ring_shift[c]


def _candidates(m: Any, b: Any, found: dict[Any, Drop]) -> None:
    b.LOOSE = pyo.Set(dimen=2, initialize=list(found))
    b.PART = pyo.Set(dimen=1, initialize=sorted({a for d in found.values() for a in d.parts}))
    b.phi = pyo.Var(b.PART, m.YP)
    b.route = pyo.Set(b.LOOSE, dimen=1, initialize={key: list(d.corridors) for key, d in found.items()})
    b.route_x = pyo.Param(
        b.LOOSE, b.CORRIDOR, initialize={(*u, e): x for u, d in found.items() for e, x in d.corridors.items()}
    )
    b.route_parts = pyo.Set(b.LOOSE, dimen=1, initialize={key: list(d.parts) for key, d in found.items()})
    b.part_sign = pyo.Param(
        b.LOOSE, b.PART, initialize={(*u, a): v for u, d in found.items() for a, v in d.parts.items()}
    )
    b.drop_shift = pyo.Param(b.LOOSE, initialize={key: d.shift for key, d in found.items()})
    b.big = pyo.Param(b.LOOSE, initialize={key: d.most for key, d in found.items()})
    constrain(b, "angle_upper", b.LOOSE, m.YP, rule=_angle_upper)
    constrain(b, "angle_lower", b.LOOSE, m.YP, rule=_angle_lower)


def _angle_upper(b: Any, r: Any, k: Any, y: Any, p: Any) -> Any:
    """built − drop/x ≤ M·(1−u) (MW): a circuit in service follows the angles of its ends."""
    unit = b.model().reinforcements.units[r, k, y]
    return b.built[r, k, y, p] - sum(b.route_x[r, k, e] * b.flow[e, y, p] for e in b.route[r, k]) - sum(
        b.part_sign[r, k, a] * b.phi[a, y, p] for a in b.route_parts[r, k]
    ) <= b.drop_shift[r, k] + b.big[r, k] * (1 - unit)


def _angle_lower(b: Any, r: Any, k: Any, y: Any, p: Any) -> Any:
    """built − drop/x ≥ −M·(1−u) (MW)."""
    unit = b.model().reinforcements.units[r, k, y]
    return b.built[r, k, y, p] - sum(b.route_x[r, k, e] * b.flow[e, y, p] for e in b.route[r, k]) - sum(
        b.part_sign[r, k, a] * b.phi[a, y, p] for a in b.route_parts[r, k]
    ) >= b.drop_shift[r, k] - b.big[r, k] * (1 - unit)
