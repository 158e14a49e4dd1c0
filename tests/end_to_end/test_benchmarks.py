"""The benchmarks run, and every peer finds the same optimum; no limits of time."""

import importlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.peers.clock import Clock, Run
from benchmarks.peers.compare import Compared, exponent
from benchmarks.peers.own import solve
from benchmarks.peers.picture import draw
from benchmarks.peers.spec import Spec
from benchmarks.peers.table import tables
from gridplan.model.build import build
from gridplan.solve.compile import compile_program
from gridplan.solve.highs import Search

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


def test_the_common_problem_cannot_do_without_raises():
    spec = Spec(stations=30, congestion=2, relaxed=False)
    compiled = compile_program(build(spec.case, spec.periods))
    search = Search(
        compiled.matrix,
        (compiled.row_lower, compiled.row_upper),
        (compiled.lower, compiled.upper),
        compiled.integer,
    )
    search.minimise(*compiled.objective("total_cost_meur"))
    assert solve(search.highs, spec, Clock()) is not None
    raised = np.asarray(search.highs.getSolution().col_value)[compiled.integer]
    assert np.round(raised).sum() >= 3
    compiled.upper[compiled.integer] = 0.0
    search.restrict(compiled.lower, compiled.upper)
    assert solve(search.highs, spec, Clock()) is None  # the grid is full


def test_more_stages_are_compared_with_transport_flow_only():
    with pytest.raises(ValueError, match="transport"):
        Spec(stages=2)


def test_growth_by_hand():
    assert exponent([10, 100, 1000], [0.1, 10, 1000]) == pytest.approx(2.0)


def _sweep():
    """Sizes 10, 100, 1000 in 0.01, 0.1, 1 s by gridplan, and always 1 s by a peer."""

    def runs(seconds, mb):
        phases = dict.fromkeys(("data", "build", "hand-off", "solve", "extract"), seconds)
        return [Run(phases, 5.0, mb, 2 * mb, 7, 8, 9)] * 3

    return [
        Compared(Spec(stations=n), {"gridplan": runs(n / 1000, 10.0), "linopy": runs(1.0, 40.0)}, 5.0)
        for n in (10, 100, 1000)
    ]


def test_tables_by_hand():
    text = "\n".join(tables("stations", _sweep()))
    assert "| 1,000 | 7 | 8 | 9 | 1.00 | 1.00 | 1.00 | 1.00 | 1.00 | 10 | 5.0000 |" in text
    assert "| 10 | 0.01 **0.01** 0.01 |" in text and "| 100 | 0.10 **0.10** 0.10 |" in text
    assert "| 10 | 0.25 **0.25** 0.25 |" in text
    assert "exponent from 10 to 1,000 stations: gridplan 1.00, linopy 0.00." in text


def test_the_picture_of_growth_has_every_run(tmp_path, monkeypatch):
    shown = {}
    monkeypatch.setattr("matplotlib.figure.Figure.savefig", lambda self, *a, **k: shown.update(figure=self))
    draw(tmp_path, {"stations": _sweep()})
    above, below = shown["figure"].axes
    for ax in (above, below):
        lines = {c.get_label(): c.lines[0].get_xydata() for c in ax.containers}
        assert list(lines) == ["gridplan (grows with power 1.0)", "PyPSA (linopy) (grows with power 0.0)"]
    assert lines["gridplan (grows with power 1.0)"] == pytest.approx(
        np.array([[10, 0.01], [100, 0.1], [1000, 1]])
    )


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
