"""What was measured, as markdown tables: gridplan's own figures, and ratios to every peer."""

from __future__ import annotations

import numpy as np

from benchmarks.peers.clock import PHASES
from benchmarks.peers.compare import Compared, exponent, figure

RATIOS = {
    "hand-over": "Build and hand-off, gridplan / peer",
    "solve": "Solve in HiGHS, gridplan / peer",
    "memory": "Memory added at its peak, gridplan / peer",
    "process": "Memory of the whole process at its peak, gridplan / peer",
}


def tables(name: str, found: list[Compared]) -> list[str]:
    """Lines of the tables of a sweep."""
    lines = [f"## {name}", "", *_own(name, found)]
    peers = [peer for peer in found[0].runs if peer != "gridplan"]
    for of, title in RATIOS.items():
        kept = [c for c in found if of != "solve" or c.spec.limit_s]
        rows = [[_size(name, c), *(spread(c.ratios(peer, of)) for peer in peers)] for c in kept]
        lines += [f"{title}: least, **median**, largest", "", *_markdown([name, *peers], rows), ""]
    return [*lines, *growth(name, found)]


def _own(name: str, found: list[Compared]) -> list[str]:
    head = [name, "rows", "columns", "nonzeros"]
    head += [f"{phase}, s" for phase in PHASES] + ["added, MB", "optimum, M€"]
    rows = []
    for c in found:
        own = c.runs["gridplan"]
        row = [_size(name, c), f"{own[0].rows:,}", f"{own[0].columns:,}", f"{own[0].nonzeros:,}"]
        row += [_seconds([r.seconds[phase] for r in own]) for phase in PHASES]
        row += [f"{np.median([r.mb for r in own]):.0f}"]
        rows.append([*row, "" if c.optimum is None else f"{c.optimum:.4f}"])
    return ["gridplan, medians; seconds of the processor", "", *_markdown(head, rows), ""]


def _size(name: str, c: Compared) -> str:
    return f"{getattr(c.spec, name):,g}"


def _seconds(values: list[float]) -> str:
    middle = float(np.median(values))
    return f"{middle:.2f}" if middle else ""


def _markdown(head: list[str], rows: list[list[str]]) -> list[str]:
    return ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)]


def spread(ratios: np.ndarray) -> str:
    """Least, median and largest."""
    return f"{ratios.min():.2f} **{np.median(ratios):.2f}** {ratios.max():.2f}"


def median(c: Compared, peer: str, of: str) -> float:
    """Median of the runs of a peer."""
    return float(np.median([figure(r, of) for r in c.runs[peer]]))


def larger(found: list[Compared]) -> list[Compared]:
    """The larger half of the sizes, where fixed costs weigh least; at least two."""
    return found[max(0, len(found) // 2 - 1) :]


def slope(name: str, found: list[Compared], peer: str, of: str) -> float:
    """Exponent of growth of a peer's median with what is swept."""
    sizes = [float(getattr(c.spec, name)) for c in found]
    return round(exponent(sizes, [median(c, peer, of) for c in found]), 6) + 0.0  # no −0


def growth(name: str, found: list[Compared]) -> list[str]:
    """How every peer grows with what is swept."""
    upper = larger(found)
    if name == "congestion" or len(upper) < 2:
        return []
    sizes = " to ".join(_size(name, c) for c in (upper[0], upper[-1]))
    parts = ", ".join(f"{peer} {slope(name, upper, peer, 'hand-over'):.2f}" for peer in found[0].runs)
    return [f"Growth of build and hand-off, exponent from {sizes} {name}: {parts}.", ""]
