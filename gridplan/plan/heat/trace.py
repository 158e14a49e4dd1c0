"""Where heat comes from and where it goes: flows followed from producers to sinks, period by period.

Where flows meet they mix, and every flow that leaves a place has the mix of that place (proportional sharing:
Bialek, "Tracing the flow of electricity", IEE Proc. Gener. Transm. Distrib. 143 (1996) 313-320). At a node v
and temperature, with inflows f and entries b (heat taken from a producer, or that leaves a pump or a tank):

    share of entry e in v = (Σ_u f[u→v] · share of e in u + b[e,v]) / (Σ_u f[u→v] + Σ_e b[e,v])

and likewise downstream for exits (heat that a sink accepts, that enters a pump or a tank, or that is lost).
Of what passes a link the part from entry e to exit x is flow · share of e upstream · share of x downstream.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from gridplan.plan.extract.reader import Reader

TAKE, LIFT, TANK, INTAKE, LOST = "take", "lift", "tank", "intake", "lost"
NOISE = 1e-12  # share that is none
Point = tuple[str, str]  # kind of entry or exit, asset
Spot = tuple[str, float]  # node, temperature level


@dataclass
class Trace:
    """Heat of one stage, MWh a year.

    Attributes:
        entries, exits: (kind, asset), in the order of rows and columns of the matrices.
        moved: from every entry to every exit.
        carried: the same through each link.
        levels: of what every entry sends to a sink, by (entry, sink): MWh by temperature level.
    """

    entries: list[Point]
    exits: list[Point]
    moved: np.ndarray
    carried: dict[str, np.ndarray]
    levels: dict[tuple[Point, str], dict[float, float]]

    def at(self, points: list[Point], kind: str) -> dict[str, int]:
        """Position of every entry (or exit) of a kind, by asset."""
        return {name: k for k, (what, name) in enumerate(points) if what == kind}


@dataclass
class _Hour:
    """Flows of one period, MW: (from, to, link), entries and exits by spot."""

    flows: dict[tuple[Spot, Spot, str], float] = field(default_factory=lambda: defaultdict(float))
    entries: dict[tuple[Spot, Point], float] = field(default_factory=lambda: defaultdict(float))
    exits: dict[tuple[Spot, Point], float] = field(default_factory=lambda: defaultdict(float))


def traces(r: Reader) -> dict[int, Trace]:
    """Trace of every stage."""
    hours = _hours(r)
    return {
        y: _trace([(r.frame.weight(p), hours[y, p]) for y_, p in r.frame.weighted if y_ == y])
        for y in r.frame.years
    }


def _hours(r: Reader) -> dict[tuple[int, int], _Hour]:
    """Flows of every period; what goes there and comes back at one temperature is set off."""
    found: dict[tuple[int, int], _Hour] = defaultdict(_Hour)
    ends = {row["link"]: (row["from"], row["to"]) for row in r.frame.rows("heat_links")}
    at = {row["heat_pump"]: row["at"] for row in r.frame.rows("heat_pumps")}
    for link, level, y, p, mw in _net(r).itertuples(index=False):
        a, b = ends[link] if mw > 0 else ends[link][::-1]
        if mw:
            found[y, p].flows[(a, level), (b, level), link] += abs(mw)
    for h, level, y, p, mw in r.values("heat", "take", "h", "level", "y", "p").itertuples(index=False):
        found[y, p].entries[(h, level), (TAKE, h)] += mw
    power = r.model.heat.power if hasattr(r.model.heat, "power") else {}
    for w, low, high, y, p, mw in r.values("heat", "lift", "w", "a", "b", "y", "p").itertuples(index=False):
        found[y, p].entries[(at[w], high), (LIFT, w)] += mw
        found[y, p].exits[(at[w], low), (LIFT, w)] += mw * (1 - power[w, low, high])
    for k, level, y, p, mw in r.values("heat", "intake", "k", "level", "y", "p").itertuples(index=False):
        found[y, p].exits[(k, level), (INTAKE, k)] += mw
    stands = {row["heat_storage"]: row["at"] for row in r.frame.rows("heat_storages")}
    for k, level, y, p, mw in r.values("heat", "fill", "k", "level", "y", "p").itertuples(index=False):
        side = found[y, p].exits if mw > 0 else found[y, p].entries
        side[(stands[k], level), (TANK, k)] += abs(mw)
    for v, level, y, p, mw in r.values("heat", "lost", "v", "level", "y", "p").itertuples(index=False):
        found[y, p].exits[(v, level), (LOST, "")] += mw
    return found


def _net(r: Reader) -> pd.DataFrame:
    flow = r.values("heat", "flow", "link", "way", "level", "year", "period")
    flow["value"] *= flow["way"].astype(float)
    return flow.groupby(["link", "level", "year", "period"], sort=False)["value"].sum().reset_index()


def _trace(periods: list[tuple[float, _Hour]]) -> Trace:
    entries = list(dict.fromkeys(e for _, h in periods for (_, e), mw in h.entries.items() if mw))
    exits = list(dict.fromkeys(x for _, h in periods for (_, x), mw in h.exits.items() if mw))
    size = (len(entries), len(exits))
    found = Trace(entries, exits, np.zeros(size), defaultdict(lambda: np.zeros(size)), {})
    for hours, hour in periods:
        _follow(found, hours, hour)
    return found


def _follow(found: Trace, hours: float, hour: _Hour) -> None:
    """Add one period to a trace."""
    flows = {key: mw for key, mw in hour.flows.items() if mw}
    into = {key: mw for key, mw in hour.entries.items() if mw}
    out = {key: mw for key, mw in hour.exits.items() if mw}
    spots = list(dict.fromkeys([*(s for a, b, _ in flows for s in (a, b)), *(s for s, _ in (*into, *out))]))
    if not spots:
        return
    place = {spot: k for k, spot in enumerate(spots)}
    row, column = {e: k for k, e in enumerate(found.entries)}, {x: k for k, x in enumerate(found.exits)}
    passing = np.zeros((len(spots), len(spots)))
    for (a, b, _), mw in flows.items():
        passing[place[a], place[b]] += mw
    entered, left = np.zeros((len(spots), len(row))), np.zeros((len(spots), len(column)))
    for (spot, e), mw in into.items():
        entered[place[spot], row[e]] += mw
    for (spot, x), mw in out.items():
        left[place[spot], column[x]] += mw
    origin, goal = _mixed(passing.T, entered), _mixed(passing, left)
    found.moved += hours * (origin.T @ left)
    for (a, b, link), mw in flows.items():
        found.carried[link] += hours * mw * np.outer(origin[place[a]], goal[place[b]])
    for (spot, (kind, name)), mw in out.items():
        if kind == INTAKE:
            for e, share in zip(found.entries, origin[place[spot]], strict=True):
                at = found.levels.setdefault((e, name), defaultdict(float))
                at[spot[1]] += hours * mw * share


def _mixed(flows: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Shares by spot: those of its neighbours by `flows` (to, from), and its own, over their sum."""
    total = flows.sum(axis=1) + own.sum(axis=1)
    scale = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)[:, None]
    system = np.eye(len(flows)) - scale * flows
    try:
        found = np.linalg.solve(system, scale * own)
    except np.linalg.LinAlgError:  # heat that goes round without an entry: it has no origin
        found = np.linalg.lstsq(system, scale * own, rcond=None)[0]
    return np.where(found < NOISE, 0.0, found)
