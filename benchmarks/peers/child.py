"""One run of one peer in a process of its own: `python -m benchmarks.peers.child PEER FILE`."""

from __future__ import annotations

import gc
import importlib
import json
import pickle
import sys
from dataclasses import asdict
from pathlib import Path

from benchmarks.peers.clock import PHASES, Clock, Run, forget_peak, now_mb, peak_mb

PEERS = {"gridplan": "own", "linopy": "linopy_peer", "pyomo": "plain", "highspy": "bare"}


def measure(peer: str, file: Path) -> Run:
    """Run a peer on a pickled instance."""
    module = importlib.import_module(f"benchmarks.peers.{PEERS[peer]}")
    if peer == "linopy":
        import linopy  # noqa: F401 - imports are no part of any peer's time
        import pypsa  # noqa: F401
    spec = pickle.loads(file.read_bytes())
    _ = spec.case.table("zones")["zone"] == ""  # loads code of pyarrow, which is no peer's either
    gc.collect()
    forget_peak()
    clock = Clock(before_mb=now_mb())
    highs, objective = module.run(spec, clock)
    seconds = {name: clock.cpu.get(name, 0.0) for name in PHASES}
    size = (highs.getNumRow(), highs.getNumCol(), highs.getNumNz())
    return Run(seconds, objective, peak_mb() - clock.before_mb, peak_mb(), *size)


if __name__ == "__main__":
    print(json.dumps(asdict(measure(sys.argv[1], Path(sys.argv[2])))))
