"""The case of the issue, reckoned by hand, from the command line and in Python.

Station 2 × 80 MVA: one may fail, so 80 MVA · 0.9 = 72 MW. Load 60 MVA · 0.9 = 54 MW. A datacenter of 45 MW is
wanted in 2030: 54 + 45 = 99 MW, 27 too many; 18 fit. A third transformer can be there in 2031: then
2 · 80 · 0.9 = 144 MW, and 144 − 54 = 90 MW of room.
"""

import json

import pandas as pd
import pytest

from gridplan.case.patch import parse_set
from gridplan.cli import main
from gridplan.explain import explain
from gridplan.explain.why import no_plan
from gridplan.solve.highs import Options
from gridplan.solve.progress import Silent
from gridplan.solve.rounds import search
from tests.model.cases import demand, make, near, pick, station

NAMES = {
    ("datacenter_demand.csv", "colo:all:2030", "it_mw", 45),
    ("substations.csv", "S", "transformers", 2),
    ("reinforcements.csv", "T3", "earliest_year", 2031),
}
HARD = {"minimise": ["total_cost_meur"]}
SOFT = {"minimise": ["unserved_mw_years", "total_cost_meur"]}


def example(objective=HARD, years=(2030,)):
    """The case; only a stage 2030 unless told otherwise."""
    rows = {
        "substations": [station("S", transformers=2, transformer_mva=80) | {"name": "Noord"}],
        "demands": [demand("S", 54)],
        "datacenters": [{"site": "dc", "substation": "S", "class": "colo", "capex_meur_per_mw": 1}],
        "datacenter_demand": [{"class": "colo", "region": "all", "year": 2030, "it_mw": 45}],
        "reinforcements": [
            {
                "reinforcement": "T3",
                "kind": "transformer",
                "target": "S",
                "adds_mva": 80,
                "earliest_year": 2031,
                "capex_meur": 3,
            }
        ],
    }
    horizon = {"years": list(years), "last_year": max(years)}
    return make(rows, {"case": {"power_factor": 0.9}, "horizon": horizon, "objective": objective})


def searched(case):
    return search(case, Options(0.0, 30, 1), Silent())


def named(found):
    columns = found.conflict[["file", "row", "column", "value"]]
    return set(columns.itertuples(index=False, name=None))


@pytest.fixture(scope="module")
def found():
    return explain(example())


@pytest.fixture(scope="module")
def short():
    """The same where a shortfall is allowed: a plan, with 27 MW not sited."""
    plan = example(SOFT).solve()
    assert plan.has_plan
    return plan, explain(plan)


def test_exactly_the_three_rows_are_named(found):
    assert found.status == "infeasible"
    assert named(found) == NAMES
    assert found.conflict["minimal"].all() and set(found.conflict["line"]) == {2}


def test_with_a_stage_in_2031_the_same_rows_are_named_for_2030():
    found = no_plan(example(years=(2030, 2031)), repairs=False)
    assert named(found) == NAMES
    assert found.conflict.set_index("kind").loc["programme", "year"] == 2030


def test_relaxing_any_row_alone_gives_a_plan():
    case = example()
    for patch in (
        {"substations.S.transformer_mva": 120},
        {"datacenter_demand.colo:all:2030.it_mw": 18},
        {"reinforcements.T3.earliest_year": None},
    ):
        assert searched(case.what_if(patch)).answer.x is not None, patch
    assert searched(case.what_if({"datacenter_demand.colo:all:2030.it_mw": 18.1})).answer.x is None


def test_fewer_mw_or_one_year_later(found):
    fewer = found.repairs[found.repairs["kind"] == "fewer_programme"].iloc[0]
    assert fewer["mw_less"] == near(27) and fewer["set"] == "datacenter_demand.colo:all:2030.it_mw=18"
    later = found.repairs[found.repairs["kind"] == "later"].iloc[0]
    assert later["years_later"] == 1 and later["mw_less"] == 0
    assert "in 2031 it fits" in later["says"] and "room for 90 MW" in later["says"]
    assert "horizon.years=[2030, 2031]" in later["set"], "the later year is really planned"


def test_every_repair_solves_as_patch_and_as_set(found):
    case = example()
    for patch, text in zip(found.patches, found.repairs["set"], strict=True):
        assert searched(case.what_if(patch)).answer.x is not None
        assert case.what_if(parse_set(text.split("\n"))) == case.what_if(patch)
    served = case.what_if(found.patches[list(found.repairs["kind"]).index("later")]).solve()
    assert served.certificate.ok
    assert pick(served.datacenters, "it_mw", site="dc", year=2031) == near(45)


def test_sentences_in_both_languages(found):
    english, dutch = "\n".join(found.sentences("en")), "\n".join(found.sentences("nl"))
    assert (
        "carries 72 MW of demand (afname): 2 × 80 MVA, of which one may fail, at power factor 0.9" in english
    )
    assert "54 MW of load is there (substations.csv line 2, transformers)" in english
    assert "27 MW fewer: 18 of the 45 MW for colo fits in 2030" in english
    assert "arbeidsfactor 0,9" in dutch and "27 MW minder" in dutch and "1 jaar later: in 2031" in dutch


def test_the_picture_draws_the_stack_against_the_limit(found, tmp_path):
    parts = found.bars.set_index("part")["value"].to_dict()
    assert parts == {"used": near(54), "fits": near(18), "missing": near(27)}
    assert set(found.bars["limit"]) == {72.0}
    ax = found.plot("nl")
    drawn = {patch.get_gid(): patch.get_width() for patch in ax.patches if patch.get_gid()}
    assert drawn == {"used": near(54 / 99), "fits": near(18 / 99), "missing": near(27 / 99)}
    limit = next(line for line in ax.lines if line.get_gid() == "limit")
    assert limit.get_xdata()[0] == near(72 / 99)
    assert {"27 MW", "18 MW", "grens: 72 MW"} <= {text.get_text() for text in ax.texts}
    found.save_plot(tmp_path)
    assert pd.read_csv(tmp_path / "explanation.csv")["end"].max() == near(99)


def test_a_plan_with_a_shortfall_names_the_same_rows(short):
    plan, found = short
    assert pick(plan.table("shortfall"), "it_mw", year=2030) == near(27)
    assert found.status == "short" and named(found) == NAMES
    assert {"fewer_programme", "later", "sooner"} <= set(found.repairs["kind"])
    assert found.sentences()[0].startswith("27 MW of IT for colo is not sited in 2030")


def test_a_repair_of_a_plan_serves_what_was_short(short):
    plan, found = short
    for patch in found.patches:
        better = searched(plan.case.what_if(patch))
        short = better.compiled.program.model.datacenters.short
        left = better.compiled.read(short, better.answer.x, ["line", "year"])
        assert left["value"].sum() == near(0), patch


def test_stations_say_what_stands_there_and_what_fits(short):
    plan, _ = short
    found = explain(plan, "S")
    text = "\n".join(found.sentences())
    assert "At S in 2030: 54 MW demand" in text and "At S in 2030: 18 MW new datacenters" in text
    assert "S in 2030: 72 MW of demand (afname) where 72 MW can pass; 0 MW still fits" in text
    assert set(found.details["direction"]) == {"demand", "feedin"}


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as end:
        main(list(arguments))
    said = capsys.readouterr()
    return end.value.code or 0, said.out


def test_solve_ends_with_4_and_writes_why(tmp_path, capsys):
    example().write(tmp_path / "mine")
    code, out = run(capsys, "solve", str(tmp_path / "mine"), "--out", str(tmp_path / "none"), "--lang", "nl")
    assert code == 4 and "27 MW fewer: 18 of the 45 MW" in out
    summary = json.loads((tmp_path / "none/summary.json").read_text())
    assert any("Station Noord (S) carries 72 MW" in line for line in summary["explanation"])
    whole = json.loads((tmp_path / "none/explanation.json").read_text())
    assert {(r["row"], r["column"]) for r in whole["conflict"]} == {
        (row, column) for _, row, column, _ in NAMES
    }
    assert any("27 MW minder" in line for line in whole["sentences"])
    assert {f.name for f in (tmp_path / "none/figures").iterdir()} == {"explanation.png", "explanation.csv"}


def test_explain_on_the_command_line(tmp_path, capsys):
    example().write(tmp_path / "mine")
    out = tmp_path / "why"
    code, text = run(capsys, "explain", str(tmp_path / "mine"), "--json", "--out", str(out), "-q")
    found = json.loads(text)
    assert code == 4 and found["status"] == "infeasible"
    assert {r["kind"] for r in found["repairs"]} >= {"fewer_programme", "later"}
    assert {f.name for f in out.iterdir()} == {
        "explanation.json", "conflict.csv", "repairs.csv", "explanation.png", "explanation.csv",
    }  # fmt: skip
    code, text = run(capsys, "explain", str(tmp_path / "mine"), "--place", "nowhere", "-q")
    assert code == 2
