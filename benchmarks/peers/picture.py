"""How time grows: a column of axes a sweep; build and hand-off above, solving below."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers.compare import Compared, figure
from benchmarks.peers.table import larger, median, slope

COLOURS = {"gridplan": "#0072b2", "linopy": "#d55e00", "pyomo": "#009e73", "highspy": "#777777"}
NAMES = {
    "gridplan": "gridplan",
    "linopy": "PyPSA (linopy)",
    "pyomo": "plain Pyomo",
    "highspy": "bare highspy",
}
PARTS = {"hand-over": "build and hand-off", "solve": "solving in HiGHS"}
AXES = {
    "stations": "stations (24 hours)", "hours": "hours (30 stations)",
    "stages": "stages (30 stations, transport flow)", "congestion": "congestion (120 stations, whole raises)",
}  # fmt: skip


def draw(out: Path, sweeps: dict[str, list[Compared]]) -> None:
    """Write growth.png: medians with least and largest; dashed: the power fitted to the larger sizes."""
    from matplotlib.figure import Figure

    picture = Figure(figsize=(4.4 * len(sweeps), 7.6), layout="constrained")
    axes = picture.subplots(2, len(sweeps), squeeze=False)
    for column, (name, found) in enumerate(sweeps.items()):
        for row, of in enumerate(PARTS):
            kept = [c for c in found if of != "solve" or c.spec.limit_s]
            panel(axes[row, column], name, kept, of)
    runs = max(len(r) for found in sweeps.values() for c in found for r in c.runs.values())
    picture.suptitle(f"The same problem in four programs\nmedian, least and largest of {runs} runs")
    picture.savefig(out / "growth.png", dpi=150)


def panel(ax: Any, name: str, found: list[Compared], of: str) -> None:
    """Draw one sweep."""
    x = np.array([float(getattr(c.spec, name)) for c in found])
    upper = larger(found) if name != "congestion" else []
    for peer in found[0].runs if found else []:
        seconds = np.array([[figure(r, of) for r in c.runs[peer]] for c in found])
        middle = np.array([median(c, peer, of) for c in found])
        label = NAMES[peer]
        if len(upper) > 1:
            power = slope(name, upper, peer, of)
            label += f" (grows with power {power:.1f})"
            own = np.array([float(getattr(c.spec, name)) for c in upper])
            level = np.exp(np.mean(np.log(np.maximum(middle[-len(own) :], 1e-4)) - power * np.log(own)))
            ax.plot(own, level * own**power, "--", color=COLOURS[peer], linewidth=1)
        ends = np.abs(np.array([middle - seconds.min(axis=1), seconds.max(axis=1) - middle]))
        ax.errorbar(x, middle, ends, fmt="o-", capsize=3, color=COLOURS[peer], label=label)
    ax.set(xscale="linear" if name == "congestion" else "log", yscale="log", xticks=x)
    ax.set_xticks(x, [f"{value:,g}" for value in x])
    ax.minorticks_off()
    ax.yaxis.set_major_formatter("{x:g}")
    ax.set(xlabel=AXES[name], ylabel="seconds of the processor", title=PARTS[of][0].upper() + PARTS[of][1:])
    ax.margins(y=0.2)
    ax.grid(alpha=0.3)
    ax.legend(fontsize="x-small")
