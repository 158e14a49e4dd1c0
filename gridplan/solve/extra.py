"""What a study asks of a program beyond its case: other objectives, more rows, given decisions, a start.

All of it is put on the compiled arrays, so the check of hours and outages works as for any plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gridplan.solve.compile import Compiled
from gridplan.solve.form import Form, Label, widened, with_columns, with_rows
from gridplan.solve.keys import Key
from gridplan.solve.lexicographic import EXACT, ZERO, Objective


@dataclass(frozen=True)
class Limit:
    """A form may be at most `most`, in its unit."""

    form: Form
    most: float


@dataclass(frozen=True)
class Apart:
    """At least `least` of these binaries must differ from their values in an earlier plan.

    And at least `drop` of those that are 1 there must be 0 (all, where there are fewer).
    """

    values: Mapping[Key, int]
    least: int
    drop: int = 0


@dataclass(frozen=True)
class Row:
    """Σ factor · column ≥ least."""

    factors: Mapping[Key, float]
    least: float
    name: str


@dataclass(frozen=True)
class Extra:
    """What is asked beyond a case.

    Attributes:
        goals: objectives in order instead of the case's; empty: the case's.
        limits: forms with an upper bound (the ε of an ε-constraint).
        held: forms that are not to worsen beyond a value that was reached.
        apart: distances from earlier plans.
        rows: further rows.
        fixed: value of columns that are given.
        start: values of a plan to start from, by key.
    """

    goals: tuple[Form, ...] = ()
    limits: tuple[Limit, ...] = ()
    held: tuple[Limit, ...] = ()
    apart: tuple[Apart, ...] = ()
    rows: tuple[Row, ...] = ()
    fixed: Mapping[Key, float] = field(default_factory=dict)
    start: Mapping[Key, float] = field(default_factory=dict)

    def on(self, compiled: Compiled) -> Compiled:
        """The program with these rows and bounds."""
        forms = (*self.goals, *(limit.form for limit in (*self.limits, *self.held)))
        wide = widened(compiled, forms)
        for limit in self.limits:
            wide = _limited(wide, limit.form.objective(wide), limit.most)
        for limit in self.held:
            wide = _held(wide, limit.form.objective(wide), limit.most)
        named = [*self.fixed, *(key for one in self.apart for key in one.values)]
        named += [key for row in self.rows for key in row.factors]
        if not named:
            return wide
        wide = with_columns(wide, _variables(wide, named))
        where = {key: k for k, key in enumerate(wide.column_keys)}
        for row in (*self.rows, *(row for one in self.apart for row in _apart(one))):
            wide = _with(wide, row, where)
        return _fixed(wide, self.fixed, where)

    def todo(self, compiled: Compiled) -> list[Objective] | None:
        """The objectives of a program that `on` gave; None: the case's."""
        return [goal.objective(compiled) for goal in self.goals] or None


def _variables(compiled: Compiled, keys: list[Key]) -> list[Any]:
    """The Pyomo variables of keys, where there are such."""
    found = {}
    for name, index in keys:
        owner = compiled.program.model.find_component(name)
        at = index if len(index) > 1 else index[0]
        if owner is not None and at in owner:
            found[name, index] = owner[at]
    return list(found.values())


def _limited(compiled: Compiled, form: Objective, most: float) -> Compiled:
    """f(x) ≤ most: binds where the study's bound does."""
    high = np.array([most - form.constant])
    label = Label(f"{form.name} at most {most:.12g}")
    return with_rows(compiled, form.cost[None, :], np.full(1, -np.inf), high, [label])


def _held(compiled: Compiled, form: Objective, value: float) -> Compiled:
    """f(x) ≤ value with the slack of any reached objective; zero by bounds, as a row of zeros is lost."""
    used = form.cost > 0
    if value - form.constant < ZERO and not (form.cost < 0).any() and (compiled.lower[used] >= 0).all():
        return replace(compiled, upper=np.where(used, compiled.lower, compiled.upper))
    return _limited(compiled, form, value + EXACT * max(1.0, abs(value)))


def _apart(one: Apart) -> list[Row]:
    """Σ_{b*=1} (1 − b) + Σ_{b*=0} b ≥ least, and Σ_{b*=1} (1 − b) ≥ drop: bind where the next best plan is a
    near twin, or the same and something useless.
    """
    ones = {key: -1.0 for key, value in one.values.items() if value}
    zeros = {key: 1.0 for key, value in one.values.items() if not value}
    rows = [Row({**ones, **zeros}, float(one.least - len(ones)), f"{one.least} apart from an earlier plan")]
    drop = min(one.drop, len(ones))
    if drop:
        rows.append(Row(ones, float(drop - len(ones)), f"without {drop} of an earlier plan"))
    return rows


def _with(compiled: Compiled, row: Row, where: Mapping[Key, int]) -> Compiled:
    """The program with a row; what a case fixes at 0 has no column."""
    form = np.zeros((1, len(compiled.columns)))
    for key, factor in row.factors.items():
        if key in where:
            form[0, where[key]] = factor
    return with_rows(compiled, form, np.array([row.least]), np.full(1, np.inf), [Label(row.name)])


def _fixed(compiled: Compiled, fixed: Mapping[Key, float], where: Mapping[Key, int]) -> Compiled:
    lower, upper = compiled.lower.copy(), compiled.upper.copy()
    for key, value in fixed.items():
        if key in where:
            lower[where[key]] = upper[where[key]] = value
    return replace(compiled, lower=lower, upper=upper)
