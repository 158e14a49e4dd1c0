"""How items hold the program: which rows and bounds go when an item is lifted, and by how much."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from gridplan.explain.why.items import Item
from gridplan.solve.compile import Compiled


@dataclass(frozen=True)
class RowHold:
    """A row that an item holds.

    Attributes:
        item: lifted, the row gives way.
        row: position of the row.
        drop, lift: by how much its lower bound falls and its upper bound rises then (inf: it is free).
        per: how much the row gives way per unit that the item is loosened by; 0: only lifted whole.
    """

    item: Item
    row: int
    drop: float
    lift: float
    per: float = 0.0


@dataclass(frozen=True)
class ColumnHold:
    """Bounds that a column has as long as all its items hold.

    Attributes:
        items: lifting any of them lifts these bounds.
        column: position of the column.
        lower, upper: the bounds.
        per: how much the bounds give way per unit that the item is loosened by; 0: only lifted whole.
        charge: what a unit of the column costs in the search for the least repair.
    """

    items: tuple[Item, ...]
    column: int
    lower: float = -np.inf
    upper: float = np.inf
    per: float = 0.0
    charge: float = 0.0


@dataclass
class Wide:
    """A program in which every item can be lifted.

    Attributes:
        compiled: the program with all items in force.
        free: (lower, upper) of the columns as they are when nothing holds them.
        rows, columns: what the items hold.
    """

    compiled: Compiled
    free: tuple[np.ndarray, np.ndarray]
    rows: list[RowHold] = field(default_factory=list)
    columns: list[ColumnHold] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Number the items, so that bounds follow from arrays."""
        found = dict.fromkeys([h.item for h in self.rows] + [i for h in self.columns for i in h.items])
        self.items = sorted(found, key=lambda item: item.order)
        self.number = {item: k for k, item in enumerate(self.items)}
        self._row_item = np.array([self.number[h.item] for h in self.rows], int)
        self._row_at = np.array([h.row for h in self.rows], int)
        self._drop = np.array([h.drop for h in self.rows], float)
        self._lift = np.array([h.lift for h in self.rows], float)
        self._col_at = np.array([h.column for h in self.columns], int)
        self._col_low = np.array([h.lower for h in self.columns], float)
        self._col_high = np.array([h.upper for h in self.columns], float)
        pairs = [(k, self.number[i]) for k, h in enumerate(self.columns) for i in h.items]
        self._owned = np.array(pairs, int).reshape(-1, 2)

    def mask(self, items: set[Item]) -> np.ndarray:
        """True at the numbers of these items."""
        found = np.zeros(len(self.items), bool)
        found[[self.number[i] for i in items]] = True
        return found

    def bounds(self, off: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """(row lower, row upper, lower, upper) with the items of a mask lifted."""
        c = self.compiled
        row_lower, row_upper = c.row_lower.copy(), c.row_upper.copy()
        gone = off[self._row_item]
        np.subtract.at(row_lower, self._row_at[gone], self._drop[gone])
        np.add.at(row_upper, self._row_at[gone], self._lift[gone])
        lifted = np.zeros(len(self.columns), bool)
        lifted[self._owned[off[self._owned[:, 1]], 0]] = True
        lower, upper = c.lower.copy(), c.upper.copy()
        touched = np.unique(self._col_at[lifted])
        lower[touched], upper[touched] = self.free[0][touched], self.free[1][touched]
        stay = ~lifted & np.isin(self._col_at, touched)
        np.maximum.at(lower, self._col_at[stay], self._col_low[stay])
        np.minimum.at(upper, self._col_at[stay], self._col_high[stay])
        return row_lower, row_upper, lower, upper

    def touching(self, rows: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> set[Item]:
        """Items behind rows and behind lower and upper bounds of columns (masks)."""
        found = set(self._row_item[rows[self._row_at]].tolist())
        low = lower[self._col_at] & (self._col_low > self.free[0][self._col_at])
        high = upper[self._col_at] & (self._col_high < self.free[1][self._col_at])
        holding = low | high
        found |= set(self._owned[holding[self._owned[:, 0]], 1].tolist())
        return {self.items[k] for k in found}
