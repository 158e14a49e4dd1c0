"""A circuit is out: flows, ratings and what is cut off, on a triangle that is computed by hand."""

from dataclasses import replace

import pandas as pd
import pytest

from gridplan.case import case_from_tables
from gridplan.plan.verify import verify

PERIOD = {"year": 2030, "day": 0, "hour": 18, "weight_hours": 0.0}
LINES = [("AB", "A", "B", 70.0), ("BC", "B", "C", 70.0), ("AC", "A", "C", 70.0), ("CD", "C", "D", 40.0)]
DEMAND = {"B": 60.0, "C": 30.0, "D": 10.0}


def triangle(circuits_to_d=2, **reinforcement):
    """A plan for lines of equal reactance in a triangle A, B, C and a spur from C to D.

    All power comes in at A; B draws 60 MW, C 30 MW and D 10 MW, so 40 MW go to C. Of what is meant for B, two
    thirds take the straight line and one third goes round; of what is meant for C likewise:
    AB = 2/3·60 + 1/3·40 = 53.33, AC = 1/3·60 + 2/3·40 = 46.67, BC = 53.33 − 60 = −6.67, CD = 10.
    """
    tables = {
        "substations": pd.DataFrame({"substation": list("ABCD")}),
        "branches": pd.DataFrame(LINES, columns=["branch", "from", "to", "circuit_mva"]).assign(
            circuits=[1, 1, 1, circuits_to_d], x_pu=0.1
        ),
        "demands": pd.DataFrame(
            [
                {"demand": f"town {n}", "substation": n, "year": 2030, "peak_mw": mw}
                for n, mw in DEMAND.items()
            ]
        ),
        "supplies": pd.DataFrame([{"supply": "above", "substation": "A", "technology": "grid_supply"}]),
    }
    if reinforcement:
        row = {"reinforcement": "new", "kind": "branch", **reinforcement}
        tables["reinforcements"] = pd.DataFrame([row])
        policy = {"policy": "build", "indicator": "capex_meur", "sense": "min", "value": row["capex_meur"]}
        tables["policies"] = pd.DataFrame([policy])
    settings = {
        "case": {"power_factor": 1.0},
        "horizon": {"years": [2030]},
        "physics": {"emergency_rating": 1.5},
        "objective": {"minimise": ["total_cost_meur"]},
    }
    return case_from_tables(settings, tables).solve(threads=1)


def with_outage(plan, outage, flows, cut_off=""):
    """The plan with one more period, in which `outage` is out and lines carry `flows`."""
    here = {**PERIOD, "outage": outage}
    served = {n: mw for n, mw in DEMAND.items() if n != cut_off}
    drawn = [{"substation": n, "side": "mv", "subject": "demands", "mw": mw} for n, mw in served.items()]
    drawn.append({"substation": "A", "side": "hv", "subject": "supplies", "mw": -sum(served.values())})
    more = {
        "flows": [{"branch": name, "mw": mw} for name, mw in flows.items()],
        "supplies": [{"supply": "above", "mw": sum(served.values()), "new_mw": 0.0}],
        "withdrawals": drawn,
    }
    tables = dict(plan.tables)
    for name, rows in more.items():
        normal = plan.table(name).assign(outage="")
        tables[name] = pd.concat([normal, pd.DataFrame([{**row, **here} for row in rows])], ignore_index=True)
    return replace(plan, tables=tables)


@pytest.fixture(scope="module")
def plain():
    """The triangle."""
    return triangle()


def failed(plan):
    """(check, row) of every failure."""
    return [(failure.check, failure.row) for failure in verify(plan).failures]


def test_with_everything_in_service_flows_are_those_by_hand(plain):
    flows = plain.table("flows").set_index("branch")["mw"]
    assert flows.to_dict() == pytest.approx({"AB": 160 / 3, "AC": 140 / 3, "BC": -20 / 3, "CD": 10}, abs=1e-6)
    assert verify(plain).ok, verify(plain)


def test_without_a_line_everything_goes_round(plain):
    """AB is out: 100 MW on AC (rating 70, in an emergency 105), 60 MW on to B."""
    out = with_outage(plain, "AB", {"AB": 0.0, "AC": 100.0, "BC": -60.0, "CD": 10.0})
    assert verify(out).ok, verify(out)
    blank = {name: table.drop(columns="outage", errors="ignore") for name, table in out.tables.items()}
    assert ("branch_ratings", "branch=AC, year=2030, day=0, hour=18, weight_hours=0") in failed(
        replace(out, tables=blank)
    ), "with all in service AC may carry 70 MW only"


def test_flows_as_if_nothing_were_out_are_found(plain):
    flows = {"AB": 160 / 3, "AC": 140 / 3, "BC": -20 / 3, "CD": 10.0}
    found = failed(with_outage(plain, "AB", flows))
    assert ("branch_ratings", "branch=AB, year=2030, day=0, hour=18, weight_hours=0, outage=AB") in found
    assert any(check == "kirchhoff" and "outage=AB" in row for check, row in found)


def test_flows_against_kirchhoff_are_found(plain):
    """BC is out, so 60 MW go to B and 40 MW to C; 5 MW round the ring would keep the balance of no bus."""
    assert verify(with_outage(plain, "BC", {"AB": 60.0, "AC": 40.0, "BC": 0.0, "CD": 10.0})).ok
    found = failed(with_outage(plain, "BC", {"AB": 65.0, "AC": 35.0, "BC": 5.0, "CD": 10.0}))
    assert {check for check, _ in found} == {"branch_ratings", "kirchhoff"}


def test_ratings_are_those_of_an_emergency_and_no_more(plain):
    """AC is out: all 100 MW go over AB, which may carry 1.5 · 70 = 105 MW now."""
    assert verify(with_outage(plain, "AC", {"AB": 100.0, "AC": 0.0, "BC": 40.0, "CD": 10.0})).ok
    found = verify(
        with_outage(plain, "AC", {"AB": 106.0, "AC": 0.0, "BC": 40.0, "CD": 10.0}), ["branch_ratings"]
    )
    assert [failure.text for failure in found.failures] == ["106 MW, at most 105 MW"]


def test_of_two_circuits_one_is_left(plain):
    """CD has 2 circuits of 40 MVA: with one out 60 MW may pass."""
    flows = {"AB": 160 / 3, "AC": 140 / 3, "BC": -20 / 3}
    assert verify(with_outage(plain, "CD", {**flows, "CD": 10.0})).ok
    found = verify(with_outage(plain, "CD", {**flows, "CD": 61.0}), ["branch_ratings"])
    assert [failure.text for failure in found.failures] == ["61 MW, at most 60 MW"]


@pytest.fixture(scope="module")
def spur():
    """The triangle with one circuit to D, so that its loss cuts D off."""
    return triangle(circuits_to_d=1)


def test_what_is_cut_off_is_not_served_and_not_asked(spur):
    """CD is out: 60 MW to B and 30 MW to C, AB = 2/3·60 + 1/3·30 = 50, AC = 40, BC = −10."""
    flows = {"AB": 50.0, "AC": 40.0, "BC": -10.0, "CD": 0.0}
    assert verify(with_outage(spur, "CD", flows, cut_off="D")).ok
    tables = with_outage(spur, "CD", flows, cut_off="D").tables
    alone = {"substation": "D", "side": "mv", "subject": "demands", "mw": 10.0, **PERIOD, "outage": "CD"}
    drawn = pd.concat([tables["withdrawals"], pd.DataFrame([alone])], ignore_index=True)
    assert verify(replace(spur, tables={**tables, "withdrawals": drawn})).ok


def test_nothing_runs_on_a_corridor_that_is_lost(spur):
    flows = {"AB": 160 / 3, "AC": 140 / 3, "BC": -20 / 3, "CD": 10.0}
    found = failed(with_outage(spur, "CD", flows))
    assert ("branch_ratings", "branch=CD, year=2030, day=0, hour=18, weight_hours=0, outage=CD") in found
    assert any(check == "kirchhoff" and row.startswith("branch=BC,") for check, row in found)


def test_a_served_station_must_draw_what_the_case_says(spur):
    flows = {"AB": 0.0, "AC": 0.0, "BC": 0.0, "CD": 0.0}
    out = with_outage(spur, "CD", flows, cut_off="D")
    drawn = out.table("withdrawals")
    rest = {"withdrawals": drawn[drawn["outage"] == ""], "supplies": plain_supply(out)}
    found = failed(replace(out, tables={**out.tables, **rest}))
    rows = [row for check, row in found if check == "withdrawals"]
    assert [row.split(", ")[1] for row in rows] == ["substation=B", "substation=C"]


def plain_supply(plan):
    """Table `supplies` without the outage."""
    table = plan.table("supplies")
    return table[table["outage"] == ""]


def test_a_new_corridor_can_be_the_one_that_is_out():
    """A way from A to D of twice the reactance, as reinforcement `new`; out, it changes nothing."""
    plan = triangle(**{"from": "A", "to": "D", "adds_mva": 50.0, "x_pu": 0.2, "capex_meur": 1.0})
    assert plan.table("flows").set_index("branch")["mw"]["new"] > 10, plan.table("flows")
    flows = {"AB": 160 / 3, "AC": 140 / 3, "BC": -20 / 3, "CD": 10.0, "new": 0.0}
    assert verify(with_outage(plan, "new", flows)).ok, verify(with_outage(plan, "new", flows))
    found = failed(with_outage(plan, "new", {**flows, "new": 1.0}))
    assert any(check == "branch_ratings" and row.startswith("branch=new") for check, row in found)


def test_a_new_circuit_beside_an_old_one_can_be_out():
    """A second circuit on AB; either of the two may be out, and then flows are those of one circuit."""
    plan = triangle(target="AB", capex_meur=1.0)
    flows = {"AB": 160 / 3, "AC": 140 / 3, "BC": -20 / 3, "CD": 10.0}
    for outage in ("AB", "new"):
        assert verify(with_outage(plan, outage, flows)).ok, outage


def test_a_raise_goes_with_the_circuits_that_are_left():
    """CD is raised by 20 MW from 80; with one circuit of two out half is left: 50 MW, times 1.5."""
    plan = triangle(target="CD", adds_circuits=0, adds_mva=20.0, capex_meur=1.0)
    flows = {"AB": 160 / 3, "AC": 140 / 3, "BC": -20 / 3, "CD": 76.0}
    found = verify(with_outage(plan, "CD", flows), ["branch_ratings"])
    assert [failure.text for failure in found.failures] == ["76 MW, at most 75 MW"]


def test_an_outage_of_nothing_is_named(plain):
    out = with_outage(plain, "XY", {"AB": 160 / 3, "AC": 140 / 3, "BC": -20 / 3, "CD": 10.0})
    assert {failure.column for failure in verify(out).failures if failure.check == "tables"} == {"outage"}
