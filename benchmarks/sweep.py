"""How much faster a sweep of the tutorial case is on two processes than on one.

python -m benchmarks.sweep [--points 40]
"""

from __future__ import annotations

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import gridplan
from gridplan.study import Draw, sweep

CASE = Path(__file__).parents[1] / "cases" / "tutorial"


def main() -> None:
    """Print seconds on one and on two processes, start of the processes included, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=40)
    count = parser.parse_args().points
    case = gridplan.load(CASE)
    seconds, tables = {}, []
    for workers in (1, 2):
        with TemporaryDirectory() as folder:
            begun = perf_counter()
            found = sweep(
                case, sample={"demands.*.peak_mw": Draw("times", (0.9, 1.1))}, samples=count, workers=workers,
                out=Path(folder) / "sweep",
            )  # fmt: skip
            seconds[workers] = perf_counter() - begun
            tables.append((Path(folder) / "sweep" / "sweep.csv").read_bytes())
        print(f"{workers} processes: {seconds[workers]:.1f} s; {found.line}", flush=True)
    print(f"ratio {seconds[1] / seconds[2]:.2f}; the same table: {tables[0] == tables[1]}")


if __name__ == "__main__":
    main()
