"""Numbers and keys of a template, for all rows of a table at once.

Every operation is done in the order in which Pyomo would do it row by row, so that results are the same to
the last digit.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any, cast

import numpy as np
from pyomo.core.base.param import IndexedParam
from pyomo.core.base.var import IndexedVar
from pyomo.core.expr import numeric_expr
from pyomo.core.expr.numvalue import native_numeric_types
from pyomo.core.expr.template_expr import GetItemExpression, IndexTemplate

from gridplan.model.numbers import Numbers
from gridplan.solve.expand.codes import Code, Places, Unknown
from gridplan.solve.expand.sets import Sets
from gridplan.solve.expand.table import Table

Number = np.ndarray | float
OPERATIONS: dict[Any, Callable[[Any, Any], Any]] = {
    numeric_expr.SumExpression: operator.add,
    numeric_expr.ProductExpression: operator.mul,
    numeric_expr.DivisionExpression: operator.truediv,
}


@dataclass(frozen=True)
class Filled:
    """A parameter as arrays: places of its keys, their values, and the value of other keys (None: none)."""

    places: Places | None
    values: np.ndarray
    default: float | None


class Values:
    """Values of the expressions of templates."""

    def __init__(self, sets: Sets) -> None:
        """Sets of the same program."""
        self.sets = sets
        self._filled: dict[int, Filled] = {}
        self._kept: list[Any] = []  # parameters, so that an id() stays that of one

    def number(self, node: Any, table: Table) -> Number:
        """Numbers of an expression over index symbols and parameters.

        Raises:
            Unknown: another kind of expression, or a key that a parameter does not have.
        """
        if node.__class__ in native_numeric_types:
            return cast("float", node)
        if isinstance(node, IndexTemplate):
            found = self.sets.codes.numbers()[table.codes(node)]
            if np.isnan(found).any():
                raise Unknown(f"index {node} is no number")
            return found
        if isinstance(node, GetItemExpression):
            return self._item(node, table)
        if isinstance(node, numeric_expr.NegationExpression):
            return -self.number(node.arg(0), table)
        for kind, operation in OPERATIONS.items():
            if isinstance(node, kind):
                return reduce(operation, [self.number(arg, table) for arg in node.args])
        raise Unknown(f"an expression of type {type(node).__name__}")

    def key(self, node: Any, table: Table) -> Code:
        """Codes of an expression that stands in a key."""
        if isinstance(node, IndexTemplate):
            return table.codes(node)
        if node.__class__ in native_numeric_types or isinstance(node, str):
            return self.sets.codes[node]
        found = self.number(node, table)
        if not isinstance(found, np.ndarray):
            return self.sets.codes[found]
        values, inverse = np.unique(found, return_inverse=True)
        return self.sets.codes.of(values.tolist())[inverse]

    def place(self, node: Any, table: Table) -> tuple[Any, Any]:
        """(indexed variable, place in it by row) of an item of it."""
        variable = node.arg(0) if isinstance(node, GetItemExpression) else None
        if not isinstance(variable, IndexedVar) or len(variable) != len(variable.index_set()):
            raise Unknown("an item of something else than a variable with all of its keys")
        if not table.count:
            return variable, np.zeros(0, np.int32)
        at = self.sets.find(variable.index_set(), [self.key(arg, table) for arg in node.args[1:]])
        if np.min(at, initial=0) < 0:
            raise Unknown(f"a key that is not in {variable.name}")
        return variable, at

    def _item(self, node: Any, table: Table) -> Number:
        parameter = node.arg(0)
        if not table.count:
            return np.zeros(0)
        if not isinstance(parameter, IndexedParam) or parameter.mutable:
            raise Unknown(f"an item of {parameter}")
        key = [self.key(arg, table) for arg in node.args[1:]]
        if isinstance(parameter, Numbers):
            at = self.sets.find(parameter.index_set(), key)
            found = parameter.values[at]
            if np.min(at, initial=0) < 0 or np.isnan(found).any():
                raise Unknown(f"a key that is not in {parameter.name}")
            return cast("Number", found)
        filled = self._fill(parameter)
        at = filled.places.find(key) if filled.places else np.int64(-1)
        if np.min(at, initial=0) >= 0:
            return cast("Number", filled.values[at])
        if filled.default is None or np.min(self.sets.find(parameter.index_set(), key), initial=0) < 0:
            raise Unknown(f"a key that is not in {parameter.name}")
        values = filled.values[at] if len(filled.values) else filled.default
        return cast("Number", np.where(at < 0, filled.default, values))

    def _fill(self, parameter: Any) -> Filled:
        if id(parameter) not in self._filled:
            self._kept.append(parameter)
            data, default = parameter._data, parameter.default()
            values = list(data.values())
            if not all(v.__class__ in native_numeric_types for v in values):
                raise Unknown(f"values of {parameter.name} that are no numbers")
            keys = self.sets.codes.columns(list(data), parameter.index_set().dimen)
            self._filled[id(parameter)] = Filled(
                Places(keys) if data else None,
                np.array(values, float),
                float(default) if default.__class__ in native_numeric_types else None,
            )
        return self._filled[id(parameter)]
