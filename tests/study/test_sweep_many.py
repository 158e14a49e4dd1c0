"""Sweeps on many processes: killed drivers, killed workers, a scheduler given by address."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gridplan.engine import EngineError, Task, engine
from gridplan.solve.progress import Silent
from gridplan.study import sweep
from tests.study.small import station_case, work

pytest.importorskip("distributed", reason="needs Dask: pip install 'gridplan[study]'")
GRID = {"demands.*.peak_mw": [50.0 + 15 * k for k in range(5)]}
TABLES = ("sweep.csv", "sweep.parquet")
LONG_S = 120.0


def tables(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in TABLES}


@pytest.fixture(scope="module")
def case():
    return station_case({2030: 100.0}, [work("a", 30, 10), work("b", 50, 19)])


@pytest.fixture(scope="module")
def undisturbed(case, tmp_path_factory):
    """Tables of the sweep in one process."""
    folder = tmp_path_factory.mktemp("undisturbed") / "sweep"
    sweep(case, grid=GRID, out=folder, workers=0, plans=False)
    return tables(folder)


@pytest.fixture(scope="module")
def cluster():
    """A cluster on loopback, as a user would run it."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        dashboard_address="127.0.0.1:0",
        memory_limit="4GB",
        silence_logs=50,
    ) as found:
        yield found


class AfterFirst(Silent):
    """Does something once, when the first point is done."""

    def __init__(self, what):
        self.what = what

    def advance(self, done):
        if done and self.what is not None:
            what, self.what = self.what, None
            what()


def test_a_killed_worker_loses_nothing_on_a_scheduler_given_by_address(case, cluster, undisturbed, tmp_path):
    killed = []

    def kill():
        for nanny in cluster.workers.values():
            killed.append(nanny.pid)
            os.kill(nanny.pid, signal.SIGKILL)

    found = sweep(
        case, grid=GRID, out=tmp_path / "a", scheduler=cluster.scheduler_address, plans=False,
        progress=AfterFirst(kill),
    )  # fmt: skip
    assert len(killed) == 2
    assert tables(tmp_path / "a") == undisturbed
    assert found.counts == {"optimal": 5}


@pytest.mark.slow
def test_what_takes_too_long_fails_and_the_rest_goes_on(cluster):
    with engine(scheduler=cluster.scheduler_address, limit_s=1.0) as processes:
        tasks = [Task("long", (LONG_S,)), *(Task(f"short {k}", (0.0,)) for k in range(4))]
        begun = time.monotonic()
        found = {done.name: done for done in processes.run(time.sleep, tasks)}
    assert time.monotonic() - begun < LONG_S / 2
    assert "not done after 1 s" in found.pop("long").error
    assert {done.error for done in found.values()} == {""}
    assert len(found) == 4


@pytest.mark.slow
def test_what_kills_its_process_again_and_again_is_given_up(cluster):
    before, cluster.scheduler.allowed_failures = cluster.scheduler.allowed_failures, 0
    try:
        with engine(scheduler=cluster.scheduler_address) as processes:
            (done,) = processes.run(os.abort, [Task("abort", ())])
    finally:
        cluster.scheduler.allowed_failures = before
    assert "its process ended 1 times" in done.error


def test_a_scheduler_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setattr("gridplan.engine.processes.CONNECT_S", 0.5)
    with (
        pytest.raises(EngineError, match=r"tcp://127\.0\.0\.1:9 does not answer"),
        engine(scheduler="tcp://127.0.0.1:9"),
    ):
        pass


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_a_killed_driver_loses_no_point_that_is_done(case, undisturbed, tmp_path):
    case.write(tmp_path / "case")
    (tmp_path / "study.toml").write_text(
        f'case = "case"\n[grid]\n"demands.*.peak_mw" = {GRID["demands.*.peak_mw"]}\n'
    )
    command = [
        sys.executable,
        "-m",
        "gridplan",
        "sweep",
        "study.toml",
        "--out",
        "out",
        "--no-plans",
        "--quiet",
    ]
    where = {"cwd": tmp_path, "env": {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}}
    driver = subprocess.Popen([*command, "--workers", "1"], **where)
    done = []
    ends = time.monotonic() + LONG_S
    while len(done) < 2 and time.monotonic() < ends:
        time.sleep(0.02)
        done = list(tmp_path.glob("out/points/*/point.json"))
    driver.kill()
    assert driver.wait() == -signal.SIGKILL
    done = {path: path.stat().st_mtime_ns for path in tmp_path.glob("out/points/[!.]*/point.json")}
    assert 2 <= len(done) < 5
    assert not (tmp_path / "out/sweep.csv").exists()
    subprocess.run([*command, "--workers", "0"], check=True, timeout=LONG_S, **where)
    assert {path: path.stat().st_mtime_ns for path in done} == done
    assert tables(tmp_path / "out") == undisturbed
    assert not list(tmp_path.glob("out/points/.new-*"))
    assert not (tmp_path / "out/.scratch").exists()
