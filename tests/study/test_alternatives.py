"""Alternatives against every subset of works, in order of cost."""

from __future__ import annotations

from itertools import combinations

import pytest

from gridplan.study import alternatives
from tests.model.cases import make
from tests.siting.test_enumeration import rows
from tests.study.small import HAVE, station_case, subsets, work

PEAK = 150.0
WORKS = [work("a", 30, 10), work("b", 60, 21), work("c", 70, 28), work("d", 25, 9), work("e", 90, 33.5)]


def k_best(within: float, differ: int, drop: int) -> list[float]:
    """M€ of the best subset, then of the cheapest within ε that is far enough from all before."""
    fits = sorted((meur, names) for names, mw, meur in subsets(WORKS) if HAVE + mw >= PEAK)
    chosen = [fits[0]]
    for meur, names in fits:
        near = meur <= (1 + within) * chosen[0][0] + 1e-9
        far = all(len(names ^ old) >= differ and len(old - names) >= min(drop, len(old)) for _, old in chosen)
        if near and far:
            chosen.append((meur, names))
    return [meur for meur, _ in chosen]


@pytest.mark.parametrize(("within", "differ", "drop"), [(0.3, 1, 0), (0.6, 2, 1)])
def test_they_are_the_best_subsets_that_far_apart(within, differ, drop):
    """In order of cost, complete, pairwise apart, within ε. Every cost is another, so there are no ties."""
    case = station_case({2030: PEAK}, WORKS)
    found = alternatives(case, 20, within, differ, "reinforcements", drop=drop, gap=0.0)
    assert list(found.table["capex_meur"]) == pytest.approx(k_best(within, differ, drop), abs=2e-3)
    assert len(found.table) > 2
    assert found.complete
    assert (found.table["above"] <= within + 1e-6).all()
    assert found.table["verified"].all()
    for i, j in combinations(found.plans, 2):
        built = [set(_standing(found.plans[n])) for n in (i, j)]
        assert len(built[0] ^ built[1]) == found.distances.loc[i, j] >= differ


def _standing(plan):
    table = plan.reinforcements
    return table.loc[table["units_in_service"] > 0, "reinforcement"]


def test_sites_differ_by_what_stands_there():
    """16 MW at three stations: every plan uses another set of sites, and no site is opened for nothing."""
    settings = {"case": {"power_factor": 1.0}, "objective": {"minimise": ["capex_meur"]}}
    found = alternatives(make(rows(16), settings), 3, 1.0, 1, "sites", gap=0.0)
    assert len(found.table) == 3
    assert not found.complete  # k is the most
    used = []
    for plan in found.plans.values():
        table = plan.datacenters
        used.append(frozenset(table.loc[table["it_mw"] > 1e-6, "site"]))
        assert set(table.loc[table["open"] > 0.5, "site"]) == used[-1]
    assert len(set(used)) == len(used) > 1
    assert list(found.table["capex_meur"]) == sorted(found.table["capex_meur"])


@pytest.mark.parametrize(
    ("options", "said"),
    [({"of": "pipes"}, "of = 'pipes'"), ({"k": 0}, "k = 0"), ({"of": "sites"}, "has no sites")],
)
def test_what_cannot_be_asked_is_said(options, said):
    with pytest.raises(ValueError, match=said):
        alternatives(station_case({2030: PEAK}, WORKS), **options)
