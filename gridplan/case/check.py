"""All checks of a case; each has a name and sees the whole draft."""

from __future__ import annotations

from dataclasses import replace

from gridplan.case import (
    check_effects,
    check_heat,
    check_network,
    check_places,
    check_policies,
    check_references,
    check_rights,
    check_subjects,
    check_telecom,
    check_years,
)
from gridplan.case.check_tables import check_table
from gridplan.case.draft import CHECKS, Draft
from gridplan.case.problem import Problem
from gridplan.case.tables import tables

# Importing these files registers their checks.
FILES = (
    check_references,
    check_rights,
    check_policies,
    check_places,
    check_network,
    check_subjects,
    check_heat,
    check_telecom,
    check_effects,
    check_years,
)
MAX_OF_ONE_CHECK = 200


def run_checks(draft: Draft, broken: set[str], known: list[Problem]) -> list[Problem]:
    """Problems of tables first; a check between tables runs where all tables it needs are sound."""
    reported = {(problem.file, problem.row, problem.column) for problem in known}
    found: list[Problem] = []
    unsound = set(broken)
    for name, frame in draft.frames.items():
        wrong = [
            problem
            for problem in check_table(draft, tables()[name], frame)
            if (problem.file, problem.row, problem.column) not in reported
        ]
        if wrong:
            unsound.add(name)
        found += wrong
    draft = replace(draft, unsound=frozenset(unsound))
    for check in CHECKS.values():
        if unsound.isdisjoint(check.needs):
            several = [replace(problem, check=check.name) for problem in check.run(draft)]
            found += several[:MAX_OF_ONE_CHECK]
    return found
