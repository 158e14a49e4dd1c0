"""Ratios and growth, into results/bench: `python -m benchmarks.peers [--runs 5] [--only stations]`."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

from benchmarks.peers.clock import PHASES
from benchmarks.peers.compare import Compared, compare
from benchmarks.peers.picture import draw
from benchmarks.peers.spec import Spec
from benchmarks.peers.table import tables

SWEEPS: dict[str, list[Spec]] = {
    "stations": [Spec(stations=n) for n in (30, 100, 300, 1000, 3000)],
    "hours": [Spec(hours=h) for h in (24, 96, 480, 1920, 8760)],
    "stages": [Spec(flow="transport", stages=n) for n in (1, 2, 3, 4, 5)],
    "congestion": [Spec(stations=120, congestion=c, relaxed=False) for c in (0.5, 1.0, 2.0, 3.0)],
}
SOLVED_NONZEROS = 1_500_000  # above it programs are built and handed over only


def asked(spec: Spec) -> Spec:
    """The instance, without solving where that would take too long to repeat."""
    size = spec.stations * spec.hours * spec.stages * 25
    return spec if size <= SOLVED_NONZEROS else Spec(**{**_fields(spec), "limit_s": 0.0})


def _fields(spec: Spec) -> dict[str, object]:
    return {name: getattr(spec, name) for name in Spec.__dataclass_fields__}


def save(out: Path, sweeps: dict[str, list[Compared]]) -> None:
    """Every run as a row of runs.csv."""
    with (out / "runs.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["sweep", *Spec.__dataclass_fields__, "peer", "run", *PHASES, "mb", "peak_mb", "objective"]
        )
        for name, found in sweeps.items():
            for c in found:
                for peer, runs in c.runs.items():
                    for k, r in enumerate(runs):
                        row = [name, *_fields(c.spec).values(), peer, k, *r.seconds.values()]
                        writer.writerow([*row, r.mb, r.peak_mb, r.objective])


def main() -> None:
    """Run the sweeps asked for, and write what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--out", type=Path, default=Path("results/bench"))
    parser.add_argument("--only", choices=SWEEPS, action="append")
    parser.add_argument(
        "--largest", type=int, default=10**9, help="skip larger instances (stations·hours·stages)"
    )
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    sweeps: dict[str, list[Compared]] = {}
    for name in given.only or SWEEPS:
        small = [s for s in SWEEPS[name] if s.stations * s.hours * s.stages <= given.largest]
        sweeps[name] = []
        for spec in small:
            sweeps[name].append(compare(asked(spec), given.runs))
            save(given.out, sweeps)
        text = "\n".join(line for key, found in sweeps.items() for line in tables(key, found))
        (given.out / "table.md").write_text(text + "\n", encoding="utf-8")
    print(text)
    draw(given.out, sweeps)


if __name__ == "__main__":
    main()
