"""A second method for DC optimal power flow: bus angles as variables, from the matrices of a file."""

import math

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from gridplan.exchange.mfile import parse
from gridplan.exchange.rows import Rows


def matrices(path):
    """Matrices of a .m file as arrays, and its base."""
    file = parse(path.read_text(encoding="utf-8", errors="replace"), path.name, Rows())
    return {name: np.array(m.rows) for name, m in file.matrices.items() if name != "gencost"} | {
        "gencost": file.matrices["gencost"].rows
    }, file.values["baseMVA"]


def linear(path):
    """Whether every cost is a straight line."""
    data, _ = matrices(path)
    return all(row[0] == 2 and (row[3] < 3 or row[-3] == 0) and row[3] < 4 for row in data["gencost"])


def by_angles(path, *, taps):
    """Least cost in $/h; `taps`: b = 1/(x·tap) with phase shifts, else b = x/(r² + x²) without.

    Variables θ (rad) and P (p.u.): B·θ + shifts + P_gen = P_load, |b·(θ − θ' − φ)| ≤ rate, angle limits.
    """
    data, base = matrices(path)
    bus, gen, branch = data["bus"], data["gen"], data["branch"]
    at = {int(b): k for k, b in enumerate(bus[:, 0])}
    on = gen[:, 7] > 0
    slopes, constants = _costs(data["gencost"], on)
    gen, branch = gen[on], branch[branch[:, 10] > 0]
    n, g, e = len(bus), len(gen), len(branch)
    tap = np.where(branch[:, 8] == 0, 1.0, branch[:, 8])
    r, x = branch[:, 2], branch[:, 3]
    b, shift = (1 / (x * tap), np.radians(branch[:, 9])) if taps else (x / (r * r + x * x), np.zeros(e))
    ends = sparse.csr_array(
        (
            np.r_[np.ones(e), -np.ones(e)],
            (np.r_[range(e), range(e)], [at[int(v)] for v in branch[:, :2].T.ravel()]),
        ),
        shape=(e, n),
    )
    flow = sparse.diags_array(b) @ ends
    made = sparse.csr_array((np.ones(g), ([at[int(v)] for v in gen[:, 0]], range(g))), shape=(n, g))
    load = (bus[:, 2] + bus[:, 4]) / base
    rate = np.where(branch[:, 5] == 0, np.inf, branch[:, 5]) / base
    low, high = (np.radians(branch[:, k]) for k in (11, 12)) if branch.shape[1] > 12 else (None, None)
    free = np.zeros(e, bool) if low is not None else np.ones(e, bool)
    if low is not None:
        free = ((low == 0) & (high == 0)) | (low <= -2 * math.pi) & (high >= 2 * math.pi)
    rows = [flow, -flow]
    limits = [rate + b * shift, rate - b * shift]
    if not free.all():
        rows += [ends[~free], -ends[~free]]
        limits += [high[~free], -low[~free]]
    upper, limit = sparse.vstack(rows), np.concatenate(limits)
    kept = np.isfinite(limit)
    found = linprog(
        np.r_[np.zeros(n), base * slopes],
        A_ub=sparse.hstack([upper, sparse.csr_array((upper.shape[0], g))]).tocsr()[kept],
        b_ub=limit[kept],
        A_eq=sparse.hstack([-(ends.T @ flow), made]),
        b_eq=load - ends.T @ (b * shift),
        bounds=[(None, None)] * n + list(zip(gen[:, 9] / base, gen[:, 8] / base, strict=True)),
    )
    assert found.status == 0, found.message
    return found.fun + constants.sum()


def _costs(rows, on):
    """c1 and c0 of the generators in service: the last two of the n numbers of a polynomial."""
    found = []
    for row, used in zip(rows, on, strict=False):
        if used:
            numbers = [0.0, *row[4 : 4 + int(row[3])]]
            found.append(numbers[-2:])
    return np.array(found).T
