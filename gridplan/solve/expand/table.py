"""Index symbols of a template, row by row: the rows of a constraint, and of the sums in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from pyomo.core.expr.template_expr import GetItemExpression, IndexTemplate

from gridplan.solve.expand.codes import Unknown
from gridplan.solve.expand.sets import Sets


class Table:
    """Values of index symbols, as codes.

    Attributes:
        count: rows.
        parent: the table that this one repeats rows of, if any.
        owner: row of the parent that each row belongs to, never falling.
    """

    def __init__(
        self,
        count: int,
        symbols: dict[int, np.ndarray],
        parent: Table | None = None,
        owner: np.ndarray | None = None,
    ) -> None:
        """Symbols by id()."""
        self.count, self.parent, self.owner = count, parent, owner
        self._symbols = symbols

    def codes(self, symbol: Any) -> np.ndarray:
        """Value of a symbol in every row, as codes."""
        if id(symbol) not in self._symbols:
            if self.parent is None or self.owner is None:
                raise Unknown(f"index {symbol} is bound by nothing")
            self._symbols[id(symbol)] = self.parent.codes(symbol)[self.owner]
        return self._symbols[id(symbol)]

    def owners(self, ancestor: Table) -> np.ndarray:
        """Row of an ancestor that each row belongs to."""
        if self.parent is None or self.owner is None:
            raise Unknown("a table of another constraint")
        return self.owner if self.parent is ancestor else self.parent.owners(ancestor)[self.owner]


def first(sets: Sets, index: Any, symbols: Sequence[Any]) -> Table:
    """The rows of a constraint: its index set."""
    columns = sets.columns(index)
    if len(columns) != len(symbols):
        raise Unknown("another number of symbols than of positions in a key")
    return Table(len(columns[0]), {id(s): c for s, c in zip(symbols, columns, strict=True)})


def joined(table: Table, symbols: Sequence[Any], over: Any, sets: Sets, key: Any) -> Table:
    """A table with every member that a sum runs over, for every row.

    Args:
        table: rows before.
        symbols: of a member.
        over: a set, or the item of an indexed set.
        sets: arrays of sets.
        key: from expressions to codes in the table.
    """
    if any(not isinstance(s, IndexTemplate) for s in symbols):
        raise Unknown("a sum over something else than index symbols")
    if isinstance(over, GetItemExpression):
        members = sets.members(over.arg(0), len(symbols))
        at = members.places.find([key(arg, table) for arg in over.args[1:]])
        if np.min(at, initial=0) < 0:
            raise Unknown(f"a key that is not in {over.arg(0).name}")
        at = np.broadcast_to(at, table.count)
        counts, starts, columns = members.counts[at], members.starts[at], members.columns
    elif not over.is_expression_type() and not over.is_indexed():
        columns = sets.columns(over)
        if len(columns) != len(symbols):
            raise Unknown(f"another number of symbols than of positions in {over.name}")
        counts, starts = np.full(table.count, len(columns[0])), np.zeros(table.count, int)
    else:
        raise Unknown(f"a sum over {over}")
    owner = np.repeat(np.arange(table.count), counts)
    place = np.arange(len(owner)) + np.repeat(starts - (np.cumsum(counts) - counts), counts)
    return Table(len(owner), {id(s): c[place] for s, c in zip(symbols, columns, strict=True)}, table, owner)
