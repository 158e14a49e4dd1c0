"""What a site's heat is worth to the plan, by exact solves: as by hand, and as by whole solves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from gridplan.case import Case
from gridplan.explain import heat as exact
from gridplan.explain.heat import heat_value
from gridplan.explain.heat_asked import CutOff
from gridplan.plan.plan import Plan
from tests.heat.test_reuse import ANNUITY, HOURS, TJ, YEARS, full_station, region, sink, site
from tests.model.cases import Row

PIPE: Row = {"link": "pipe", "from": "hall", "to": "town", "fixed_meur": 5}
WORTH = YEARS * (12.6 * HOURS * 50 / 1e6 - 12.3 * ANNUITY - 3.6 * HOURS * 80 / 1e6)


def cost(plan: Plan) -> float:
    return float(plan.summary["objective"]["total_cost_meur"]["value"])


def asked(plan: Plan, name: str = "hall") -> pd.Series:
    return heat_value(plan, [name]).iloc[0]


@pytest.fixture(scope="module")
def plain() -> Plan:
    return region().solve(gap=0)


@pytest.fixture(scope="module")
def dear() -> Plan:
    return region(heat_links=[PIPE | {"fixed_meur": 100}]).solve(gap=0)


def least(tj: float, zone: str) -> Row:
    """Some heat of the site in a zone has to be used: by a policy, as another program."""
    return {"policy": "least", "indicator": "heat_reused_tj", "sense": "min", "value": tj, "scope": zone}


def test_a_used_site_is_worth_what_a_plan_without_it_costs_more(plain):
    """12.3 M€ of link, and 12.6 MW of heat for 3.6 MW of electricity; the same by a solve without link."""
    own = asked(plain)
    assert (own["verdict"], own["exact"], own["asked"], own["exact_tj"]) == ("linked", "linked", "without", 0)
    assert own["exact_meur"] == pytest.approx(WORTH)
    assert own["exact_meur"] == pytest.approx(cost(region(heat_links=[]).solve(gap=0)) - cost(plain))
    assert own["open_meur"] == 0


def test_an_unused_site_that_does_not_pay_needs_the_subsidy_that_makes_it_pay(dear):
    """At 100 M€ the whole link is the least bad: 12.6 MW at 95 M€ more; the same with a policy."""
    tables: dict[str, Any] = {"heat_links": [PIPE | {"fixed_meur": 100}]}
    own = asked(dear)
    assert (own["verdict"], own["exact"], own["asked"]) == ("does_not_pay", "does_not_pay", "with")
    assert own["exact_meur"] == pytest.approx(95 * ANNUITY * YEARS - WORTH)
    assert own["exact_tj"] == pytest.approx(9 * HOURS * TJ)
    forced = region(**tables, policies=[least(0.1 * 9 * HOURS * TJ, "all")]).solve(gap=0)
    assert own["exact_meur"] == pytest.approx(cost(forced) - cost(dear))


def test_a_full_station_says_what_it_takes():
    """No reinforcement: it cannot be. A transformer of 200 M€: the link comes, the plan is dearer by both."""
    own = asked(full_station().solve(gap=0))
    assert (own["verdict"], own["exact"], own["built"]) == ("does_not_fit", "does_not_fit", "")
    assert pd.isna(own["exact_meur"]) and pd.isna(own["exact_tj"])
    third = {"reinforcement": "third", "kind": "transformer", "target": "A", "adds_mva": 9, "capex_meur": 200}
    case = full_station(reinforcements=[third])
    plan = case.solve(gap=0)
    own = asked(plan)
    assert (own["exact"], own["built"]) == ("does_not_fit", "third (2030)")
    assert own["exact_meur"] == pytest.approx(200 * ANNUITY * YEARS - WORTH)
    forced = full_station(reinforcements=[third], policies=[least(1, "all")]).solve(gap=0)
    assert own["exact_meur"] == pytest.approx(cost(forced) - cost(plan))


def two_halls(**plant: Any) -> Case:
    """The town has a plant of 20 MW, at 10 EUR/MWh."""
    source = {"source": "plant", "zone": "B", "capacity_mw": 20, "temperature_c": 80, "cost_eur_per_mwh": 10}
    near = {"link": "near", "from": "plant", "to": "town"}
    return region(heat_sources=[source | plant], heat_links=[PIPE, near])


def test_a_site_that_another_producer_beats():
    """A tenth of its heat, 1.26 MW for the town, costs 5.63 M€ and 0.36 MW, and saves 1.26 MW at 10 EUR."""
    own = asked(two_halls().solve(gap=0))
    assert (own["verdict"], own["exact"]) == ("sink_taken", "sink_taken")
    saved = 1.26 * HOURS * 10 / 1e6 - (5 + 0.63) * ANNUITY - 0.36 * HOURS * 80 / 1e6
    assert own["exact_meur"] == pytest.approx(-YEARS * saved)
    assert own["exact_tj"] == pytest.approx(0.9 * HOURS * TJ)


def test_two_plans_of_one_cost_are_within_the_gap():
    """A link dearer than what it saves by 50 EUR, less than what is known of the plan: a millionth twice."""
    dear = 5 + (WORTH + 5e-5) / (ANNUITY * YEARS)
    plan = region(heat_links=[PIPE | {"fixed_meur": dear}]).solve(gap=0)
    own = asked(plan)
    assert 2e-6 * cost(plan) > 5e-5
    assert (own["verdict"], own["exact"]) == ("does_not_pay", "within_gap")
    assert own["exact_meur"] == pytest.approx(5e-5, abs=1e-6)


def test_a_plan_that_misses_a_link_is_told_what_it_gains(dear):
    """The plan of a dear link, kept where the link is cheap: within its gap something better was missed."""
    own = asked(replace(dear, case=region()))
    assert own["exact"] == "within_gap"
    assert own["exact_meur"] == pytest.approx(-WORTH)


def test_a_policy_stays_the_reason():
    """No heat pump is allowed, so no plan has this heat, whatever is built."""
    rule = {"policy": "none", "indicator": "heat_pump_mw", "sense": "max", "value": 0, "scope": "all"}
    own = asked(region(policies=[rule]).solve(gap=0))
    assert (own["verdict"], own["exact"]) == ("policy", "policy")
    assert pd.isna(own["exact_meur"])


def test_a_sink_that_cannot_do_without():
    """The town must have its heat from links: there is no plan without the site."""
    only = sink("town", peak_mw=10, must_connect=True)
    own = asked(region(heat_sinks=[only]).solve(gap=0))
    assert (own["verdict"], own["exact"], own["asked"]) == ("linked", "linked", "without")
    assert pd.isna(own["exact_meur"])


def test_where_nothing_is_to_be_solved_nothing_is(monkeypatch):
    plan = region(datacenters=[site("hall", heat_share=0)], heat_links=[]).solve(gap=0)
    monkeypatch.setattr(exact, "Asked", None)
    own = asked(plan)
    assert (own["verdict"], own["exact"], own["asked"]) == ("no_heat", "", "")
    with pytest.raises(ValueError, match="site 'moon' is not there; datacenters above 1 MW: hall"):
        heat_value(plan, ["moon"])


def test_out_of_time_is_no_verdict(monkeypatch, plain):

    def late(*_: Any) -> None:
        raise CutOff

    monkeypatch.setattr(exact.Asked, "_solve", late)
    own = asked(plain)
    assert (own["verdict"], own["exact"]) == ("linked", "cut_off")
    assert pd.isna(own["exact_meur"])
