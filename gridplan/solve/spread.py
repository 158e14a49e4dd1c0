"""Power spread over the corridors: among dispatches of like cost, one that fills no corridor without need.

A vertex of the hourly program likes to fill one corridor and leave the next empty. What flows above `EASY` of
a rating is charged a little, so that a corridor is reported full only where it must be.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from gridplan.solve.affine import Affine

EASY = 0.8  # share of a rating that costs nothing
EUR_PER_MWH = 2.0  # charge above it: below any difference in the price of energy that matters


def spread(
    matrix: sparse.csc_array, bounds: list[Affine], flows: np.ndarray
) -> tuple[sparse.csc_array, list[Affine], np.ndarray]:
    """Add rows ±flow − over ≤ EASY·rating with columns over ≥ 0.

    Args:
        matrix: rows × columns of an hour.
        bounds: row_lower, row_upper, lower, upper.
        flows: positions of the flow columns; those without a finite rating are left alone.

    Returns:
        The wider matrix and bounds, and the cost of the new columns (EUR per MWh).
    """
    _, _, lower, upper = bounds
    some = (upper.base[flows] > 0) | (upper.slope[:, flows] > 0).any(axis=0)  # a rating may follow a profile
    rated = flows[np.isfinite(upper.base[flows]) & some]
    count, columns = len(rated), matrix.shape[1]
    if not count:
        return matrix, bounds, np.zeros(0)
    every = np.arange(count)
    ones = np.ones(count)
    over = sparse.csc_array(
        (-np.ones(2 * count), (np.arange(2 * count), np.tile(every, 2))), shape=(2 * count, count)
    )
    along = sparse.csc_array(
        (np.concatenate([ones, -ones]), (np.arange(2 * count), np.tile(rated, 2))), shape=(2 * count, columns)
    )
    top = sparse.hstack([matrix, sparse.csc_array((matrix.shape[0], count))])
    wide = sparse.csc_array(sparse.vstack([top, sparse.hstack([along, over])]))
    values = len(lower.slope)
    none = np.zeros((values, 2 * count))
    more = [
        Affine(np.full(2 * count, -np.inf), none),
        Affine(EASY * np.tile(upper.base[rated], 2), EASY * np.tile(upper.slope[:, rated], 2)),
        Affine(np.zeros(count), none[:, :count]),
        Affine(np.full(count, np.inf), none[:, :count]),
    ]
    widened = [
        Affine(np.concatenate([b.base, m.base]), np.hstack([b.slope, m.slope]))
        for b, m in zip(bounds, more, strict=True)
    ]
    return wide, widened, np.full(count, EUR_PER_MWH)
