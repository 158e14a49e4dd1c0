"""What the entries of the register write to: which item holds which row and bound of the program."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gridplan.explain.why.ask import Ask
from gridplan.explain.why.holds import ColumnHold, RowHold, Wide
from gridplan.explain.why.items import Item
from gridplan.model.frame import Frame
from gridplan.solve.compile import Compiled

Rows = list[tuple[int, Any]]  # position and index of every row of one constraint
RowEntry = Callable[["Context", Rows], None]
ColumnEntry = Callable[["Context", Any], None]


class Context:
    """The compiled wide program while its items are collected.

    Attributes:
        compiled: program with all rows of the case in force, but for the holds collected here.
        frame: the case.
        ask: what is asked on top of the case.
        units: units of each reinforcement that the case allows (a wide program may have more).
    """

    def __init__(self, compiled: Compiled, ask: Ask, units: dict[str, int]) -> None:
        self.compiled, self.ask, self.units = compiled, ask, units
        self.frame: Frame = compiled.program.frame
        self.model = compiled.program.model
        self.rows: list[RowHold] = []
        self.columns: list[ColumnHold] = []
        self.free = compiled.lower.copy(), compiled.upper.copy()

    def constraints(self) -> dict[str, Rows]:
        """Rows of the program by the name of their constraint."""
        found: dict[str, Rows] = defaultdict(list)
        for at, row in enumerate(self.compiled.rows):
            found[str(row.parent_component().name)].append((at, row.index()))
        return dict(found)

    def column(self, variable: Any, key: Any) -> int | None:
        """Position of a variable; None where no row names it."""
        return self.compiled.position.get(id(variable[key]))

    def give(self, item: Item, row: int, per: float = 1.0) -> None:
        """An inequality that is free without the item; it gives way by `per` for each unit."""
        self.rows.append(RowHold(item, row, np.inf, np.inf, per))

    def lessen(self, item: Item, row: int, by: float, along: Any, per: float = 1.0) -> None:
        """An equality whose right-hand side may be up to `by` less, counted along a variable in it."""
        at = self.compiled.position[id(along)]
        matrix = self.compiled.matrix
        part = slice(matrix.indptr[at], matrix.indptr[at + 1])
        sign = float(matrix.data[part][matrix.indices[part] == row][0])
        drop, lift = (by, 0.0) if sign > 0 else (0.0, by)
        self.rows.append(RowHold(item, row, drop, lift, per))

    def release(self, variable: Any, key: Any, lower: float, upper: float) -> None:
        """Bounds of a column when nothing holds it."""
        at = self.column(variable, key)
        if at is not None:
            self.free[0][at], self.free[1][at] = lower, upper

    def hold(
        self,
        items: Item | Sequence[Item],
        variable: Any,
        key: Any,
        lower: float = -np.inf,
        upper: float = np.inf,
        per: float = 0.0,
        charge: float = 0.0,
    ) -> None:
        """Bounds of a column that hold as long as all of the items do (see `ColumnHold`)."""
        at = self.column(variable, key)
        if at is not None:
            owners = (items,) if isinstance(items, Item) else tuple(items)
            self.columns.append(ColumnHold(owners, at, lower, upper, per, charge))

    def wide(self) -> Wide:
        """The program with everything that was collected; bounds that only holds give are put in force."""
        lower, upper = self.compiled.lower, self.compiled.upper
        for hold in self.columns:
            lower[hold.column] = max(lower[hold.column], hold.lower)
            upper[hold.column] = min(upper[hold.column], hold.upper)
        return Wide(self.compiled, self.free, self.rows, self.columns)


def by_first(rows: Rows) -> dict[Any, Rows]:
    """Rows grouped by the first part of their index."""
    found: dict[Any, Rows] = defaultdict(list)
    for at, key in rows:
        found[key[0] if isinstance(key, tuple) else key].append((at, key))
    return dict(found)
