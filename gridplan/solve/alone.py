"""The program of heat alone, at the prices of electricity and within the room of the stations under a plan.

Everything but heat stays as the plan has it. What heat draws at a place costs there and then what one MW more
costs in the cheapest operation of the plan, and no station may take or give more than it has room for. Lines
of the grid are not looked at, nor critical hours where every sink may fall back on its alternative: what is
found is worth no more than what the whole program says of it.

Measured on cases/mra: 11,000 of 61,000 rows and 709 of 1,663 whole numbers stay; its answer cost to the last
digit what the whole program then said, for imports set the price.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from gridplan.solve.compile import Compiled
from gridplan.solve.fixed import Layout, Operation
from gridplan.solve.highs import Search
from gridplan.solve.keys import Key

HEAT = "heat"
DRAWN = "heat.withdrawal"
SUMS = "stations.sums"


@dataclass(frozen=True)
class Alone:
    """The program of heat alone.

    Attributes:
        columns: positions in the whole program.
        cost: of every column, in the unit of the last objective.
        lower, upper: bounds of the columns.
        integer: which are whole.
        base: what the plan has there.
        search: the program inside HiGHS.
    """

    columns: np.ndarray
    cost: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    integer: np.ndarray
    base: np.ndarray
    search: Search


def alone(
    compiled: Compiled,
    at: Layout,
    cost: np.ndarray,
    bounds: tuple[np.ndarray, np.ndarray],
    operation: Operation,
) -> Alone:
    """Cut heat out of a program.

    Args:
        compiled: the program.
        at: its layout.
        cost: of the last objective, by column.
        bounds: of the columns.
        operation: cheapest operation of the plan: prices, and what stays.
    """
    mine = at.subject == HEAT
    here = _counts(compiled)
    columns = np.flatnonzero(mine & [here(index) for _, index in at.keys])
    by_row = sparse.csr_array(compiled.matrix)
    entries = sparse.csr_array(by_row[:, columns])
    keys = compiled.row_keys
    wanted = [name != SUMS and here(index) for name, index in keys]
    used = np.flatnonzero((np.diff(entries.indptr) > 0) & wanted)
    rest = by_row[used, :] @ np.where(mine, 0.0, operation.x)
    lower, upper, own = bounds[0][columns].copy(), bounds[1][columns].copy(), cost[columns].copy()
    price = {key: operation.dual[k] for k, (name, key) in enumerate(keys) if name == SUMS}
    rooms = Rooms(compiled, at, operation.x)
    for j, k in enumerate(columns):
        name, key = at.keys[k]
        if name == DRAWN:
            own[j] += price.get(key, 0.0)
            down, up = rooms.of(key)
            lower[j], upper[j] = operation.x[k] - down, operation.x[k] + up
    rows = (compiled.row_lower[used] - rest, compiled.row_upper[used] - rest)
    integer = compiled.integer[columns]
    matrix = sparse.csc_array(entries[used, :])
    search = Search(matrix, rows, (lower, upper), integer)
    search.minimise(own)
    return Alone(columns, own, lower, upper, integer, operation.x[columns], search)


def _counts(compiled: Compiled) -> Callable[[tuple[Any, ...]], bool]:
    """Whether a row or column counts, by its index: those of hours without weight do only where a sink has to
    take heat in every hour.
    """
    heat, frame = compiled.program.model.heat, compiled.program.frame
    times = compiled.program.model.YP
    always = bool(len(heat.MUST) or len(heat.BACKED))

    def counts(index: tuple[Any, ...]) -> bool:
        return always or not (len(index) > 1 and index[-2:] in times and frame.weight(index[-1]) == 0)

    return counts


class Rooms:
    """MW that a place may take more or less of, in every period, as the plan is operated."""

    def __init__(self, compiled: Compiled, at: Layout, x: np.ndarray) -> None:
        """Read limits and loads of the stations."""
        self.parent = compiled.program.frame.network.parent
        value: dict[Key, float] = {
            key: float(x[k]) for k, key in enumerate(at.keys) if at.subject[k] == "stations"
        }
        self.down: dict[tuple[str, int, int], float] = {}
        self.up: dict[tuple[str, int, int], float] = {}
        for (name, key), through in value.items():
            if name == "stations.through":
                n, y, p = key
                limits = [
                    value.get((f"stations.{limit}", (n, y)), np.inf) for limit in ("demand_mw", "cap_mw")
                ]
                feedin = value.get(("stations.feedin_mw", (n, y)), np.inf)
                self.up[n, y, p] = max(min(limits) - through, 0.0)
                self.down[n, y, p] = max(feedin + through, 0.0)

    def of(self, key: tuple[str, str, int, int]) -> tuple[float, float]:
        """(MW less, MW more) at (station, side, stage, period), with the stations above it."""
        station: str | None = key[0]
        if key[1] == "hv":  # not behind its own transformers, but behind those above it
            station = self.parent.get(key[0])
        down = up = float("inf")
        while station:
            at = (station, key[2], key[3])
            down, up = min(down, self.down.get(at, np.inf)), min(up, self.up.get(at, np.inf))
            station = self.parent.get(station)
        return down, up
