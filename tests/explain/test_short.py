"""Of a plan: why something in it is not served, and that money is told apart from what cannot be."""

import pytest

from gridplan.explain import explain
from tests.explain.planted import wanted
from tests.model.cases import demand, make, near, station

SOFT = {
    "case": {"power_factor": 1},
    "objective": {"minimise": ["unserved_mw_years", "total_cost_meur"]},
    "horizon": {"years": [2030, 2035], "last_year": 2035},
}
CHEAP = {
    **SOFT,
    "objective": {"minimise": ["total_cost_meur"]},
    "horizon": {"years": [2030], "last_year": 2030},
}


def cells(found):
    rows = found.conflict
    return set(rows["table"] + "." + rows["row"] + "." + rows["column"])


def test_load_that_is_not_served():
    """30 MW of homes and 5 MW of a hospital, 20 MW of room until 2035: 15 MW short. The hospital is never
    cut, and what is asked to give way is homes.
    """
    rows = {
        "substations": [station("S", firm_demand_mva=20)],
        "demands": [demand("S", 30, demand="homes"), demand("S", 5, demand="hospital", critical=True)],
        "reinforcements": [
            {
                "reinforcement": "T",
                "kind": "transformer",
                "target": "S",
                "adds_mva": 20,
                "earliest_year": 2035,
            }
        ],
    }
    found = explain(make(rows, SOFT))
    assert found.status == "short" and found.sentences()[0].startswith("15 MW at S is not served in 2030")
    assert cells(found) == {
        "demands.homes:2030.peak_mw", "substations.S.firm_demand_mva", "reinforcements.T.earliest_year",
    }  # fmt: skip
    repairs = found.repairs.set_index("kind")
    assert repairs.loc["fewer_demand", "set"] == "demands.homes:2030.peak_mw=15"
    assert repairs.loc["sooner", "set"] == "reinforcements.T.earliest_year=2030"


def test_two_classes_that_compete():
    """10 MW of room for 8 MW of colo (dearer to leave) and 6 MW of edge: 4 MW of edge are short, because of
    both rows; what is short gives way.
    """
    rows = {
        "substations": [station("S", firm_demand_mva=10)],
        "datacenters": [{"site": "dc", "substation": "S", "capex_meur_per_mw": 1}],
        "datacenter_demand": [
            wanted(8, unserved_meur_per_mw=50),
            wanted(6, unserved_meur_per_mw=40) | {"class": "edge"},
        ],
    }
    plan = make(rows, CHEAP).solve()
    found = explain(plan, "edge")
    assert cells(found) == {
        "datacenter_demand.colo:all:2030.it_mw", "datacenter_demand.edge:all:2030.it_mw",
        "substations.S.firm_demand_mva",
    }  # fmt: skip
    repairs = found.repairs.set_index("kind")["set"]
    assert "datacenter_demand.edge:all:2030.it_mw=2" in set(repairs)
    assert all(
        "transport_rights." in text for text in set(repairs) - {"datacenter_demand.edge:all:2030.it_mw=2"}
    )
    assert not explain(plan, "colo").findings


def test_money_is_told_apart():
    """10 MW at 1 M€/MW, or 0.5 M€/MW to leave them; without interest over 40 years: (1 − 0.5)·10/40 M€."""
    rows = {
        "substations": [station("S")],
        "datacenters": [{"site": "dc", "substation": "S", "class": "colo", "capex_meur_per_mw": 1}],
        "datacenter_demand": [wanted(10, unserved_meur_per_mw=0.5)],
    }
    horizon = {"years": [2030], "last_year": 2030, "discount_rate": 0.0}
    found = explain(make(rows, {**CHEAP, "horizon": horizon}))
    assert found.conflict.empty and found.repairs.empty
    assert found.notes[0].values["extra"] == near(5 / 40)
    assert "because of money" in found.sentences()[0] and "om het geld" in found.sentences("nl")[0]


@pytest.mark.parametrize(("price", "status"), [(None, "infeasible"), (0.1, "short")])
def test_a_goal_out_of_reach(price, status):
    """At least 10 MW, and the site holds 6: no plan, or with a price a plan that misses it by 4 MW."""
    rows = {
        "substations": [station("S")],
        "datacenters": [{"site": "dc", "substation": "S", "class": "colo", "max_it_mw": 6}],
        "datacenter_demand": [wanted(12, unserved_meur_per_mw=1)],
        "policies": [
            {"policy": "goal", "indicator": "datacenter_mw", "sense": "min", "value": 10, "price": price}
        ],
    }
    found = explain(make(rows, CHEAP), "goal")
    assert found.status == status
    assert cells(found) == {"policies.goal.value", "datacenters.dc.max_it_mw"}
    assert {"policies.goal.value=6", "datacenters.dc.max_it_mw=10"} <= set(found.repairs["set"])
