"""The benchmarks run, and every peer finds the same optimum; no limits of time."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.peers.clock import Clock
from benchmarks.peers.compare import exponent
from benchmarks.peers.spec import Spec

ROOT = Path(__file__).parents[2]
SPECS = [
    Spec(stations=8, hours=4),
    Spec(stations=8, hours=4, congestion=2, relaxed=False),
    Spec(stations=8, hours=4, flow="transport", stages=2),
]


@pytest.mark.parametrize("spec", SPECS, ids=["lp", "mip", "stages"])
def test_peers_find_one_optimum(spec):
    found = {}
    for peer in ("own", "bare", "plain", "linopy_peer"):
        if peer == "linopy_peer":
            pytest.importorskip("pypsa")
        clock = Clock()
        highs, found[peer] = importlib.import_module(f"benchmarks.peers.{peer}").run(spec, clock)
        assert highs.getNumNz() > 0 and all(seconds >= 0 for seconds in clock.cpu.values())
        assert {"hand-off", "solve"} <= set(clock.cpu)
    assert found["own"] > 0
    assert all(value == pytest.approx(found["own"], rel=1e-6) for value in found.values()), found


def test_what_peers_must_build_is_not_free():
    # Raises are bought: without them (no growth) the optimum is the cost of operation alone.
    calm, busy = (
        importlib.import_module("benchmarks.peers.own").run(s, Clock())[1] for s in _calm_and_busy()
    )
    assert busy > 1.1 * calm


def _calm_and_busy():
    return Spec(stations=8, hours=4, congestion=0), Spec(stations=8, hours=4, congestion=3)


def test_more_stages_are_compared_with_transport_flow_only():
    with pytest.raises(ValueError, match="transport"):
        Spec(stages=2)


def test_growth_by_hand():
    assert exponent([10, 100, 1000], [0.1, 10, 1000]) == pytest.approx(2.0)


def test_a_run_in_a_process_of_its_own(tmp_path):
    script = (
        "from benchmarks.peers.compare import compare\nfrom benchmarks.peers.spec import Spec\n"
        "c = compare(Spec(stations=6, hours=4), 1, ('gridplan', 'highspy'))\n"
        "r = c.runs['gridplan'][0]\nassert c.optimum > 0 and r.peak_mb > r.mb >= 0 and r.nonzeros > 0\n"
        "print(c.ratios('highspy').size)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 and done.stdout.strip() == "1", done.stderr
