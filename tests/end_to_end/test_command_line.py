"""`gridplan` in a process of its own: new, validate, solve and plot, every exit code, and what is written."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from gridplan.plan.columns import TABLES
from gridplan.plan.load import load_plan
from gridplan.plan.manifest import digest

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-W", "error", "-c", "from gridplan.cli import main; main()"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}


def run(folder, *arguments, timeout=100):
    """A finished process."""
    return subprocess.run(
        [*COMMAND, *arguments], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, timeout=timeout
    )


def summary(folder):
    """summary.json of a result."""
    return json.loads((folder / "summary.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    """A folder with a copy of the tutorial, `mine`, and its result, `out`."""
    folder = tmp_path_factory.mktemp("work")
    made = run(folder, "new", "mine")
    assert made.returncode == 0, made.stderr
    solved = run(folder, "solve", "mine", "--out", "out", "--seed", "7", "--threads", "1", "--gap", "0.001")
    assert solved.returncode == 0, solved.stderr
    assert "Status: optimal" in solved.stdout and "[" not in solved.stdout[:1]
    return folder


def test_new_makes_a_valid_case_and_overwrites_nothing(work):
    assert run(work, "validate", "mine").returncode == 0
    assert run(work, "new", "mine").returncode == 2


def test_a_result_has_its_summary_and_its_manifest(work):
    found = summary(work / "out")
    assert {"status", "objective", "indicators", "security", "seconds"} <= set(found)
    assert found["status"] == "optimal"
    for goal in found["objective"].values():
        assert set(goal) == {"value", "bound", "gap"} and goal["gap"] <= 0.001
    for entry in found["indicators"].values():
        assert {"total", "by_year"} <= set(entry)
    assert {"hours", "outages", "checked", "violated"} <= set(found["security"])
    assert {"build", "solve"} <= set(found["seconds"])
    assert found["verified"]["ok"] and found["verified"]["values"] > 1000
    assert "\nverified: " in (work / "out/certificate.txt").read_text(encoding="utf-8")
    manifest = json.loads((work / "out/manifest.json").read_text(encoding="utf-8"))
    assert manifest["seed"] == 7
    inputs = {p.relative_to(work / "mine").as_posix() for p in (work / "mine").glob("*.csv")}
    assert inputs <= set(manifest["inputs"])
    for name, sha in manifest["inputs"].items():
        assert digest((work / "mine" / name).read_bytes()) == sha, name
    for name, sha in manifest["results"]["tables"].items():
        assert digest((work / "out/tables" / f"{name}.csv").read_bytes()) == sha, name


@pytest.mark.parametrize("name", TABLES)
def test_a_result_has_every_table_with_its_columns(work, name):
    head = pd.read_csv(work / "out/tables" / f"{name}.csv", nrows=0)
    assert set(TABLES[name]) <= set(head.columns)


def test_a_result_reads_back_as_it_was_written(work, tmp_path):
    plan = load_plan(work / "out")
    from gridplan.plan.save import save

    save(plan, tmp_path / "again")
    back = load_plan(tmp_path / "again")
    assert back.summary == plan.summary and back.case == plan.case
    for name, table in plan.tables.items():
        pd.testing.assert_frame_equal(back.tables[name], table)
        written = (work / "out/tables" / f"{name}.csv").read_bytes()
        assert (tmp_path / "again/tables" / f"{name}.csv").read_bytes() == written


def test_the_same_seed_gives_the_same_indicators(work):
    again = run(
        work,
        "solve",
        "mine",
        "--out",
        "again",
        "--seed",
        "7",
        "--threads",
        "1",
        "--gap",
        "0.001",
        "--no-figures",
    )
    assert again.returncode == 0, again.stderr
    assert summary(work / "again")["indicators"] == summary(work / "out")["indicators"]
    for name in TABLES:
        assert (work / f"again/tables/{name}.csv").read_bytes() == (
            work / f"out/tables/{name}.csv"
        ).read_bytes()


def test_plot_draws_from_a_result(work):
    drawn = run(work, "plot", "out", "map", "--out", "pictures")
    assert drawn.returncode == 0, drawn.stderr
    files = {path.suffix for path in (work / "pictures").iterdir()}
    assert files == {".png", ".csv"}
    assert any((work / "out/figures").glob("*.png"))


def test_wrong_use_ends_with_2(work):
    assert run(work, "solve", "nowhere").returncode == 2
    assert run(work, "solve", "mine", "--gap", "-1").returncode == 2
    (work / "notes").mkdir(exist_ok=True)
    (work / "notes/own.txt").write_text("mine")
    assert run(work, "solve", "mine", "--out", "notes").returncode == 2


def test_an_invalid_case_ends_with_3(work):
    end = run(work, "solve", "mine", "--set", "demands.hospital_havenstad.zone=atlantis", "--out", "bad")
    assert end.returncode == 3
    assert "atlantis" in end.stdout + end.stderr and not (work / "bad").exists()


def test_a_case_without_a_plan_ends_with_4_and_says_why(work):
    end = run(work, "solve", "mine", "--set", "policies.coverage_goal.value=2", "--out", "none")
    assert end.returncode == 4, end.stderr
    assert summary(work / "none")["status"] == "infeasible"
    assert "coverage_goal" in " ".join(summary(work / "none")["explanation"])
    assert "coverage_goal" in end.stdout


SLOW = pytest.mark.slow


@pytest.mark.parametrize("seconds", ["0", pytest.param("0.01", marks=SLOW), pytest.param("0.4", marks=SLOW)])
def test_a_tiny_time_limit_ends_with_5_or_6_and_tells_which(work, seconds):
    end = run(work, "solve", "mine", "--time-limit", seconds, "--out", f"limit{seconds}", "--no-figures")
    plan = load_plan(work / f"limit{seconds}")
    assert end.returncode in (0, 5, 6), end.stderr
    assert end.returncode == {"optimal": 0, "limit": 5, "no_plan": 6}[plan.status.value]
    assert plan.has_plan == (end.returncode != 6)
    if seconds == "0":
        assert end.returncode == 6


@pytest.mark.slow
def test_an_interrupted_solve_ends_with_130_and_says_what_there_is(tmp_path):
    """Ctrl-C while the region is solved: the best plan, if any, is written, and nothing is claimed."""
    log = tmp_path / "progress.txt"
    with log.open("w") as stderr:
        arguments = ["solve", str(ROOT / "cases/mra"), "--out", "out", "--no-figures", "--gap", "0"]
        process = subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=tmp_path,
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )
        try:
            ends = time.monotonic() + 120
            while "solve" not in log.read_text() and time.monotonic() < ends and process.poll() is None:
                time.sleep(0.2)
            time.sleep(2)
            process.send_signal(signal.SIGINT)
            out, _ = process.communicate(timeout=120)
        finally:
            process.kill()
    assert process.returncode == 130, log.read_text()
    plan = load_plan(tmp_path / "out")
    assert plan.status == "interrupted" and "Status: interrupted" in out
    assert plan.has_plan == (tmp_path / "out/tables/indicators.csv").exists()
    for goal in plan.summary["objective"].values():
        assert goal["gap"] is None or goal["gap"] >= 0
