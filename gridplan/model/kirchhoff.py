"""Kirchhoff's voltage law in every state of the network: cycles of what exists, and candidate circuits.

Sets: e corridor with circuits, c cycle, (r,k) unit of a branch reinforcement, s state, y stage, p period.
Variable: `phi[s,a,y,p]` voltage angle of an unconnected part a against the main part (pu·MW).

    Σ_{e in c} ± (x_e·flow[e] + shift_e) = 0                  cycles of what exists
    |x_rk·built[r,k] − drop| ≤ M·(1 − u[r,k,y])               drop: angle difference along existing circuits

x is the reactance of the circuits in parallel (per unit on 100 MVA) that are left in state s. M is the
largest angle difference that the network itself allows between the ends: shortest path of x·rating, never a
round number.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from gridplan.model.angles import Drop, drops
from gridplan.model.frame import Frame
from gridplan.model.lazy import Columns
from gridplan.model.rows import constrain
from gridplan.model.states import State


def voltages(m: Any, b: Any, frame: Frame, found: list[State], ever: float) -> None:
    """Add the voltage law to block `grid`.

    Args:
        m, b: program and block `grid` with `flow`, `built` and `UNIT`.
        frame: the case.
        found: states of the network.
        ever: MW that a corridor without a rating can carry at most.
    """
    _cycles(m, b, frame, found)
    parts: dict[tuple[int, str, int], Drop] = {}
    for s in found:
        units = [u for key, u in s.units.items() if key in b.UNIT]
        raises = [u for u in s.network.units if not u.circuits]
        ways = drops(s.network, units, raises, ever, s.factor)
        parts.update({(s.number, *key): drop for key, drop in ways.items()})
    _candidates(m, b, found, parts)


def _cycles(m: Any, b: Any, frame: Frame, found: list[State]) -> None:
    rings: dict[tuple[int, int], dict[str, float]] = {}
    shifts: dict[tuple[int, int], float] = {}
    for s in found:
        for ring in s.network.cycles:
            terms = {e: sign * s.network.corridors[e].total_x for e, sign in ring}
            scale = max(abs(x) for x in terms.values())
            if scale > 0:
                key = (s.number, len(rings))
                rings[key] = {e: x / scale for e, x in terms.items()}
                shifts[key] = sum(sign * s.network.corridors[e].shift for e, sign in ring) / scale
    b.CYCLE = pyo.Set(dimen=2, initialize=list(rings))
    b.ring = pyo.Set(b.CYCLE, dimen=1, initialize={key: list(ring) for key, ring in rings.items()})
    factors = {(*key, e): x for key, ring in rings.items() for e, x in ring.items()}
    b.RING_KEY = pyo.Set(dimen=3, initialize=list(factors))
    b.ring_x = pyo.Param(b.RING_KEY, initialize=factors)
    b.ring_shift = pyo.Param(b.CYCLE, initialize=shifts)
    b.CYCLE_YP = pyo.Set(dimen=4, initialize=_timed(m, found, list(rings)))
    constrain(b, "voltage", b.CYCLE_YP, rule=_voltage)


def _timed(m: Any, found: list[State], keys: list[Any]) -> list[Any]:
    """Keys that begin with a state, each with the stages and periods of that state."""
    times: dict[int, list[tuple[int, int]]] = {s.number: [] for s in found}
    state = {time: s.number for s in found for time in s.times}
    for y, p in m.YP:
        times[state[y, p]].append((y, p))
    return [(*key, y, p) for key in keys for y, p in times[key[0]]]


def _voltage(b: Any, s: Any, c: Any, y: Any, p: Any) -> Any:
    """Σ ± x·flow = −Σ ± shift around a cycle (Kirchhoff's voltage law; scaled to a largest coefficient of 1;
    shift is 0 but for phase shifters).
    """
    return sum(b.ring_x[s, c, e] * b.flow[e, y, p] for e in b.ring[s, c]) == -b.ring_shift[s, c]


def _candidates(m: Any, b: Any, found: list[State], ways: dict[Any, Drop]) -> None:
    b.LOOSE = pyo.Set(dimen=3, initialize=list(ways))
    parts = sorted({(key[0], a) for key, d in ways.items() for a in d.parts})
    b.PART = pyo.Set(dimen=2, initialize=parts)
    b.PART_YP = pyo.Set(dimen=4, initialize=_timed(m, found, parts))
    b.phi = Columns(b.PART_YP)
    b.route = pyo.Set(b.LOOSE, dimen=1, initialize={key: list(d.corridors) for key, d in ways.items()})
    b.route_x = pyo.Param(
        b.LOOSE, b.CORRIDOR, initialize={(*u, e): x for u, d in ways.items() for e, x in d.corridors.items()}
    )
    b.route_parts = pyo.Set(b.LOOSE, dimen=1, initialize={key: list(d.parts) for key, d in ways.items()})
    b.NUMBER = pyo.Set(dimen=1, initialize=sorted({a for _, a in parts}))
    b.part_sign = pyo.Param(
        b.LOOSE, b.NUMBER, initialize={(*u, a): v for u, d in ways.items() for a, v in d.parts.items()}
    )
    b.drop_shift = pyo.Param(b.LOOSE, initialize={key: d.shift for key, d in ways.items()})
    b.big = pyo.Param(b.LOOSE, initialize={key: d.most for key, d in ways.items()})
    b.LOOSE_YP = pyo.Set(dimen=5, initialize=_timed(m, found, list(ways)))
    constrain(b, "angle_upper", b.LOOSE_YP, rule=_angle_upper)
    constrain(b, "angle_lower", b.LOOSE_YP, rule=_angle_lower)


def _angle_upper(b: Any, s: Any, r: Any, k: Any, y: Any, p: Any) -> Any:
    """built − drop/x ≤ M·(1−u) (MW): a circuit in service follows the angles of its ends."""
    unit = b.model().reinforcements.units[r, k, y]
    return b.built[r, k, y, p] - sum(b.route_x[s, r, k, e] * b.flow[e, y, p] for e in b.route[s, r, k]) - sum(
        b.part_sign[s, r, k, a] * b.phi[s, a, y, p] for a in b.route_parts[s, r, k]
    ) <= b.drop_shift[s, r, k] + b.big[s, r, k] * (1 - unit)


def _angle_lower(b: Any, s: Any, r: Any, k: Any, y: Any, p: Any) -> Any:
    """built − drop/x ≥ −M·(1−u) (MW)."""
    unit = b.model().reinforcements.units[r, k, y]
    return b.built[r, k, y, p] - sum(b.route_x[s, r, k, e] * b.flow[e, y, p] for e in b.route[s, r, k]) - sum(
        b.part_sign[s, r, k, a] * b.phi[s, a, y, p] for a in b.route_parts[s, r, k]
    ) >= b.drop_shift[s, r, k] - b.big[s, r, k] * (1 - unit)
