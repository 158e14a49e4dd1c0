"""Energy that rights lose in a year, from the load-duration curves of the stations."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pyomo.environ as pyo

from gridplan.model.frame import Frame
from gridplan.model.limited import curves
from gridplan.model.offers import DEMAND, FIRM, YEAR_HOURS
from gridplan.model.rights.demand import Held, Key, cheapest, holdings
from gridplan.model.rows import constrain
from gridplan.model.terms import Terms
from gridplan.network import Network

# Numbers of busiest hours at which the curve is touched.
RANKS = tuple(int(k) for k in np.unique([1, *np.geomspace(24, YEAR_HOURS, 28).round(), 1314]))


def add(m: Any, b: Any, frame: Frame, terms: Terms) -> None:
    """Variable `lost` and its rows; nothing without hourly profiles but the energy of the periods."""
    every = holdings(frame)
    held = {k: h for k, h in every.items() if h.offer.flexible}
    at: dict[str, list[Key]] = defaultdict(list)
    for key in held:
        at[key[0]].append(key)
    b.LOST = pyo.Set(dimen=1, initialize=list(at))
    b.lost = pyo.Var(b.LOST, m.Y, domain=pyo.NonNegativeReals)
    b.cuts_of = pyo.Set(b.LOST, dimen=3, initialize={n: [k[1:] for k in keys] for n, keys in at.items()})
    weights = {(y, p): frame.weight(p) / 1000 for y, p in frame.weighted}
    b.gwh = pyo.Param(m.YP, initialize={(y, p): weights.get((y, p), 0.0) for y, p in m.YP})
    b.weighted = pyo.Set(m.Y, dimen=1, initialize={y: [p for q, p in weights if q == y] for y in m.Y})
    constrain(b, "loses", b.LOST, m.Y, rule=_loses)
    price = cheapest([h.offer for h in held.values()])
    for n, keys in at.items():
        row = held[keys[0]].row
        zone = frame.network.zone_of.get(n, "") or frame.zone_at(row["zone"], row["substation"])
        for y in frame.years:
            terms.operate(zone, y, b.lost[n, y], price / 1e3, (n,))
            terms.add("demand_curtailed_gwh", zone, y, b.lost[n, y], 1.0, (n,))
    if frame.case.profiles is not None:
        _curve(m, b, frame, every)


def _loses(b: Any, n: Any, y: Any) -> Any:
    """lost ≥ Σ hours·cut (GWh a year): at least what is off in the periods of energy."""
    return b.lost[n, y] >= sum(
        b.gwh[y, p] * b.cut[n, side, s, r, y, p] for p in b.weighted[y] for side, s, r in b.cuts_of[n]
    )


def _curve(m: Any, b: Any, frame: Frame, every: dict[Key, Held]) -> None:
    known, network = curves(frame.case), frame.network
    inside = {n: [key for key in every if passes(network, key, n)] for n in m.stations.DEMAND}
    lost = {n: [q for q in b.LOST if q == n or n in above(network, q)] for n in inside}
    used = [n for n in inside if lost[n]]
    loads = {key: _load(frame, key[3], every[key]) for n in used for key in inside[n]}
    base: dict[Any, float] = {}
    full: dict[Any, float] = {}  # thousands of hours at rating 1 that the busiest hours come to
    load: dict[Any, float] = {}
    for n in used:
        for y in frame.years:
            rate = known.rating(n)
            mw = np.minimum(known.base[n][y], known.limit(n, DEMAND, y) * rate)
            order = np.argsort(-mw, kind="stable")
            sums, hours = np.cumsum(mw[order]), np.cumsum(rate[order])
            parts = {key: np.cumsum(loads[key][order]) for key in inside[n]}
            for k in RANKS:
                base[n, y, k] = float(sums[k - 1]) / 1000
                full[n, y, k] = float(hours[k - 1]) / 1000
                for key, part in parts.items():
                    at = (n, y, k, *key[2:])
                    load[at] = load.get(at, 0.0) + float(part[k - 1]) / 1000
    b.CURVED = pyo.Set(dimen=1, initialize=used)
    b.RANK = pyo.Set(dimen=1, initialize=list(RANKS))
    b.below = pyo.Set(b.CURVED, dimen=1, initialize={n: lost[n] for n in used})
    pairs = {n: list(dict.fromkeys(key[2:] for key in inside[n])) for n in used}
    b.loading = pyo.Set(b.CURVED, dimen=2, initialize=pairs)
    b.base_gwh = pyo.Param(b.CURVED, m.Y, b.RANK, initialize=base)
    b.rated_hours = pyo.Param(b.CURVED, m.Y, b.RANK, initialize=full)
    b.LOAD = pyo.Set(dimen=5, initialize=list(load))
    b.load_gwh = pyo.Param(b.LOAD, initialize=load)
    constrain(b, "curve", b.CURVED, m.Y, b.RANK, rule=_touch)


def _touch(b: Any, n: Any, y: Any, k: Any) -> Any:
    """Σ lost ≥ Σ_{k busiest hours} (base + Σ σ·load·it − a·demand_mw) (GWh a year):
    what is over the limit in the k busiest hours of a station must be off, for whoever it is.
    """
    return (
        sum(b.lost[q, y] for q in b.below[n])
        >= b.base_gwh[n, y, k]
        + sum(b.load_gwh[n, y, k, s, r] * b.it[s, r, y] for s, r in b.loading[n])
        - b.rated_hours[n, y, k] * b.model().stations.demand_mw[n, y]
    )


def above(network: Network, station: str) -> list[str]:
    """Stations above a station, through whose transformers it is fed."""
    found = []
    while station in network.parent:
        station = network.parent[station]
        found.append(station)
    return found


def passes(network: Network, key: Key, station: str) -> bool:
    """Whether what a site draws at its station passes the transformers of another (or of the same)."""
    return (key[0] == station and key[1] == "mv") or station in above(network, key[0])


def _load(frame: Frame, right: str, h: Held) -> np.ndarray:
    """MW per MW IT that counts in every hour: the contract of a firm right, of others what they draw."""
    if right == FIRM:
        return np.full(YEAR_HOURS, h.share * h.contract)
    known = frame.case.profiles
    shape = known[h.row["profile"]].to_numpy(float) if known is not None and h.row["profile"] else 1.0
    return np.asarray(h.share * h.row["pue"] * h.row["utilisation"] * shape * h.offer.open_hours())
