"""What a sweep gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from gridplan.case import Case
from gridplan.case.tables import indicators as vocabulary
from gridplan.plan.html import TOTALS
from gridplan.plan.plan import Plan
from gridplan.solve.status import SolveStatus
from gridplan.study.html import page
from gridplan.study.sweeps.design import Point
from gridplan.study.sweeps.table import NOT_RUN
from gridplan.study.sweeps.work import FAILED, INVALID, PLAN

BAD = (FAILED, INVALID)
SHOWN = 20  # points shown in a notebook


@dataclass(frozen=True)
class Sweep:
    """A case under many patches, samples and scenarios.

    Attributes:
        case: the case itself.
        design: the points, in order.
        table: one row per point, indicator and year (blank: total over the horizon); a point without a plan
            is one row with its reason.
        points: one row per point: what varies, status, reason, gap (share of 1), seconds, folder, and totals.
        folder: where it is kept, if anywhere.
        options: of the solver.
        done_before: points that an earlier run had done.
        interrupted: the user stopped it; the points that are not done have the status `not_run`.
    """

    case: Case
    design: tuple[Point, ...]
    table: pd.DataFrame
    points: pd.DataFrame
    folder: Path | None
    options: Mapping[str, Any]
    done_before: int = 0
    interrupted: bool = False

    @property
    def failed(self) -> pd.DataFrame:
        """Points without an answer, with their reasons: failed ones and those whose patch gives no case."""
        return self.points[self.points["status"].isin(BAD)].reset_index(drop=True)

    @property
    def exit_code(self) -> int:
        """0 every point is solved or proven to have no plan; 1 some failed or do not hold; 5, 6, 130."""
        statuses = set(self.points["status"])
        if self.interrupted or NOT_RUN in statuses:
            return SolveStatus.INTERRUPTED.exit_code
        if statuses & set(BAD) or (self.points["verified"] == False).any():  # noqa: E712 (blank is no answer)
            return 1
        for status in (SolveStatus.NO_PLAN, SolveStatus.LIMIT, SolveStatus.INTERRUPTED):
            if status.value in statuses:
                return status.exit_code
        return 0

    @property
    def counts(self) -> dict[str, int]:
        """Points by status."""
        return {str(name): int(n) for name, n in self.points["status"].value_counts(sort=False).items()}

    def plan(self, point: int) -> Plan:
        """The plan of a point, by its number.

        Raises:
            KeyError: there is no such point, or it has no plan.
            ValueError: the sweep was not kept in a folder.
        """
        from gridplan.plan.load import load_plan

        if self.folder is None:
            raise ValueError("this sweep was not kept in a folder; give one: sweep(..., out='results/sweep')")
        rows = self.points[self.points["point"] == point]
        if rows.empty:
            raise KeyError(f"no point {point}; there are 1 to {len(self.points)}")
        place = rows["folder"].iloc[0]
        if pd.isna(place):
            raise KeyError(f"point {point} has no plan: {rows['status'].iloc[0]}")
        return load_plan(self.folder / str(place) / PLAN)

    @property
    def line(self) -> str:
        """Points by status, in one line."""
        counts = ", ".join(f"{n} {name}" for name, n in self.counts.items())
        return f"{len(self.points)} points: {counts}"

    def _repr_html_(self) -> str:
        """The first points, for notebooks."""
        unseen = [name for name in self.points if name in vocabulary() and name not in TOTALS]
        shown = self.points.drop(columns=["folder", *unseen]).dropna(axis="columns", how="all").head(SHOWN)
        left = len(self.points) - len(shown)
        notes = [self.line, *([f"{left} more points in .points"] if left > 0 else [])]
        notes += [f"{len(unseen)} more indicators in .points, and all by year in .table"] if unseen else []
        status = SolveStatus.INTERRUPTED if self.interrupted else SolveStatus.OPTIMAL
        return page(f"Sweep of {self.case.name}", status, notes, {"": shown})
