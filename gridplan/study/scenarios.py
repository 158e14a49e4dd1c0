"""The scenarios of a robust study: cases that differ in what is not known yet, and how likely each is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gridplan.case import Case, read_case
from gridplan.case.problem import CaseError, Problem
from gridplan.case.scenario import scenarios_of

BASE = "base"
Given = str | Mapping[str, Any] | Case
SAME = ("years", "last_year", "discount_rate", "lifetime_years")  # or costs do not compare


@dataclass(frozen=True)
class Scenario:
    """One future.

    Attributes:
        name: its name.
        case: the case as it would be then.
        weight: its probability.
    """

    name: str
    case: Case
    weight: float


def scenarios(
    case: Case,
    given: Sequence[str] | Mapping[str, Given],
    weights: Mapping[str, float] | Sequence[float] | None = None,
) -> list[Scenario]:
    """The scenarios of a case.

    Args:
        case: the base.
        given: names of scenario folders, `base` for the case itself; or by name a folder's name, a patch
            as of `Case.what_if`, or a case.
        weights: by name or in order, any positive numbers; None: equal.

    Raises:
        ValueError: fewer than two, the same name twice, or weights that do not fit.
        CaseError: a folder or patch that is not valid, or a horizon or reinforcement that is not the same.
    """
    named = given if isinstance(given, Mapping) else {name: name for name in given}
    names = list(named)
    if len(names) < 2 or (not isinstance(given, Mapping) and len(set(given)) < len(given)):
        raise ValueError(
            f"{', '.join(map(str, given)) or 'none'}: two or more different scenarios are needed"
        )
    cases = {name: _case(case, what) for name, what in named.items()}
    _check(cases)
    parts = _weights(names, weights)
    return [Scenario(name, cases[name], parts[name]) for name in names]


def _case(base: Case, given: Given) -> Case:
    if isinstance(given, Case):
        return given
    if isinstance(given, Mapping):
        return base.what_if(given)
    if given == BASE and (base.folder is None or BASE not in scenarios_of(base.folder)):
        return base
    if base.folder is None:
        raise ValueError(f"'{given}': the case has no folder with scenarios; give a patch")
    return read_case(base.folder, scenario=given)


def _weights(names: list[str], given: Mapping[str, float] | Sequence[float] | None) -> dict[str, float]:
    if given is None:
        return dict.fromkeys(names, 1.0 / len(names))
    listed = given if isinstance(given, Mapping) else dict(zip(names, given, strict=False))
    count = len(given)
    if count != len(names) or set(listed) != set(names) or not all(value > 0 for value in listed.values()):
        raise ValueError(f"weights {list(given)}: one above 0 for each of {', '.join(names)}")
    total = sum(listed.values())
    return {name: listed[name] / total for name in names}


def _check(cases: Mapping[str, Case]) -> None:
    """What is decided before the scenario is known must mean the same in all."""
    (first, one), *others = cases.items()
    problems = []
    for name, other in others:
        for key in SAME:
            mine, theirs = (getattr(c.settings.horizon, key) for c in (one, other))
            if mine != theirs:
                problems.append(
                    _problem("case.toml", f"horizon.{key}", theirs, f"is {mine} in {first}", name)
                )
        if one.settings.objective.minimise != other.settings.objective.minimise:
            theirs = ", ".join(other.settings.objective.minimise)
            problems.append(
                _problem("case.toml", "objective.minimise", theirs, f"differs from {first}", name)
            )
        units, more = (_units(c) for c in (one, other))
        for work in sorted(units.keys() | more.keys()):
            if units.get(work, 0) != more.get(work, 0):
                told = f"reinforcement {work} has {units.get(work, 0)} units in {first}"
                problems.append(_problem("reinforcements.csv", "max_units", more.get(work, 0), told, name))
    if problems:
        raise CaseError(problems)


def _problem(file: str, column: str, value: Any, message: str, scenario: str) -> Problem:
    hint = "what is decided before the scenario is known must be the same in all scenarios"
    return Problem(
        f"scenario {scenario}: {file}", None, column, str(value), message, "", hint, check="robust"
    )


def _units(case: Case) -> dict[str, int]:
    rows = case.table("reinforcements").to_dict("records")
    return {str(row["reinforcement"]): int(row["max_units"]) for row in rows}
