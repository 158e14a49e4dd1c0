"""How much fits at all stations at the same time: the largest total, then the fairest share of it.

    max Σ_n x_n   s.t.  0 ≤ x_n ≤ x_n alone,   Σ_n π_n·x_n ≤ λ   for every bound found so far

A proposal x is asked as one place with shares x/Σx (`search.py`): if its total fits in every hour (and after
every outage) it is the answer; else the duals of what limits it give one more bound, valid in all hours. Of
all x with the largest total the smallest x_n/x_n alone is made as large as possible, then the next smallest,
and so on (lexicographic max-min), so that the answer does not depend on the order of the stations.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from gridplan.explain.places import SIGN, STATION, Place
from gridplan.explain.probe import BALANCE, Cut
from gridplan.explain.search import MEET, Searcher
from gridplan.explain.shift import Shifts
from gridplan.explain.stage import Stage

ROUNDS = 100
TOTAL = 1e-3  # MW of the total that may be given up for a fair share
TINY = 1e-6


@dataclass(frozen=True)
class Joint:
    """MW by station at the same time; `exact` where no larger total fits."""

    mw: dict[str, float]
    exact: bool


def together(stage: Stage, shifts: Shifts, way: str, alone: dict[str, float]) -> Joint:
    """The largest total over all stations, shared fairly; firm.

    Args:
        stage: as it is operated.
        shifts: lower bounds of that stage.
        way: direction.
        alone: MW that fit at each station alone.
    """
    names, most = list(alone), np.array(list(alone.values()))
    rows: list[np.ndarray] = []
    right: list[float] = []
    best = np.zeros(len(names))
    for _ in range(ROUNDS):
        x = _proposal(most, rows, right)
        total = float(x.sum())
        if total <= TINY:
            return Joint(dict.fromkeys(names, 0.0), True)
        shares = tuple((n, float(v / total)) for n, v in zip(names, x, strict=True) if v > TINY)
        whole = sum(share for _, share in shares)
        place = Place("all", STATION, tuple((n, share / whole) for n, share in shares))
        searcher = Searcher(stage, shifts, [place], [way])
        found, cuts = searcher.explore(place, way)
        if found.mw >= total - 2 * MEET:
            return Joint(dict(zip(names, x.tolist(), strict=True)), True)
        if found.mw > best.sum():
            best = x * found.mw / total
        known = len(rows)
        for number, cut in cuts:
            weights = _weights(cut, way, names)
            limit = float(cut.at(searcher.valued(number)).min())
            if weights @ x > limit + MEET / 4:
                rows.append(weights)
                right.append(max(limit, 0.0))
        if len(rows) == known:
            break
    return Joint(dict(zip(names, best.tolist(), strict=True)), False)


def _weights(cut: Cut, way: str, names: list[str]) -> np.ndarray:
    """What one MW at each station takes of a bound (π)."""
    at = {n: k for k, n in enumerate(names)}
    weights = np.zeros(len(names))
    for (name, key), dual in cut.rows:
        if name == BALANCE and key[1] == "mv":
            weights[at[key[0]]] = SIGN[way] * dual
    return weights


def _proposal(most: np.ndarray, rows: list[np.ndarray], right: list[float]) -> np.ndarray:
    """The largest total under the bounds known so far, shared lexicographically max-min."""
    count = len(most)
    above = np.vstack(rows) if rows else np.zeros((0, count))
    limits = np.array(right)
    first = linprog(-np.ones(count), above, limits, bounds=np.column_stack([np.zeros(count), most]))
    if not first.success:
        return np.zeros(count)
    x, ratio = np.asarray(first.x), np.full(count, np.nan)
    ratio[most <= TINY] = 0.0
    total = float(x.sum())
    while np.isnan(ratio).any():
        free = np.isnan(ratio)
        floor = np.where(free, 0.0, ratio * most)
        more = np.zeros((int(free.sum()), count + 1))  # r·most − x ≤ 0
        more[np.arange(len(more)), np.flatnonzero(free)] = -1.0
        more[:, -1] = most[free]
        table = np.vstack(
            [np.hstack([above, np.zeros((len(above), 1))]), np.append(-np.ones(count), 0.0)[None, :], more]
        )
        bound = np.concatenate([limits, [TOTAL - total], np.zeros(len(more))])
        box = np.column_stack([np.append(floor, 0.0), np.append(most, 1.0)])
        answer = linprog(np.append(np.zeros(count), -1.0), table, bound, bounds=box)
        if not answer.success:
            break
        x, level = np.asarray(answer.x[:-1]), float(answer.x[-1])
        held = np.flatnonzero(free)[np.asarray(answer.ineqlin.marginals)[-len(more) :] < -1e-9]
        ratio[held if len(held) else np.flatnonzero(free)] = max(level - TINY, 0.0)
    return x
