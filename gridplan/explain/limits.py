"""What limits x, by name: the rows and columns whose duals make the upper bound."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridplan.explain.places import Place, chain
from gridplan.explain.probe import CAP_MW, PROBE, Cut
from gridplan.explain.stage import Stage, State
from gridplan.network import Network
from gridplan.solve.after_loss import AFTER

OWN, PARENT, BRANCH, OUTAGE = "station", "parent station", "branch", "branch after outage"
ELSEWHERE, SUPPLY, NONE = "other station", "supply", "no limit found"
APART, OTHER = "no connection", "other"
STATION_ROWS = ("stations.demand_limit", "stations.cap_limit", "stations.feedin_limit")
ORDER = (OWN, PARENT, OUTAGE, BRANCH, ELSEWHERE, SUPPLY, NONE, APART, OTHER)


@dataclass(frozen=True)
class Limit:
    """What limits x: kind (one of ORDER) and the id of the element."""

    kind: str
    element: str


def limit_of(network: Network, stage: Stage, place: Place, outage: str, cut: Cut | None) -> Limit:
    """The element that limits a place: of several the nearest kind in ORDER, of a kind the largest dual."""
    if cut is None:
        return Limit(NONE, f"below {CAP_MW:,.0f} MW")
    state = next(s for s in stage.states if s.name == outage)
    above = chain(network, place.shares)
    mine = {station for station, _ in place.shares}
    found: list[tuple[int, float, Limit]] = []
    for (name, key), dual in (*cut.rows, *cut.columns):
        limit = _named(network, stage, state, name, key, mine, set(above))
        if limit is not None:
            found.append((ORDER.index(limit.kind), -abs(dual), limit))
    return min(found, key=lambda item: item[:2])[2] if found else Limit(OTHER, "")


def _named(
    network: Network, stage: Stage, state: State, name: str, key: tuple, mine: set[str], above: set[str]
) -> Limit | None:
    """The limit behind one row or column; None for what is no limit by itself."""
    branch = OUTAGE if state.name else BRANCH
    if name in STATION_ROWS:
        return Limit(OWN if key[0] in mine else PARENT if key[0] in above else ELSEWHERE, key[0])
    if name in ("grid.flow", "grid.upper", "grid.lower"):
        there = any(g.corridor == key[0] for g in stage.topology.groups)  # else it has come to its end
        return Limit(branch, key[0]) if there else None
    if name in ("grid.built", "grid.unit_upper", "grid.unit_lower"):
        return Limit(branch, next(u.corridor for u in network.units if u.reinforcement == key[0]))
    if name == AFTER:
        return Limit(branch, stage.topology.groups[_rated(stage, state)[key[0]]].corridor)
    if name in ("supplies.output", "supplies.export", "supplies.growing"):
        return Limit(SUPPLY, key[0])
    if name == "grid.balance" and not any(key[0] in g.ends for g in stage.topology.groups):
        return Limit(APART, key[0])
    if name == PROBE:
        return Limit(NONE, f"below {CAP_MW:,.0f} MW")
    return None


def _rated(stage: Stage, state: State) -> np.ndarray:
    """Groups of circuits in the order of the rows that `after_loss` adds."""
    lost, _, left = stage.topology.after(state.name)
    known = set(stage.hourly.columns)
    rated = [k for k, g in enumerate(stage.topology.groups) if np.isfinite(left[k]) and g.key in known]
    return np.array([k for k in rated if not (stage.topology.splits(state.name) and k == lost)], int)
