"""What is doubtful, has no effect, or is not yet planned with, is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridplan.case import Case, read_case
from gridplan.case.check_policies import COUNTED, words_of
from gridplan.case.draft import Draft
from gridplan.case.problem import Problem
from gridplan.case.tables import indicators
from gridplan.model.build import build
from gridplan.model.periods import typical
from tests.case.small import write_files
from tests.model.cases import demand, line, make, station

TUTORIAL = Path(__file__).parents[2] / "cases" / "tutorial"
SITES = "site,zone,substation,class,max_it_mw,heat_share\n"


def told(folder: Path, check: str, **files: str | None) -> list[Problem]:
    """Warnings of one check, for the small case with tables replaced."""
    changes: dict[str, str | bytes | None] = {f"{name}.csv": text for name, text in files.items()}
    return [w for w in read_case(write_files(folder, changes)).warnings if w.check == check]


@pytest.mark.parametrize(
    ("indicator", "word", "would"),
    [
        ("datacenter_mw", "cloud", None),
        ("datacenter_mw", "hall", None),
        ("datacenter_mw", "candidate", None),
        ("datacenter_mw", "standalone", None),
        ("datacenter_mw", "pv", "cloud"),
        ("res_gwh", "pv", None),
        ("res_gwh", "cloud", "pv"),
        ("capex_meur", "transformer", None),
        ("capex_meur", "grid_supply", None),
        ("heat_reused_tj", "hall", None),
        ("heat_reused_tj", "cloud", "hall"),  # heat is known by the id of its site
        ("unserved_mw_years", "North", None),
        ("unserved_mw_years", "homes", "North"),
        ("unserved_mw_years", "households", "North"),  # a category
    ],
)
def test_a_policy_on_words_that_its_indicator_does_not_know(tmp_path, indicator, word, would):
    policies = f"policy,indicator,value,applies_to\nban,{indicator},3,{word}\n"
    demands = "demand,zone,year,peak_mw,category\nhomes,town,2026,20,households\nbarns,farm,2026,5,\n"
    found = told(tmp_path, "policy-words", policies=policies, demands=demands)
    if would is None:
        assert found == []
        return
    assert [(w.row, w.column) for w in found] == [(2, "applies_to")]
    assert f"'ban': '{word}' is nothing that {indicator} counts" in found[0].message
    assert would in found[0].allowed.split(", ")


def test_the_words_are_those_that_the_program_selects_by() -> None:
    """Every tag of every term is a word of its indicator, in a case with all subjects."""
    case = read_case(TUTORIAL)
    draft = Draft(case.settings, {name: case.table(name) for name in case.tables}, {}, None)
    terms = build(case, typical(case, whole_days=False)).terms
    assert set(COUNTED) == set(indicators())
    counted = [t for t in terms.all if t.indicator in COUNTED]  # not what only prices dispatch
    missing = {(t.indicator, tag) for t in counted for tag in t.tags - words_of(draft, t.indicator)}
    assert missing == set()
    assert {t.indicator for t in terms.all} > {"heat_pump_mw", "shortfall_mw", "telecom_mw", "crew_fte"}


@pytest.mark.parametrize(
    ("region", "fits"),
    [("", True), ("all", True), ("delta", True), ("town", True), ("RES", True), ("farm", False)],
)
@pytest.mark.parametrize("place", ["town,", ",North", "North,"])
@pytest.mark.parametrize("kind", ["cloud", ""])
def test_a_programme_asks_in_a_zone_a_region_or_anywhere(tmp_path, region, fits, place, kind):
    """The site stands in town: by zone, by station, or by station in place of a zone; no class suits all."""
    found = told(
        tmp_path,
        "programme-sites",
        zones="zone,region,res_region\ntown,delta,RES\nfarm,other,\n",
        substations="substation,zone,transformers,transformer_mva\nNorth,town,2,40\nSouth,farm,2,40\nWest,farm,2,40\n",
        datacenters=f"{SITES}hall,{place},{kind},20,0.5\n",
        datacenter_demand=f"class,region,year,it_mw\ncloud,{region},2030,10\n",
    )
    assert [w.column for w in found] == ([] if fits else ["class"])


def test_a_class_without_a_site(tmp_path):
    programme = "class,region,year,it_mw\nedge,,2030,10\n"
    found = told(tmp_path, "programme-sites", datacenter_demand=programme)
    assert "no site of class 'edge', so" in found[0].message


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("tank,baths,0", "energy_mwh"),
        ("tank,tower,5", "at"),
        ("tank,baths,5", "heat_storage"),  # this case has no profiles
    ],
)
def test_a_tank_that_keeps_nothing(tmp_path, row, column):
    tables = {"heat_storages": f"heat_storage,at,energy_mwh\n{row}\n", "junctions": "junction\ntower\n"}
    found = told(tmp_path, "tanks", **tables)
    assert [(w.file, w.row, w.column) for w in found] == [("heat_storages.csv", 2, column)]


@pytest.mark.parametrize(
    ("kind", "columns"), [("gas", []), ("none", ["backup_max_mw"]), ("", ["backup_max_mw"])]
)
def test_a_back_up_that_is_not_there_needs_no_size(tmp_path, kind, columns):
    sinks = f"sink,zone,peak_mw,temperature_c,backup,backup_max_mw\nbaths,town,4,60,{kind},2\n"
    assert [w.column for w in told(tmp_path, "backup-without-effect", heat_sinks=sinks)] == columns


@pytest.mark.parametrize(
    ("branch", "work", "column"),
    [
        ({}, {}, None),
        ({"in_service": "false"}, {}, "target"),
        ({"circuits": 0}, {}, None),
        ({"circuits": 0}, {"adds_circuits": 0}, "adds_circuits"),
        ({}, {"adds_circuits": 0}, None),
        ({}, {"adds_circuits": 0, "target": "", "from": "B", "to": "A", "x_pu": 0.1}, None),
        (
            {"circuits": 0},
            {"adds_circuits": 0, "target": "", "from": "B", "to": "A", "x_pu": 0.1},
            "adds_circuits",
        ),
    ],
)
def test_works_on_a_branch_that_change_nothing(branch, work, column):
    row = {"reinforcement": "r", "kind": "branch", "target": "AB", "adds_mva": 50, **work}
    case = make(
        {
            "substations": [station("A"), station("B")],
            "branches": [line("A", "B", circuit_mva=50, **branch)],
            "reinforcements": [row],
        }
    )
    assert effects(case) == ([column] if column else [])


@pytest.mark.parametrize(("capacity", "warned"), [(None, True), (0, False), (5, False)])
def test_growth_of_a_supply_without_a_limit(capacity, warned):
    row = {"supply": "g", "substation": "A", "technology": "chp", "max_new_mw": 5, "capacity_mw": capacity}
    case = make({"substations": [station("A")], "demands": [demand("A", 1)], "supplies": [row]})
    assert effects(case) == (["max_new_mw"] if warned else [])


def effects(case: Case) -> list[str]:
    """Columns of which a warning says that they change nothing."""
    checks = ("works-without-effect", "growth-without-capacity")
    return [w.column for w in case.warnings if w.check in checks]
