"""Sweeps in one process: the table, what is kept, and what is not done twice."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections import Counter

import pandas as pd
import pytest

from gridplan.case import CaseError, read_case
from gridplan.plan.save import FolderError
from gridplan.solve.progress import Silent
from gridplan.study import sweep
from gridplan.study.sweeps import work as worker
from tests.study.small import HAVE, station_case, work

PEAK = 100.0
WORKS = [work("a", 30, 10), work("b", 50, 19)]
GRID = {"demands.*.peak_mw": [PEAK, 200.0], "reinforcements.a.capex_meur": ["*1", "*3"]}


@pytest.fixture(scope="module")
def case():
    return station_case({2030: PEAK}, WORKS)


@pytest.fixture
def quick(monkeypatch):
    """Points that are answered without solving; how often each was."""
    asked: Counter = Counter()

    def answer(_case, changes, _options, keep):
        asked[changes["demands.*.peak_mw"]] += 1
        indicators = {
            "capex_meur": {"total": changes["demands.*.peak_mw"] / 3, "by_year": {}, "unit": "MEUR"}
        }
        files = {"tables/a.csv": b"x"} if keep else {}
        return worker.Outcome("optimal", "", True, indicators, files=files)

    monkeypatch.setattr("gridplan.study.sweeps.course.run_point", answer)
    return asked


@pytest.fixture(scope="module")
def kept(case, tmp_path_factory):
    """A sweep in a folder."""
    return sweep(case, grid=GRID, out=tmp_path_factory.mktemp("kept") / "sweep", workers=0)


def by_hand(peak: float, factor: float) -> tuple[float, float]:
    """(unserved MW·years, M€) of the best works."""
    prices = [(0, 0), (30, 10 * factor), (50, 19), (80, 19 + 10 * factor)]
    return min((max(0.0, peak - HAVE - mw), meur) for mw, meur in prices)


def test_every_point_is_the_optimum_of_its_case(kept):
    for row in kept.points.to_dict("records"):
        found = (row["unserved_mw_years"], row["capex_meur"])
        factor = float(row["reinforcements.a.capex_meur"][1:])
        assert found == pytest.approx(by_hand(row["demands.*.peak_mw"], factor), abs=2e-3)
        assert row["status"] == "optimal"
        assert row["verified"]
    assert kept.exit_code == 0


def test_the_table_is_tidy_and_reads_back_the_same(kept):
    table = pd.read_parquet(kept.folder / "sweep.parquet")
    pd.testing.assert_frame_equal(table, kept.table)
    totals = table[table["year"].isna() & (table["indicator"] == "capex_meur")]
    assert list(totals["value"]) == list(kept.points["capex_meur"])
    assert set(totals["unit"]) == {"MEUR"}
    assert not table.duplicated(["point", "indicator", "year"]).any()
    csv = pd.read_csv(kept.folder / "sweep.csv")
    assert csv["value"].tolist() == pytest.approx(table["value"].tolist(), nan_ok=True)


def test_every_point_keeps_its_plan(kept):
    for number in kept.points["point"]:
        plan = kept.plan(number)
        row = kept.points.set_index("point").loc[number]
        assert plan.summary["indicators"]["capex_meur"]["total"] == row["capex_meur"]
    with pytest.raises(KeyError, match="1 to 4"):
        kept.plan(5)


def test_patches_and_scenarios_are_columns(tmp_path):
    station_case({2030: PEAK}, WORKS).write(tmp_path / "case")
    (tmp_path / "case/scenarios/growth").mkdir(parents=True)
    text = "demand,year,peak_mw\nd_A,2030,140\n"
    (tmp_path / "case/scenarios/growth/demands.csv").write_text(text, encoding="utf-8")
    patches = {"no a": {"reinforcements.a": None}}
    found = sweep(read_case(tmp_path / "case"), patches=patches, scenarios=["base", "growth"], workers=0)
    told = {(r["scenario"], r["patch"]): r["unserved_mw_years"] for r in found.points.to_dict("records")}
    expected = {("base", "no a"): 0, ("growth", "no a"): 30}
    assert told == pytest.approx(expected, abs=2e-3)


def test_half_written_and_lost_points_are_run_again_and_no_others(case, quick, tmp_path):
    grid, folder = {"demands.*.peak_mw": [1, 2, 3, 4, 5]}, tmp_path / "sweep"
    whole = sweep(case, grid=grid, out=folder, workers=0)
    files = {name: (folder / name).read_bytes() for name in ("sweep.csv", "sweep.parquet")}
    places = [folder / place for place in whole.points["folder"]]
    (places[0] / "point.json").write_text((places[0] / "point.json").read_text()[:200])
    (places[1] / "point.json").unlink()
    shutil.rmtree(places[2] / "plan")
    (folder / "points/.new-left").mkdir()
    (folder / "sweep.csv").unlink()
    again = sweep(case, grid=grid, out=folder, workers=0)
    assert again.done_before == 2
    assert quick == {1: 2, 2: 2, 3: 2, 4: 1, 5: 1}
    assert {name: (folder / name).read_bytes() for name in files} == files
    assert sorted((folder / "points").iterdir()) == sorted(places)
    assert sweep(case, grid=grid, out=folder, workers=0).done_before == 5
    assert sum(quick.values()) == 8


def test_a_study_that_grows_keeps_its_points_and_another_case_does_not(case, quick, tmp_path):
    folder = tmp_path / "sweep"
    sweep(case, grid={"demands.*.peak_mw": [1, 2]}, out=folder, workers=0)
    more = sweep(case, grid={"demands.*.peak_mw": [0, 2]}, out=folder, workers=0)
    assert more.done_before == 1
    assert quick == {0: 1, 1: 1, 2: 1}
    other = case.what_if({"reinforcements.b.capex_meur": 20})
    assert sweep(other, grid={"demands.*.peak_mw": [0, 2]}, out=folder, workers=0).done_before == 0
    assert sweep(case, grid={"demands.*.peak_mw": [2]}, gap=0.5, out=folder, workers=0).done_before == 0
    assert sweep(case, grid={"demands.*.peak_mw": [0, 1, 2]}, out=folder, workers=0).done_before == 3


def test_points_that_are_the_same_are_solved_once(case, quick):
    patches = {"one": {"demands.*.peak_mw": 7}, "two": {"demands.*.peak_mw": 7}}
    found = sweep(case, patches=patches, workers=0)
    assert quick == {7: 1}
    assert found.points["patch"].tolist() == ["one", "two"]
    assert found.points["capex_meur"].tolist() == [7 / 3, 7 / 3]


def test_points_without_a_plan_are_rows_with_their_reason(case, tmp_path):
    grid = {"demands.*.peak_mw": [-5, 500.0]}
    impossible = {"objective.minimise": ["capex_meur"]}  # demand must be served
    found = sweep(case, grid=grid, always=impossible, out=tmp_path / "a", workers=0)
    assert list(found.points["status"]) == ["invalid", "infeasible"]
    first, last = found.points["reason"].fillna("")
    assert "peak_mw" in first
    assert "allowed" in first
    assert last
    assert len(found.failed) == 1
    assert found.exit_code == 1
    rows = found.table[found.table["point"] == 2]
    assert len(rows) == 1
    assert rows["indicator"].isna().all()
    assert rows["reason"].iloc[0] == last
    with pytest.raises(KeyError, match="infeasible"):
        found.plan(2)


def test_a_point_that_fails_is_run_again_only_when_asked(case, monkeypatch, tmp_path):
    with monkeypatch.context() as patch:
        patch.setattr("gridplan.plan.run.solve", lambda *_, **__: 1 / 0)
        broken = sweep(case, grid={"demands.*.peak_mw": [PEAK]}, out=tmp_path / "a", workers=0)
    assert broken.points["status"].tolist() == ["failed"]
    assert broken.points["reason"].str.contains("ZeroDivisionError").all()
    assert broken.exit_code == 1
    grid = {"demands.*.peak_mw": [PEAK]}
    assert sweep(case, grid=grid, out=tmp_path / "a", workers=0).counts == {"failed": 1}
    assert sweep(case, grid=grid, out=tmp_path / "a", workers=0, retry=True).counts == {"optimal": 1}


def test_a_key_that_the_case_has_not_stops_the_sweep_before_it_begins(case, tmp_path):
    with pytest.raises(CaseError, match="did you mean"):
        sweep(case, grid={"demands.*.peak_wm": [1]}, out=tmp_path / "a", workers=0)
    assert not (tmp_path / "a").exists()


def test_a_folder_of_something_else_is_left_alone(case, tmp_path):
    (tmp_path / "photo.jpg").write_bytes(b"")
    with pytest.raises(FolderError, match="left alone"):
        sweep(case, grid=GRID, out=tmp_path, workers=0)
    assert [path.name for path in tmp_path.iterdir()] == ["photo.jpg"]


def test_an_interrupted_sweep_keeps_what_is_done_and_says_what_is_not(case, quick, tmp_path):
    class Stop(Silent):
        """Stops after two points."""

        done = 0

        def advance(self, done):
            self.done = done

        def is_set(self):
            return self.done >= 2

    watch = Stop()
    grid = {"demands.*.peak_mw": [1, 2, 3, 4]}
    found = sweep(case, grid=grid, out=tmp_path / "a", workers=0, progress=watch, interrupt=watch)
    assert found.counts == {"optimal": 2, "not_run": 2}
    assert (found.interrupted, found.exit_code) == (True, 130)
    assert "not_run" in found._repr_html_()


def test_the_study_of_the_tutorial_is_one(tmp_path):
    from gridplan.cli.sweep import _file
    from gridplan.study.sweeps import read_study

    study = read_study(_file("tutorial"))
    assert len(study.design.points()) == 20
    assert tomllib.loads(_file("tutorial").read_text())["case"] == "."
    assert json.dumps(study.options) == "{}"
