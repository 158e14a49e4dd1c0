"""Days in which a battery or a heat tank must help: 24 hours of a stage dispatched together.

In the program of one hour a battery starts and ends at the same level, so it gives nothing, and so does a
tank. An hour that does not fit that way is tried once more with its whole day: 24 copies of the hour's
program, whose levels follow each other,

    level[h+1] = level[h] + √e·charge[h] − discharge[h]/√e      the last hour is followed by the first
    stored[h+1] = (1−λ)·stored[h] + fill[h]

Heat and power are dispatched together. The worst day goes first.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from gridplan.solve.hourly import CLEAR, Hourly
from gridplan.solve.parametric import dispatched, loaded

HOURS = 24
ENOUGH = 5  # days after which it is clear that batteries and tanks do not help
KEPT = {  # rows that carry a level to the next period: the level, and what adds to it
    "storages.balance": ("storages.level", "storages.charge"),
    "heat.tank_balance": ("heat.stored", "heat.fill"),
}


class DayProgram:
    """HiGHS with the operation of one day loaded; only bounds move."""

    def __init__(self, hourly: Hourly) -> None:
        """Couple 24 copies of the program of an hour."""
        self.hourly = hourly
        copies = sparse.kron(sparse.eye_array(HOURS), hourly.matrix)
        self.highs = loaded(sparse.csc_array(copies + _levels(hourly)), np.tile(hourly.cost, HOURS))

    def solve(self, values: np.ndarray) -> np.ndarray:
        """Optimal dispatch (24 × columns) for profile values (24 × profiles)."""
        return dispatched(self.highs, self.hourly, values, "a day").reshape(HOURS, -1)


def _levels(hourly: Hourly) -> sparse.coo_array:
    """What the balance of an hour lacks: the level at its end, and the one at its start.

    In the program of one hour these are the same level, so both together are missing there (of a tank all but
    its loss). The sign of what adds to the level tells how the row is written.
    """
    column = {key: k for k, key in enumerate(hourly.columns)}
    by_row = sparse.csr_array(hourly.matrix)
    entries: list[tuple[int, int, float]] = []
    count, width = by_row.shape
    for r, (name, key) in enumerate(hourly.rows):
        if name in KEPT:
            kept, adds = KEPT[name]
            level, sign = column[kept, key], -float(np.sign(by_row[r, column[adds, key]]))
            for hour in range(HOURS):
                later = (hour + 1) % HOURS
                entries.append((hour * count + r, later * width + level, sign))
                entries.append((hour * count + r, hour * width + level, -sign))
    at = ([r for r, _, _ in entries], [c for _, c, _ in entries])
    return sparse.coo_array(([v for _, _, v in entries], at), shape=(HOURS * count, HOURS * width))


def has_storages(hourly: Hourly) -> bool:
    """Whether something couples the hours of a day."""
    return any(name in KEPT for name, _ in hourly.rows)


def whole_days(hourly: Hourly, dispatch: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, int]:
    """Dispatch whole the days that have an hour that did not fit by itself.

    Args:
        hourly: the program of an hour.
        dispatch: every hour by itself (hours × columns).
        values: hours × profiles.

    Returns:
        Dispatch (hours × columns) and the number of days solved.
    """
    slack = hourly.slack
    excess = dispatch[:, slack].sum(axis=1).reshape(-1, HOURS).max(axis=1)
    open_days = [int(d) for d in np.argsort(-excess, kind="stable") if excess[d] > CLEAR]
    if not open_days:
        return dispatch, 0
    program, dispatch, helped, count = DayProgram(hourly), dispatch.copy(), False, 0
    for day in open_days:
        hours = slice(HOURS * day, HOURS * (day + 1))
        dispatch[hours], count = program.solve(values[hours]), count + 1
        helped = helped or bool((dispatch[hours][:, slack].sum(axis=1) <= CLEAR).all())
        if count == ENOUGH and not helped:
            break  # they are too small; the worst hours will enter the program anyway
    return dispatch, count


def days_of(hourly: Hourly, dispatch: np.ndarray, values: np.ndarray, hours: np.ndarray) -> int:
    """Dispatch anew, with their whole day, hours that did not fit by themselves.

    Args:
        hourly: the program of an hour.
        dispatch: the hours looked at, each by itself (hours × columns); changed in place.
        values: all hours × profiles.
        hours: positions of the hours looked at.

    Returns:
        The number of days solved.
    """
    excess = dispatch[:, hourly.slack].sum(axis=1)
    days = list(dict.fromkeys(int(h) // HOURS for h in hours[np.argsort(-excess, kind="stable")]))
    days = [d for d in days if excess[hours // HOURS == d].max() > CLEAR]
    if not days:
        return 0
    program, helped, count = DayProgram(hourly), False, 0
    for day in days:
        whole = program.solve(values[HOURS * day : HOURS * (day + 1)])
        inside = hours // HOURS == day
        dispatch[inside] = whole[hours[inside] % HOURS]
        count, helped = (
            count + 1,
            helped or bool((dispatch[inside][:, hourly.slack].sum(axis=1) <= CLEAR).all()),
        )
        if count == ENOUGH and not helped:
            break
    return count
