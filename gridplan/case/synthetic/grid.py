"""Stations and branches with ratings that just fit the first stage, one circuit out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gridplan.case.synthetic.loads import Loads, Rows
from gridplan.case.synthetic.places import Place, degrees, kilometres
from gridplan.case.synthetic.wires import mesh, radial

POWER_FACTOR = 0.95
CIRCUITS_MVA = (50, 75, 100, 150, 200, 300, 400, 500, 750, 1000, 1500, 2000, 2635)
TRANSFORMERS_MVA = (10, 16, 25, 40, 63, 80, 100)
X_PER_KM = {380: 0.00019, 150: 0.0018, 50: 0.0048}  # p.u. on 100 MVA and km
SHARE_OF_X = 0.14  # short-circuit voltage of a transformer on its own rating
ROOM = 1.1  # rating over what the first stage needs
DOUBLE_MVA = 250  # flows above it are shared by two circuits
LEAST_KM = 0.3


@dataclass
class Wire:
    """A branch under design.

    Attributes:
        a, b: positions of its stations.
        kind: line, cable or transformer.
        kv: level of its low side.
        km: length.
        circuits: circuits.
        mva: rating of one.
        need_mw: what it must carry in the first stage with one circuit out.
        last_mw: flow of the last stage, all in service.
    """

    a: int
    b: int
    kind: str
    kv: int
    km: float
    circuits: int = 1
    mva: float = 0.0
    need_mw: float = 0.0
    last_mw: float = 0.0

    @property
    def x(self) -> float:
        """Reactance of one circuit, p.u. on 100 MVA."""
        if self.kind == "transformer":
            return round(SHARE_OF_X * 100 / (self.mva or 100.0), 5)
        return round(X_PER_KM[self.kv] * self.km, 5)

    @property
    def firm_mw(self) -> float:
        """What it carries with one of its circuits out (one circuit: all)."""
        return POWER_FACTOR * self.mva * max(1, self.circuits - 1)


def wires(place: Place, load: Loads, first_dc_mw: np.ndarray, last_dc_mw: np.ndarray) -> list[Wire]:
    """All branches, rated for the first stage with one circuit out.

    Args:
        place, load: where stations are and what they draw.
        first_dc_mw, last_dc_mw: datacenters' peak by station.
    """
    first, last = load.first_mw + first_dc_mw, load.last_mw + last_dc_mw
    tree = radial(place)
    found = _meshed(place) + _down(place)
    carried = [_rolled(place, tree, mw) for mw in (first, last)]
    _rate(place, found, *carried)
    for above, station in tree:
        km = _km(place, above, station)
        wire = Wire(above, station, "cable", 50, km, 2)
        wire.need_mw, wire.last_mw = (float(_below(tree, mw)[station]) for mw in (first, last))
        wire.mva = _size(CIRCUITS_MVA, ROOM * wire.need_mw / POWER_FACTOR)
        found.append(wire)
    return found


def _km(place: Place, a: int, b: int) -> float:
    straight = float(kilometres(place.xy[[a]], place.xy[[b]])[0, 0])
    return round(max(LEAST_KM, 1.15 * straight), 2)


def _meshed(place: Place) -> list[Wire]:
    """Lines of 380 and 150 kV; two circuits at 380 kV, and where a line is alone."""
    found = []
    for kv in (380, 150):
        at = place.of(kv)
        pairs = mesh(place.xy[at])
        for a, b in pairs:
            alone = kv == 380 or len(at) == 2
            found.append(
                Wire(int(at[a]), int(at[b]), "line", kv, _km(place, at[a], at[b]), 2 if alone else 1)
            )
    return found


def _down(place: Place) -> list[Wire]:
    """Transformers from 380 to 150 kV and from 150 to 50 kV, at first two each."""
    found = []
    for i, other in enumerate(place.beside.tolist()):
        if other >= 0:
            high, low = (i, other) if place.kv[i] > place.kv[other] else (other, i)
            found.append(Wire(high, low, "transformer", int(place.kv[low]), 0.0, 2))
    return found


def _below(tree: list[tuple[int, int]], mw: np.ndarray) -> np.ndarray:
    """Load of every station with all that hangs below it in its radial net."""
    total = mw.copy()
    for above, station in reversed(tree):  # a station comes after the one above it
        total[above] += total[station]
    return total


def _rolled(place: Place, tree: list[tuple[int, int]], mw: np.ndarray) -> np.ndarray:
    """Load as the meshed nets see it: of radial nets at their hub."""
    total = _below(tree, mw)
    total[[station for _, station in tree]] = 0.0
    return total


def _rate(place: Place, found: list[Wire], first: np.ndarray, last: np.ndarray) -> None:
    """Circuits and ratings of the meshed nets: DC flows, then the worst loss of one circuit."""
    for wire in found:  # a second circuit where one would be loaded much; transformers two or three
        wire.mva = 100.0
    flow = _flows(place, found, first)[0]
    for wire, mw in zip(found, np.abs(flow), strict=True):
        if wire.kind == "line" and mw > DOUBLE_MVA:
            wire.circuits = 2
        elif wire.kind == "transformer":
            wire.mva = _size((50, 100, 200, 500), mw / POWER_FACTOR / 2)
            wire.circuits = max(2, 1 + int(np.ceil(ROOM * mw / POWER_FACTOR / wire.mva)))
    flow, outages = _flows(place, found, first)
    later = _flows(place, found, last)[0]
    for k, wire in enumerate(found):
        wire.need_mw, wire.last_mw = float(outages[k]), float(abs(later[k]))
        if wire.kind == "line":
            wire.mva = _size(CIRCUITS_MVA, ROOM * wire.need_mw / POWER_FACTOR / max(1, wire.circuits - 1))


def _flows(place: Place, found: list[Wire], mw: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """DC flows (MW), and the largest with any one circuit out; the grid above gives what is near it.

    The loss of one of C circuits with flow f/C acts as d = (f/C)/(1 - p/C) sent between its ends, p being the
    flow on the branch per MW sent so: every branch e then carries f_e + p_e·d, the branch itself d less.
    """
    nodes = sorted({n for w in found for n in (w.a, w.b)})
    at = {n: k for k, n in enumerate(nodes)}
    high = [at[int(n)] for n in place.of(380)]
    load = mw[nodes]
    nearest = kilometres(place.xy[nodes], place.xy[place.of(380)]).argmin(axis=1)
    given = np.bincount(nearest, load, len(high))
    injected = -load
    injected[high] += given
    incidence = np.zeros((len(found), len(nodes)))
    b = np.array([w.circuits / w.x for w in found])
    for k, wire in enumerate(found):
        incidence[k, at[wire.a]], incidence[k, at[wire.b]] = 1.0, -1.0
    laplace = incidence.T @ (b[:, None] * incidence)
    inverse = np.zeros_like(laplace)
    inverse[1:, 1:] = np.linalg.inv(laplace[1:, 1:])
    ptdf = b[:, None] * (incidence @ inverse)
    flow = ptdf @ injected
    shift = ptdf @ incidence.T  # flow on row per MW sent between the ends of column
    own = np.diag(shift) / np.array([w.circuits for w in found])
    one = flow / np.array([w.circuits for w in found])
    moved = one / np.where(1 - own > 1e-6, 1 - own, np.inf)  # a bridge of one circuit moves nothing
    after = np.abs(flow[:, None] + shift * moved[None, :])
    np.fill_diagonal(after, np.abs(flow + np.diag(shift) * moved - moved))
    return flow, np.maximum(after.max(axis=1), np.abs(flow))


def _size(sizes: tuple[int, ...], mva: float) -> float:
    """The smallest standard size that is enough, or the largest there is."""
    return float(next((s for s in sizes if s >= mva), sizes[-1]))


def stations(place: Place, load: Loads, first_dc_mw: np.ndarray, sites: np.ndarray) -> Rows:
    """Rows of substations: transformers that fit the first stage with the largest out.

    Args:
        place, load: where stations are and what they draw.
        first_dc_mw: datacenters' peak by station.
        sites: number of datacenter sites by station; these have few free bays.
    """
    lat, lon = degrees(place.xy)
    rows: Rows = []
    for i, name in enumerate(place.names):
        row: dict[str, Any] = {"substation": name, "name": f"Station {name}", "kv": int(place.kv[i])}
        row |= {"lat": lat[i], "lon": lon[i]}
        if place.kv[i] < 380:
            mva = ROOM * float(load.first_mw[i] + first_dc_mw[i]) / POWER_FACTOR
            size = _size(TRANSFORMERS_MVA, mva / 2)
            row |= {"transformers": max(2, 1 + int(np.ceil(mva / size))), "transformer_mva": size}
        if sites[i]:
            row["bays_free"] = int(sites[i])
        rows.append(row)
    return rows


def branches(place: Place, found: list[Wire]) -> Rows:
    """Rows of branches."""
    return [
        {
            "branch": branch_id(place, w),
            "from": place.names[w.a],
            "to": place.names[w.b],
            "kind": w.kind,
            "kv": w.kv,
            "circuits": w.circuits,
            "circuit_mva": w.mva,
            "length_km": w.km,
            "x_pu": w.x,
        }
        for w in found
    ]


def branch_id(place: Place, wire: Wire) -> str:
    """Id of a branch: its two stations."""
    return f"{place.names[wire.a]}-{place.names[wire.b]}"
