"""Seconds to import gridplan and to show its help, against a Python that does nothing.

python -m benchmarks.startup [--runs 5]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from time import perf_counter

import numpy as np

CODES = {
    "pass": "pass",
    "import gridplan": "import gridplan",
    "gridplan --help": "import sys; sys.argv = ['gridplan', '--help']; from gridplan.cli import main; main()",
}


def seconds(code: str) -> float:
    """Seconds of one run in a process of its own."""
    begun = perf_counter()
    subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL, check=True)
    return perf_counter() - begun


def main() -> None:
    """Print a markdown table: least, median and largest, in turns."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    found: dict[str, list[float]] = {name: [] for name in CODES}
    for _ in range(runs):
        for name, code in CODES.items():
            found[name].append(seconds(code))
    print("| | seconds | over `pass` |\n|---|---|---|")
    for name, values in found.items():
        ratio = np.array(values) / np.array(found["pass"])
        cells = (f"{a.min():.2f} **{np.median(a):.2f}** {a.max():.2f}" for a in (np.array(values), ratio))
        print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
