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

from gridplan.solve.days import has_storages, whole_days
from gridplan.solve.hourly import CLEAR, Hourly
from gridplan.solve.parametric import Engine, sweep

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
    rows = np.array([name.startswith("heat.") for name, _ in hourly.rows], bool)
    columns = np.array([_belongs(key) for key in hourly.columns], bool)
    dispatch = np.zeros((len(values), len(hourly.columns)))
    given, solved = values, 0
    drawn = np.array([k for k, (name, _) in enumerate(hourly.columns) if name == DRAWN], int)
    if columns.any():
        heat = hourly.part(rows, columns)
        for k, (name, _) in enumerate(heat.columns):
            heat.cost[k] += price if name == DRAWN else 0.0
        dispatch[:, columns], solved = sweep(heat, values, order)
        given = np.hstack([values, dispatch[:, drawn]])
    others = ~columns
    others[drawn] = True
    power = hourly.part(~rows, others)
    power = power.driven(np.array([k for k, (name, _) in enumerate(power.columns) if name == DRAWN], int))
    dispatch[:, others], more = sweep(power, given, order, step)
    certificate = Certificate(hourly, dispatch, solved + more)
    if columns.any():
        certificate = _together(certificate, values)
    if has_storages(hourly):
        whole, days = whole_days(hourly, certificate.dispatch, values)
        certificate = Certificate(hourly, whole, certificate.solved + days)
    return certificate


def _belongs(key: tuple[str, tuple[Any, ...]]) -> bool:
    name, index = key
    return name.startswith("heat.") or (name in ("short", "over") and str(index[0]).startswith("heat."))


def _together(certificate: Certificate, values: np.ndarray) -> Certificate:
    """Dispatch heat and power together in the hours that did not fit, the worst first."""
    excess = certificate.excess
    open_hours = [int(h) for h in np.argsort(-excess) if excess[h] > CLEAR]
    if not open_hours:
        return certificate
    engine, dispatch, count = Engine(certificate.hourly), certificate.dispatch.copy(), 0
    for hour in open_hours:
        dispatch[hour], count = engine.solve(values[hour]), count + 1
        if (
            count == ENOUGH
            and (dispatch[open_hours[:count]][:, certificate.hourly.slack].sum(axis=1) > CLEAR).all()
        ):
            break  # heat cannot help here; the worst hours will enter the program anyway
    return Certificate(certificate.hourly, dispatch, certificate.solved + count)
