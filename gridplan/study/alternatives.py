"""Plans that cost nearly the same and do something else: k within ε, apart in sites or reinforcements."""

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
from gridplan.solve.extra import Apart, Extra, Limit, Row
from gridplan.solve.progress import Progress, Silent
from gridplan.solve.status import SolveStatus
from gridplan.study.axes import goals_of
from gridplan.study.choices import OF, Choices, choices_of, differences
from gridplan.study.runner import Found, Runner, worst

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Alternatives:
    """The optimum and plans near it, in order of cost.

    Attributes:
        case: the case.
        table: a row per plan: `plan`, the last objective (by its name, in its unit), `above` (share above the
            optimum), `bound`, `gap`, `status`, `verified`, `differs` (from the optimum), `folder`.
        choices: `kind` (site | reinforcement), `item`, `name`, and a column of true and false per plan.
        distances: plan by plan, number of choices that differ; recomputed from the plans' tables.
        plans: plan by number.
        status: how the study ended.
        complete: no further plan exists within ε at that distance.
        notes: what the reader must know.
        options: limits of each search.
    """

    case: Case
    table: pd.DataFrame
    choices: pd.DataFrame
    distances: pd.DataFrame
    plans: Mapping[int, Plan]
    status: SolveStatus
    complete: bool
    notes: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    def plot(self, lang: str = "en") -> list[Axes]:
        """Small maps of the plans, side by side, with what each does alone."""
        from gridplan.plots import alternatives

        return alternatives.plot(self, lang)

    def save(self, folder: str | Path, lang: str = "en") -> Path:
        """Write tables, picture and every plan to a folder, whole or not at all."""
        from gridplan.study.save import save

        return save(self, "alternatives", folder, lang)

    def _repr_html_(self) -> str:
        """The tables for notebooks."""
        from gridplan.study.html import page

        parts = {"": self.table, "Choices": self.choices, "Differences": self.distances}
        return page(f"Alternatives of {self.case.name}", self.status, self.notes, parts)


def alternatives(
    case: Case,
    k: int = 5,
    within: float = 0.02,
    differ: int = 2,
    of: str = "both",
    *,
    drop: int = 1,
    gap: float | None = None,
    time_limit_s: float | None = None,
    threads: int | None = None,
    seed: int | None = None,
    progress: Progress | None = None,
    interrupt: threading.Event | None = None,
) -> Alternatives:
    """Up to k plans whose last objective is within a share of the optimum (docs/study.md).

    A site is chosen where it has new IT MW at the last stage, a reinforcement where a unit stands then.

    Args:
        case: the case; earlier objectives are held at their optimum.
        k: number of plans, the optimum included.
        within: share of the optimum by which the last objective may be worse.
        differ: number of choices by which any two plans differ at least.
        of: `sites`, `reinforcements` or `both`.
        drop: number of an earlier plan's choices that the next must do without at least (where it has so
            many); 0 lets in plans that only add something useless.
        gap, time_limit_s, threads, seed: of each search, None: the case's.
        progress, interrupt: watcher, and what stops the study.

    Raises:
        ValueError: numbers out of range, unknown `of`, or nothing to choose in the case.
    """
    if k < 1 or within < 0 or differ < 1 or drop < 0:
        raise ValueError(f"k = {k}, within = {within}, differ = {differ}, drop = {drop}: 1, 0, 1, 0 at least")
    if of not in OF:
        raise ValueError(f"of = '{of}' is not there; there are {', '.join(OF)}")
    watcher = progress or Silent()
    options = options_of(case, gap, time_limit_s, threads, seed)
    try:
        course = _Course(Runner(case, options, watcher, interrupt), choices_of(case, of))
        course.run(k, within, differ, drop)
    finally:
        watcher.close()
    return course.result(vars(options))


class _Course:
    """The plans found so far."""

    def __init__(self, runner: Runner, choices: Choices) -> None:
        self.runner, self.choices = runner, choices
        self.goals = goals_of(runner.case)
        self.found: list[Found] = []
        self.statuses: list[SolveStatus] = []
        self.complete, self.note = False, ""

    def run(self, k: int, within: float, differ: int, drop: int) -> None:
        """The optimum, then the best plan apart from all plans before, until k or none is left."""
        if not self._take(Extra(), f"plan 1 of {k}"):
            return
        one, last = self.found[0], self.goals[-1]
        best = float(one.goals[last.name].value or 0.0)
        held = tuple(Limit(f, float(one.goals[f.name].value or 0.0)) for f in self.goals[:-1])
        limit = (Limit(last, best + within * abs(best)),)
        used = tuple(Row(dict(pairs), 0.0, name) for name, pairs in self.choices.used.items())
        while len(self.found) < k:
            apart = tuple(Apart(self.choices.at(_plan(f)), differ, drop) for f in self.found)
            extra = Extra((last,), limit, held, apart, rows=used, start=self._start())
            if not self._take(extra, f"plan {len(self.found) + 1} of {k}"):
                return

    def _start(self) -> dict[Any, float]:
        """The optimum but for what must differ."""
        known = set(self.choices.keys)
        return {key: value for key, value in self.found[0].values.items() if key not in known}

    def _take(self, extra: Extra, part: str) -> bool:
        if self.runner.stopped:
            self.statuses.append(SolveStatus.INTERRUPTED)
            return False
        found = self.runner.find(extra, part)
        if found.status == SolveStatus.INFEASIBLE and self.found:
            self.complete = True
            self.note = f"no further plan is that near and that different: {len(self.found)} in all"
            return False
        self.statuses.append(found.status)
        if not found.there:
            return False
        self.found.append(found)
        return True

    def result(self, options: Mapping[str, Any]) -> Alternatives:
        """Tables of what was found."""
        numbers = range(1, len(self.found) + 1)
        plans = {n: _plan(f) for n, f in zip(numbers, self.found, strict=True)}
        table = self.choices.table(plans)
        distances = differences(table, list(plans))
        notes = (self.note,) if self.note else ()
        return Alternatives(
            self.runner.case, self._rows(distances), table, distances, plans, worst(self.statuses),
            self.complete, notes, options,
        )  # fmt: skip

    def _rows(self, distances: pd.DataFrame) -> pd.DataFrame:
        name, rows, best = self.goals[-1].name, [], None
        for number, found in enumerate(self.found, 1):
            goal = found.goals[name]
            best = goal.value if best is None else best
            above = (goal.value - best) / abs(best) if best and goal.value is not None else 0.0
            rows.append(
                {
                    "plan": number,
                    name: goal.value,
                    "above": above,
                    "bound": goal.bound,
                    "gap": goal.gap,
                    "status": found.status.value,
                    "verified": found.verified,
                    "differs": int(distances.to_numpy()[0, number - 1]),
                    "folder": f"plans/{number}",
                }
            )
        columns = ["plan", name, "above", "bound", "gap", "status", "verified", "differs", "folder"]
        return pd.DataFrame(rows, columns=columns)


def _plan(found: Found) -> Plan:
    assert found.plan is not None
    return found.plan
