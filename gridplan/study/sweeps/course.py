"""The course of a sweep: what is done already, what is still to do, and the tables."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from gridplan.case import Case, CaseError
from gridplan.case.build import build_case
from gridplan.case.content import Content
from gridplan.case.patch import apply_patch
from gridplan.case.scenario import apply_scenario
from gridplan.engine import Engine, Task, packed
from gridplan.plan import csvtable
from gridplan.plan.manifest import neutral, versions
from gridplan.solve.progress import Progress
from gridplan.study.scenarios import BASE
from gridplan.study.sweeps.design import Point
from gridplan.study.sweeps.key import FORMAT, SHORT, content_hash, point_key
from gridplan.study.sweeps.result import Sweep
from gridplan.study.sweeps.store import POINTS, Record, Store
from gridplan.study.sweeps.table import tidy, wide
from gridplan.study.sweeps.work import FAILED, Outcome, run_point


@dataclass(frozen=True)
class Base:
    """The case under one scenario.

    Attributes:
        content: before patches.
        hash: of all that it says.
        data: the same, to be sent.
    """

    content: Content
    hash: str
    data: bytes


class Course:
    """One run over the points of a sweep."""

    def __init__(
        self, case: Case, points: Sequence[Point], options: Mapping[str, Any], store: Store, keep: bool
    ) -> None:
        """Check every patch against the case; nothing is written.

        Raises:
            CaseError: a scenario that is not there or not valid, or a key of a patch that the case has not.
        """
        self.case, self.points, self.options = case, tuple(points), dict(options)
        self.store, self.keep = store, keep
        names = dict.fromkeys(point.scenario for point in points)
        self.bases = {name: _base(case, name) for name in names}
        self.keys = {p.number: point_key(self.bases[p.scenario].hash, p.changes, options) for p in points}
        self.records: dict[int, Record] = {}
        self.done_before = 0
        self.stopped = False
        problems: dict[str, Any] = {}
        for point in points:
            try:
                apply_patch(self.bases[point.scenario].content, point.changes)
            except CaseError as error:
                problems |= {str(problem): problem for problem in error.problems}
        if problems:
            raise CaseError(problems.values())

    @property
    def left(self) -> dict[str, Point]:
        """Points that are not done, by key; of two that are the same the first."""
        left = [point for point in self.points if point.number not in self.records]
        return {self.keys[point.number]: point for point in reversed(left)}

    def begin(self, retry: bool) -> None:
        """Say what is swept, and find what an earlier run has done.

        Args:
            retry: what failed then is not done.
        """
        self.store.open(self._about())
        for number, key in self.keys.items():
            record = self.store.get(key, self.keep)
            if record is not None and not (retry and record["status"] == FAILED):
                self.records[number] = record
        self.done_before = len(self.records)

    def run(self, processes: Engine, progress: Progress, stop: threading.Event | None) -> None:
        """Do what is left, and keep every point as it is done."""
        at = f", dashboard {processes.link}" if processes.link else ""
        progress.phase(f"points{at}", len(self.points))
        progress.advance(self.done_before)
        for done in processes.run(run_point, self._tasks(), stop):
            outcome = done.value if not done.error else Outcome(FAILED, done.error)
            same = [point for point in self.points if self.keys[point.number] == done.name]
            about = {"changes": same[0].changes, "scenario": same[0].scenario, "options": self.options}
            record = self.store.put(done.name, outcome, about)
            self.records |= {point.number: record for point in same}
            progress.advance(len(self.records))
        self.stopped = stop is not None and stop.is_set()

    @property
    def told(self) -> str:
        """How far it is: `3 of 40 points are done`."""
        return f"{len(self.records)} of {len(self.points)} points are done"

    def _tasks(self) -> Iterator[Task]:
        for key, point in sorted(self.left.items(), key=lambda item: item[1].number):
            data = self.bases[point.scenario].data
            yield Task(key, (data, dict(point.changes), self.options, self.keep))

    def end(self, folder: Path | None) -> Sweep:
        """Write the tables; `folder`: where they are kept, if anywhere."""
        has = [n for n, record in self.records.items() if record["has_plan"] and self.keep]
        places = {number: f"{POINTS}/{self.keys[number][:SHORT]}" for number in has}
        table, points = tidy(self.points, self.records), wide(self.points, self.records, places)
        if folder is not None:
            self.store.write("sweep.csv", csvtable.write(table).encode("utf-8"))
            self.store.write("points.csv", csvtable.write(points).encode("utf-8"))
            parquet = BytesIO()
            table.to_parquet(parquet, engine="pyarrow", index=False)
            self.store.write("sweep.parquet", parquet.getvalue())
        return Sweep(
            self.case, self.points, table, points, folder, self.options, self.done_before, self.stopped
        )

    def _about(self) -> dict[str, Any]:
        """Content of study.json."""
        case = self.case
        points = [
            {"point": p.number, "key": self.keys[p.number], "folder": self.keys[p.number][:SHORT]}
            | {"scenario": p.scenario, "patch": p.patch, "values": p.values, "changes": p.changes}
            for p in self.points
        ]
        return {
            "made_by": "gridplan",
            "study": "sweep",
            "format": FORMAT,
            "begun": datetime.now(UTC).isoformat(timespec="seconds"),
            "versions": versions(),
            "case": {"name": case.name, "scenario": case.scenario, "changes": case.changes},
            "inputs": {neutral(str(name)): sha for name, sha in dict(case.sources).items()},
            "options": self.options,
            "points": points,
        }


def _base(case: Case, scenario: str) -> Base:
    """The case under a scenario; CaseError where that is not valid."""
    content = case.content
    if scenario != BASE:
        content = apply_scenario(content, scenario)
        build_case(content)
    return Base(content, content_hash(content), packed(content))
