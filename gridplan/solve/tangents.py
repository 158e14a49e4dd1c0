"""Quadratic costs in rounds: add the lines that touch the curves at the solution, and solve again.

Lines lie below the curves, so every round's bound holds for the curves too; the plan is charged what the
curves say. Rounds end when that is within 10⁻⁷ of what the lines say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from gridplan.solve.compile import Compiled
from gridplan.solve.highs import Outcome, Search, relative_gap
from gridplan.solve.status import SolveStatus

ROUNDS = 40
CLOSE = 1e-7  # what the lines may miss, relative to the objective
Attempt = Callable[[np.ndarray | None], Outcome]


@dataclass(frozen=True)
class Curves:
    """Columns of outputs and of the quadratic parts of their costs.

    Attributes:
        square, output: columns, pair by pair.
        price: EUR/h per MW² of each pair.
        held: a row of a policy (or study) holds the quadratic part.
    """

    square: np.ndarray
    output: np.ndarray
    price: np.ndarray
    held: np.ndarray

    def true(self, x: np.ndarray) -> np.ndarray:
        """EUR/h by the curves."""
        return np.asarray(self.price * x[self.output] ** 2)

    def missing(self, x: np.ndarray) -> np.ndarray:
        """EUR/h by which the lines lie below the curves."""
        return np.maximum(self.true(x) - x[self.square], 0.0)

    def touch(self, search: Search, x: np.ndarray, chosen: np.ndarray) -> None:
        """Add the lines that touch at x: square − 2·c·P·output ≥ −c·P²."""
        at, c = x[self.output][chosen], self.price[chosen]
        index = np.stack([self.square[chosen], self.output[chosen]], axis=1)
        search.add_rows(-c * at**2, index, np.stack([np.ones(len(c)), -2 * c * at], axis=1))


def curves_of(compiled: Compiled) -> Curves:
    """The curves of a program; none where no supply has a quadratic cost."""
    model, position = compiled.program.model, compiled.position
    square, output, price = [], [], []
    for (g, y, p), column in model.curves.square.items():
        made = model.supplies.output[g, y, p]
        c = float(model.curves.price[g, y])
        if id(column) in position and id(made) in position and c > 0:
            square.append(position[id(column)])
            output.append(position[id(made)])
            price.append(c)
    at = np.array(square, int)
    lines = len(model.curves.LINE) / max(len(model.curves.SUPPLY), 1)
    count = np.diff(compiled.matrix.indptr)[at]
    return Curves(at, np.array(output, int), np.array(price), count > lines)


def follow(
    curves: Curves, search: Search, cost: np.ndarray, attempt: Attempt, start: np.ndarray | None
) -> Outcome:
    """Solve one objective with exact quadratic costs.

    Args:
        curves: those of the program.
        search: the program inside HiGHS; lines are added to it.
        cost: of the objective, by column.
        attempt: solves from a start solution.
        start: the first one.
    """
    outcome = attempt(start)
    if not len(curves.square):
        return outcome
    weight = cost[curves.square]
    nodes, seconds = outcome.nodes, outcome.seconds
    for _ in range(ROUNDS):
        if outcome.x is None or outcome.value is None or outcome.status != SolveStatus.OPTIMAL:
            break
        missing = curves.missing(outcome.x)
        open_cost = float(weight @ missing) > CLOSE * abs(outcome.value)
        open_rows = missing[curves.held].sum() > CLOSE * max(curves.true(outcome.x).sum(), 1.0)
        if not (open_cost or open_rows):
            break
        curves.touch(search, outcome.x, missing > 1e-3 * CLOSE * max(float(missing.max()), 1.0))
        outcome = attempt(outcome.x)
        nodes, seconds = nodes + outcome.nodes, seconds + outcome.seconds
    return replace(_charged(curves, weight, outcome), nodes=nodes, seconds=seconds)


def _charged(curves: Curves, weight: np.ndarray, outcome: Outcome) -> Outcome:
    """The outcome with what the curves say, for the plan and its objective."""
    if outcome.x is None or outcome.value is None:
        return outcome
    x = outcome.x.copy()
    value = outcome.value + float(weight @ (curves.true(x) - x[curves.square]))
    x[curves.square] = curves.true(x)
    return replace(outcome, x=x, value=value, gap=relative_gap(value, outcome.bound))
