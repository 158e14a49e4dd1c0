"""Sweeps that Ctrl-C interrupts, or whose scheduler dies: what is done is kept, and the next run goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pandas as pd
import pytest

import gridplan as gp
from gridplan.cli import main
from gridplan.engine.processes import deaf
from gridplan.study import sweep
from tests.study.small import station_case, work

pytest.importorskip("distributed", reason="needs Dask: pip install 'gridplan[study]'")
MW = [40.0 + 4 * k for k in range(10)]
GRID = {"demands.*.peak_mw": MW}
LONG_S = 300.0
CLUSTER = """
if __name__ == "__main__":
    from distributed import LocalCluster
    cluster = LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None, silence_logs=50)
    print(cluster.scheduler_address, flush=True)
    input()
"""
OPTIONS = ["--out", "out", "--no-plans"]
posix = pytest.mark.skipif(os.name != "posix", reason="signals of a terminal")


@pytest.fixture(scope="module")
def case():
    return station_case({2030: 100.0}, [work("a", 30, 10), work("b", 50, 19)])


@pytest.fixture
def place(case, tmp_path, monkeypatch):
    """A folder with a study of ten points."""
    case.write(tmp_path / "case")
    (tmp_path / "study.toml").write_text(f'case = "case"\n[grid]\n"demands.*.peak_mw" = {MW}\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    return tmp_path


def done(place: Path) -> dict[Path, int]:
    """When each point that is done was written."""
    return {path: path.stat().st_mtime_ns for path in place.glob("out/points/[!.]*/point.json")}


def wait_for(place: Path, count: int) -> None:
    """Until so many points are done."""
    ends = time.monotonic() + LONG_S
    while len(done(place)) < count and time.monotonic() < ends:
        time.sleep(0.02)


def told(place: Path) -> pd.Series:
    """Status by number of points."""
    return pd.read_csv(place / "out/points.csv")["status"].value_counts()


def goes_on(place: Path, before: dict[Path, int]) -> None:
    """The next run leaves what is done, and ends with the tables of a run that nobody disturbed."""
    case = gp.load(place / "case")
    found = sweep(case, grid=GRID, out=place / "out", plans=False, workers=0)
    assert found.done_before == len(before) and found.counts == {"optimal": len(MW)}
    assert {path: path.stat().st_mtime_ns for path in before} == before
    sweep(case, grid=GRID, out=place / "calm", plans=False, workers=0)
    for name in ("sweep.csv", "sweep.parquet"):
        assert (place / "out" / name).read_bytes() == (place / "calm" / name).read_bytes()


@posix
@pytest.mark.slow
def test_ctrl_c_keeps_what_is_done(place):
    """A terminal sends it to every process of the run; only the driver hears it."""
    command = [sys.executable, "-m", "gridplan", "sweep", "study.toml", *OPTIONS, "--workers", "1"]
    with subprocess.Popen(command, start_new_session=True, stderr=subprocess.PIPE, text=True) as driver:
        try:
            wait_for(place, 2)
            os.killpg(driver.pid, signal.SIGINT)
            _, said = driver.communicate(timeout=LONG_S)
        finally:
            driver.kill()
    before = done(place)
    assert driver.returncode == 130
    assert 2 <= len(before) < len(MW)
    assert "Traceback" not in said
    assert f"Interrupted: {len(before)} of 10 points are done; the same command goes on." in said
    assert told(place).to_dict() == {"optimal": len(before), "not_run": len(MW) - len(before)}
    goes_on(place, before)


@posix
@pytest.mark.slow
def test_a_scheduler_that_dies_is_told_and_nothing_is_lost(place, capfd):
    with subprocess.Popen(
        [sys.executable, "-c", CLUSTER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as cluster:
        address = cluster.stdout.readline().strip()

        def kill():
            wait_for(place, 2)
            cluster.kill()

        killer = threading.Thread(target=kill)
        killer.start()
        try:
            with pytest.raises(SystemExit) as end:
                main(["sweep", "study.toml", *OPTIONS, "--scheduler", address])
        finally:
            killer.join()
    before, said = done(place), capfd.readouterr().err
    assert end.value.code == 2
    assert 2 <= len(before) < len(MW)
    (line,) = [line for line in said.splitlines() if line.startswith("Error: ")]
    assert line == (
        f"Error: the scheduler {address} went away; run the same again to go on, what is done is kept "
        f"({len(before)} of 10 points are done)"
    )
    assert "Traceback" not in said
    assert told(place)["not_run"] == len(MW) - len(before)
    goes_on(place, before)


@posix
def test_what_is_started_deaf_does_not_hear_ctrl_c():
    """Nor do processes that are started later by a thread that was; this process hears it as ever."""
    sleeping, heard = [sys.executable, "-c", "print(1, flush=True); input()"], []
    before = signal.signal(signal.SIGINT, lambda *_: heard.append(1))
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    started, go = [], threading.Event()

    def later():
        go.wait()
        started.append(subprocess.Popen(sleeping, **pipes))

    try:
        with deaf():
            started.append(subprocess.Popen(sleeping, **pipes))
            thread = threading.Thread(target=later)
            thread.start()
            os.kill(os.getpid(), signal.SIGINT)  # another thread may take it at once
        until = time.monotonic() + LONG_S
        while not heard and time.monotonic() < until:
            time.sleep(0.01)
        assert heard == [1]
        go.set()
        thread.join()
        for process in started:
            assert process.stdout.readline() == "1\n"
            process.send_signal(signal.SIGINT)
        assert [process.communicate("\n", timeout=LONG_S) and process.returncode for process in started] == [
            0,
            0,
        ]
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_sweep_that_is_stopped_says_what_it_did_not_run(case, tmp_path):
    stop = threading.Event()

    class Watch:
        def phase(self, *_):
            pass

        def advance(self, done):
            if done == 2:
                stop.set()

        def close(self):
            pass

    found = sweep(
        case, grid=GRID, out=tmp_path / "out", plans=False, workers=0, progress=Watch(), interrupt=stop
    )
    assert found.interrupted and found.exit_code == 130
    assert found.counts == {"optimal": 2, "not_run": len(MW) - 2}
