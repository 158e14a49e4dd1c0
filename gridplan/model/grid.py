"""The grid: balance at every bus, and ratings, with everything in service and after the loss of a circuit.

Sets: e corridor with circuits in service, (r,k) unit of a branch reinforcement, i bus, y stage, p period,
s(y,p) state of the network in a stage and period (nothing out, or one circuit). Variables in MW:
`flow[e,y,p]`, `built[r,k,y,p]` flow on a unit's circuits, `cut[i,y,p]` what a bus does without while it is
cut off. a[e,p] is the rating profile of a corridor (1 without one).

    Σ in − Σ out = Σ net at the bus − exchange[i,y,p] − cut[i,y,p]
    |flow[e]| ≤ f·a·(pf·circuits·circuit_mva + Σ raises·u)    |built[r,k]| ≤ f·a·pf·MVA·u[r,k,y]
    |cut[i]| ≤ M·(1 − u[r,k,y])                               for units that would connect the bus again

f is the emergency rating after an outage, 1 otherwise; circuits are those left in state s(y,p): a branch past
its until_year has none. An outage that splits the grid is reported; what it cuts off need not be served, the
rest must be. Voltage: `kirchhoff.py`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo

from gridplan.model.frame import Frame
from gridplan.model.kirchhoff import voltages
from gridplan.model.lazy import Columns
from gridplan.model.numbers import numbers
from gridplan.model.rows import constrain
from gridplan.model.states import State, states
from gridplan.network import Unit

Time = tuple[int, int]  # stage, period


def add(m: Any, frame: Frame) -> None:
    """Add block `grid`."""
    b = m.grid = pyo.Block()
    network = frame.network
    circuits = {(u.reinforcement, u.number): u for u in network.units if u.circuits}
    raises = [u for u in network.units if not u.circuits]
    usable = {key for key in circuits if not all(m.reinforcements.units[(*key, y)].fixed for y in m.Y)}
    circuits = {key: u for key, u in circuits.items() if key in usable or frame.wide}
    b.CORRIDOR = pyo.Set(dimen=1, initialize=[c.name for c in network.existing])
    b.UNIT = pyo.Set(dimen=2, initialize=list(circuits))
    b.flow = Columns(b.CORRIDOR, m.YP)
    b.built = Columns(b.UNIT, m.YP)
    found = states(frame)
    _ratings(m, b, frame, found, raises)
    _balance(m, b, frame, circuits, found)
    if frame.case.settings.physics.flow == "dc":
        voltages(m, b, frame, found, flow_bound(frame))


def _ratings(m: Any, b: Any, frame: Frame, found: list[State], raises: list[Unit]) -> None:
    raised, share = {u.corridor for u in raises}, _shares(frame)
    rated = {c.name for c in frame.network.existing if c.total_mw < float("inf")}
    b.RAISED = pyo.Set(
        dimen=1, initialize=[c.name for c in frame.network.existing if c.name in rated & raised]
    )
    numbers(b, "rating", b.RAISED, m.YP, values=_bounds(m, b, frame, found, share))
    members: dict[str, list[tuple[str, int]]] = {e: [] for e in b.RAISED}
    for u in raises:
        if u.corridor in members:
            members[u.corridor].append((u.reinforcement, u.number))
    b.raises = pyo.Set(b.RAISED, dimen=2, initialize=members)
    order = {time: k for k, time in enumerate(m.YP)}
    at = {s.number: [order[time] for time in s.times] for s in found}
    row = {key: k for k, key in enumerate(m.reinforcements.UNIT)}
    sizes = np.full((len(row), len(order)), np.nan)
    for s in found:
        for u in s.network.units:
            if not u.circuits:
                sizes[row[u.reinforcement, u.number], at[s.number]] = _limit(s, u.mw, share[u.corridor])
    numbers(b, "raise_mw", m.reinforcements.UNIT, m.YP, values=sizes)
    constrain(b, "upper", b.RAISED, m.YP, rule=_upper)
    constrain(b, "lower", b.RAISED, m.YP, rule=_lower)
    most = flow_bound(frame)
    carried = np.zeros((len(b.UNIT), len(order)))
    for s in found:
        for k, key in enumerate(b.UNIT):
            if unit := s.units.get(key):
                carried[k, at[s.number]] = _limit(s, _finite(unit, most), share[unit.corridor])
    numbers(b, "unit_mw", b.UNIT, m.YP, values=carried)
    constrain(b, "unit_upper", b.UNIT, m.YP, rule=_unit_upper)
    constrain(b, "unit_lower", b.UNIT, m.YP, rule=_unit_lower)


def _bounds(m: Any, b: Any, frame: Frame, found: list[State], share: dict[str, np.ndarray]) -> np.ndarray:
    """Ratings of the corridors that may be raised; those of the others become bounds of their flow."""
    order = {time: k for k, time in enumerate(m.YP)}
    row = {e: k for k, e in enumerate(b.RAISED)}
    rating = np.full((len(row), len(order)), np.nan)
    most = np.full((len(frame.network.existing), len(order)), np.inf)
    for s in found:
        at = [order[time] for time in s.times]
        for k, c in enumerate(frame.network.existing):
            mw = s.network.corridors[c.name].total_mw
            if c.name in row and mw < float("inf"):
                rating[row[c.name], at] = _limit(s, mw, share[c.name])
            elif mw < float("inf"):
                most[k, at] = _limit(s, mw, share[c.name])
    b.flow.bound(-most.ravel(), most.ravel())
    return rating


def _limit(state: State, mw: float, share: np.ndarray) -> np.ndarray:
    """Rating in every hour of a state, MW."""
    return np.asarray(state.factor * mw * share[state.periods])


def _finite(unit: Unit, most: float) -> float:
    """Rating of a unit, MW; without a rating what all fixed load and supply together could ever send."""
    return unit.total_mw if unit.total_mw < float("inf") else most


def _shares(frame: Frame) -> dict[str, np.ndarray]:
    """Rating of every corridor by period, per unit."""
    shapes = {c.rating: frame.profile(c.rating) for c in frame.network.corridors.values()}
    return {name: shapes[c.rating] for name, c in frame.network.corridors.items()}


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
        ("heat_storages", "energy_mwh", 1.0),
        ("heat_storages", "max_new_mwh", 1.0),
    ):
        total += factor * float(case.table(table)[column].sum(skipna=True))
    total -= float(case.table("supplies")["min_mw"].clip(upper=0).sum())
    return max(total, 1.0)


def _upper(b: Any, e: Any, y: Any, p: Any) -> Any:
    """flow ≤ rating + Σ raises·u (MW). Binds where the corridor is full."""
    units = b.model().reinforcements.units
    return b.flow[e, y, p] <= b.rating[e, y, p] + sum(
        b.raise_mw[r, k, y, p] * units[r, k, y] for r, k in b.raises[e]
    )


def _lower(b: Any, e: Any, y: Any, p: Any) -> Any:
    """flow ≥ −(rating + Σ raises·u) (MW). Binds where the corridor is full the other way."""
    units = b.model().reinforcements.units
    return b.flow[e, y, p] >= -b.rating[e, y, p] - sum(
        b.raise_mw[r, k, y, p] * units[r, k, y] for r, k in b.raises[e]
    )


def _unit_upper(b: Any, r: Any, k: Any, y: Any, p: Any) -> Any:
    """built ≤ rating·u (MW): only a circuit in service carries power."""
    return b.built[r, k, y, p] <= b.unit_mw[r, k, y, p] * b.model().reinforcements.units[r, k, y]


def _unit_lower(b: Any, r: Any, k: Any, y: Any, p: Any) -> Any:
    """built ≥ −rating·u (MW)."""
    return b.built[r, k, y, p] >= -b.unit_mw[r, k, y, p] * b.model().reinforcements.units[r, k, y]


def _balance(m: Any, b: Any, frame: Frame, circuits: dict[Any, Unit], found: list[State]) -> None:
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
    b.exchange = Columns(b.OUTSIDE, m.YP)
    b.outside = pyo.Set(b.BUS, dimen=1, initialize={i: [i] if i in b.OUTSIDE else [] for i in buses})
    live = [
        i
        for i in buses
        if any(len(s[i]) for s in (b.into, b.out_of, b.built_into, b.built_out, b.places, b.outside))
    ]
    b.LIVE = pyo.Set(dimen=1, initialize=live)
    state = {time: s for s in found for time in s.times}
    cuts = [(i, y, p) for y, p in m.YP for i in state[y, p].cut if i in b.LIVE]
    if cuts:
        _cuts(b, frame, state, cuts)
        whole = [(i, y, p) for y, p in m.YP for i in live if i not in state[y, p].cut]
        b.WHOLE = pyo.Set(dimen=3, initialize=whole)
        constrain(b, "balance", b.WHOLE, rule=_balance_rule)
        constrain(b, "balance_cut", b.CUT, rule=_balance_cut)
    else:
        constrain(b, "balance", b.LIVE, m.YP, rule=_balance_rule)


def _cuts(b: Any, frame: Frame, state: dict[Time, State], cuts: list[tuple[str, int, int]]) -> None:
    """Buses that an outage cuts off do without, unless a unit across the cut is in service."""
    b.CUT = pyo.Set(dimen=3, initialize=cuts)
    b.cut = pyo.Var(b.CUT)
    across = [(i, y, p, *key) for i, y, p in cuts for key in state[y, p].across if key in b.UNIT]
    b.ACROSS = pyo.Set(dimen=5, initialize=across)
    b.most_mw = pyo.Param(initialize=flow_bound(frame))
    constrain(b, "cut_upper", b.ACROSS, rule=_cut_upper)
    constrain(b, "cut_lower", b.ACROSS, rule=_cut_lower)


def _cut_upper(b: Any, i: Any, y: Any, p: Any, r: Any, k: Any) -> Any:
    """cut ≤ M·(1 − u) (MW): a bus that is connected again must be served; M: all demand and supply."""
    return b.cut[i, y, p] <= b.most_mw * (1 - b.model().reinforcements.units[r, k, y])


def _cut_lower(b: Any, i: Any, y: Any, p: Any, r: Any, k: Any) -> Any:
    """cut ≥ −M·(1 − u) (MW)."""
    return b.cut[i, y, p] >= -b.most_mw * (1 - b.model().reinforcements.units[r, k, y])


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


def _balance_cut(b: Any, i: Any, y: Any, p: Any) -> Any:
    """Σ in − Σ out + exchange + cut = Σ net (MW): a bus that an outage cuts off does without `cut`."""
    net = b.model().stations.net
    return sum(b.flow[e, y, p] for e in b.into[i]) - sum(b.flow[e, y, p] for e in b.out_of[i]) + sum(
        b.built[r, k, y, p] for r, k in b.built_into[i]
    ) - sum(b.built[r, k, y, p] for r, k in b.built_out[i]) + sum(
        b.exchange[o, y, p] for o in b.outside[i]
    ) + b.cut[i, y, p] == sum(net[n, s, y, p] for n, s in b.places[i])


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
