"""Results of other commands in the dossier: the AC load flow, and what reinforcements unlock."""

import dataclasses
import json

import pytest

from gridplan.plots.text import LANGUAGES, Words
from gridplan.report import Facts, ReportError, load_flow, read, unlocked
from gridplan.report.page import dossier
from gridplan.report.sheets import sheet
from gridplan.report.unlocked import Unlocked

SINGLE = {"kind": "transformer", "owner": "DSO", "year": 2030, "units": 1, "within_mw": 0.0, "exact": True}
STUDY = {
    "case": "tutorial", "unit": "MW", "year": 2035, "reference": 90.0, "all_together": 12.5,
    "complete": False, "checked_all_hours": False, "left_out": ["heat"],
    "singles": [
        SINGLE | {"reinforcement": "nrd_transformer", "name": "Third at <Noordveld>", "capex_meur": 6.5,
                  "extra_mw": 30.0, "mw_per_meur": 30 / 6.5},
        SINGLE | {"reinforcement": "wpl_ost_cable", "name": "Cable", "capex_meur": 9.8, "extra_mw": 0.0,
                  "mw_per_meur": 0.0},
    ],
    "pairs": [
        {"first": "nrd_transformer", "second": "wpl_ost_cable", "year": 2035, "capex_meur": 16.3,
         "extra_mw": 71.5, "first_mw": 30.0, "second_mw": 0.0, "interaction_mw": 41.5,
         "only_together": "wpl_ost_cable"},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def studied(facts):
    """The plan with a study of what reinforcements unlock."""
    return Facts(facts.plan, facts.manifest, Unlocked(STUDY, STUDY["singles"], STUDY["pairs"]))


@pytest.fixture(scope="module")
def flowed(facts):
    """The plan with the tables of an AC load flow of its last stage."""
    pytest.importorskip("power_grid_model", reason="the AC check needs power-grid-model")
    from gridplan.ac import ac_check

    result = ac_check(facts.plan, [facts.last])
    plan = dataclasses.replace(facts.plan, tables={**facts.plan.tables, **result.tables()})
    return Facts(plan, facts.manifest), result


def test_what_unlocks_stands_in_the_chapter_with_its_doubts(studied):
    said = " ".join(unlocked.sentences(studied, Words("en")))
    assert "Without the 2 reinforcements" in said and "90 MW is not served in 2035" in said
    assert "77.5 MW" in said and "1 of them" in said and "Left out for speed: heat" in said
    assert "lower bound" in said and "critical hours" in said
    alone, pairs = unlocked.tables(studied, Words("nl"))
    assert [cell.text for cell in alone.rows[0]] == [
        "Third at <Noordveld>", "DSO", "2030", "6,5", "30", "4,62",
    ]  # fmt: skip
    assert [cell.text for cell in pairs.rows[0]][-2:] == ["71,5", "41,5"]


def test_the_sheet_of_a_station_says_what_unlocks_it(studied):
    lines = sheet(studied, "NRD", Words("en")).unlocks
    assert any("Third at <Noordveld> lets 30 MW more" in line for line in lines)
    assert any("Third at <Noordveld> and Cable let 71.5 MW" in line and "41.5 MW" in line for line in lines)
    assert not any("Computed" in line for line in sheet(studied, "HAV", Words("en")).unlocks)


def test_the_load_flow_stands_in_the_chapter_and_on_the_sheet(flowed):
    facts, result = flowed
    year = result.years.iloc[0]
    said = " ".join(load_flow.sentences(facts, Words("en")))
    assert f"{year['lowest_pu']:.3f} and {year['highest_pu']:.3f} pu" in said
    assert f"{year['loss_mwh'] / 1000:,.1f} GWh" in said and "more hours" not in said
    branches, stations = load_flow.tables(facts, Words("en"))
    worst = result.branches["ac_loading"].max()
    assert branches.rows[0][1].text == Words("en").percent(worst)
    own = result.stations.set_index("substation")["lowest_pu"]
    assert stations.rows[0][1].text == f"{own.min():.3f}"
    assert f"{own['NRD']:.3f} pu" in sheet(facts, "NRD", Words("en")).causes[-1]


def test_hours_without_a_solution_are_told(flowed):
    facts, _ = flowed
    years = facts.plan.tables["ac_years"].assign(unsolved_hours=60, hours=8760)
    plan = dataclasses.replace(facts.plan, tables={**facts.plan.tables, "ac_years": years})
    said = load_flow.sentences(Facts(plan, facts.manifest), Words("en"))
    assert "in 8,700 hours" in said[0] and "60 more hours" in said[1]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_them_the_chapters_name_the_commands(facts, lang):
    assert "gridplan ac-check" in load_flow.sentences(facts, Words(lang))[0]
    assert "gridplan unlock" in unlocked.sentences(facts, Words(lang))[0]
    assert load_flow.tables(facts, Words(lang)) == unlocked.tables(facts, Words(lang)) == []


def test_both_stand_on_the_page_escaped(studied):
    page = dossier(studied, Words("nl"), {}, [])
    assert 'id="t-unlock"' in page and 'id="t-unlock_pairs"' in page and 'id="ac"' in page
    assert "<Noordveld>" not in page


def test_a_study_of_another_case_or_of_nothing_is_refused(folder, tmp_path):
    with pytest.raises(ReportError, match="gridplan unlock CASE"):
        read(folder, tmp_path)
    (tmp_path / "unlock.json").write_text(json.dumps(STUDY | {"case": "elsewhere"}), encoding="utf-8")
    with pytest.raises(ReportError, match="'elsewhere'"):
        read(folder, tmp_path)
    (tmp_path / "unlock.json").write_text(json.dumps({"case": "tutorial"}), encoding="utf-8")
    with pytest.raises(ReportError, match="singles"):
        read(folder, tmp_path)
    (tmp_path / "unlock.json").write_text(json.dumps(STUDY), encoding="utf-8")
    assert read(folder, tmp_path).unlocked.names["wpl_ost_cable"] == "Cable"
