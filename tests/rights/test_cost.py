"""What rights cost: tariff, discount, energy that is lost, and reinforcement instead."""

import pytest

from tests.model.cases import near, pick, value
from tests.rights.small import FIRM, TDTR85, case_of, hall, held, place, sited, verified

TARIFF = {"tariff_eur_per_kw_year": 100}
GOALS = ("shortfall_mw", "total_cost_meur")
MONEY = {"horizon": {"years": [2030], "last_year": 2030, "discount_rate": 0.0, "lifetime_years": 10}}


def case(discount=0.2, tariff=100):
    """A and B: base 100 -> 20 MW, limit 100; C: base 50 MW, limit 100; 10 MW wanted at each. A transformer
    costs 1 M€ a year at A, 1.5 at B.
    """
    works = [
        {
            "reinforcement": f"t{n}",
            "kind": "transformer",
            "target": n,
            "adds_mva": 20,
            "capex_meur": 10 * meur,
        }
        for n, meur in (("A", 0.9), ("B", 1.3))
    ]
    parts = [place("A", 100, 100, "linear"), place("B", 100, 100, "linear"), place("C", 100, 50)]
    rights = [{**FIRM, **TARIFF}, {**TDTR85, "tariff_eur_per_kw_year": tariff, "discount": discount}]
    return case_of(
        rights, *parts, *(hall(n, 10) for n in "ABC"), {"reinforcements": works}, minimise=GOALS, **MONEY
    )


@pytest.fixture(scope="module")
def plan():
    return verified(case().solve())


def test_the_discount_decides_where_both_fit(plan):
    """At C nobody is ever cut: 10 MW · 100 EUR/kW · 0.8 = 0.8 M€ a year against 1. With no discount and a
    tariff of 101 firm is cheaper.
    """
    assert sited(plan, "hall_C") == {"tdtr85": near(10)}
    row = held(plan, "hall_C", "tdtr85")
    assert row["tariff_meur_per_year"] == near(0.8)
    assert row["discount_meur_per_year"] == near(0.2)
    assert row["curtailed_hours"] == 0
    other = verified(case(discount=0, tariff=101).solve())
    assert sited(other, "hall_C") == {"firm": near(10)}


def test_reinforcement_or_curtailment(plan):
    """10 MW at A or B lose Σ_k max(0, 10 − 80k/8760) = 5480 MWh a year, 1.096 M€ at 200 EUR/MWh. A
    transformer for 0.9 M€ a year is built at A, one for 1.3 M€ is not at B.
    """
    mwh = sum(max(0.0, 10 - 80 * k / 8760) for k in range(8760))
    assert mwh == pytest.approx(5480, abs=1)
    units = plan.reinforcements
    assert pick(units, "units_in_service", reinforcement="tA", year=2030) == 1
    assert pick(units, "units_in_service", reinforcement="tB", year=2030) == 0
    assert held(plan, "hall_A", "tdtr85")["curtailed_mwh"] == near(0)
    row = held(plan, "hall_B", "tdtr85")
    assert row["curtailed_mwh"] == pytest.approx(mwh, rel=1e-3)
    assert 0.985 * mwh <= row["expected_mwh"] <= mwh + 1  # tangents at some ranks, from below


def test_the_cost_is_tariff_and_lost_energy(plan):
    """3 tariffs of 0.8 M€, the transformer, and what B is reckoned to lose."""
    lost = held(plan, "hall_B", "tdtr85")["expected_mwh"]
    assert value(plan, "operating_cost_meur") == near(2.4 + lost * 200 / 1e6)
    assert value(plan, "total_cost_meur") == near(2.4 + lost * 200 / 1e6 + 0.9)
    assert value(plan, "demand_curtailed_gwh") == near(lost / 1000)


def test_who_is_off_first():
    """Base 60 MW, in 100 hours 90; limit 100. Non-firm 30 MW and 85 % 20 MW: in 100 hours 40 MW must be off,
    30 of them of the non-firm user. Both draw 50 MW together, so 10 are off in all other hours: non-firm too.
    """
    import numpy as np

    from tests.rights.small import RANK

    rights = [{**TDTR85, "max_share": 0.4}, {"right": "non_firm", "max_share": 0.6}]
    parts = (place("A", 100, 90, "base"), hall("A", 50, min_it_mw=50))
    base = np.where(RANK < 100, 1.0, 60 / 90)
    plan = verified(case_of(rights, *parts, profiles={"base": base}, minimise=GOALS).solve())
    assert sited(plan, "hall_A") == {"tdtr85": near(20), "non_firm": near(30)}
    assert held(plan, "hall_A", "non_firm")["curtailed_mwh"] == near(30 * 100 + 10 * 8660)
    assert held(plan, "hall_A", "non_firm")["cut_order"] == 1
    assert held(plan, "hall_A", "tdtr85")["curtailed_mwh"] == near(10 * 100)
    assert held(plan, "hall_A", "tdtr85")["cut_order"] == 2
