"""Outages on grids small enough to reckon by hand."""

import pytest

from tests.model.cases import demand, line, make, near, pick, station, value
from tests.security.grids import triangle

N1 = {"case": {"power_factor": 1.0}, "physics": {"security": "n-1"}}


def with_rating(rating, **more):
    return {**N1, "physics": {"security": "n-1", "emergency_rating": rating, **more}}


def test_a_triangle_serves_what_its_weakest_path_carries():
    """80 MW at C: intact, AC carries 2/3, AB and BC 1/3. After the loss of AC all runs over AB-BC (60 MW), so
    20 MW are not secure; after the loss of AB or BC all runs over AC (100 MW), which is enough.
    """
    plan = make(triangle(ab=60, bc=100, ac=100), N1).solve()
    assert plan.status == "optimal"
    assert value(plan, "unserved_mw_years") == near(20)
    assert pick(plan.table("unserved"), "worst_outage") == "AC"
    assert plan.summary["security"] == {
        "hours": 1,
        "outages": 3,
        "checked": 4,
        "combinations": 9,
        "violated": 0,
        "worst_mw": pytest.approx(0, abs=1e-3),
        "islanding": [],
        "rounds": 2,
    }


def test_the_emergency_rating_holds_after_an_outage_only():
    """60 MW · 1.25 = 75 MW after the loss of AC; 5 MW stay. Without an outage AC carries no more than 100."""
    plan = make(triangle(ab=60), with_rating(1.25)).solve()
    assert value(plan, "unserved_mw_years") == near(5)
    plan = make(triangle(ab=60, ac=30), with_rating(2.0)).solve()
    assert value(plan, "unserved_mw_years") == near(80 - 45)  # intact: 2/3 of 45 MW fill AC


def test_a_branch_of_two_circuits_loses_one_and_what_it_shares():
    """A-C has two circuits (x/2): beside A-B-C (2x) they carry 4/5 of 100 MW; after the loss of one, 2/3:
    66.7 MW on the one that is left. With 60 MW a circuit 90 MW can be served: 2/3 · 90 = 60.
    """
    tables = triangle(load=100.0)
    tables["branches"][2] = line("A", "C", circuit_mva=60, circuits=2)
    plan = make(tables, N1).solve()
    assert value(plan, "unserved_mw_years") == near(10)
    worst = plan.branches.set_index("branch").loc["AC"]
    assert (worst["worst_outage"], worst["outage_mw"], worst["outage_loading"]) == ("AC", near(60), near(1))


def test_an_outage_that_splits_the_grid_is_told_by_name_and_not_planned_against():
    """D hangs on C by one circuit: its loss cuts off 10 MW. The triangle must still be secure."""
    tables = triangle(ab=60)
    tables["substations"].append(station("D"))
    tables["branches"].append(line("C", "D", circuit_mva=50))
    tables["demands"].append(demand("D", 10))
    plan = make(tables, N1).solve()
    assert value(plan, "unserved_mw_years") == near(30)
    assert plan.summary["security"]["islanding"] == ["CD"]
    told = plan.table("islanding")
    assert told[["outage", "substations"]].to_numpy().tolist() == [["CD", "D"]]
    assert told["peak_mw"].iloc[0] <= 10 + 1e-6
    assert plan.certificate.ok, plan.certificate


def test_islanding_can_be_forbidden():
    """The same, with `islanding = forbid`: the 10 MW at D cannot be served after the loss of CD."""
    tables = triangle()
    tables["substations"].append(station("D"))
    tables["branches"].append(line("C", "D", circuit_mva=50))
    tables["demands"].append(demand("D", 10))
    plan = make(tables, with_rating(1.0, islanding="forbid")).solve()
    assert value(plan, "unserved_mw_years") == near(10)


def test_what_is_cut_off_with_its_supply_leaves_the_rest_to_itself():
    """80 MW at C from A (70 MW) and from D (50 MW) behind one circuit: without CD the rest lacks 10 MW."""
    tables = triangle()
    tables["substations"].append(station("D"))
    tables["branches"].append(line("C", "D", circuit_mva=200))
    tables["supplies"] = [
        {"supply": "a", "substation": "A", "capacity_mw": 70},
        {"supply": "d", "substation": "D", "capacity_mw": 50},
    ]
    plan = make(tables, N1).solve()
    assert value(plan, "unserved_mw_years") == near(10)
    assert pick(plan.table("unserved"), "worst_outage") == "CD"


def test_a_new_circuit_changes_rating_and_shares_after_every_outage():
    """60 MW on A-B is too little after the loss of AC (80 MW). A second circuit on AC (cost 3) stands:
    the loss of one leaves the other. A second on AB (cost 2) does as well, since BC carries 100 MW.
    """
    tables = triangle(ab=60)
    tables["reinforcements"] = [
        {"reinforcement": "more_ac", "kind": "branch", "target": "AC", "capex_meur": 3},
        {"reinforcement": "more_ab", "kind": "branch", "target": "AB", "capex_meur": 2},
    ]
    plan = make(tables, N1).solve()
    assert value(plan, "unserved_mw_years") == near(0)
    assert value(plan, "capex_meur") == near(2)
    assert plan.certificate.ok, plan.certificate


def test_supply_is_dispatched_anew_after_an_outage():
    """C is fed over two ways and has a peaker of 20 MW that is dear: no cost without an outage, and after the
    loss of AC it closes the gap of 20 MW, so nothing goes unserved.
    """
    tables = triangle(ab=60)
    tables["supplies"].append(
        {"supply": "peaker", "substation": "C", "capacity_mw": 20, "cost_eur_per_mwh": 500}
    )
    plan = make(tables, N1).solve()
    assert value(plan, "unserved_mw_years") == near(0)
    assert value(plan, "operating_cost_meur") == near(0)


def test_transport_flow_keeps_ratings_after_an_outage():
    """Without Kirchhoff 130 MW fit over AC (100) and A-B-C (60); after the loss of AC only 60."""
    settings = {**N1, "physics": {"flow": "transport", "security": "n-1"}}
    plan = make(triangle(ab=60, load=130), settings).solve()
    assert value(plan, "unserved_mw_years") == near(70)


def test_a_new_station_on_one_circuit_may_be_cut_off_but_two_must_carry_it():
    """N is new, fed from A by one circuit (100 MW) or two: 90 MW. One circuit is an island, reported; nothing
    else is asked, so the cheaper one is built.
    """
    tables = triangle()
    tables["substations"].append(station("N", transformers=1, transformer_mva=500, firm_demand_mva=200))
    tables["demands"].append(demand("N", 90))
    tables["reinforcements"] = [
        {
            "reinforcement": "new",
            "kind": "branch",
            "from": "A",
            "to": "N",
            "adds_mva": 100,
            "x_pu": 0.1,
            "max_units": 2,
            "capex_meur": 4,
        }
    ]
    plan = make(tables, N1).solve()
    assert value(plan, "unserved_mw_years") == near(0)
    assert value(plan, "capex_meur") == near(4)
    assert plan.summary["security"]["islanding"] == ["new"]
    forbidden = make(tables, with_rating(1.0, islanding="forbid")).solve()
    assert value(forbidden, "capex_meur") == near(8)
    assert forbidden.summary["security"]["islanding"] == []


def test_a_battery_without_profiles_gives_nothing_after_an_outage():
    """Without profiles a year is one hour, in which a battery ends as it began: 20 MW stay, as without it."""
    tables = triangle(ab=60)
    tables["storages"] = [{"storage": "battery", "substation": "C", "power_mw": 30, "energy_mwh": 60}]
    plan = make(tables, N1).solve()
    assert value(plan, "unserved_mw_years") == near(20)
