"""The best mix of supplies that follow, all else kept as it is dispatched: a small linear program by hour.

    max x = Σ_g u_g   s.t.  −(rating_l + flow_l) ≤ Σ_g s_lg·u_g ≤ rating_l − flow_l
                            −back_g ≤ u_g ≤ spare_g,   0 ≤ Σ_g u_g ≤ room of the stations

s_lg: shift of group l per MW from supply g to the place; some may give more so that others give less
(redispatch). What it gives surely fits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from gridplan.solve.affine import Affine
from gridplan.solve.hourly import Hourly
from gridplan.solve.parametric import TOLERANCE, Engine


@dataclass(frozen=True)
class Margins:
    """What is left by hour.

    Attributes:
        sensitivity: groups × supplies.
        up, down: MW left on each group along and against its direction (hours × groups).
        spare, back: MW that each supply can follow with, and the other way (hours × supplies).
        room: MW that the stations let through (hours).
    """

    sensitivity: np.ndarray
    up: np.ndarray
    down: np.ndarray
    spare: np.ndarray
    back: np.ndarray
    room: np.ndarray


def improve(lower: np.ndarray, below: float, margins: Margins, most: int) -> np.ndarray:
    """Better lower bounds (MW) of the hours in which less than `below` are known to fit.

    Args:
        lower: MW known to fit by hour.
        below: MW from which an hour does not matter.
        margins: what is left in those hours.
        most: programs solved at most.
    """
    lower, tried = lower.copy(), np.zeros(len(lower), bool)
    groups, supplies = margins.sensitivity.shape
    if not supplies or not len(lower):
        return lower
    limits = [margins.down, margins.up, margins.spare, margins.back, margins.room[:, None]]
    values = np.minimum(np.maximum(np.hstack(limits), 0.0), 1e6)
    engine = Engine(_program(margins.sensitivity, values.shape[1], groups, supplies))
    for _ in range(most):
        open_ = np.flatnonzero((lower < below) & ~tried)
        if not len(open_):
            break
        hour = int(open_[lower[open_].argmin()])
        tried[hour] = True
        lower[hour] = max(lower[hour], float(engine.solve(values[hour]).sum()))
        rule = engine.rule()
        if rule is not None:
            fits, total = _fits(rule, values, margins, open_)
            lower[fits] = np.maximum(lower[fits], total)
            tried[fits] = True
    return lower


def _fits(
    rule: np.ndarray, values: np.ndarray, margins: Margins, hours: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Of some hours those in which the affine mix stays within all margins, and its MW there."""
    used = np.flatnonzero(rule[1:].any(axis=1))
    mix = rule[0] + values[np.ix_(hours, used)] @ rule[1 + used]
    total = mix.sum(axis=1)
    good = (total >= -TOLERANCE) & (total <= margins.room[hours] + TOLERANCE)
    good &= (mix <= margins.spare[hours] + TOLERANCE).all(axis=1)
    good &= (mix >= -margins.back[hours] - TOLERANCE).all(axis=1)
    hours, mix, total = hours[good], mix[good], total[good]
    moved = mix @ margins.sensitivity.T
    good = (moved <= margins.up[hours] + TOLERANCE).all(axis=1)
    good &= (moved >= -margins.down[hours] - TOLERANCE).all(axis=1)
    return hours[good], total[good]


def _program(sensitivity: np.ndarray, width: int, groups: int, supplies: int) -> Hourly:
    """The program with the margins as its values: against, along, spare, back, room."""
    matrix = sparse.csc_array(np.vstack([sensitivity, np.ones((1, supplies))]))
    rows_low, rows_up = np.zeros((width, groups + 1)), np.zeros((width, groups + 1))
    every = np.arange(groups)
    rows_low[every, every] = -1.0
    rows_up[groups + every, every] = 1.0
    rows_up[width - 1, groups] = 1.0
    spare, back = np.zeros((width, supplies)), np.zeros((width, supplies))
    each = np.arange(supplies)
    spare[2 * groups + each, each] = 1.0
    back[2 * groups + supplies + each, each] = -1.0
    return Hourly(
        0,
        matrix,
        Affine(np.zeros(groups + 1), rows_low),
        Affine(np.zeros(groups + 1), rows_up),
        Affine(np.zeros(supplies), back),
        Affine(np.zeros(supplies), spare),
        -np.ones(supplies),
        [("group", (k,)) for k in range(groups + 1)],
        [("supply", (k,)) for k in range(supplies)],
    )
