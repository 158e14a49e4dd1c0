"""Solve a saved plan again, and say what differs: inputs by hash, versions, indicators."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from gridplan.case.text import sha256
from gridplan.plan.load import LoadError, load_plan, manifest_of
from gridplan.plan.manifest import versions
from gridplan.plan.plan import Plan
from gridplan.plan.run import solve
from gridplan.solve.progress import Progress
from gridplan.study.html import page

TOLERANCE = 1e-6  # relative, of an indicator
COLUMNS = ("kind", "name", "then", "now", "unit", "difference", "verdict")
GONE = "(not there)"


@dataclass(frozen=True)
class Rerun:
    """A plan and the same case solved again.

    Attributes:
        then: the plan that was saved.
        now: the plan that was found now.
        table: a row for every input, version and indicator total: `kind` (input, version, status, indicator),
            `name`, `then`, `now` (text), `unit`, `difference` (relative), `verdict` (same, within the gap,
            differs).
        tolerance: relative, of an indicator.
    """

    then: Plan
    now: Plan
    table: pd.DataFrame
    tolerance: float

    @property
    def reproduced(self) -> bool:
        """Whether status and every indicator are the same, to the tolerance."""
        told = self.table[self.table["kind"].isin(["status", "indicator"])]
        return bool((told["verdict"] == "same").all())

    @property
    def differences(self) -> pd.DataFrame:
        """Rows of the table that are not the same."""
        return self.table[self.table["verdict"] != "same"].reset_index(drop=True)

    @property
    def line(self) -> str:
        """The outcome in one line."""
        told = self.table[self.table["kind"] == "indicator"]
        same = int((told["verdict"] == "same").sum())
        word = "reproduced" if self.reproduced else "not reproduced"
        return f"{word}: {same} of {len(told)} indicators are the same to {self.tolerance:g} (relative)"

    def _repr_html_(self) -> str:
        """What differs, for notebooks."""
        return page(f"Again: {self.then.case.name}", self.now.status, [self.line], {"": self.differences})


def rerun(
    manifest: str | Path,
    *,
    case: str | Path | None = None,
    tolerance: float = TOLERANCE,
    progress: Progress | None = None,
    interrupt: threading.Event | None = None,
) -> Rerun:
    """Solve the case of a saved plan again, with the same options.

    Args:
        manifest: the `manifest.json` of a result folder, or the folder.
        case: the folder the case came from; its files are compared by hash with those that were read then.
            None: the place the manifest names, where it is still there.
        tolerance: relative difference of indicators that counts as the same.
        progress, interrupt: as of `gridplan.plan.run.solve`.

    Raises:
        LoadError: the folder holds no plan that can be read, or a table was changed since.
    """
    path = Path(manifest)
    root = path.parent if path.name == "manifest.json" else path
    then, told = load_plan(root), manifest_of(root)
    limits = {name: then.options.get(name) for name in ("gap", "time_limit_s", "threads", "seed")}
    now = solve(then.case, **limits, progress=progress, interrupt=interrupt)  # type: ignore[arg-type]
    rows = [*_inputs(told, case), *_versions(told), *_results(then, now, tolerance)]
    return Rerun(then, now, pd.DataFrame(rows, columns=list(COLUMNS)), tolerance)


def _inputs(told: Mapping[str, Any], given: str | Path | None) -> list[dict[str, Any]]:
    """Files of the case by hash; none where the folder is not known."""
    place = given if given is not None else (told.get("case") or {}).get("path")
    folder = Path(place) if place else None
    if folder is None or not folder.is_dir():
        if given is not None:
            raise LoadError(f"{given} is no folder; give the folder that the case was read from")
        return []
    found = []
    for name, sha in (told.get("inputs") or {}).items():
        file = folder / name
        now = sha256(file.read_bytes()) if file.is_file() else GONE
        found.append(_row("input", name, sha[:12], now[:12], verdict="same" if now == sha else "differs"))
    return found


def _versions(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    then, now = dict(told.get("versions") or {}), versions()
    return [
        _row("version", name, str(then.get(name)), str(now.get(name)))
        for name in dict.fromkeys([*then, *now])
    ]


def _results(then: Plan, now: Plan, tolerance: float) -> list[dict[str, Any]]:
    """Status, and the total of every indicator."""
    rows = [_row("status", "status", then.status.value, now.status.value)]
    old, new = (dict(plan.summary.get("indicators") or {}) for plan in (then, now))
    for name in dict.fromkeys([*old, *new]):
        a, b = (entry.get(name, {}).get("total") for entry in (old, new))
        unit = {**new.get(name, {}), **old.get(name, {})}.get("unit", "")
        old_text, new_text = (GONE if value is None else repr(float(value)) for value in (a, b))
        if a is None or b is None:
            rows.append(_row("indicator", name, old_text, new_text, unit))
            continue
        apart = abs(a - b) / max(1.0, abs(a))
        verdict = "same" if apart <= tolerance else "differs"
        if verdict == "differs" and _within_gap(name, then, now, abs(a - b)):
            verdict = "within the gap"
        rows.append(_row("indicator", name, old_text, new_text, unit, apart, verdict))
    return rows


def _within_gap(name: str, then: Plan, now: Plan, apart: float) -> bool:
    """Whether both values of an objective may stand for the same optimum, by their bounds."""
    goals = [(plan.summary.get("objective") or {}).get(name) for plan in (then, now)]
    if any(goal is None or goal["bound"] is None or goal["value"] is None for goal in goals):
        return False
    return apart <= max(abs(goal["value"] - goal["bound"]) for goal in goals if goal is not None) + 1e-9


def _row(
    kind: str, name: str, then: str, now: str, unit: str = "", difference: float | None = None,
    verdict: str = "",
) -> dict[str, Any]:  # fmt: skip
    told = verdict or ("same" if then == now else "differs")
    return dict(zip(COLUMNS, (kind, name, then, now, unit, difference, told), strict=True))
