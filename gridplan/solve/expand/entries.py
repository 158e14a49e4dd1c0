"""Entries of the rows of a template: coefficients, their columns, and constants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyomo.core.expr.numvalue import native_types

from gridplan.solve.expand.codes import Unknown
from gridplan.solve.expand.table import Table, joined
from gridplan.solve.expand.values import Number, Values


@dataclass(frozen=True)
class Part:
    """Some entries of the rows of a table.

    Attributes:
        owner: row of every entry, never falling; None: one entry for each row.
        column: of every entry, or the same for all.
        value: of every entry, or the same for all.
    """

    owner: np.ndarray | None
    column: Any
    value: Number


@dataclass(frozen=True)
class Rows:
    """Entries by row: those of row k stand from `start[k]` to `start[k + 1]`."""

    start: np.ndarray
    column: np.ndarray
    value: np.ndarray


def merge(parts: Sequence[Part], count: int) -> Rows:
    """Parts of `count` rows put together; entries of a row in the order of the parts."""
    each = [np.ones(count, int) if p.owner is None else np.bincount(p.owner, minlength=count) for p in parts]
    start = np.zeros(count + 1, int)
    np.cumsum(sum(each, np.zeros(count, int)), out=start[1:])
    column, value, fill = np.zeros(start[-1], np.int32), np.zeros(start[-1]), start[:-1].copy()
    for part, counts in zip(parts, each, strict=True):
        at = fill
        if part.owner is not None:
            at = np.repeat(fill - (np.cumsum(counts) - counts), counts) + np.arange(len(part.owner))
        column[at], value[at] = part.column, part.value
        fill = fill + counts
    return Rows(start, column, value)


class Form:
    """The linear form of a template over one table, as Pyomo's walk over it gives it."""

    def __init__(self, values: Values, items: dict[int, Any], first: Callable[[Any], int]) -> None:
        """Expand forms.

        Args:
            values: of expressions.
            items: items of variables by id(), as the walk leaves them.
            first: first column of a variable.
        """
        self.values, self.items, self.first = values, items, first

    def entries(self, form: Any, table: Table, factor: Any = 1) -> tuple[list[Part], list[Part], float]:
        """(coefficients, constants that differ by row, constant of all rows).

        Raises:
            Unknown: something in it that arrays do not know.
        """
        factor = factor * form.multiplier
        linear: list[Part] = []
        varying: list[Part] = []
        plain = 0.0
        constant = form.constant
        if constant.__class__ not in native_types or constant:
            constant = constant * factor
            if constant.__class__ in native_types:
                plain = constant
            else:
                varying.append(Part(None, 0, self.values.number(constant, table)))
        if factor.__class__ not in native_types or factor:
            for name, value in form.linear.items():
                column = self._column(name, table)
                linear.append(Part(None, column, self.values.number(value * factor, table)))
        for inner, symbols, over in form.linear_sum:
            self._sum(inner, list(zip(symbols, over, strict=True)), table, factor, (linear, varying))
        return linear, varying, plain

    def _sum(
        self, form: Any, over: list[tuple[Any, Any]], table: Table, factor: Any, into: tuple[Any, Any]
    ) -> None:
        inner = table
        for symbols, members in over:
            inner = joined(inner, symbols, members, self.values.sets, self.values.key)
        linear, varying, plain = self.entries(form, inner, factor)
        if plain:
            raise Unknown("a constant in a sum")
        owner = inner.owners(table)
        for parts, found in ((linear, into[0]), (varying, into[1])):
            if len(parts) > 1:  # as they would stand item by item
                rows = merge(parts, inner.count)
                counts = np.diff(rows.start)
                parts = [Part(np.repeat(np.arange(inner.count), counts), rows.column, rows.value)]
            found += [Part(owner if p.owner is None else owner[p.owner], p.column, p.value) for p in parts]

    def _column(self, name: Any, table: Table) -> Any:
        item = self.items.get(name)
        if item is None:
            return name  # a single variable: its column
        variable, place = self.values.place(item, table)
        return self.first(variable) + place


def constants(varying: Sequence[Part], plain: float, count: int) -> np.ndarray:
    """Constant of every row, added up in the order of the parts."""
    total = np.full(count, float(plain))
    for part in varying:
        if part.owner is None:
            total += part.value
        else:
            np.add.at(total, part.owner, part.value)
    return total
