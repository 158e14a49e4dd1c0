"""One point of a sweep: what a process does with it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from gridplan.case.content import Content
from gridplan.engine import unpacked

if TYPE_CHECKING:
    from gridplan.plan.plan import Plan

FAILED, INVALID = "failed", "invalid"
PLAN = "plan"


@dataclass(frozen=True)
class Outcome:
    """What became of a point.

    Attributes:
        status: as of a plan, or `invalid` (the patch gives no valid case) or `failed`.
        reason: why there is no plan, or why it is not to be relied on; blank where all is well.
        verified: whether the plan holds when it is recomputed; None where there is no plan.
        indicators: total, values by year and unit, by name.
        objective: value, bound and gap by objective.
        seconds: that it took.
        files: the result folder, by path; empty where it is not kept.
    """

    status: str
    reason: str = ""
    verified: bool | None = None
    indicators: Mapping[str, Any] = field(default_factory=dict)
    objective: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    files: Mapping[str, bytes] = field(default_factory=dict)


def run_point(case: bytes, changes: Mapping[str, Any], options: Mapping[str, Any], keep: bool) -> Outcome:
    """Patch the case, solve it and write its result folder, all in one process on one thread.

    Args:
        case: its content, before it is typed, `packed`.
        changes: the patch.
        options: `gap`, `time_limit_s`, `threads` and `seed`; None: the case's.
        keep: give the files of the result folder too.
    """
    from gridplan.case import CaseError
    from gridplan.case.build import build_case
    from gridplan.case.patch import apply_patch
    from gridplan.plan.run import solve

    begun = monotonic()
    try:
        content: Content = unpacked(case)
        whole = build_case(apply_patch(content, changes) if changes else content)
    except CaseError as error:
        said = "; ".join(list(dict.fromkeys(map(str, error.problems)))[:3])
        return Outcome(INVALID, said, seconds=monotonic() - begun)
    plan = solve(whole, **options)
    return Outcome(
        plan.status.value,
        _reason(plan),
        None if plan.certificate is None else plan.certificate.ok,
        plan.summary.get("indicators") or {},
        plan.summary.get("objective") or {},
        monotonic() - begun,
        _files(plan) if keep else {},
    )


def _reason(plan: Plan) -> str:
    """Why a plan is not there, or what is not proven of it."""
    if plan.certificate is not None and not plan.certificate.ok:
        return plan.certificate.line
    if plan.status == "infeasible":
        said = plan.summary.get("explanation") or ["no plan can satisfy the case"]
        return str(said[0]) if isinstance(said, list | tuple) else str(said)
    return {
        "limit": "a limit was reached; this is the best plan found",
        "no_plan": "a limit was reached before any plan was found",
    }.get(plan.status.value, "")


def _files(plan: Plan) -> dict[str, bytes]:
    """The result folder of a plan, as bytes: the process may be on a machine that does not share the disk."""
    from gridplan.plan.save import save

    with tempfile.TemporaryDirectory(prefix="gridplan-point-") as folder:
        root = save(plan, Path(folder) / PLAN)
        files = [path for path in sorted(root.rglob("*")) if path.is_file()]
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}
