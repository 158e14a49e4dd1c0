"""Rows that never cost anything, whatever other rows are in force: found before any search.

A row that no plan can break, or no plan that is at most as dear as the best plan under all rules, changes no
cost: whatever other rows are in force, some best plan keeps to it. (A row that merely does not bind in the
best plan under all rules may well cost something once others are lifted; such a row stays.)
"""

from __future__ import annotations

import numpy as np

from gridplan.explain.game import Game
from gridplan.explain.game.members import BREAKS
from gridplan.solve.highs import Search
from gridplan.solve.status import SolveStatus

NARROW = 1e-6  # relative slack on the cost of the best plan under all rules


def idle(game: Game, most: float) -> dict[str, str]:
    """Members that can never cost anything, and why: `empty` (nothing counts there) or `slack`.

    Args:
        game: the game, with the best plan under all rules known.
        most: its objective.
    """
    compiled = game.compiled
    program = game.held(frozenset(game.parts))
    rows = (program.row_lower, program.row_upper)
    search = Search(
        program.matrix, rows, (program.lower, program.upper), np.zeros(len(program.columns), bool)
    )
    search.limit(game.goal.cost, most - game.goal.constant + NARROW * max(1.0, abs(most)))
    found = {}
    by_row = compiled.matrix.tocsr()
    for name, part in game.parts.items():
        reasons = []
        for k in part.rows:
            form = np.asarray(by_row[[k], :].todense()).ravel()
            reasons.append(_reason(game, name, search, form, compiled.row_lower[k], compiled.row_upper[k]))
        if all(reasons):
            found[name] = "slack" if "slack" in reasons else "empty"
    return found


def _reason(game: Game, name: str, search: Search, form: np.ndarray, low: float, high: float) -> str:
    """Why a row cannot be broken; blank where it can, or where that is not known."""
    lower, upper = game.compiled.lower, game.compiled.upper
    sign = 1.0 if np.isfinite(high) else -1.0
    limit = sign * (high if sign > 0 else low)
    wanted = sign * form
    with np.errstate(invalid="ignore"):
        reach = np.where(wanted > 0, wanted * upper, np.where(wanted < 0, wanted * lower, 0.0)).sum()
    room = BREAKS * max(1.0, abs(limit))
    if reach <= limit + room:
        return "empty" if not (np.abs(form) > 0).sum() or not reach else "slack"
    if game.stopped:
        return ""
    game.progress.phase(f"bound {name}")
    game.relaxations += 1
    search.minimise(-wanted)
    outcome = search.run(game.recipe.options)
    if outcome.status != SolveStatus.OPTIMAL or outcome.value is None:
        return ""
    return "slack" if -outcome.value <= limit + room else ""
