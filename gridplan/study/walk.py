"""From one end of a frontier to the other: the augmented ε-constraint, evenly or by the smallest step."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from gridplan.model.terms import Series
from gridplan.solve.extra import Extra, Limit
from gridplan.solve.highs import relative_gap
from gridplan.solve.status import SolveStatus
from gridplan.study.axes import Axis, around
from gridplan.study.runner import Found, Runner, worst

CLOSE = 1e-6  # relative difference of two values that are the same
FINEST = 1e-5  # smallest step, as a share of the range, that whole decisions are told apart by


@dataclass(frozen=True)
class Point:
    """A plan on the frontier.

    Attributes:
        values: the two indicators, in their units.
        aim: the same with the sign of their axes: less is better.
        bound, gap: of the first indicator, at this second.
        found: its plan.
    """

    values: tuple[float, float]
    aim: tuple[float, float]
    bound: float
    gap: float
    found: Found


class Walk:
    """The course of one frontier."""

    def __init__(self, runner: Runner, first: Axis, second: Axis, with_plans: bool) -> None:
        """Nothing is searched yet."""
        self.runner, self.axes, self.with_plans = runner, (first, second), with_plans
        self.before, self.rest = around(runner.case, (first, second))
        self.held: tuple[Limit, ...] = ()
        self.points: list[Point] = []
        self.statuses: list[SolveStatus] = []
        self.notes: list[str] = []
        self.complete = False
        self.step = math.nan

    @property
    def status(self) -> SolveStatus:
        """How the walk ended."""
        return worst(self.statuses)

    def evenly(self, count: int) -> None:
        """Both ends, and the best first indicator under evenly spaced bounds on the second."""
        if not self._ends():
            return
        start, end = self.points[0], self.points[-1]
        last = start
        for k in range(1, count - 1):
            most = start.aim[1] + (end.aim[1] - start.aim[1]) * k / (count - 1)
            if last.aim[1] <= most:
                continue  # the last point answers this bound too
            found = self._find((0, 1), f"point {k + 1} of {count}", most, last)
            if found is None:
                return
            self.points.insert(-1, found)
            last = found
        self.complete = not self.runner.stopped

    def exactly(self, step: float | None, most: int) -> None:
        """Every point that is a step or more better in the second than the one before.

        Raises:
            ValueError: no step is given and the second moves continuously.
        """
        if not self._ends():
            return
        start, end = self.points[0], self.points[-1]
        self.step = self._smallest(start, end) if step is None else step
        last = start
        while last.aim[1] - self.step > end.aim[1]:
            if len(self.points) >= most:
                self.notes.append(f"stopped at {most} points; there are more")
                return
            found = self._find((0, 1), f"point {len(self.points)}", last.aim[1] - self.step, last)
            if found is None:
                return
            if found.aim[1] > last.aim[1] - 0.5 * self.step:
                self.notes.append(f"a step of {self.step:g} is below what the solver tells apart")
                return
            self.points.insert(-1, found)
            last = found
        self.complete = not self.runner.stopped

    def undominated(self) -> list[Point]:
        """Points in order of the first indicator, without those that a gap or limit left dominated."""
        kept: list[Point] = []
        for point in sorted(self.points, key=lambda p: p.aim):
            if kept and point.aim[1] >= kept[-1].aim[1] - CLOSE * max(1.0, abs(kept[-1].aim[1])):
                continue
            kept.append(point)
        lost = len(self.points) - len(kept)
        if lost and len(self.points) > 2:
            self.notes.append(f"{lost} of the points lie within the gap of a better one and are left out")
        return kept

    def _ends(self) -> bool:
        """The best of the first and the best of the second; False where there are not two such plans."""
        one = self._find((0, 1), "end 1 of 2", None, None)
        if one is None:
            return False
        self._check()
        self.held = tuple(
            Limit(form, float(goal.value))
            for form in self.before
            if (goal := one.found.goals[form.name]).value is not None
        )
        self.points = [one]
        two = self._find((1, 0), "end 2 of 2", None, one)
        if two is None:
            return False
        self.complete = two.aim[1] >= one.aim[1] - CLOSE * max(1.0, abs(one.aim[1]))
        if self.complete:
            self.notes.append("one plan is best in both")
            return False
        self.points.append(two)
        return True

    def _check(self) -> None:
        """Axes that nothing counts in are a mistake."""
        compiled = self.runner.rounds.compiled
        assert compiled is not None
        for axis in self.axes:
            terms = compiled.program.terms.parts(axis.indicator, "all")
            if not any(isinstance(term, Series) or term.column is not None for term in terms):
                raise ValueError(
                    f"nothing that case '{self.runner.case.name}' decides counts in {axis.indicator}; choose "
                    "another indicator (unserved load is decided only where objective.minimise names it)"
                )

    def _find(
        self, order: tuple[int, int], part: str, most: float | None, last: Point | None
    ) -> Point | None:
        """One plan: axes in this order, the second at most `most`."""
        if self.runner.stopped:
            self.statuses.append(SolveStatus.INTERRUPTED)
            return None
        forms = [self.axes[k].form for k in order]
        limits = () if most is None else (Limit(self.axes[1].form, most),)
        goals = (*(() if self.held else self.before), *forms, *self.rest)
        start = {} if last is None else last.found.values
        extra = Extra(goals, limits, self.held, start=start)
        found = self.runner.find(extra, part, self.with_plans)
        self.statuses.append(found.status)
        return _point(found, self.axes) if found.there else None

    def _smallest(self, start: Point, end: Point) -> float:
        """Half of what whole decisions move the second by at least, or a small share of its range."""
        compiled = self.runner.rounds.compiled
        assert compiled is not None
        cost, _ = compiled.objective(self.axes[1].indicator)
        used = np.flatnonzero(cost)
        if not compiled.integer[used].all():
            name = self.axes[1].indicator
            raise ValueError(
                f"{name} moves continuously in this case; give a step in its unit, or swap the axes"
            )
        span = start.aim[1] - end.aim[1]
        parts = [Fraction(abs(value)).limit_denominator(10**6) for value in set(cost[used].tolist())]
        bottom = math.lcm(*(part.denominator for part in parts))
        unit = math.gcd(*(int(part * bottom) for part in parts)) / bottom
        return max(0.5 * unit, FINEST * span)


def _point(found: Found, axes: tuple[Axis, Axis]) -> Point:
    """Both indicators are objectives of the search, so their values are known without tables."""
    goals = [found.goals[axis.form.name] for axis in axes]
    aim = float(goals[0].value or 0.0), float(goals[1].value or 0.0)
    bound = goals[0].bound
    gap = relative_gap(aim[0], bound)
    at = axes[0].sign * aim[0], axes[1].sign * aim[1]
    return Point(
        at, aim, math.nan if bound is None else axes[0].sign * bound, math.nan if gap is None else gap, found
    )
