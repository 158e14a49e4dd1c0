"""Axes of a study: an indicator, and whether less or more of it is better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gridplan.case import Case
from gridplan.case.problem import did_you_mean
from gridplan.case.tables import indicators
from gridplan.solve.form import Form


@dataclass(frozen=True)
class Axis:
    """An indicator's total over the horizon.

    Attributes:
        indicator: its name.
        sign: 1 where less is better, −1 where more is.
    """

    indicator: str
    sign: int

    @property
    def form(self) -> Form:
        """What is minimised: sign · total."""
        return Form(((self.indicator, float(self.sign)),))

    @property
    def unit(self) -> str:
        """Unit of the indicator."""
        return indicators()[self.indicator].unit

    @property
    def label(self) -> str:
        """`heat_reused_tj (more is better)`."""
        return f"{self.indicator} ({'more' if self.sign < 0 else 'less'} is better)"


def axis_of(text: str) -> Axis:
    """An axis from `indicator`, `min:indicator` or `max:indicator`.

    Raises:
        ValueError: unknown indicator or direction, or one that cannot be made large.
    """
    way, colon, name = text.rpartition(":")
    known = indicators()
    if name not in known:
        hint = did_you_mean(name, known)
        raise ValueError(f"indicator '{name}' is not there; {hint or 'there are ' + ', '.join(known)}")
    if colon and way not in ("min", "max"):
        raise ValueError(f"'{way}:' is not there; write min:{name} or max:{name}")
    more = way == "max" if colon else known[name].better == "more"
    if more and known[name].kind == "peak":
        raise ValueError(f"{name} is the largest of all stages and can be made small, not large")
    return Axis(name, -1 if more else 1)


def goals_of(case: Case) -> list[Form]:
    """The case's own objectives in order; weights are one form."""
    setting = case.settings.objective
    if setting.weights:
        return [Form(tuple((name, float(weight)) for name, weight in setting.weights.items()))]
    return [Form(((name, 1.0),)) for name in setting.minimise]


def around(case: Case, axes: Sequence[Axis]) -> tuple[list[Form], list[Form]]:
    """Objectives of the case that come before the axes and are held, and those that settle what is left."""
    names = {axis.indicator for axis in axes}
    own = goals_of(case)
    free = [form for form in own if names.isdisjoint(name for name, _ in form.factors)]
    before = [form for form in free if form is not own[-1]]
    return before, [form for form in free if form is own[-1]]
