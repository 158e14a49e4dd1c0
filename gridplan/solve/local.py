"""Rights that are off, station by station: the rest of an hour is dispatched after them.

Which users are off in an hour follows from their own stations as long as the grid between the stations can
follow. So the program of an hour without the grid falls apart into a small program per station (and its
children), each with few critical regions; their cuts are given to the program of the grid. Dispatched
together, every combination of full stations would have its own region. Hours that do not fit that way are
dispatched whole.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from gridplan.solve.hourly import CLEAR, Hourly
from gridplan.solve.parametric import sweep

CUT, LIMIT = "rights.cut", "rights.cut_limit"
ASIDE = ("datacenters", "loads", "rights", "stations", "storages", "supplies", "telecom", "curves")


def sweep_after_cuts(
    program: Hourly, values: np.ndarray, order: np.ndarray, step: Callable[[int], None] | None = None
) -> tuple[np.ndarray, int]:
    """Optimal dispatch of every hour; where rights may be off, their stations go first.

    Arguments and answer as of `parametric.sweep`.
    """
    chosen = np.array([k for k, (name, _) in enumerate(program.columns) if name == CUT], int)
    if not len(chosen):
        return sweep(program, values, order, step)
    cuts, solved = _cuts(program, values, order, chosen)
    rows = np.array([name != LIMIT for name, _ in program.rows], bool)
    rest = program.part(rows, np.ones(len(program.columns), bool)).driven(chosen)
    dispatch, more = sweep(rest, np.hstack([values, cuts]), order, step)
    solved += more
    bad = np.flatnonzero(dispatch[:, program.slack].sum(axis=1) > CLEAR)
    if len(bad):
        worst = np.argsort(-dispatch[bad][:, program.slack].sum(axis=1), kind="stable")
        dispatch[bad], more = sweep(program, values[bad], worst)
        solved += more
    return dispatch, solved


def _cuts(
    program: Hourly, values: np.ndarray, order: np.ndarray, chosen: np.ndarray
) -> tuple[np.ndarray, int]:
    """MW that is off (hours × chosen columns) where the grid follows, and the number of programs solved."""
    rows = np.array([name.split(".")[0] in ASIDE for name, _ in program.rows], bool)
    matrix = sparse.coo_array(program.matrix)
    inside = rows[matrix.row]
    height, width = program.matrix.shape
    links = sparse.coo_array(
        (np.ones(int(inside.sum())), (matrix.row[inside], height + matrix.col[inside])),
        shape=(height + width, height + width),
    )
    label = connected_components(links, directed=False)[1]
    found, solved = np.zeros((len(values), len(chosen))), 0
    for part in np.unique(label[height + chosen]):
        columns = label[height:] == part
        local = program.part(rows & (label[:height] == part), columns)
        dispatch, more = sweep(local, values, order)
        solved += more
        mine = np.flatnonzero(columns[chosen])
        at = np.cumsum(columns) - 1
        found[:, mine] = dispatch[:, at[chosen[mine]]]
    return np.maximum(found, 0.0), solved
