"""Why not there: a site forced into the plan, against the plan without it."""

import pytest

from gridplan.explain import explain
from gridplan.explain.why.say import Say
from tests.model.cases import make, near, station

WANTED = [{"class": "colo", "region": "all", "year": 2030, "it_mw": 10}]


def two_sites(**policies):
    """A cheap site at 1 and a dear one at 3 M€/MW, modules of 5 MW, 10 MW wanted; one year, no interest."""
    rows = {
        "zones": [{"zone": "a"}, {"zone": "b"}],
        "substations": [station("A", zone="a"), station("B", zone="b")],
        "datacenters": [
            {"site": "cheap", "substation": "A", "class": "colo", "module_it_mw": 5, "capex_meur_per_mw": 1},
            {"site": "dear", "substation": "B", "class": "colo", "module_it_mw": 5, "capex_meur_per_mw": 3},
        ],
        "datacenter_demand": WANTED,
        **policies,
    }
    horizon = {"years": [2030], "last_year": 2030, "discount_rate": 0.0, "lifetime_years": 1}
    return make(rows, {"horizon": horizon, "objective": {"minimise": ["total_cost_meur"]}})


@pytest.fixture(scope="module")
def plan():
    return two_sites().solve()


def test_the_other_site_costs_the_difference_and_moves_a_module(plan):
    """One module moves: 5 MW · (3 − 1) M€/MW = 10 M€ more."""
    found = explain(plan, "dear")
    moved = found.details.set_index("name")[["old", "new"]].to_dict("index")
    assert moved == {"cheap": {"old": near(10), "new": near(5)}, "dear": {"old": near(0), "new": near(5)}}
    assert found.sentences()[0] == "5 MW of IT at dear in 2030 would cost 10.0 M€ more in all."
    assert "10,0 M€ meer" in found.sentences("nl")[0]
    both = explain(plan, "dear", mw=10)
    assert both.sentences()[0] == "10 MW of IT at dear in 2030 would cost 20.0 M€ more in all."


def test_what_stands_already_is_said(plan):
    assert explain(plan, "cheap").sentences() == ["The plan already has 10 MW of IT at cheap in 2030."]


def test_a_site_that_cannot_be_names_the_rows():
    ban = [{"policy": "ban", "scope": "b", "indicator": "datacenter_mw", "value": 2}]
    plan = two_sites(policies=ban).solve()
    found = explain(plan, "dear")
    assert set(found.conflict["kind"]) == {"asked", "policy_max"}
    assert found.conflict.set_index("kind").loc["policy_max", "row"] == "ban"
    assert "policies.ban.value=5" in set(found.repairs["set"])


def test_a_zone_says_what_fits(plan):
    text = explain(plan, "a").sentences("nl")
    assert any("A in 2030: 10 MW nieuwe datacenters" in line for line in text)
    assert any("er past nog" in line and "MW afname bij" in line for line in text)


def test_everything_fits_is_said_and_an_unknown_place_is_refused(plan):
    assert explain(plan).status == "fits"
    with pytest.raises(ValueError, match="did you mean 'dear'"):
        explain(plan, "deer")


@pytest.mark.parametrize(
    ("value", "spec", "english", "dutch"),
    [
        (1234.5, "mw", "1,234", "1.234"),
        (12.34, "mw", "12.3", "12,3"),
        (0.25, "n", "0.25", "0,25"),
        (1234.5, "money", "1,234.5", "1.234,5"),
        (1, "years", "1 year", "1 jaar"),
        (3, "years", "3 years", "3 jaar"),
        (None, "n", "–", "–"),
    ],
)
def test_numbers_have_their_language(value, spec, english, dutch):
    assert Say("en").format_field(value, spec) == english
    assert Say("nl").format_field(value, spec) == dutch
