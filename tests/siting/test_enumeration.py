"""Siting with reinforcements against every combination of its decisions."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from tests.model.cases import Row, demand, make, value

DEMAND = {"A": 10.0, "B": 20.0, "C": 5.0}
FIRM = {"A": 14.0, "B": 21.0, "C": 9.0}  # MW before anything is built (power factor 1)
EXTRA: list[tuple[str, str, float, float]] = [  # reinforcement, station, MVA, M€
    ("a1", "A", 10, 9),
    ("b1", "B", 12, 7.5),
    ("c1", "C", 10, 8),
]
SITES: list[
    tuple[str, str, float, float, float, int]
] = [  # site, station, fixed, M€/MW, module MW, most modules
    ("sa", "A", 2.0, 1.0, 5, 3),
    ("sb", "B", 0.5, 1.1, 4, 3),
    ("sc", "C", 1.0, 0.9, 3, 3),
]


def by_hand(wanted: float) -> float:
    """Least capex over 2³ reinforcements and 4³ numbers of modules."""
    best = float("inf")
    for built in product((0, 1), repeat=3):
        for modules in product(range(4), repeat=3):
            size = [n * s[4] for n, s in zip(modules, SITES, strict=True)]
            if sum(size) < wanted or any(n > s[5] for n, s in zip(modules, SITES, strict=True)):
                continue
            room = {n: FIRM[n] - DEMAND[n] for n in FIRM}
            for u, (_, n, mva, _) in zip(built, EXTRA, strict=True):
                room[n] += u * mva
            if any(mw > room[s[1]] for mw, s in zip(size, SITES, strict=True)):
                continue
            cost = sum(u * e[3] for u, e in zip(built, EXTRA, strict=True))
            cost += sum((mw > 0) * s[2] + mw * s[3] for mw, s in zip(size, SITES, strict=True))
            best = min(best, cost)
    return best


def rows(wanted: float) -> dict[str, list[Row]]:
    return {
        "substations": [
            {"substation": n, "transformers": 2, "transformer_mva": FIRM[n], "firm_demand_mva": None}
            for n in FIRM
        ],
        "demands": [demand(n, mw) for n, mw in DEMAND.items()],
        "reinforcements": [
            {"reinforcement": r, "kind": "transformer", "target": n, "adds_mva": mva, "capex_meur": meur}
            for r, n, mva, meur in EXTRA
        ],
        "datacenters": [
            {
                "site": s,
                "substation": n,
                "class": "cloud",
                "fixed_meur": fixed,
                "capex_meur_per_mw": rate,
                "module_it_mw": size,
                "max_it_mw": size * most,
            }
            for s, n, fixed, rate, size, most in SITES
        ],
        "datacenter_demand": [{"class": "cloud", "year": 2030, "it_mw": wanted}],
    }


@pytest.mark.parametrize("wanted", [3, 4, 8, 11, 13, 16, 20, 25, 28, 31])
def test_least_capex_is_that_of_every_combination(wanted):
    """Transformers of FIRM MVA twice: N-1 leaves one, a new one (smaller) adds its MVA; the optimum
    equals brute force.
    """
    settings: dict[str, Any] = {"case": {"power_factor": 1.0}, "objective": {"minimise": ["capex_meur"]}}
    plan = make(rows(wanted), settings).solve(gap=0)
    assert value(plan, "capex_meur") == pytest.approx(by_hand(wanted))


def test_more_than_all_combinations_give_is_infeasible():
    """Two modules of 5 MW fit at A (24 − 10 = 14 MW), three of 4 MW at B (13 MW), three of 3 MW at C: 31
    MW at most.
    """
    settings: dict[str, Any] = {"case": {"power_factor": 1.0}, "objective": {"minimise": ["capex_meur"]}}
    assert by_hand(31.5) == float("inf")
    assert make(rows(31.5), settings).solve(gap=0).status == "infeasible"
