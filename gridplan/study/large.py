"""Solving the large program of a robust study: near its relaxation first, then to the gap from there."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import partial
from time import monotonic

import numpy as np

from gridplan.solve.highs import Options, Outcome, Search, relative_gap
from gridplan.solve.progress import Progress
from gridplan.solve.start import WORTH, neighbourhood
from gridplan.solve.status import SolveStatus
from gridplan.solve.tangents import Curves, curves_of, follow
from gridplan.study.extensive import Extensive


def solve_large(
    program: Extensive,
    criterion: str,
    options: Options,
    progress: Progress,
    interrupt: threading.Event | None = None,
    start: np.ndarray | None = None,
) -> Outcome:
    """The best common decisions by a criterion.

    Value, bound and gap are those of the objective, the little of the expected cost included; of a regret
    they are `offset` larger, so that its gap is a share of the cost.

    Args:
        program: the large program.
        criterion: one of CRITERIA.
        options: gap, seconds, threads, seed.
        progress: watcher.
        interrupt: stops the search when set.
        start: a plan to start from, NaN where unknown.
    """
    rows, columns = (program.row_lower, program.row_upper), (program.lower, program.upper)
    search = Search(program.matrix, rows, columns, program.integer)
    search.watcher, search.interrupt = progress, interrupt
    cost = program.objective(criterion)
    progress.phase(f"solve {criterion} cost of all scenarios")
    search.minimise(cost, program.offset if criterion == "regret" else 0.0)
    attempt = partial(_attempt, program, search, options, monotonic() + options.time_limit_s)
    return follow(_curves(program), search, cost, attempt, start)


def _attempt(
    program: Extensive, search: Search, options: Options, ends: float, start: np.ndarray | None
) -> Outcome:
    """One solve: the relaxation, its neighbourhood, and from there to the gap."""

    def left(share: float = 1.0) -> Options:
        return replace(options, time_limit_s=share * (ends - monotonic()))

    floor = None
    if program.integer.sum() >= WORTH:
        relaxed = search.relax(left())
        if relaxed.x is None:
            return relaxed
        floor = relaxed.value
        if start is not None:
            search.start_from(start)
        lower, upper = _near(program, relaxed.x)
        search.restrict(lower, upper)
        near = search.run(replace(left(0.5), gap=0.5 * options.gap))
        search.restrict(program.lower, program.upper)
        gap = relative_gap(near.value, floor)
        if near.x is not None and gap is not None and gap <= options.gap:
            return replace(near, status=SolveStatus.OPTIMAL, bound=floor, gap=gap)
        if near.status == SolveStatus.INTERRUPTED:
            return replace(near, bound=floor, gap=gap)
        start = near.x if near.x is not None else start
    if start is not None:
        search.start_from(start)
    return search.run(left())


def _near(program: Extensive, relaxed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bounds next to a relaxed solution, scenario by scenario."""
    lower, upper = program.lower.copy(), program.upper.copy()
    for part, at in zip(program.parts, program.places, strict=True):
        low, high = neighbourhood(part.compiled, relaxed[at])
        lower[at], upper[at] = np.maximum(lower[at], low), np.minimum(upper[at], high)
    return lower, upper


def _curves(program: Extensive) -> Curves:
    """Quadratic costs of all scenarios; the rows of their costs hold them."""
    found = [curves_of(part.compiled) for part in program.parts]
    places = program.places
    return Curves(
        np.concatenate([at[c.square] for c, at in zip(found, places, strict=True)]),
        np.concatenate([at[c.output] for c, at in zip(found, places, strict=True)]),
        np.concatenate([c.price for c in found]),
        np.ones(sum(len(c.square) for c in found), bool),
    )
