"""What still fits under a right on a load-duration curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

CLEAR = 1e-3  # MW that count as off


@dataclass(frozen=True)
class RightRoom:
    """Room for one more user with a flat load.

    Attributes:
        mw: MW that fit.
        hours: hours a year in which not all of it does.
        share: share of its energy that it does not get.
    """

    mw: float
    hours: int
    share: float


def room_under(
    load: np.ndarray, limit: float | np.ndarray, sure: np.ndarray, window: np.ndarray
) -> RightRoom:
    """Room under a right.

    Args:
        load: MW in every hour, in the direction of the right; contracts that count in an hour included.
        limit: MW, always or in every hour.
        sure: 1 in hours in which the right may not be off (G).
        window: 1 in the hours of the day in which it holds (W).

    Returns:
        The most that fits in all hours with G = 1; where there are none (non-firm), the most of which any
        hour can deliver the whole.
    """
    kept, inside = sure > 0.5, window > 0.5
    left = limit - load
    most = [left[kept].min()] if kept.any() else [left[inside].max()] if inside.any() else []
    mw = max(0.0, float(most[0])) if most else 0.0
    if mw <= CLEAR:
        return RightRoom(mw, 0, 0.0)
    off = np.where(inside, np.clip(load + mw - limit, 0.0, mw), mw)
    return RightRoom(mw, int((off > CLEAR).sum()), float(off.sum() / (mw * len(load))))
