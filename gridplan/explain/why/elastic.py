"""The least repair of one kind: items are loosened at a price per unit, or lifted, until all holds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from gridplan.explain.why.cells import row_of
from gridplan.explain.why.holds import ColumnHold, RowHold, Wide
from gridplan.explain.why.items import Item
from gridplan.explain.why.oracle import Clock
from gridplan.solve.highs import Options, Search

NOTHING = 1e-6
GAP = 1e-4
FIRST, CRITICAL = 0.5, 10.0  # price of a unit of what gives way first, and of critical load
EACH_S = 30.0


@dataclass(frozen=True)
class Relief:
    """The least repair found.

    Attributes:
        by: how much each item is loosened, in its unit; only those above nothing.
        x: values of the program's columns.
    """

    by: dict[Item, float]
    x: np.ndarray


def least(
    wide: Wide,
    loosened: Collection[Item],
    lifted: Collection[Item],
    clock: Clock,
    threads: int = 1,
    first: Collection[Item] = (),
) -> Relief | None:
    """The least that items must be loosened; None where that does not help, or time is up.

    Args:
        wide: the program.
        loosened: items that give way at a price per unit.
        lifted: items that are lifted; what they held back is used at its charge.
        clock: time that is left.
        threads: threads of the solver.
        first: items that give way before others of their kind.
    """
    ways = _Ways(wide, sorted(loosened, key=lambda i: i.order))
    row_lower, row_upper, lower, upper = _bounds(wide, set(lifted), ways)
    count = len(ways.items)
    cost = np.concatenate([_charges(wide, set(lifted)), [_weight(wide, i, first) for i in ways.items]])
    integer = np.concatenate([wide.compiled.integer, np.zeros(count, bool)])
    search = Search(
        ways.matrix(),
        (np.concatenate([row_lower, ways.low]), np.concatenate([row_upper, ways.high])),
        (np.concatenate([lower, np.zeros(count)]), np.concatenate([upper, ways.most])),
        integer,
    )
    search.minimise(cost)
    outcome = search.run(Options(GAP, min(EACH_S, clock.left), threads))
    if outcome.x is None:
        return None
    amounts = outcome.x[len(outcome.x) - count :]
    by = {i: float(v) for i, v in zip(ways.items, amounts, strict=True) if v > NOTHING}
    return Relief(by, outcome.x[: len(outcome.x) - count])


def _weight(wide: Wide, item: Item, first: Collection[Item]) -> float:
    """Price of a unit: 1; for policies relative to their bound, whatever its unit; critical load is dear."""
    row = row_of(wide.compiled.program.frame.case, item) if item.kind.startswith(("policy", "demand")) else {}
    if item.kind.startswith("policy"):
        return 1.0 / max(1.0, abs(float(row["value"])))
    return FIRST if item in first else CRITICAL if row.get("critical") else 1.0


def _charges(wide: Wide, lifted: set[Item]) -> np.ndarray:
    """Cost of the columns that lifted items held back."""
    cost = np.zeros(len(wide.compiled.columns))
    for hold in wide.columns:
        if hold.charge and lifted & set(hold.items):
            cost[hold.column] = max(cost[hold.column], hold.charge)
    return cost


def _bounds(wide: Wide, lifted: set[Item], ways: _Ways) -> tuple[np.ndarray, ...]:
    """Bounds with items lifted, and without those bounds of columns that became rows."""
    row_lower, row_upper, lower, upper = wide.bounds(wide.mask(lifted))
    moved = {id(h) for h in ways.bounds}
    for column in {h.column for h in ways.bounds}:
        lower[column], upper[column] = wide.free[0][column], wide.free[1][column]
    for hold in wide.columns:
        if hold.column in ways.freed and id(hold) not in moved and not lifted & set(hold.items):
            lower[hold.column] = max(lower[hold.column], hold.lower)
            upper[hold.column] = min(upper[hold.column], hold.upper)
    return row_lower, row_upper, lower, upper


class _Ways:
    """One column for each loosened item, and where it enters."""

    def __init__(self, wide: Wide, items: list[Item]) -> None:
        self.wide, self.items = wide, items
        self.number = {item: k for k, item in enumerate(items)}
        self.most = np.full(len(items), np.inf)
        self.entries: list[tuple[int, int, float]] = []  # row, item, coefficient
        for hold in wide.rows:
            if hold.per and hold.item in self.number:
                self._row(hold)
        self.bounds = [h for h in wide.columns if h.per and h.items[0] in self.number]
        self.freed = {h.column for h in self.bounds}
        rows = [(h, way) for h in self.bounds for way in (-1, 1) if np.isfinite((h.lower, h.upper)[way > 0])]
        self.added = rows
        self.low = np.array([h.lower if way < 0 else -np.inf for h, way in rows], float)
        self.high = np.array([h.upper if way > 0 else np.inf for h, way in rows], float)

    def _row(self, hold: RowHold) -> None:
        k = self.number[hold.item]
        c = self.wide.compiled
        if np.isfinite(hold.drop) and np.isfinite(hold.lift):
            self.entries.append((hold.row, k, hold.per if hold.drop else -hold.per))
            self.most[k] = min(self.most[k], max(hold.drop, hold.lift) / hold.per)
        else:
            self.entries.append((hold.row, k, -hold.per if np.isfinite(c.row_upper[hold.row]) else hold.per))

    def matrix(self) -> sparse.csc_array:
        """The program's matrix with the new columns and rows."""
        old = self.wide.compiled.matrix
        rows, width = old.shape[0], old.shape[1]
        at = [(r, k) for r, k, _ in self.entries]
        shape = (rows, len(self.items))
        beside = sparse.csc_array(([v for *_, v in self.entries], _ends(at)), shape=shape)
        added = len(self.added)
        below = sparse.csc_array(
            (np.ones(added), _ends([(r, h.column) for r, (h, _) in enumerate(self.added)])),
            shape=(added, width),
        )
        corner = sparse.csc_array(
            (
                [-way * h.per for h, way in self.added],
                _ends([(r, self.number[h.items[0]]) for r, (h, _) in enumerate(self.added)]),
            ),
            shape=(added, len(self.items)),
        )
        both = sparse.vstack([sparse.hstack([old, beside]), sparse.hstack([below, corner])])
        return sparse.csc_array(both)


def _ends(pairs: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    return [a for a, _ in pairs], [b for _, b in pairs]


def loose(hold: RowHold | ColumnHold) -> bool:
    """Whether a hold can give way by some amount."""
    return hold.per > 0


def measured(wide: Wide) -> set[Item]:
    """Items that can be loosened by an amount."""
    found = {h.item for h in wide.rows if loose(h)}
    return found | {i for h in wide.columns if loose(h) for i in h.items}
