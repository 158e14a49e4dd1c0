"""Outages by a second method: bus angles in numpy and linear programs in scipy, one per hour and outage."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog

from tests.model.cases import demand, grid_supply, line, station


def triangle(ab=100.0, bc=100.0, ac=100.0, load=80.0):
    """A feeds C over AC and over AB-BC; all reactances are alike."""
    return {
        "substations": [station(n) for n in "ABC"],
        "branches": [
            line("A", "B", circuit_mva=ab),
            line("B", "C", circuit_mva=bc),
            line("A", "C", circuit_mva=ac),
        ],
        "demands": [demand("C", load)],
        "supplies": [grid_supply("A")],
    }


def circuits_of(case, units=None):
    """(branch, from, to, x, MW) of every circuit in service; `units` built by reinforcement on a branch."""
    found, pf = [], case.settings.case.power_factor
    for row in case.table("branches").to_dict("records"):
        one = (row["branch"], row["from"], row["to"], row["x_pu"], pf * row["circuit_mva"])
        found += [one] * int(row["circuits"])
        for work in case.table("reinforcements").to_dict("records"):
            if work["target"] == row["branch"]:
                found += [one] * int((units or {}).get(work["reinforcement"], 0))
    return found


def unserved(circuits, loads, supplies, rating=1.0):
    """Least MW that cannot be served (scipy): angles free, generation between 0 and its limit.

    Args:
        circuits: (name, from, to, x, MW) each.
        loads, supplies: MW by bus.
        rating: factor on every rating.
    """
    buses = sorted({b for c in circuits for b in c[1:3]} | set(loads) | set(supplies))
    at = {b: k for k, b in enumerate(buses)}
    n, g, d = len(buses), sorted(supplies), sorted(loads)
    width = n + len(g) + len(d)  # angles, generation, unserved
    balance, flows, limits = np.zeros((n, width)), [], []
    for _, a, b, x, mw in circuits:
        flow = np.zeros(width)
        flow[at[a]], flow[at[b]] = 1 / x, -1 / x
        balance[at[a]] -= flow
        balance[at[b]] += flow
        flows += [flow, -flow]
        limits += [rating * mw] * 2
    for k, bus in enumerate(g):
        balance[at[bus], n + k] = 1.0
    for k, bus in enumerate(d):
        balance[at[bus], n + len(g) + k] = 1.0
    cost = np.zeros(width)
    cost[n + len(g) :] = 1.0
    bounds = [(None, None)] * n + [(0, supplies[b]) for b in g] + [(0, loads[b]) for b in d]
    right = [loads.get(b, 0.0) for b in buses]
    answer = linprog(cost, np.array(flows), limits, balance, right, bounds)
    assert answer.success, answer.message
    return float(answer.fun)


def worst(circuits, loads, supplies, rating=1.0):
    """{outage: least unserved MW} after the loss of one circuit of each branch, where that splits nothing."""
    found = {}
    for k, circuit in enumerate(circuits):
        left = circuits[:k] + circuits[k + 1 :]
        if circuit[0] not in found and connected(left, circuits):
            found[circuit[0]] = unserved(left, loads, supplies, rating)
    return found


def connected(left, circuits):
    """Whether all buses still hang together."""
    buses = {b for c in circuits for b in c[1:3]}
    seen, todo = set(), [min(buses)]
    while todo:
        bus = todo.pop()
        if bus not in seen:
            seen.add(bus)
            todo += [b if a == bus else a for _, a, b, *_ in left if bus in (a, b)]
    return seen == buses
