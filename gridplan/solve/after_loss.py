"""The operation of an hour after the loss of a circuit.

Flows in the program stay those of the whole network for the new dispatch; what the network carries without
the circuit follows from them by the shift factors of `topology.py`, so a row per rated group of circuits is
all that changes:

    |flow[l] + shift[l]·flow[k]| ≤ emergency rating of what is left of l

Where the loss splits the network, the lost circuit carries nothing, and buses that are cut off do without.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from gridplan.solve.affine import Affine
from gridplan.solve.hourly import Hourly
from gridplan.solve.topology import Topology

LIMITS = ("grid.upper", "grid.lower", "grid.unit_upper", "grid.unit_lower")
ANGLES = ("grid.angle_upper", "grid.angle_lower")
FLOWS = ("grid.flow", "grid.built")
AFTER, CUT = "after", "cut"


def after_loss(hourly: Hourly, topology: Topology, name: str, rating: float, cut: frozenset[str]) -> Hourly:
    """The program of an hour after an outage.

    Args:
        hourly: the program with everything in service, under the same plan.
        topology: circuits in service.
        name: outage.
        rating: emergency rating as a factor.
        cut: buses that are cut off and do without.
    """
    lost, shift, left = topology.after(name)
    at = {key: k for k, key in enumerate(hourly.columns)}
    groups = np.array([at.get(g.key, -1) for g in topology.groups], int)
    rows_low, rows_up = _freed(hourly, topology)
    lower, upper = _loose(hourly, groups)
    if topology.splits(name):
        lower.base[groups[lost]] = upper.base[groups[lost]] = 0.0
    rated = np.flatnonzero(np.isfinite(left) & (groups >= 0))
    if not topology.splits(name):
        moved = shift[rated]
    else:
        moved = np.zeros(len(rated))
        rated, moved = rated[rated != lost], moved[rated != lost]
    count, width = len(rated), len(hourly.columns)
    every = np.arange(count)
    entries = sparse.csc_array(
        (
            np.concatenate([np.ones(count), moved]),
            (np.tile(every, 2), np.concatenate([groups[rated], np.full(count, groups[lost])])),
        ),
        shape=(count, width),
    )
    limit = topology.limits(hourly.profiles, rated, rating * left[rated])
    balances = [k for k, (row, key) in enumerate(hourly.rows) if row == "grid.balance" and key[0] in cut]
    slack = sparse.csc_array(
        (np.ones(len(balances)), (balances, range(len(balances)))), shape=(len(hourly.rows), len(balances))
    )
    top = sparse.hstack([hourly.matrix, slack])
    bottom = sparse.hstack([entries, sparse.csc_array((count, len(balances)))])
    slope = np.vstack([limit.slope, np.zeros((len(lower.slope) - len(limit.slope), count))])
    free = np.zeros((len(lower.slope), len(balances)))
    return Hourly(
        hourly.year,
        sparse.csc_array(sparse.vstack([top, bottom])),
        Affine(np.concatenate([rows_low.base, -limit.base]), np.hstack([rows_low.slope, -slope])),
        Affine(np.concatenate([rows_up.base, limit.base]), np.hstack([rows_up.slope, slope])),
        Affine(np.concatenate([lower.base, np.full(len(balances), -np.inf)]), np.hstack([lower.slope, free])),
        Affine(np.concatenate([upper.base, np.full(len(balances), np.inf)]), np.hstack([upper.slope, free])),
        np.concatenate([hourly.cost, np.zeros(len(balances))]),
        [*hourly.rows, *((AFTER, (k,)) for k in range(count))],
        [*hourly.columns, *((CUT, (k,)) for k in range(len(balances)))],
        hourly.profiles,
    )


def _freed(hourly: Hourly, topology: Topology) -> tuple[Affine, Affine]:
    """Row bounds without the ratings of the whole network, and without the angles of what is not built."""
    standing = {g.key[1][:2] for g in topology.groups if g.key[0] == "grid.built"}
    free = np.array(
        [row in LIMITS or (row in ANGLES and key[1:3] not in standing) for row, key in hourly.rows], bool
    )
    low, up = hourly.row_lower, hourly.row_upper
    return (
        Affine(np.where(free, -np.inf, low.base), np.where(free, 0.0, low.slope)),
        Affine(np.where(free, np.inf, up.base), np.where(free, 0.0, up.slope)),
    )


def _loose(hourly: Hourly, groups: np.ndarray) -> tuple[Affine, Affine]:
    """Column bounds with flows free where a circuit is in service, and none where it is not."""
    flows = np.array([name in FLOWS for name, _ in hourly.columns], bool)
    inside = np.zeros(len(hourly.columns), bool)
    inside[groups[groups >= 0]] = True
    free, none = flows & inside, flows & ~inside
    low = np.where(free, -np.inf, np.where(none, 0.0, hourly.lower.base))
    up = np.where(free, np.inf, np.where(none, 0.0, hourly.upper.base))
    return (
        Affine(low, np.where(flows, 0.0, hourly.lower.slope)),
        Affine(up, np.where(flows, 0.0, hourly.upper.slope)),
    )
