"""What may be built in the grid: where the last stage would overload it, and a few new corridors."""

from __future__ import annotations

from typing import Any

import numpy as np

from gridplan.case.synthetic.asked import Asked
from gridplan.case.synthetic.grid import POWER_FACTOR, X_PER_KM, Wire, branch_id
from gridplan.case.synthetic.loads import Rows
from gridplan.case.synthetic.places import Place, kilometres
from gridplan.case.synthetic.wires import unused_pairs

FULL = 0.7  # share of a rating, by the last stage's flow, from which more is offered
STATIONS_PER_CORRIDOR = 15  # 150 kV stations for each new corridor that is offered
MEUR_PER_KM = {380: 5.0, 150: 2.5, 50: 0.8}
FTE_PER_MEUR = 1.2
TRANSFORMER = {380: 30.0, 150: 14.0, 50: 8.0}  # MEUR, by the level of the low side


def works(asked: Asked, place: Place, wires: list[Wire], stations: Rows, last_mw: np.ndarray) -> Rows:
    """Reinforcements: circuits, transformers, bays and corridors.

    Args:
        asked, place: the region.
        wires: its branches.
        stations: rows of `substations`.
        last_mw: sum of peaks of each station in the last stage, datacenters included.
    """
    found = _transformers(asked, place, stations, last_mw) + _bays(asked, stations)
    for wire in wires:
        if wire.last_mw > FULL * POWER_FACTOR * wire.mva * wire.circuits:
            found += _circuits(asked, place, wire)
    return found + _corridors(asked, place, wires)


def _row(name: str, kind: str, meur: float, years: float, **cells: Any) -> dict[str, Any]:
    meur = round(meur, 2)
    fte = round(FTE_PER_MEUR * meur, 1)
    row = {"reinforcement": name, "kind": kind, "capex_meur": meur, "lead_time_years": years}
    return row | {"crew_fte_years": fte} | cells


def _transformers(asked: Asked, place: Place, stations: Rows, last_mw: np.ndarray) -> Rows:
    """Transformers at every station that needs more in the last stage, and one more unit than that."""
    rows: Rows = []
    for row, mw in zip(stations, last_mw.tolist(), strict=True):
        if "transformers" not in row:
            continue
        size = row["transformer_mva"]
        firm = POWER_FACTOR * size * (row["transformers"] - 1)
        if mw > FULL * firm:
            units = 1 + max(0, int(np.ceil((mw - firm) / (POWER_FACTOR * size))))
            rows.append(
                _row(f"T_{row['substation']}", "transformer", 2.0 + 0.06 * size, 3,
                     target=row["substation"], adds_mva=size, max_units=min(4, units))
            )  # fmt: skip
    return rows


def _bays(asked: Asked, stations: Rows) -> Rows:
    """Bays where datacenters may come."""
    return [
        _row(f"B_{row['substation']}", "bay", 1.5, 2, target=row["substation"], adds_bays=2, max_units=2)
        for row in stations
        if "bays_free" in row
    ]


def _circuits(asked: Asked, place: Place, wire: Wire) -> Rows:
    """Circuits more on a branch; on long lines of 150 kV also a higher rating, instead."""
    name = branch_id(place, wire)
    if wire.kind == "transformer":
        meur, years = TRANSFORMER[wire.kv], 4.0
    else:
        meur, years = 1.0 + MEUR_PER_KM[wire.kv] * wire.km, 4.0 if wire.kv < 380 else 7.0
    rows = [_row(f"C_{name}", "branch", meur, years, target=name, adds_circuits=1, max_units=2)]
    if wire.kind == "line" and wire.kv == 150 and wire.km > 4:
        rows.append(
            _row(f"U_{name}", "branch", 0.25 * meur, 2, target=name, adds_circuits=0,
                 adds_mva=round(0.25 * wire.mva * wire.circuits), excludes=f"C_{name}")
        )  # fmt: skip
    return rows


def _corridors(asked: Asked, place: Place, wires: list[Wire]) -> Rows:
    """The shortest pairs of 150 kV stations that no line joins."""
    at = place.of(150)
    own = {int(n): k for k, n in enumerate(at)}
    used = [
        tuple(sorted((own[w.a], own[w.b]))) for w in wires if w.kind == "line" and {w.a, w.b} <= own.keys()
    ]
    pairs = unused_pairs(place.xy[at], [(a, b) for a, b in used], len(at) // STATIONS_PER_CORRIDOR)
    rows = []
    for a, b in pairs:
        km = round(1.15 * float(kilometres(place.xy[at[[a]]], place.xy[at[[b]]])[0, 0]), 2)
        ends = {"from": place.names[at[a]], "to": place.names[at[b]]}
        rows.append(
            _row(f"N_{ends['from']}_{ends['to']}", "branch", 4.0 + MEUR_PER_KM[150] * km, 7, **ends,
                 adds_circuits=1, adds_mva=300, x_pu=round(X_PER_KM[150] * km, 5), max_units=2)
        )  # fmt: skip
    return rows
