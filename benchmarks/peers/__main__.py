"""Ratios and growth, into results/bench: `python -m benchmarks.peers [--runs 5] [--only stations]`."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np

from benchmarks.peers.clock import PHASES
from benchmarks.peers.compare import Compared, compare, exponent, figure
from benchmarks.peers.spec import Spec

SWEEPS: dict[str, list[Spec]] = {
    "stations": [Spec(stations=n) for n in (30, 100, 300, 1000, 3000)],
    "hours": [Spec(hours=h) for h in (24, 96, 480, 1920, 8760)],
    "stages": [Spec(flow="transport", stages=n) for n in (1, 2, 3, 4, 5)],
    "congestion": [Spec(stations=120, congestion=c, relaxed=False) for c in (0.5, 1.0, 2.0, 3.0)],
}
SOLVED_NONZEROS = 1_500_000  # above it programs are built and handed over only

WORDS = {"hand-over": "build and hand-off", "memory": "memory added", "process": "memory of the process"}


def asked(spec: Spec) -> Spec:
    """The instance, without solving where that would take too long to repeat."""
    size = spec.stations * spec.hours * spec.stages * 25
    return spec if size <= SOLVED_NONZEROS else Spec(**{**_fields(spec), "limit_s": 0.0})


def _fields(spec: Spec) -> dict[str, object]:
    return {name: getattr(spec, name) for name in Spec.__dataclass_fields__}


def table(name: str, found: list[Compared]) -> list[str]:
    """Markdown: medians of gridplan and ratios (least, median, largest) to every peer."""
    peers = [peer for peer in found[0].runs if peer != "gridplan"]
    head = [name, "nonzeros", "build", "hand-off", "solve", "extract", "MB"]
    ratios = [(of, peer) for of in ("hand-over", "solve", "memory", "process") for peer in peers]
    head += [f"{WORDS.get(of, of)} / {peer}" for of, peer in ratios] + ["optimum, M€"]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for c in found:
        own = c.runs["gridplan"]
        row = [f"{getattr(c.spec, name):g}", f"{own[0].nonzeros:,}"]
        row += [f"{np.median([r.seconds[phase] for r in own]):.2f}" for phase in PHASES[1:]]
        row += [f"{np.median([r.mb for r in own]):.0f}"]
        row += [
            "" if of == "solve" and not c.spec.limit_s else spread(c.ratios(peer, of)) for of, peer in ratios
        ]
        lines.append("| " + " | ".join([*row, "" if c.optimum is None else f"{c.optimum:.4f}"]) + " |")
    return [*lines, "", *growth(name, found)]


def spread(ratios: np.ndarray) -> str:
    """Least, median and largest."""
    return f"{ratios.min():.2f} **{np.median(ratios):.2f}** {ratios.max():.2f}"


def growth(name: str, found: list[Compared]) -> list[str]:
    """How build and hand-off grow with what is swept (largest half of the sizes)."""
    if name == "congestion" or len(found) < 3:
        return []
    upper = found[len(found) // 2 - 1 :]
    sizes = [float(getattr(c.spec, name)) for c in upper]
    parts = []
    for peer in found[0].runs:
        seconds = [float(np.median([figure(r, "hand-over") for r in c.runs[peer]])) for c in upper]
        parts.append(f"{peer} {exponent(sizes, seconds):.2f}")
    return [
        f"Growth of build and hand-off with {name}, exponent over the larger sizes: {', '.join(parts)}.",
        "",
    ]


def draw(out: Path, sweeps: dict[str, list[Compared]]) -> None:
    """Seconds over size, a panel a sweep."""
    from matplotlib.figure import Figure

    picture = Figure(figsize=(4.2 * len(sweeps), 4), layout="constrained")
    axes = picture.subplots(1, len(sweeps), squeeze=False)[0]
    for ax, (name, found) in zip(axes, sweeps.items(), strict=True):
        for peer in found[0].runs:
            x = [getattr(c.spec, name) for c in found]
            y = [np.median([figure(r, "hand-over") for r in c.runs[peer]]) for c in found]
            ax.loglog(x, y, marker="o", label=peer)
        ax.set(xlabel=name, ylabel="build and hand-off, s of the processor")
        ax.legend()
    picture.savefig(out / "growth.png", dpi=150)


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
        text = "\n".join(line for key, found in sweeps.items() for line in table(key, found))
        (given.out / "table.md").write_text(text + "\n", encoding="utf-8")
    print(text)
    draw(given.out, sweeps)


if __name__ == "__main__":
    main()
