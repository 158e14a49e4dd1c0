"""Every planted conflict is named exactly, and every repair that is shown helps."""

import numpy as np
import pytest

from gridplan.case.patch import parse_set
from gridplan.explain.why import no_plan
from gridplan.model.build import build
from gridplan.model.periods import snapshot
from gridplan.solve.compile import compile_program
from gridplan.solve.highs import Options, Search
from gridplan.solve.progress import Silent
from gridplan.solve.rounds import search
from tests.explain.planted import PLANTED, STAGES, Planted, policy, site, wanted
from tests.model.cases import demand, station

QUICK = Options(0.0, 30, 1)


def relaxation(case):
    """Whether the program of a case has a solution once sizes may be fractions."""
    c = compile_program(build(case, snapshot(case)))
    rows, columns = (c.row_lower, c.row_upper), (c.lower, c.upper)
    return Search(c.matrix, rows, columns, np.zeros(len(c.columns), bool)).run(QUICK).x is not None


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_conflict_is_named_and_mended(name):
    planted = PLANTED[name]
    case = planted.case
    found = no_plan(case)
    rows = found.conflict
    assert set(rows["table"] + "." + rows["row"] + "." + rows["column"]) == planted.names
    assert rows["minimal"].all() and set(rows["conflict"]) == {1}
    assert relaxation(case) == planted.whole
    sets = dict(zip(found.repairs["kind"], found.repairs["set"], strict=True))
    for kind, text in planted.helps.items():
        assert text in sets[kind]
    if planted.whole:  # of the others `helps` says what is needed to the last digit
        mended = case.what_if(parse_set(sets[next(iter(planted.helps))].split("\n")))
        assert search(mended, QUICK, Silent()).answer.x is not None


# What lifts a row for good: the conflict must be gone then, whoever looks.
LIFTS = {
    "firm_demand_mva": 1e4, "it_mw": 0, "bays_free": None, "land_ha": None, "value": None, "region": "all",
    "module_it_mw": None, "required": None, "capacity_mw": 1e4, "earliest_year": None, "max_it_mw": None,
}  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["no bay is free", "only the region is full", "whole modules", "whole masts", "a site comes too late"],
)
def test_lifting_any_row_in_the_case_itself_gives_a_plan(name):
    planted = PLANTED[name]
    for row in planted.names:
        case = planted.case.what_if({row: LIFTS[row.rpartition(".")[2]]})
        assert search(case, QUICK, Silent()).answer.x is not None, row


def test_two_conflicts_are_both_named_and_mended_together():
    """S is 10 MW short, and land in z is 2 ha short: neither repair alone is enough."""
    tables = {
        "zones": [{"zone": "z", "land_ha": 5}],
        "substations": [station("S", firm_demand_mva=20), station("N", zone="z")],
        "datacenters": [site(), site("N", "far", zone="z", ha_per_mw=1) | {"class": "edge"}],
        "datacenter_demand": [wanted(30), wanted(7) | {"class": "edge"}],
    }
    found = no_plan(Planted(tables, set(), {}).case)
    rows = found.conflict
    by = rows.groupby("conflict")["column"].agg(set).to_dict()
    assert sorted(by.values(), key=sorted) == [{"firm_demand_mva", "it_mw"}, {"it_mw", "land_ha"}]
    fewer = found.repairs[found.repairs["kind"] == "fewer_programme"].iloc[0]
    assert set(fewer["set"].split("\n")) == {
        "datacenter_demand.colo:all:2030.it_mw=20", "datacenter_demand.edge:all:2030.it_mw=5",
    }  # fmt: skip


def test_load_is_named_only_where_nothing_is_asked_for():
    """20 MW of room, 15 MW of load. 10 MW of IT more is a wish; without it 25 MW of load is the reason."""
    tables = {
        "substations": [station("S", firm_demand_mva=20)],
        "demands": [demand("S", 15)],
        "datacenters": [site()],
        "datacenter_demand": [wanted(10)],
    }
    asked = no_plan(Planted(tables, set(), {}).case, repairs=False)
    assert set(asked.conflict["table"]) == {"datacenter_demand", "substations"}
    loaded = no_plan(Planted({**tables, "demands": [demand("S", 25)]}, set(), {}).case, repairs=False)
    assert set(loaded.conflict["table"]) == {"demands", "substations"}


def test_a_repair_that_does_not_solve_is_not_shown():
    """A policy until 2034 and a site from 2035: moving the programme past the policy meets the site."""
    tables = {
        "substations": [station("S")],
        "datacenters": [site(earliest_year=2035)],
        "datacenter_demand": [wanted(10)],
        "policies": [policy("datacenter_mw", 0, until_year=2031)],
    }
    settings = {"horizon": {"years": [2030, 2032, 2035], "last_year": 2035}}
    found = no_plan(Planted(tables, set(), {}, settings).case)
    later = found.repairs[found.repairs["kind"] == "later"].iloc[0]
    assert later["years_later"] == 5 and "year=2035" in later["set"]
    assert "policy" not in set(found.repairs["kind"]) and "sooner" not in set(found.repairs["kind"])


def test_no_time_is_said_and_nothing_is_made_up():
    found = no_plan(PLANTED["whole modules"].case, time_limit_s=0.0)
    assert found.conflict.empty or not found.conflict["minimal"].all()
    assert found.repairs.empty and found.sentences()


def test_stages_are_named_by_year():
    """5 MW fit: 3 in 2030 does, 8 in 2035 does not; only the later row stands in the conflict."""
    tables = {
        "substations": [station("S", firm_demand_mva=5)],
        "datacenters": [site()],
        "datacenter_demand": [wanted(3), wanted(8) | {"year": 2035}],
    }
    found = no_plan(Planted(tables, set(), {}, STAGES).case)
    asked = found.conflict[found.conflict["role"] == "wish"]
    assert asked[["row", "year", "value"]].to_numpy().tolist() == [["colo:all:2035", 2035, 8.0]]
    assert "datacenter_demand.colo:all:2035.it_mw=5" in set(found.repairs["set"])
