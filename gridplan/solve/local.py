"""Rights that are off, station by station: the rest of an hour is dispatched after them.

Which users are off in an hour follows from their own stations as long as the grid between the stations can
follow. So the program of an hour without the grid falls apart into a small program per station (and its
children), each with few critical regions; what rights then draw and keep is given to the program of the grid.
Dispatched together, every combination of full stations would have its own region. Hours that do not fit that
way are dispatched whole.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from gridplan.solve.hourly import CLEAR, Hourly
from gridplan.solve.parametric import sweep

CUT, LIMIT, WITHDRAW, WITHDRAWAL = "rights.cut", "rights.cut_limit", "rights.withdraw", "rights.withdrawal"
RESERVES = "rights.reserves"
ASIDE = ("datacenters", "loads", "rights", "stations", "storages", "supplies", "telecom", "curves")


def sweep_after_cuts(
    program: Hourly, values: np.ndarray, order: np.ndarray, step: Callable[[int], None] | None = None
) -> tuple[np.ndarray, int]:
    """Optimal dispatch of every hour; where rights may be off, their stations go first.

    Arguments and answer as of `parametric.sweep`.
    """
    chosen = _columns(program, CUT)
    if not len(chosen):
        return sweep(program, values, order, step)
    cuts, solved = _cuts(program, values, order, chosen)
    rest, given = _rest(program, values, cuts, chosen)
    found, more = sweep(rest, np.hstack([values, given]), order, step)
    dispatch = np.zeros((len(values), len(program.columns)))
    dispatch[:, chosen] = cuts
    dispatch[:, np.setdiff1d(np.arange(len(program.columns)), chosen)] = found
    solved += more
    excess = dispatch[:, program.slack].sum(axis=1)
    bad = np.flatnonzero(excess > CLEAR)
    if len(bad):
        dispatch[bad], more = sweep(program, values[bad], np.argsort(-excess[bad], kind="stable"))
        solved += more
    return dispatch, solved


def _columns(program: Hourly, name: str) -> np.ndarray:
    return np.array([k for k, (own, _) in enumerate(program.columns) if own == name], int)


def _rows(program: Hourly, name: str) -> np.ndarray:
    return np.array([k for k, (own, _) in enumerate(program.rows) if own == name], int)


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


def _rest(
    program: Hourly, values: np.ndarray, cuts: np.ndarray, chosen: np.ndarray
) -> tuple[Hourly, np.ndarray]:
    """The program with given cuts, and what is given (hours × values): what rights draw, and keep."""
    by_row = sparse.csr_array(program.matrix)
    draws, keeps = _rows(program, WITHDRAW), _rows(program, RESERVES)
    places = {key: k for k, (name, key) in enumerate(program.columns) if name == WITHDRAWAL}
    drawn = np.array([places[program.rows[r][1]] for r in draws], int)
    right = program.row_lower.at(values)
    own = np.array([by_row[r, k] for r, k in zip(draws, drawn, strict=True)])
    withdrawal = (right[:, draws] - (by_row[draws, :][:, chosen] @ cuts.T).T) / own
    rows = np.array([name not in (LIMIT, WITHDRAW) for name, _ in program.rows], bool)
    told = program.told(keeps).driven(drawn)
    stay = np.ones(len(program.columns), bool)
    stay[chosen] = False
    return told.part(rows, stay), np.hstack([right[:, keeps], withdrawal])
