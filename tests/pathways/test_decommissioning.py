"""What ends: transformers, circuits, supplies and datacenters. Power factor 1, stages 2026 to 2040."""

import numpy as np
import pytest

from gridplan.case.problem import CaseError
from gridplan.explain.headroom import headroom
from tests.model.cases import demand, grid_supply, line, make, near, pick, station, value
from tests.model.test_reinforcements import LENGTHS, YEARS, growing, horizon, in_service, transformer

LIGHT = {"time": {"energy_days": 1, "blocks_per_day": 1}}
ONE = {"one": np.ones(8760)}


def limits(plan, direction="demand", name="A"):
    """Limit of a station by stage."""
    table = plan.stations
    return table[(table["substation"] == name) & (table["direction"] == direction)]["limit_mw"].tolist()


@pytest.mark.parametrize(
    ("columns", "demand_mw", "feedin_mw"),
    [
        ({"retire_year": 2035, "retire_transformers": 1}, [200, 200, 100, 100], [300, 300, 200, 200]),
        ({"retire_year": 2036}, [200, 200, 200, 0], [300, 300, 300, 0]),
        ({"retire_year": 2030, "retire_transformers": 1, "firm_demand_mva": 170}, [170, 70, 70, 70], None),
    ],
)
def test_transformers_retire(columns, demand_mw, feedin_mw):
    """Three of 100 MVA: firm 200 for demand, 300 for feed-in. Without one 100 and 200, without all 0.

    A firm value of 170 is 100 less for each that retires; retire_year is the first year without.
    """
    case = growing([50] * 4).what_if(
        {f"substations.A.{k}": v for k, v in {"transformers": 3, **columns}.items()}
    )
    plan = case.solve(gap=0)
    assert plan.certificate.ok
    assert limits(plan) == near(demand_mw)
    assert feedin_mw is None or limits(plan, "feedin") == near(feedin_mw)
    short = sum(LENGTHS[y] * max(50 - mw, 0) for y, mw in zip(YEARS, demand_mw, strict=True))
    assert value(plan, "unserved_mw_years") == near(short)


def test_a_replacement_becomes_the_largest_when_all_others_have_gone():
    """Two of 100 MVA go in 2035. Units of 60 MVA: 50 MW need two then (largest 60 off), one is not enough.

    Before, with 100 MVA as the largest, each adds 60: 100, 160, 220.
    """
    case = growing([50] * 4, transformer(adds_mva=60, max_units=3)).what_if(
        {"substations.A.retire_year": 2035}
    )
    plan = case.solve(gap=0)
    assert plan.certificate.ok
    assert in_service(plan) == [0, 0, 2, 2]
    assert limits(plan) == near([100, 100, 60, 60])


def test_what_cannot_retire_is_named():
    case = growing([50] * 4)
    with pytest.raises(CaseError, match="4 transformers retire of 2"):
        case.what_if({"substations.A.retire_year": 2030, "substations.A.retire_transformers": 4})
    with pytest.raises(CaseError, match="needs transformers and transformer_mva"):
        case.what_if({"substations.A.retire_year": 2030, "substations.A.transformers": None})
    vain = case.what_if({"substations.A.retire_transformers": 1})
    assert any("without retire_year" in problem.message for problem in vain.warnings)


def ring(security="n-0", peaks=(60, 60, 60, 60), **row):
    """A feeds B over AB and over A-C-B, x alike, 100 MVA each but AB: 40 MVA until 2034."""
    tables = {
        "substations": [station(n) for n in "ABC"],
        "branches": [
            line("A", "B", circuit_mva=40, until_year=2034),
            line("A", "C", circuit_mva=50),
            line("C", "B", circuit_mva=50),
        ],
        "demands": [demand("B", mw, year=y, profile="one") for y, mw in zip(YEARS, peaks, strict=True)],
        "supplies": [grid_supply("A")],
        "reinforcements": [row] if row else [],
    }
    return make(tables, horizon() | LIGHT | {"physics": {"security": security}}, ONE)


def circuit(**columns):
    """A new circuit on AB, as the old one."""
    return {"reinforcement": "c", "kind": "branch", "target": "AB", "capex_meur": 9, **columns}


def test_circuits_end_and_the_flow_takes_the_other_way():
    """60 MW: 40 over AB and 20 over A-C-B; without AB 50 at most over A-C-B, so 10 are short from 2035."""
    plan = ring().solve(gap=0)
    assert plan.certificate.ok and plan.summary["security"]["violated"] == 0
    table = plan.branches[plan.branches["branch"] == "AB"]
    assert table["circuits"].tolist() == [1, 1, 0, 0]
    assert table["limit_mw"].tolist() == near([40, 40, 0, 0])
    assert table["peak_mw"].tolist()[:3] == near([40, 40, 0])
    assert value(plan, "unserved_mw_years") == near(10 * 11)


def test_a_new_circuit_takes_the_place_of_one_that_ends():
    """c on AB by 2035 (9 M€): 2/3 of 60 MW again on AB, nothing short; needed in 2035 for its flow."""
    plan = ring(**circuit(lead_time_years=3)).solve(gap=0)
    assert plan.certificate.ok
    assert in_service(plan, "c") == [0, 0, 1, 1]
    assert value(plan, "unserved_mw_years") == 0
    row = plan.reinforcements[plan.reinforcements["year"] == 2035].iloc[0]
    assert (row["need_year"], row["latest_start_year"], row["need"]) == (2035, 2032, "flows")
    assert plan.branches[plan.branches["branch"] == "AB"]["circuits"].tolist() == [1, 1, 1, 1]


def test_a_raise_of_a_rating_ends_with_its_circuits():
    """60 MVA more on AB in 2026 serve 100 MW of demand (66.7 over AB); from 2035 only 50 remain."""
    raised = circuit(adds_circuits=0, adds_mva=60)
    plan = ring(peaks=(100, 100, 100, 100), **raised).solve(gap=0)
    assert plan.certificate.ok and in_service(plan, "c") == [1] * 4
    assert plan.branches[plan.branches["branch"] == "AB"]["limit_mw"].tolist() == near([100, 100, 0, 0])
    assert value(plan, "unserved_mw_years") == near(50 * 11)


def test_outages_are_those_of_the_circuits_of_the_stage():
    """30 MW survive any loss on the ring (40 on AB, 50 on the other way). From 2035 only A-C-B is left:
    its loss cuts B off, which is told; AB is no outage any more.
    """
    plan = ring("n-1", peaks=(30, 30, 30, 30)).solve(gap=0)
    assert plan.certificate.ok and plan.summary["security"]["violated"] == 0
    table = plan.tables["islanding"]
    assert set(table["year"]) == {2035, 2040} and set(table["outage"]) == {"AC", "CB"}
    assert value(plan, "unserved_mw_years") == 0


def test_forbidden_islands_ask_for_the_new_circuit_when_the_old_one_ends():
    """As above, but B must be served after any loss: c is built for 2035."""
    case = ring("n-1", peaks=(30, 30, 30, 30), **circuit()).what_if({"physics.islanding": "forbid"})
    plan = case.solve(gap=0)
    assert plan.certificate.ok and plan.summary["security"]["violated"] == 0
    assert in_service(plan, "c") == [0, 0, 1, 1]


def test_headroom_follows_the_circuits_of_the_stage():
    """30 MW at B. With AB: 2/3 of D on AB, at most 40: D = 60, 30 more. Without: 50, 20 more."""
    table = headroom(ring(peaks=(30,) * 4), directions=["demand"], places=["B"], built=False)
    assert table["headroom_mw"].tolist() == near([30, 30, 20, 20])
    assert table["element"].tolist()[0] == "AB" and table["element"].tolist()[3] in ("AC", "CB")


def test_a_station_without_circuits_is_cut_off():
    """B hangs on AB alone, which ends in 2034: all of its 30 MW are unserved from 2035."""
    case = ring(peaks=(30,) * 4).what_if({"branches.CB": None})
    plan = case.solve(gap=0)
    assert plan.certificate.ok
    assert value(plan, "unserved_mw_years") == near(30 * 11)


def test_supplies_and_existing_datacenters_end():
    """A plant of 50 MW at 0 EUR runs till 2034; from then the grid at 10 EUR gives. A site of 40 MW IT with
    PUE 1.25 draws 50 MW till 2039.
    """
    tables = {
        "substations": [station("A")],
        "supplies": [
            {"supply": "p", "substation": "A", "technology": "chp", "capacity_mw": 50, "until_year": 2034},
            grid_supply("A", cost_eur_per_mwh=10),
        ],
        "datacenters": [
            {"site": "d", "class": "colo", "substation": "A", "existing_it_mw": 40, "max_it_mw": 40}
            | {"pue": 1.25, "until_year": 2039}
        ],
    }
    plan = make(tables, horizon()).solve(gap=0)
    assert plan.certificate.ok
    totals = plan.summary["indicators"]
    assert totals["datacenter_grid_mw"]["by_year"] == near({2026: 50, 2030: 50, 2035: 50, 2040: 0})
    assert totals["datacenter_total_mw"]["by_year"] == near({2026: 40, 2030: 40, 2035: 40, 2040: 0})
    cost = 50 * 8760 * 10 / 1e6
    assert totals["operating_cost_meur"]["by_year"] == near({2026: 0, 2030: 0, 2035: cost, 2040: 0})
    assert pick(plan.tables["supplies"], "mw", supply="p", year=2030) == near(50)
    assert pick(plan.tables["supplies"], "mw", supply="p", year=2035) == 0
