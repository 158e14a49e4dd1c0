"""What fits at all stations at the same time."""

import numpy as np
import pytest
from scipy.optimize import linprog

from gridplan.explain.headroom import headroom
from tests.model.cases import demand, grid_supply, line, make, station


def near(mw):
    return pytest.approx(mw, abs=5e-3)


def by_station(case, **options):
    table = headroom(case, built=False, joint=True, directions=["demand"], **options)
    return table[table["kind"] == "station"].set_index("place")


def test_one_line_is_shared_in_proportion():
    """95 MW come over AB for B (60 MW of it alone: its transformers) and C behind it (95 MW alone).

    The total is 95 MW; the fair share is the same part of what each could have alone: 95/155 of 60 and 95.
    """
    case = make(
        {
            "substations": [
                station("A", firm_demand_mva=1.0 / 0.95),
                station("B", firm_demand_mva=60.0 / 0.95),
                station("C"),
            ],
            "branches": [line("A", "B", circuit_mva=100.0), line("B", "C")],
            "supplies": [grid_supply("A")],
            "demands": [demand("A", 1.0)],
        }
    )
    found = by_station(case)
    assert found["headroom_mw"].to_dict() == {"A": near(0.0), "B": near(60.0), "C": near(95.0)}
    assert found["joint_mw"].to_dict() == {"A": near(0.0), "B": near(60 * 95 / 155), "C": near(95 * 95 / 155)}
    assert found["joint_exact"].all()


def ring(rng, security):
    """Four stations in a ring with a chord, unequal lines, one supply."""
    ends = [("A", "B"), ("B", "C"), ("C", "D"), ("D", "A"), ("A", "C")]
    rows = [
        line(a, b, circuit_mva=float(rng.integers(40, 120)), x_pu=round(float(rng.uniform(0.05, 0.2)), 3))
        for a, b in ends
    ]
    tables = {
        "substations": [station(n, firm_demand_mva=float(rng.integers(40, 120))) for n in "ABCD"],
        "branches": rows,
        "demands": [demand(n, float(rng.integers(1, 8))) for n in "BCD"],
        "supplies": [grid_supply("A")],
    }
    return make(tables, {"physics": {"flow": "dc", "security": security}}), rows, tables


def independent(rows, tables, security):
    """Largest total by angles: one copy of the network for every outage, the same x in all."""
    at = {n: k for k, n in enumerate("ABCD")}
    load = np.zeros(4)
    for row in tables["demands"]:
        load[at[row["substation"]]] = row["peak_mw"]
    states = [None, *range(len(rows))] if security == "n-1" else [None]
    width = 4 + len(states) * 4  # x, then angles of each state
    up, limit, same, right = [], [], [], []
    for k, lost in enumerate(states):
        balance = np.zeros((4, width))
        balance[:, :4] = -np.eye(4)
        for e, row in enumerate(rows):
            if e == lost:
                continue
            a, b = at[row["from"]], at[row["to"]]
            flow = np.zeros(width)
            flow[4 + 4 * k + a], flow[4 + 4 * k + b] = 1 / row["x_pu"], -1 / row["x_pu"]
            up += [flow, -flow]
            limit += [0.95 * row["circuit_mva"]] * 2
            balance[a] -= flow
            balance[b] += flow
        same += list(balance[1:])
        right += list(load[1:])
    bounds = [(0, 0.95 * s["firm_demand_mva"] - load[k]) for k, s in enumerate(tables["substations"])]
    bounds += [(0, 0) if k % 4 == 0 else (None, None) for k in range(width - 4)]
    cost = np.zeros(width)
    cost[:4] = -1
    return -linprog(cost, np.array(up), limit, np.array(same), right, bounds).fun


@pytest.mark.parametrize("security", ["n-0", "n-1"])
@pytest.mark.parametrize("seed", range(6))
def test_equals_an_independent_program(seed, security):
    case, rows, tables = ring(np.random.default_rng(seed), security)
    found = by_station(case)
    assert found["joint_exact"].all()
    assert found["joint_mw"].sum() == pytest.approx(independent(rows, tables, security), abs=2e-2)
    assert (found["joint_mw"] <= found["headroom_mw"] + 2e-3).all()
    assert found["joint_mw"].sum() <= found["headroom_mw"].sum() + 1e-2
