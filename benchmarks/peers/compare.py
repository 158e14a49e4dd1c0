"""Every peer in turn, again and again, on one instance; same optimum asserted; ratios."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.peers.child import PEERS
from benchmarks.peers.clock import Run
from benchmarks.peers.spec import Spec

SAME = 1e-6  # relative difference of optima
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS"), "1")


@dataclass(frozen=True)
class Compared:
    """All runs of one instance.

    Attributes:
        spec: the instance.
        runs: by peer, in the order they were made.
        optimum: MEUR, the same of all peers that were ready; None where at most one was.
    """

    spec: Spec
    runs: dict[str, list[Run]]
    optimum: float | None

    def ratios(self, peer: str, of: str = "hand-over") -> np.ndarray:
        """gridplan over a peer, run by run: `hand-over` (build and hand-off), a phase,
        `memory` (added) or `process` (all memory).
        """
        pairs = zip(self.runs["gridplan"], self.runs[peer], strict=True)
        return np.array([figure(own, of) / max(figure(other, of), 1e-9) for own, other in pairs])


def figure(run: Run, of: str) -> float:
    """Seconds, or MB, of a run."""
    if of == "memory":
        return run.mb
    if of == "process":
        return run.peak_mb
    if of == "hand-over":
        return run.seconds["build"] + run.seconds["hand-off"]
    if of == "all":
        return sum(run.seconds.values())
    return run.seconds[of]


def compare(spec: Spec, runs: int, peers: tuple[str, ...] = tuple(PEERS), timeout_s: float = 900) -> Compared:
    """Run every peer `runs` times, in turns.

    Raises:
        AssertionError: two peers with different optima.
    """
    _ = spec.case, spec.periods  # made once; pickled with the instance
    found: dict[str, list[Run]] = {peer: [] for peer in peers}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "instance"
        file.write_bytes(pickle.dumps(spec))
        for k in range(runs):
            for peer in peers if k % 2 == 0 else peers[::-1]:
                found[peer].append(_child(peer, file, timeout_s))
                print(f"{spec.text} {peer}: {found[peer][-1]}", file=sys.stderr, flush=True)
    return Compared(spec, found, _same(found))


def _child(peer: str, file: Path, timeout_s: float) -> Run:
    command = [sys.executable, "-m", "benchmarks.peers.child", peer, str(file)]
    made = subprocess.run(
        command, env={**os.environ, **ONE_THREAD}, capture_output=True, text=True, timeout=timeout_s,
        check=False,
    )  # fmt: skip
    if made.returncode:
        raise RuntimeError(f"{peer} failed: {made.stderr[-2000:]}")
    return Run(**json.loads(made.stdout.splitlines()[-1]))


def _same(found: dict[str, list[Run]]) -> float | None:
    """The optimum of all that have one."""
    optima = {peer: r.objective for peer, runs in found.items() for r in runs if r.objective is not None}
    if not optima:
        return None
    first = next(iter(optima.values()))
    for peer, value in optima.items():
        assert abs(value - first) <= SAME * max(1.0, abs(first)), f"{peer}: {value}, not {first}"
    return first if len(optima) > 1 else None


def exponent(sizes: list[float], seconds: list[float]) -> float:
    """Slope of log(seconds) over log(size)."""
    return float(np.polyfit(np.log(sizes), np.log(np.maximum(seconds, 1e-4)), 1)[0])
