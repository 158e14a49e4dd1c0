"""From Pyomo to arrays: one sparse matrix, bounds and integrality, and where every variable went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import numpy as np
import pandas as pd
import pyomo.environ as pyo
from pyomo.common.gc_manager import PauseGC
from pyomo.core.base.param import IndexedParam

from gridplan.model import lazy
from gridplan.model.build import Program
from gridplan.model.indicators import year_factor
from gridplan.model.terms import Series, Term
from gridplan.solve.expand.bounds import bounds
from gridplan.solve.expand.labels import Labels, members
from gridplan.solve.expand.program import Arrays, arrays
from gridplan.solve.keys import Key, key_of


@dataclass(frozen=True)
class Compiled(Arrays):
    """A program as arrays, that know where they came from.

    Attributes:
        program: where they came from.
    """

    program: Program

    @cached_property
    def position(self) -> dict[int, int]:
        """Column of a variable by its id()."""
        return {id(v): k for k, v in enumerate(self.columns)}

    @cached_property
    def column_keys(self) -> list[Key]:
        """Component and index of every column."""
        return _keys(self.columns)

    @cached_property
    def row_keys(self) -> list[Key]:
        """Component and index of every row."""
        return _keys(self.rows)

    @cached_property
    def column_owners(self) -> np.ndarray:
        """Component of every column."""
        return _owners(self.columns)

    @cached_property
    def row_owners(self) -> np.ndarray:
        """Component of every row; those that a study adds have none of their own."""
        return _owners(self.rows)

    @cached_property
    def given(self) -> dict[Key, float]:
        """Values of the variables that are fixed, which are no columns."""
        every = [v for v in self.program.model.component_objects(pyo.Var) if not lazy.unmade(v)]
        return {key_of(one): float(one.value) for v in every for one in v.values() if one.fixed}

    def objective(self, indicator: str) -> tuple[np.ndarray, float]:
        """(cost per column, constant) of an indicator's total over the horizon."""
        terms = self.program.terms.parts(indicator, "all")
        return self.vector(terms, {t.year: year_factor(indicator, t.year, self.program.frame) for t in terms})

    def vector(self, terms: Sequence[Term | Series], factors: dict[int, float]) -> tuple[np.ndarray, float]:
        """(cost per column, constant) of terms weighted by year."""
        cost, constant = np.zeros(len(self.columns)), 0.0
        for t in terms:
            if isinstance(t, Series):
                at, fixed = self.where(t)
                each = t.value * factors[t.year]
                cost[at[at >= 0]] += each[at >= 0]
                constant += float(each[at < 0] @ fixed[at < 0])
                continue
            value = t.value * factors[t.year]
            if t.column is None:
                constant += value
            elif t.column.fixed:
                constant += value * t.column.value
            else:
                k = self.place(t.column)
                if k >= 0:
                    cost[k] += value
        return cost, constant

    def where(self, series: Series) -> tuple[np.ndarray, np.ndarray]:
        """(column, −1 where it has none; value where it is fixed, else 0) of every term of a series."""
        columns, fixed = self._whole(series.variable)
        return columns[series.at], fixed[series.at]

    def _whole(self, variable: Any) -> tuple[np.ndarray, np.ndarray]:
        if id(variable) not in self._wholes:
            columns = np.full(len(variable), -1)
            if isinstance(self.columns, Labels):
                first, chosen = self.columns.part(variable)
                columns[chosen] = first + np.arange(len(chosen))
            else:
                columns = np.array([self.place(v) for v in members(variable)], int)
            self._wholes[id(variable)] = columns, np.nan_to_num(bounds(variable).fixed)
        return self._wholes[id(variable)]

    @cached_property
    def _wholes(self) -> dict[int, tuple[np.ndarray, np.ndarray]]:
        return {}

    def place(self, variable: Any) -> int:
        """Column of a variable, −1 where it has none."""
        if isinstance(self.columns, Labels):
            return self.columns.place(variable)
        return self.position.get(id(variable), -1)

    def read(self, variable: Any, x: np.ndarray, names: list[str]) -> pd.DataFrame:
        """Values of an indexed variable as rows: one column per index, then `value`.

        Fixed variables are included, and those that no row and no cost names, at the bound next to zero.
        """
        if isinstance(self.columns, Labels):
            keys, where = self.columns.keys(variable)
        else:
            keys, where = self._places.get(id(variable), ([], np.array([], int)))
        table = [(*_as_tuple(k), float(v)) for k, v in zip(keys, x[where], strict=True)]
        for k, v in variable.items() if len(keys) < len(variable) else ():
            if v.fixed:
                table.append((*_as_tuple(k), float(v.value)))
            elif self.place(v) < 0:
                table.append((*_as_tuple(k), max(0.0, float(v.lb or 0.0))))
        return pd.DataFrame(table, columns=[*names, "value"])

    @cached_property
    def _places(self) -> dict[int, tuple[list[Any], np.ndarray]]:
        found: dict[int, tuple[list[Any], list[int]]] = {}
        for k, v in enumerate(self.columns):
            keys, where = found.setdefault(id(v.parent_component()), ([], []))
            keys.append(v.index())
            where.append(k)
        return {name: (keys, np.array(where)) for name, (keys, where) in found.items()}


def _keys(items: list[Any] | Labels) -> list[Key]:
    if not isinstance(items, Labels):
        return [key_of(item) for item in items]
    parts = [(part.name, items.keys(part)[0]) for part in items.components]
    return [(name, _as_tuple(key)) for name, keys in parts for key in keys]


def _owners(items: list[Any] | Labels) -> np.ndarray:
    if not isinstance(items, Labels):
        return np.array([key_of(item)[0] for item in items], object)
    names = np.array([part.name for part in items.components], object)
    return np.repeat(names, [len(items.part(part)[1]) for part in items.components])


def _as_tuple(key: Any) -> tuple[Any, ...]:
    return key if isinstance(key, tuple) else (key,)


def compile_program(program: Program) -> Compiled:
    """Compile a program; garbage collection rests meanwhile.

    Raises:
        InfeasibleConstraintException: a row without columns that does not hold.
    """
    with PauseGC(), _plain_numbers():
        made = arrays(program.model)
    return Compiled(**vars(made), program=program)


@contextmanager
def _plain_numbers() -> Iterator[None]:
    """Parameters hand their numbers to templates as they are.

    Pyomo's template code asks for them by way of a method that Pyomo itself deprecates, which looks up every
    key in the product of the sets and the file of every caller: a third of the time of compiling.
    """
    before = IndexedParam.extract_values_sparse
    IndexedParam.extract_values_sparse = _values
    try:
        yield
    finally:
        IndexedParam.extract_values_sparse = before


def _values(parameter: Any) -> dict[Any, Any]:
    if parameter.mutable:
        raise TypeError(f"parameter {parameter.name} is mutable; a template would not see it change")
    data = cast("dict[Any, Any]", parameter._data)
    return data if len(data) == len(parameter) else dict(parameter.extract_values())  # or with its default


def name_of(constraint: Any) -> str:
    """Readable name of a row: subject, rule and index."""
    return str(constraint.name)
