"""Hours without a solution: how much of them would go, where the voltage gives way, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from gridplan.ac.flow import Flow, Grid
from gridplan.ac.support import Support

HALVINGS = 7  # so the share is told to 1/128
COLUMNS = (
    "year", "hour", "outage", "taken_mw", "solved_share", "substation", "lowest_pu", "branch", "drop_pu",
    "short_mvar", "short_at", "reason",
)  # fmt: skip
VOLTAGE, ANGLE = "voltage", "angle"


def unsolved_rows(
    year: int,
    grid: Grid,
    buses: Sequence[str],
    mw: np.ndarray,
    mvar: np.ndarray,
    hours: np.ndarray,
    floor: float,
    outage: str = "",
) -> list[dict[str, Any]]:
    """Rows of `ac_unsolved`.

    Args:
        year: stage.
        grid: network in which the hours have no solution.
        buses: ids.
        mw, mvar: those hours × buses, what each bus takes.
        hours: their numbers.
        floor: pu that compensation is to keep.
        outage: what is out.
    """
    if not len(hours):
        return []
    share, flow = largest(grid, mw, mvar)
    given, helped = Support(grid, grid.target, floor).find(mw, mvar)
    given[:, ~np.isnan(grid.target)] = 0.0
    weakest, group, drop = weak_places(grid, flow)
    rows = []
    for k, hour in enumerate(hours.tolist()):
        at = int(given[k].argmax())
        rows.append(
            {
                "year": year,
                "hour": hour,
                "outage": outage,
                "taken_mw": float(np.maximum(mw[k], 0.0).sum()),
                "solved_share": float(share[k]),
                "substation": buses[weakest[k]],
                "lowest_pu": float(flow.u[k, weakest[k]]),
                "branch": grid.circuits.corridor[group[k]],
                "drop_pu": float(drop[k]),
                "short_mvar": float(given[k].sum()) if helped[k] else np.nan,
                "short_at": buses[at] if helped[k] else "",
                "reason": VOLTAGE if helped[k] else ANGLE,
            }
        )
    return rows


def largest(grid: Grid, mw: np.ndarray, mvar: np.ndarray) -> tuple[np.ndarray, Flow]:
    """The largest share of all MW and Mvar of each hour that still has a solution, and the flow at it."""
    low, high = np.zeros(len(mw)), np.ones(len(mw))
    support = Support(grid, grid.target)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        scaled = middle[:, None]
        given, kept = support.find(mw * scaled, mvar * scaled)
        kept &= grid.voltages(mw * scaled, mvar * scaled - given)[1]
        low, high = np.where(kept, middle, low), np.where(kept, high, middle)
    given, kept = support.find(mw * low[:, None], mvar * low[:, None])
    return low, grid.block(0, mw * low[:, None], mvar * low[:, None], given, kept)


def weak_places(grid: Grid, flow: Flow) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """By hour: the bus with the lowest voltage, the group of circuits that loses most of it, and how much."""
    weakest = np.where(np.isnan(flow.u), np.inf, flow.u).argmin(axis=1)
    c = grid.circuits
    drop = np.abs(flow.u[:, c.start] / c.tap - flow.u[:, c.end])
    drop = np.where((c.count > 0) & ~np.isnan(drop), drop, -1.0)
    group = drop.argmax(axis=1)
    return weakest, group, drop[np.arange(len(drop)), group]


def lacking(
    grid: Grid, mw: np.ndarray, mvar: np.ndarray, floor: float, block: int = 2_000
) -> tuple[np.ndarray, np.ndarray]:
    """Least Mvar by hour and bus that lift every bus to the floor, besides those of buses that keep their
    voltage; and in which hours that goes."""
    support, given, kept = Support(grid, grid.target, floor), [], []
    for first in range(0, len(mw), block):
        part = slice(first, first + block)
        found = support.find(mw[part], mvar[part])
        given.append(np.where(np.isnan(grid.target), found[0], 0.0))
        kept.append(found[1])
    if not given:
        return np.zeros(mw.shape), np.zeros(0, bool)
    return np.concatenate(given), np.concatenate(kept)
