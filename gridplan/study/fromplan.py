"""A what-if of a plan: a case whose solve begins with what the plan knows."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from gridplan.case import Case
from gridplan.plan.plan import Plan
from gridplan.solve.progress import Progress
from gridplan.study.whatif import Course, WhatIf


class FromPlan:
    """The case of a plan with changes; a further `what_if` gives another one.

    Attributes:
        plan: the plan that it begins with.
        case: its case with the changes, checked; `case.changes` lists them.
        course: how it was answered; None before it was.
    """

    def __init__(self, plan: Plan, case: Case, session: WhatIf) -> None:
        """Nothing is solved yet.

        Args:
            plan: the plan to begin with.
            case: the case with changes.
            session: what-ifs on the plan.
        """
        self.plan, self.case, self._session = plan, case, session
        self.course: Course | None = None

    def what_if(self, patch: Mapping[str, Any]) -> FromPlan:
        """The same with more changes, as of `Case.what_if`; it begins with the same plan.

        Raises:
            CaseError: the patch gives no valid case.
        """
        return FromPlan(self.plan, self.case.what_if(patch), self._session)

    def solve(self, progress: Progress | None = None, interrupt: threading.Event | None = None) -> Plan:
        """The plan of the case with the changes, under the options of the plan that it begins with.

        Args:
            progress: watcher of the run.
            interrupt: when set, the search stops and the best plan is kept.

        Returns:
            The plan; it is checked, proven to the gap and recomputed as one that is solved from scratch.
        """
        found = self._session.answer(self.case, progress, interrupt)
        self.course = self._session.course
        return found

    def __repr__(self) -> str:
        """Case, and how much of it was changed."""
        count = len(self.case.changes) - len(self.plan.case.changes)
        return f"FromPlan({self.case.name!r}, {count} changes)"

    def _repr_html_(self) -> str:
        """The case, for notebooks."""
        return self.case._repr_html_()
