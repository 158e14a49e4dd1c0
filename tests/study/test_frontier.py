"""Frontiers against every subset of works, unsupported points included."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from gridplan.study import frontier
from gridplan.study.axes import axis_of
from tests.heat.test_reuse import region
from tests.study.small import HAVE, station_case, subsets, undominated, work

PEAK = 200.0
WORKS = [work("a", 30, 10), work("b", 50, 19), work("c", 70, 31), work("d", 20, 9), work("e", 45, 24)]


def by_hand() -> list[tuple[float, float]]:
    """(unserved MW·years, M€) of all 2⁵ subsets, those that are not dominated."""
    return undominated({(max(0.0, PEAK - HAVE - mw), meur) for _, mw, meur in subsets(WORKS)})


def supported(points: list[tuple[float, float]]) -> int:
    """How many of them some weighted sum finds: corners of the lower convex hull."""
    hull: list[tuple[float, float]] = []
    for x, y in points:
        while len(hull) > 1:
            (ax, ay), (bx, by) = hull[-2:]
            if (bx - ax) * (y - ay) > (by - ay) * (x - ax):
                break
            hull.pop()
        hull.append((x, y))
    return len(hull)


@pytest.fixture(scope="module")
def case():
    return station_case({2030: PEAK}, WORKS)


@pytest.mark.parametrize("swapped", [False, True])
def test_the_exact_frontier_is_that_of_every_subset(case, swapped):
    """Also where a weighted sum would find fewer; whole decisions give the step of M€, MW·years need one."""
    expected = by_hand()
    assert supported(expected) < len(expected)
    names = ["unserved_mw_years", "capex_meur"]
    if swapped:
        found = frontier(case, *names[::-1], exact=True, step=1.0, plans=False)
    else:
        found = frontier(case, *names, exact=True, plans=False)
        assert found.step == pytest.approx(0.5)  # half of the 1 M€ that all prices are multiples of
    points = found.table[names].sort_values(names).to_numpy()
    assert points == pytest.approx(np.array(expected), abs=2e-3)
    assert found.complete
    assert found.status == "optimal"
    assert (found.table["gap"] < 1e-6).all()


def test_even_points_hold_both_ends_and_none_dominates_another(case):
    """Bounds at a third and two thirds of the way give the cheapest subset within them."""
    found = frontier(case, "capex_meur", "unserved_mw_years", points=4, gap=0.0)
    every, points = by_hand(), list(found.table[["unserved_mw_years", "capex_meur"]].itertuples(index=False))
    assert points[0] == pytest.approx(every[-1], abs=2e-3)
    assert points[-1] == pytest.approx(every[0], abs=2e-3)
    for a, b in combinations(points, 2):
        assert (a[0] - b[0]) * (a[1] - b[1]) < 0
    worst = every[-1][0]
    for k in (1, 2):
        most = worst * (1 - k / 3)
        cheapest = min(meur for short, meur in every if short <= most)
        assert any(meur == pytest.approx(cheapest, abs=2e-3) for _, meur in points)
    assert list(found.picked["picked"]) == ["least_first", "elbow", "best_second"]
    assert found.table["verified"].all()
    for row in found.table.to_dict("records"):
        built = found.plans[row["point"]].reinforcements
        assert built["capex_meur"].sum() == pytest.approx(row["capex_meur"])


def test_a_largest_stage_is_an_axis_too():
    """100 MW asked from 2026 and 160 from 2030; a (40 MW, 6 FTE years) and b (60 MW, 8) in 4 years each.

    Crew is work over the four years of a stage. All in 2026: 14/4 = 3.5 FTE, nothing unserved. b alone: 2
    FTE, and 40 MW short in the one year 2030. a in 2026 and b in 2030 (one year long): max(1.5, 8) FTE.
    """
    works = [work("a", 40, 5, crew_fte_years=6), work("b", 60, 7, crew_fte_years=8)]
    case = station_case({2026: 100.0, 2030: 160.0}, works)
    found = frontier(case, "unserved_mw_years", "crew_fte", exact=True, step=0.1, plans=False)
    points = found.table[["unserved_mw_years", "crew_fte"]].itertuples(index=False, name=None)
    assert [p[:2] for p in points] == [
        pytest.approx((0.0, 3.5), abs=2e-3),
        pytest.approx((40.0, 2.0), abs=2e-3),
        pytest.approx((60.0, 1.5), abs=2e-3),
        pytest.approx((260.0, 0.0), abs=2e-3),
    ]


def test_more_is_better_where_the_schema_or_the_user_says_so():
    assert axis_of("heat_reused_tj").sign == -1
    assert axis_of("min:heat_reused_tj").sign == 1
    assert axis_of("max:land_ha").sign == -1
    assert axis_of("capex_meur").sign == 1


@pytest.mark.parametrize(
    ("axes", "options", "said"),
    [
        (("capex_meur", "cappex_meur"), {}, "did you mean 'capex_meur'"),
        (("capex_meur", "capex_meur"), {}, "both axes"),
        (("capex_meur", "max:crew_fte"), {}, "largest of all stages"),
        (("capex_meur", "heat_reused_tj"), {}, "nothing that case"),
        (("capex_meur", "unserved_mw_years"), {"exact": True}, "give a step"),
        (("capex_meur", "unserved_mw_years"), {"points": 1}, "2 or more points"),
        (("best:capex_meur", "unserved_mw_years"), {}, "write min:"),
    ],
)
def test_what_cannot_be_drawn_is_said(case, axes, options, said):
    with pytest.raises(ValueError, match=said):
        frontier(case, *axes, **options)


def test_one_plan_that_is_best_in_both_is_one_point():
    found = frontier(station_case({2030: 50.0}, WORKS), "capex_meur", "unserved_mw_years")
    assert len(found.table) == 1
    assert found.complete
    assert found.notes == ("one plan is best in both",)


def test_plans_of_a_case_whose_heat_draws_from_the_grid():
    """Such plans read prices from the rows of the program, of which limits of a study are no constraints.

    3.6 MW of heat pump take 80 EUR/MWh in every point with the link, whatever a limit costs.
    """
    found = frontier(region(), "capex_meur", "heat_reused_tj", points=3)
    assert len(found.table) >= 2 and found.table["verified"].all()
    assert found.table["heat_reused_tj"].max() == pytest.approx(10 * 9 * 8760 * 0.0036)
    books = found.plans[int(found.table["point"].iloc[-1])].table("heat_business")
    assert (1000 * books["electricity_meur"] / books["electricity_gwh"]).tolist() == [pytest.approx(80)]
