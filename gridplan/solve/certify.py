"""All hours of a stage under a fixed plan: heat first, then power, and both together where that does not fit.

Heat is dispatched at least cost with electricity at the mean price of supply; what it draws is then given to
the grid. Only in hours in which the grid cannot follow are heat and power dispatched together, and where
there are batteries those that still do not fit with their whole day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from gridplan.solve.apart import affine, sweep_apart
from gridplan.solve.days import HOURS, days_of, has_storages, whole_days
from gridplan.solve.hourly import CLEAR, Hourly
from gridplan.solve.local import sweep_after_cuts
from gridplan.solve.parametric import sweep

DRAWN = "heat.withdrawal"
ENOUGH = 20  # hours after which it is clear that dispatching heat and power together does not help


@dataclass(frozen=True)
class Certificate:
    """Dispatch of all hours of a stage.

    Attributes:
        hourly: the program of an hour.
        dispatch: hours × columns (MW).
        solved: number of linear programs solved.
    """

    hourly: Hourly
    dispatch: np.ndarray
    solved: int

    @property
    def excess(self) -> np.ndarray:
        """MW that do not fit, per hour."""
        return np.asarray(self.dispatch[:, self.hourly.slack].sum(axis=1))

    def column(self, name: str) -> tuple[list[tuple[Any, ...]], np.ndarray]:
        """(indices, hours × columns) of one variable."""
        keys, where = self.hourly.where(name)
        return keys, self.dispatch[:, where]


def certify(
    hourly: Hourly, values: np.ndarray, price: float, step: Callable[[int], None] | None = None
) -> Certificate:
    """Dispatch every hour.

    Args:
        hourly: the program of an hour.
        values: hours × profiles.
        price: EUR/MWh of electricity in the dispatch of heat.
        step: told the number of hours done.
    """
    order = np.argsort(-values.sum(axis=1), kind="stable")
    rows, columns, drawn = _split(hourly)
    dispatch = np.zeros((len(values), len(hourly.columns)))
    solved = 0
    if columns.any():
        heat = hourly.part(rows, columns)
        for k, (name, _) in enumerate(heat.columns):
            heat.cost[k] += price if name == DRAWN else 0.0
        dispatch[:, columns], solved = sweep_apart(heat, values, order)
    power, others, given = _after_heat(hourly, values, dispatch[:, drawn])
    dispatch[:, others], more = sweep_after_cuts(power, given, order, step)
    if columns.any():
        more += _together(hourly, dispatch, values)
    if has_storages(hourly) and len(values) % HOURS == 0:  # without profiles there is no day
        dispatch, days = whole_days(hourly, dispatch, values)
        more += days
    return Certificate(hourly, dispatch, solved + more)


def redispatch(
    program: Hourly, certificate: Certificate, values: np.ndarray, hours: np.ndarray
) -> tuple[np.ndarray, int]:
    """Dispatch after an outage, when what is flexible is dispatched anew.

    Args:
        program: the program of an hour after the outage.
        certificate: dispatch with everything in service, whose heat is kept where that fits.
        values: hours × profiles.
        hours: positions of the hours to dispatch, the worst first.

    Returns:
        Dispatch (hours × columns of the program) and the number of linear programs solved.
    """
    _, columns, drawn = _split(program)
    power, others, given = _after_heat(program, values[hours], certificate.dispatch[hours][:, drawn])
    dispatch = np.zeros((len(hours), len(program.columns)))
    dispatch[:, : certificate.dispatch.shape[1]] = certificate.dispatch[hours]
    dispatch[:, others], solved = sweep_after_cuts(power, given, np.arange(len(hours)))
    if columns.any():
        solved += _together(program, dispatch, values[hours])
    if has_storages(program) and len(values) % HOURS == 0:
        solved += days_of(program, dispatch, values, hours)
    return dispatch, solved


def _split(hourly: Hourly) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(rows of heat, columns of heat, positions of what heat draws)."""
    rows = np.array([name.startswith("heat.") for name, _ in hourly.rows], bool)
    columns = np.array([_belongs(key) for key in hourly.columns], bool)
    drawn = np.array([k for k, (name, _) in enumerate(hourly.columns) if name == DRAWN], int)
    return rows, columns, drawn


def _after_heat(
    hourly: Hourly, values: np.ndarray, drawn: np.ndarray
) -> tuple[Hourly, np.ndarray, np.ndarray]:
    """The program without heat, what heat draws (hours × places) being given; its columns; and its values.

    What follows the profiles in all of these hours is no value of its own.
    """
    rows, columns, at = _split(hourly)
    others = ~columns
    others[at] = True
    power = hourly.part(~rows, others)
    where = np.array([k for k, (name, _) in enumerate(power.columns) if name == DRAWN], int)
    follows, rule = affine(values, drawn)
    power = power.following(where[follows], rule).driven(where[~follows])
    return power, others, np.hstack([values, drawn[:, ~follows]])


def _belongs(key: tuple[str, tuple[Any, ...]]) -> bool:
    name, index = key
    return name.startswith("heat.") or (name in ("short", "over") and str(index[0]).startswith("heat."))


def _together(hourly: Hourly, dispatch: np.ndarray, values: np.ndarray) -> int:
    """Dispatch heat and power together in the hours that did not fit, the worst first; programs solved."""
    slack = hourly.slack
    excess = dispatch[:, slack].sum(axis=1)
    open_hours = [int(h) for h in np.argsort(-excess) if excess[h] > CLEAR]
    if not open_hours:
        return 0
    order, solved = np.array(open_hours), 0
    for part in (order[:ENOUGH], order[ENOUGH:]):
        if len(part):
            dispatch[part], more = sweep(hourly, values[part], np.arange(len(part)))
            solved += more
        if len(part) == ENOUGH and (dispatch[part][:, slack].sum(axis=1) > CLEAR).all():
            break  # heat cannot help here; the worst hours will enter the program anyway
    return solved
