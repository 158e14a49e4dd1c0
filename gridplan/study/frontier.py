"""The exact trade-off of two indicators: plans of which none is better in one and not worse in the other."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.case import Case
from gridplan.plan.plan import Plan
from gridplan.plan.run import options_of
from gridplan.solve.progress import Progress, Silent
from gridplan.solve.status import SolveStatus
from gridplan.study.axes import Axis, axis_of
from gridplan.study.runner import Runner, at_gap
from gridplan.study.walk import Point, Walk

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Frontier:
    """Points that are not dominated, from the least of the first indicator to the best of the second.

    Attributes:
        case: the case.
        first, second: the two indicators.
        table: a row per point: `point`, the two indicators (in their units, by their names), `bound` and
            `gap` of the first at that second, `status`, `verified` (blank without a plan), `picked`
            (least_first | elbow | best_second | blank), `plan` (folder of the saved plan).
        plans: plan by point.
        status: how the study ended; `limit` where some point is not proven.
        complete: all points there are (at this step) are in the table.
        step: by how much the second moved between programs, in its unit; None: evenly spaced.
        notes: what the reader must know.
        options: limits of each search.
    """

    case: Case
    first: Axis
    second: Axis
    table: pd.DataFrame
    plans: Mapping[int, Plan]
    status: SolveStatus
    complete: bool
    step: float | None
    notes: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def picked(self) -> pd.DataFrame:
        """The ends and the elbow: the point farthest below the line between the ends."""
        return self.table[self.table["picked"] != ""].reset_index(drop=True)

    def plot(self, ax: Axes | None = None, lang: str = "en") -> Axes:
        """The points, labelled, with the picked plans marked."""
        from gridplan.plots import frontier

        return frontier.plot(self, ax, lang)

    def save(self, folder: str | Path, lang: str = "en") -> Path:
        """Write tables, picture and every plan to a folder, whole or not at all."""
        from gridplan.study.save import save

        return save(self, "frontier", folder, lang)

    def _repr_html_(self) -> str:
        """The table for notebooks."""
        from gridplan.study.html import page

        title = f"Frontier of {self.first.indicator} and {self.second.indicator}"
        return page(title, self.status, self.notes, {"": self.table})


def frontier(
    case: Case,
    first: str,
    second: str,
    *,
    points: int = 7,
    exact: bool = False,
    step: float | None = None,
    most: int = 500,
    plans: bool = True,
    gap: float | None = None,
    time_limit_s: float | None = None,
    threads: int | None = None,
    seed: int | None = None,
    progress: Progress | None = None,
    interrupt: threading.Event | None = None,
) -> Frontier:
    """The trade-off of two indicators (docs/study.md).

    Earlier objectives of the case that are no axis are held at their optimum; its last one settles what is
    left.

    Args:
        case: the case; hours and outages are checked as its settings say.
        first, second: indicators; `max:` or `min:` before a name says what is better, else the schema.
        points: number of evenly spaced bounds on the second, both ends included.
        exact: walk from end to end instead, so that no point is missed; the gap is then 0 unless given.
        step: with `exact`, by how much the second must improve from point to point (its unit); None: the
            smallest step of whole decisions.
        most: with `exact`, the largest number of points.
        plans: make the tables of every plan and recompute them; False: the two indicators only, quicker.
        gap, time_limit_s, threads, seed: of each search, None: the case's.
        progress, interrupt: watcher, and what stops the study.

    Raises:
        ValueError: unknown indicator, one that nothing in the case counts in, fewer than 2 points, or `exact`
            without a step where the second moves continuously.
    """
    axes = axis_of(first), axis_of(second)
    if axes[0].indicator == axes[1].indicator:
        raise ValueError(f"both axes are {axes[0].indicator}; choose two indicators")
    if points < 2 or most < 2 or (step is not None and step <= 0):
        raise ValueError(f"points = {points}, most = {most}, step = {step}: 2 or more points, a step above 0")
    options = options_of(case, gap, time_limit_s, threads, seed)
    options = at_gap(options, 0.0) if exact and gap is None else options
    watcher = progress or Silent()
    try:
        walk = Walk(Runner(case, options, watcher, interrupt), *axes, plans)
        walk.exactly(step, most) if exact else walk.evenly(points)
    finally:
        watcher.close()
    kept = walk.undominated()
    table = _table(axes, kept)
    made = {n: p.found.plan for n, p in enumerate(kept, 1) if p.found.plan is not None}
    used = walk.step if exact else None
    return Frontier(
        case, *axes, table, made, walk.status, walk.complete, used, tuple(walk.notes), vars(options)
    )


def _table(axes: tuple[Axis, Axis], points: list[Point]) -> pd.DataFrame:
    first, second = axes
    rows = []
    for number, point in enumerate(points, 1):
        rows.append(
            {
                "point": number,
                first.indicator: point.values[0],
                second.indicator: point.values[1],
                "bound": point.bound,
                "gap": point.gap,
                "status": point.found.status.value,
                "verified": point.found.verified if point.found.plan is not None else None,
                "picked": "",
                "plan": f"plans/{number}" if point.found.plan is not None else "",
            }
        )
    columns = [
        "point",
        first.indicator,
        second.indicator,
        "bound",
        "gap",
        "status",
        "verified",
        "picked",
        "plan",
    ]
    table = pd.DataFrame(rows, columns=columns)
    for at, name in picks(table, axes).items():
        table.loc[at, "picked"] = name
    return table


def picks(table: pd.DataFrame, axes: tuple[Axis, Axis]) -> dict[int, str]:
    """Rows worth a look: both ends, and the elbow where it lies clearly below the line between them."""
    if table.empty:
        return {}
    chosen = {len(table) - 1: "best_second", 0: "least_first"}
    x = axes[0].sign * table[axes[0].indicator].to_numpy(float)
    y = axes[1].sign * table[axes[1].indicator].to_numpy(float)
    if len(table) > 2 and x[-1] > x[0] and y[0] > y[-1]:
        below = 1.0 - (x - x[0]) / (x[-1] - x[0]) - (y - y[-1]) / (y[0] - y[-1])
        elbow = int(below.argmax())
        if below[elbow] > 1e-3:
            chosen[elbow] = "elbow"
    return chosen
