"""Quadratic, constant and least parts of a supply's cost, against what can be reckoned by hand."""

import pytest

from tests.model.cases import make, station, value

PF1 = {
    "case": {"power_factor": 1.0},
    "time": {"hours": 1},
    "objective": {"minimise": ["operating_cost_meur"]},
    "horizon": {"years": [2030], "last_year": 2030, "discount_rate": 0},
}


def plant(name, mw, **columns):
    return {"supply": name, "substation": "A", "technology": "generator", "capacity_mw": mw, **columns}


def solved(supplies, load, **settings):
    demands = [{"demand": "d", "substation": "A", "year": 2030, "peak_mw": load}]
    tables = {"substations": [station("A")], "supplies": supplies, "demands": demands}
    return make(tables, {**PF1, **settings}).solve(gap=0)


def made(plan):
    return plan.table("supplies").set_index("supply")["mw"].to_dict()


def euros(plan):
    return 1e6 * value(plan, "operating_cost_meur")


def test_a_quadratic_cost_is_shared_as_its_derivatives_say():
    """min a·P² + b·Q² with P + Q = L: 2aP = 2bQ, so P = L·b/(a+b); cost = L²·ab/(a+b).

    With a = 0.03, b = 0.07, L = 137: P = 95.9, Q = 41.1, cost = 394.149 EUR/h.
    """
    plants = [plant("p", 200, cost_eur_per_mw2h=0.03), plant("q", 200, cost_eur_per_mw2h=0.07)]
    plan = solved(plants, 137)
    assert made(plan) == pytest.approx({"p": 95.9, "q": 41.1}, abs=0.05)
    assert euros(plan) == pytest.approx(394.149, rel=1e-6)
    goal = plan.summary["objective"]["operating_cost_meur"]
    assert goal["bound"] <= goal["value"]
    assert goal["gap"] < 1e-6


def test_linear_and_constant_parts_count_too():
    """c1 + 2·c2·P equal at the optimum: 10 + 0.1·P = 20 → P = 100, Q = 50 at 20 EUR/MWh.

    Cost 0.05·100² + 10·100 + 7 + 20·50 + 3 = 2510.
    """
    plants = [
        plant("p", 200, cost_eur_per_mwh=10, cost_eur_per_mw2h=0.05, fixed_eur_per_h=7),
        plant("q", 200, cost_eur_per_mwh=20, fixed_eur_per_h=3),
    ]
    plan = solved(plants, 150)
    assert made(plan) == pytest.approx({"p": 100, "q": 50}, abs=0.05)
    assert euros(plan) == pytest.approx(2510, rel=1e-6)


def test_a_curve_without_a_capacity_is_followed_as_well():
    """One plant, no limit: 0.02·150² = 450 EUR/h."""
    assert euros(solved([plant("p", None, cost_eur_per_mw2h=0.02)], 150)) == pytest.approx(450, rel=1e-6)


def test_what_is_not_minimised_is_still_reported_by_the_curve():
    """Only CO2 is minimised (none here): cost of operation is 0.02·150² whatever the lines say."""
    plan = solved([plant("p", 200, cost_eur_per_mw2h=0.02)], 150, objective={"minimise": ["co2_kt"]})
    assert euros(plan) == pytest.approx(450, rel=1e-6)


def test_a_policy_on_cost_holds_for_the_curve():
    """0.02·P² ≤ 200 EUR/h: P ≤ 100 of a load of 150; the rest costs 1000 EUR/MWh, 30 kg/MWh against 0.

    Emissions are minimised; without the policy all would come from p. Policy: operating cost ≤ 50,200.
    """
    plants = [plant("p", 200, cost_eur_per_mw2h=0.02), plant("q", 200, co2_kg_per_mwh=30)]
    tables = {
        "substations": [station("A")],
        "supplies": plants,
        "demands": [{"demand": "d", "substation": "A", "year": 2030, "peak_mw": 150}],
        "policies": [
            {
                "policy": "cap",
                "indicator": "operating_cost_meur",
                "sense": "max",
                "value": 200e-6,
                "scope": "all",
            }
        ],
    }
    plan = make(tables, {**PF1, "objective": {"minimise": ["co2_kt"]}}).solve(gap=0)
    assert made(plan)["p"] == pytest.approx(100, abs=0.01)
    assert euros(plan) == pytest.approx(200, rel=1e-5)


def test_the_least_output_runs_though_it_is_dear():
    """30 MW of the dear plant must run, the cheap one gives the rest: 30·90 + 70·10 = 3400."""
    plan = solved([plant("p", 200, cost_eur_per_mwh=10), plant("q", 50, cost_eur_per_mwh=90, min_mw=30)], 100)
    assert made(plan) == pytest.approx({"p": 70, "q": 30})
    assert euros(plan) == pytest.approx(3400)


def test_a_negative_least_output_takes_power():
    """A dispatchable load of 40 MW that is worth 25 EUR/MWh, at 10: it takes all. 140·10 − 40·25."""
    plan = solved([plant("p", 200, cost_eur_per_mwh=10), plant("l", 0, min_mw=-40, cost_eur_per_mwh=25)], 100)
    assert made(plan) == pytest.approx({"p": 140, "l": -40})
    assert euros(plan) == pytest.approx(400)


def test_integers_and_a_curve_together():
    """A line of 60 MW (capex 1) to a plant at 0.01·P²; here 0.05·P². Money in one sum, by hand.

    Load 100. Without the line: 0.05·100² = 500. With it: P_far = 60 (its share by derivatives would be 83.3):
    0.01·60² + 0.05·40² = 116. Saving 384 EUR/h > 100: build. Total 216.
    """
    tables = {
        "substations": [station("A"), station("B")],
        "branches": [{"branch": "AB", "from": "A", "to": "B", "x_pu": 0.1, "circuit_mva": 60, "circuits": 0}],
        "reinforcements": [{"reinforcement": "r", "kind": "branch", "target": "AB", "capex_meur": 1e-4}],
        "supplies": [
            plant("here", 200, cost_eur_per_mw2h=0.05),
            plant("far", 200, cost_eur_per_mw2h=0.01) | {"substation": "B"},
        ],
        "demands": [{"demand": "d", "substation": "A", "year": 2030, "peak_mw": 100}],
    }
    goal = {"minimise": {"operating_cost_meur": 1.0, "capex_meur": 1.0}}
    plan = make(tables, {**PF1, "objective": goal}).solve(gap=0)
    assert made(plan) == pytest.approx({"here": 40, "far": 60}, abs=0.01)
    assert 1e6 * plan.summary["objective"]["weighted sum"]["value"] == pytest.approx(216, rel=1e-5)
