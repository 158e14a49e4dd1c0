"""A program without the pipes that no better plan has, with cuts, and a plan to start from."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from gridplan.solve.compile import Compiled
from gridplan.solve.highs import Options, Search
from gridplan.solve.trees.close import Closed, closed
from gridplan.solve.trees.cutting import onward_row
from gridplan.solve.trees.design import NONE, Design, design

SHARE = 0.5  # of the time limit that may go into it
PLAN = 0.1  # of the time limit, for the plan on the links of a tree
WORTH = 100  # arcs from which it is tried
MANY = 200_000  # entries of rows "in through another arc" above which only those are added that were needed
NEAR = 1e-6


@dataclass(frozen=True)
class Tightened:
    """A program that has every plan that is better than `start`, and `start`.

    Attributes:
        compiled: the program.
        start: a plan of it, or None.
    """

    compiled: Compiled
    start: np.ndarray | None


def tighten(
    compiled: Compiled, cost: np.ndarray, constant: float, options: Options, interrupt: threading.Event | None
) -> Tightened | None:
    """The tightened program for one objective; None where there is nothing to gain."""
    found = design(compiled, cost, constant)
    if found is None or len(found.column) < WORTH:
        return None
    result = closed(found.graph, found.step, SHARE * options.time_limit_s, _stop(interrupt), options.seed)
    if not np.isfinite(result.bound):
        return None  # the solver says which rows contradict each other
    start = _plan(compiled, cost, found, result, options) if np.isfinite(result.cost) else None
    if start is not None and float(cost @ start) + constant <= found.base + result.cost + NEAR * result.cost:
        return Tightened(_with_rows(_without(compiled, found, result), found, result, result.keep), start)
    everything = np.ones(
        len(result.keep), bool
    )  # something else costs too: what was left out may be worth it
    return Tightened(_with_rows(compiled, found, result, everything), start)


def _stop(interrupt: threading.Event | None) -> Callable[[], bool]:
    return (lambda: False) if interrupt is None else interrupt.is_set


def _without(compiled: Compiled, found: Design, result: Closed) -> Compiled:
    """The program without what no better plan has."""
    upper, keep = compiled.upper.copy(), result.keep
    dropped = found.column[~keep]
    upper[dropped[dropped != NONE]] = 0.0
    used = set(found.link[keep].tolist())
    upper[[k for link, columns in enumerate(found.built) if link not in used for k in columns]] = 0.0
    return replace(compiled, upper=upper)


def _plan(
    compiled: Compiled, cost: np.ndarray, found: Design, result: Closed, options: Options
) -> np.ndarray | None:
    """The best plan on the links of the tree; None where there is none."""
    upper = compiled.upper.copy()
    used = set(found.link[result.tree].tolist())
    upper[[k for link, columns in enumerate(found.built) if link not in used for k in columns]] = 0.0
    rows = (compiled.row_lower, compiled.row_upper)
    search = Search(compiled.matrix, rows, (compiled.lower, upper), compiled.integer)
    search.minimise(cost)
    outcome = search.run(replace(options, time_limit_s=PLAN * options.time_limit_s))
    return outcome.x


def _with_rows(compiled: Compiled, found: Design, result: Closed, keep: np.ndarray) -> Compiled:
    """The program with the cuts, and the rows "in through another arc" that it does not have yet."""
    column, rows = found.column, dict[bytes, tuple[np.ndarray, np.ndarray, float]]()
    for arcs in result.cuts:
        kept = arcs[keep[arcs]]
        if (column[kept] != NONE).all():
            index = np.sort(column[kept])
            rows[index.tobytes()] = (index, np.ones(len(index)), 1.0)
    for arc in _onward(compiled, found, result, keep):
        index, value = onward_row(found.graph, arc)
        kept = keep[index]
        if (column[index[kept]] != NONE).all():
            rows[b"on" + arc.to_bytes(4)] = (column[index[kept]], -value[kept], 0.0)
    return _longer(compiled, list(rows.values()))


def _onward(compiled: Compiled, found: Design, result: Closed, keep: np.ndarray) -> list[int]:
    """Arcs that still lack that row: all that are kept, or those of which it was needed."""
    known, graph = compiled.program.model.heat.WAY_ON, found.graph
    inner = np.flatnonzero(keep & (graph.tail != 0) & (found.column != NONE))
    entering = np.bincount(graph.head[keep], minlength=graph.count)
    few = entering[graph.tail[inner]].sum() <= MANY
    arcs = inner.tolist() if few else [a for a in result.onward if keep[a]]
    return [a for a in arcs if compiled.columns[found.column[a]].index()[:-1] not in known]


def _longer(compiled: Compiled, rows: list[tuple[np.ndarray, np.ndarray, float]]) -> Compiled:
    """The program with further rows value·x[index] ≥ least."""
    if not rows:
        return compiled
    counts = [len(index) for index, _, _ in rows]
    at = np.repeat(np.arange(len(rows)), counts)
    index, value = (np.concatenate([row[k] for row in rows]) for k in (0, 1))
    shape = (len(rows), compiled.matrix.shape[1])
    more = sparse.csc_array((value, (at, index)), shape=shape)
    return replace(
        compiled,
        matrix=sparse.csc_array(sparse.vstack([compiled.matrix, more])),
        row_lower=np.concatenate([compiled.row_lower, [least for _, _, least in rows]]),
        row_upper=np.concatenate([compiled.row_upper, np.full(len(rows), np.inf)]),
    )
