"""Axes of hourly operation: values that can be compiled in one period, because they move different rows.

The operation of an hour is compiled once per value, with that value at 1. Columns of limited hours come by
the dozen, but each moves only rows of its own station, or of the sites there; those of different stations can
be at 1 in the same period, and what moves a row is told by its station or site.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridplan.case import Case
from gridplan.model.limited import MARK, SURE, Touch, curves
from gridplan.model.periods import Period, Periods
from gridplan.solve.keys import Key

RIGHTS = "rights."  # rows that have a station first in their index; of others it is a site


@dataclass(frozen=True)
class Axis:
    """Values that are 1 in one period.

    Attributes:
        places: their positions.
        touches: what each moves; nothing is known where there is but one.
    """

    places: tuple[int, ...]
    touches: tuple[Touch, ...]

    def owners(self, keys: list[Key]) -> np.ndarray:
        """Position of the value that moves each row or column, −1 where none does."""
        if len(self.places) == 1:
            return np.full(len(keys), self.places[0])
        stations = {n: k for k, touch in zip(self.places, self.touches, strict=True) for n in touch.stations}
        holders = {s: k for k, touch in zip(self.places, self.touches, strict=True) for s in touch.holders}
        return np.array(
            [(stations if name.startswith(RIGHTS) else holders).get(i[0], -1) for name, i in keys]
        )


def axes(case: Case, names: tuple[str, ...]) -> list[Axis]:
    """One axis for each profile, and shared ones for columns of limited hours."""
    found = [Axis((k,), ()) for k, name in enumerate(names) if not name.startswith(SURE + MARK)]
    shared: list[tuple[list[int], list[Touch]]] = []
    for k, name in enumerate(names):
        if not name.startswith(SURE + MARK):
            continue
        touch = curves(case).touches[name]
        for places, others in shared:
            if not any(touch.meets(other) for other in others):
                places.append(k)
                others.append(touch)
                break
        else:
            shared.append(([k], [touch]))
    return found + [Axis(tuple(places), tuple(touches)) for places, touches in shared]


def unit_periods(names: tuple[str, ...], axes: list[Axis], year: int) -> Periods:
    """One period in which every value is 0, and one for each axis alone at 1."""
    vectors = np.zeros((len(axes) + 1, len(names)))
    for k, axis in enumerate(axes):
        vectors[k + 1, list(axis.places)] = 1.0
    items = tuple(Period(k, 0, 1, 1.0, tuple(v)) for k, v in enumerate(vectors))
    return Periods(names, items, {year: tuple(range(len(items)))}, energy=False)
