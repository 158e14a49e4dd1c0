"""The three verbs on a case of one station: tables, JSON, folders, exit codes, pictures' data."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pandas as pd
import pytest

from gridplan.cli import main
from gridplan.plan.load import load_plan
from tests.study.small import station_case, work


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run `gridplan` on folder `toy` with scenarios mid and high: code, out, err."""
    station_case({2030: 50.0}, [work("A", 80, 40), work("B", 80, 50)]).write(tmp_path / "toy")
    for name, mw in (("mid", 120), ("high", 200)):
        folder = tmp_path / "toy" / "scenarios" / name
        folder.mkdir(parents=True)
        (folder / "demands.csv").write_text(f"demand,year,peak_mw\nd_A,2030,{mw}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")

    def call(*arguments):
        with pytest.raises(SystemExit) as end:
            main(list(arguments))
        said = capsys.readouterr()
        return SimpleNamespace(code=end.value.code or 0, out=said.out, err=said.err)

    return call


def test_robust_writes_what_it_says(run, tmp_path):
    said = run("robust", "toy", "--scenarios", "low=base,mid,high", "--out", "out", "--lang", "nl")
    assert said.code == 0, said.err
    assert "hoogstens 40 M€" in said.out
    regret = pd.read_csv(tmp_path / "out" / "tables" / "regret.csv", index_col="plan")
    assert regret.loc["robust regret"].tolist() == pytest.approx([40, 0, 10], abs=0.01)
    drawn = pd.read_csv(tmp_path / "out" / "figures" / "robust.csv")
    chosen = drawn[drawn["chosen"]]
    assert chosen["plan"].unique().tolist() == ["robust regret"]
    assert chosen.set_index("scenario")["regret_meur"].to_dict() == pytest.approx(
        {"low": 40, "mid": 0, "high": 10, "largest": 40}, abs=0.01
    )
    assert (tmp_path / "out" / "figures" / "robust.png").read_bytes().startswith(b"\x89PNG")
    plan = load_plan(tmp_path / "out" / "plans" / "regret-high")
    assert plan.case.table("demands")["peak_mw"].max() == 200
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert (summary["study"], summary["criterion"], summary["reveal"]) == ("robust", "regret", None)
    assert "40 M€" in (tmp_path / "out" / "sentences.txt").read_text(encoding="utf-8")


def test_a_frontier_replaces_an_older_one_and_nothing_else(run, tmp_path):
    command = ("frontier", "toy", "--scenario", "high", "--x", "capex_meur", "--y", "unserved_mw_years")
    said = run(*command, "--points", "3", "--out", "out", "--json")
    assert said.code == 0, said.err
    found = json.loads(said.out)
    assert [row["capex_meur"] for row in found["frontier"]] == pytest.approx([0, 40, 90], abs=0.01)
    assert found["complete"]
    assert run(*command, "--points", "2", "--out", "out").code == 0
    assert sorted(p.name for p in (tmp_path / "out" / "plans").iterdir()) == ["1", "2"]
    drawn = pd.read_csv(tmp_path / "out" / "figures" / "frontier.csv")
    assert drawn[["x", "y"]].to_numpy().tolist() == [[0, 140], [90, 0]]
    (tmp_path / "out" / "mine.txt").write_text("keep", encoding="utf-8")
    assert run(*command, "--out", "out").code == 2
    assert run("alternatives", "toy", "--out", "out").code == 2
    assert (tmp_path / "out" / "mine.txt").exists()


def test_alternatives_say_when_there_are_no_more(run, tmp_path):
    said = run("alternatives", "toy", "-s", "mid", "--within", "0.3", "--differ", "1", "--out", "out")
    assert said.code == 0, said.err
    assert "no further plan" in said.out
    table = pd.read_csv(tmp_path / "out" / "tables" / "alternatives.csv")
    assert table["capex_meur"].tolist() == pytest.approx([40, 50], abs=0.01)
    drawn = pd.read_csv(tmp_path / "out" / "figures" / "alternatives.csv")
    marks = drawn.set_index(["plan", "id"])["against_first"].to_dict()
    assert marks == {(1, "A"): "same", (2, "B"): "new", (2, "A"): "dropped"}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("frontier", "toy", "--x", "capex", "--y", "land_ha"), 2, "not there"),
        (("robust", "toy", "--scenarios", "base"), 2, "two or more"),
        (("robust", "toy", "--scenarios", "base,hih"), 3, "high"),
        (("robust", "toy", "--scenarios", "base,mid", "--weights", "1;2"), 2, "list of numbers"),
        (("alternatives", "toy", "--of", "pipes"), 2, "pipes"),
        (("alternatives", "toy", "--set", "objective.minimise=[\"capex_meur\"]", "-s", "high", "--set",
          "demands.d_A.peak_mw=900"), 4, ""),
    ],
)  # fmt: skip
def test_exit_codes(run, arguments, code, said):
    found = run(*arguments)
    assert found.code == code, found.err
    assert said in found.out + found.err
