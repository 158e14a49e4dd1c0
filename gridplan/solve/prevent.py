"""A dispatch that spares what outages would overload.

An hour has many dispatches of like cost; one under which no outage overloads anything needs no other dispatch
after any of them. So overloads that outages would bring are charged in the program of an hour:

    ±(flow[l] + shift[l]·flow[k]) − over ≤ emergency rating of what is left of l      over ≥ 0

Measured on cases/mra, four stages, 1.8 million pairs of hour and outage: with one supply making up for what
is cut off (`survive.py`) 9,600 pairs are left to be dispatched one by one, instead of 123,000.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from gridplan.solve.affine import Affine
from gridplan.solve.hourly import Hourly
from gridplan.solve.topology import Topology

EUR_PER_MWH = 500.0  # above differences in the price of energy, below the price of what does not fit
WATCH = "watch"


def prevent(hourly: Hourly, topology: Topology, rating: float, pairs: list[tuple[str, int]]) -> Hourly:
    """The program of an hour, charged for overloads after outages.

    Args:
        hourly: the program with everything in service.
        topology: circuits in service.
        rating: emergency rating as a factor.
        pairs: outages and the groups of circuits that they would overload.
    """
    at = {key: k for k, key in enumerate(hourly.columns)}
    count, width = len(pairs), len(hourly.columns)
    rows, columns, values, limits = [], [], [], np.zeros(count)
    watched = np.array([group for _, group in pairs], int)
    for r, (name, group) in enumerate(pairs):
        lost, shift, left = topology.after(name)
        limits[r] = rating * left[group]
        for key, value in ((topology.groups[group].key, 1.0), (topology.groups[lost].key, shift[group])):
            if key in at:
                rows.append(r)
                columns.append(at[key])
                values.append(value)
    forms = sparse.csc_array((values, (rows, columns)), shape=(count, width))
    over = -sparse.eye_array(count)
    empty = sparse.csc_array((hourly.matrix.shape[0], count))
    matrix = sparse.vstack(
        [sparse.hstack([hourly.matrix, empty]), sparse.hstack([forms, over]), sparse.hstack([-forms, over])]
    )

    limit = topology.limits(hourly.profiles, np.tile(watched, 2), np.tile(limits, 2))

    def longer(bound: Affine, more: np.ndarray, steep: np.ndarray | None = None) -> Affine:
        slope = np.zeros((len(bound.slope), len(more)))
        if steep is not None:
            slope[: len(steep)] = steep
        return Affine(np.concatenate([bound.base, more]), np.hstack([bound.slope, slope]))

    return Hourly(
        hourly.year,
        sparse.csc_array(matrix),
        longer(hourly.row_lower, np.full(2 * count, -np.inf)),
        longer(hourly.row_upper, limit.base, limit.slope),
        longer(hourly.lower, np.zeros(count)),
        longer(hourly.upper, np.full(count, np.inf)),
        np.concatenate([hourly.cost, np.full(count, EUR_PER_MWH)]),
        [*hourly.rows, *((WATCH, (k,)) for k in range(2 * count))],
        [*hourly.columns, *((WATCH, (k,)) for k in range(count))],
        hourly.profiles,
    )
