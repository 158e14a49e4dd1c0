"""A good plan early: search near the relaxation first.

The relaxation of these programs is tight (root gap about 1 %), but branch-and-bound finds plans late. So the
relaxation is solved, every whole number is kept between the two next to its relaxed value, and that much
smaller program is searched (relaxation enforced neighbourhood, Berthold 2014). A pipe is sized by the flow
that the relaxation sends: the smallest type that carries it, and the one below.

Measured on cases/mra (20,900 rows after presolve, 1,880 integers, 1 % gap): time to the gap 0.37 × that of
HiGHS alone; without the pipe rule the neighbourhood's best plan is 2.2 % off, with it 0.2 %.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gridplan.solve.compile import Compiled
from gridplan.solve.highs import Options, Outcome, Search

WORTH = 150  # integer columns from which a start is searched for
NEAR = 1e-6


def near_relaxation(
    compiled: Compiled, search: Search, relaxed: np.ndarray, upper: np.ndarray, options: Options
) -> Outcome:
    """Best plan next to a relaxed one; the search's bounds are put back.

    Args:
        compiled: the program.
        search: the program inside HiGHS, with its objective and limits set.
        relaxed: solution of the relaxation.
        upper: upper bounds of the columns now in force.
        options: gap and time of the whole; the neighbourhood stops at half the gap.
    """
    return within(compiled, search, neighbourhood(compiled, relaxed), upper, options)


def within(
    compiled: Compiled,
    search: Search,
    bounds: tuple[np.ndarray, np.ndarray],
    upper: np.ndarray,
    options: Options,
) -> Outcome:
    """Best plan within tighter bounds of the columns; the search's bounds are put back."""
    search.restrict(bounds[0], np.minimum(bounds[1], upper))
    outcome = search.run(replace(options, gap=0.5 * options.gap, time_limit_s=0.5 * options.time_limit_s))
    search.restrict(compiled.lower, upper)
    return outcome


def neighbourhood(compiled: Compiled, relaxed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bounds of columns next to a relaxed solution."""
    lower, upper = compiled.lower.copy(), compiled.upper.copy()
    whole = compiled.integer
    lower[whole] = np.maximum(lower[whole], np.floor(relaxed[whole] + NEAR))
    upper[whole] = np.minimum(upper[whole], np.ceil(relaxed[whole] - NEAR))
    fitting = _fitting_pipes(compiled, relaxed)
    for k in np.flatnonzero(whole & (compiled.column_owners == "heat.pipe")):
        link, pipe, _ = compiled.column_keys[k][1]
        open_to = pipe in fitting.get(link, ())
        lower[k], upper[k] = compiled.lower[k], compiled.upper[k] if open_to else compiled.lower[k]
    if any(item.outage for item in compiled.program.frame.periods.items):
        _open(compiled, upper)
    return lower, upper


def around(compiled: Compiled, plan: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bounds of columns that keep to an earlier plan (NaN: not known, free).

    Its pipes, masts and heat stay as they are; its reinforcements stay, more may come; datacenters may move.
    """
    lower, upper = compiled.lower.copy(), compiled.upper.copy()
    known = compiled.integer & ~np.isnan(plan)
    whole = np.clip(np.round(np.nan_to_num(plan)), compiled.lower, compiled.upper)
    for k in np.flatnonzero(known):
        block = compiled.column_owners[k].rpartition(".")[0]
        if block != "datacenters":
            lower[k] = whole[k]
        if block in ("heat", "telecom"):
            upper[k] = whole[k]
    return lower, upper


def _open(compiled: Compiled, upper: np.ndarray) -> None:
    """Let every reinforcement be built: a plan that lacks one circuit after an outage needs another one."""
    units = compiled.integer & (compiled.column_owners == "reinforcements.units")
    upper[units] = compiled.upper[units]


def _fitting_pipes(compiled: Compiled, relaxed: np.ndarray) -> dict[str, set[str]]:
    """For each link with flow, the smallest pipe type that carries it and the next smaller one."""
    heat = compiled.program.model.heat
    if not len(heat.PIPED):
        return {}
    flow = compiled.read(heat.flow, relaxed, ["link", "way", "level", "year", "period"])
    peaks = flow.groupby(["link", "year", "period"])["value"].sum().groupby("link").max()
    sizes = sorted((heat.pipe_mw[k], k) for k in heat.PIPE)
    found = {}
    for link, mw in peaks.items():
        if mw > NEAR:
            at = next((i for i, (size, _) in enumerate(sizes) if size >= mw - NEAR), len(sizes) - 1)
            found[str(link)] = {pipe for _, pipe in sizes[max(at - 1, 0) : at + 1]}
    return found
