"""Rows and columns of which Pyomo's objects are made only once somebody asks for one.

A program is solved from arrays that are made from templates (`gridplan.solve.expand`), so the object of a
single row or column is needed only to count it in an indicator, to name it or to explain it.
"""

from __future__ import annotations

from math import isfinite
from typing import Any
from weakref import ref

import numpy as np
import pyomo.core.base.constraint as pyomo_constraint
from pyomo.common.errors import TemplateExpressionError
from pyomo.core.base.constraint import IndexedConstraint, TemplateConstraintData
from pyomo.core.base.set_types import Reals
from pyomo.core.base.var import IndexedVar
from pyomo.core.expr.template_expr import _TemplateIterManager, templatize_constraint


def unmade(component: Any) -> bool:
    """Whether no object of a component is made yet, so that nobody can have changed one."""
    return isinstance(component, Rows | Columns) and component.made is None


def in_template(key: Any) -> bool:
    """Whether a key has an index symbol of a template in it."""
    return any(hasattr(k, "is_expression_type") for k in (key if isinstance(key, tuple) else (key,)))


class Rows(IndexedConstraint):  # type: ignore[misc] # Pyomo has no types
    """An indexed constraint.

    Attributes:
        template: (relation, index symbols) of all rows; None where rows were written out.
        made: objects of rows by key; None: not yet made.
    """

    _constructed: bool

    def __init__(self, *index: Any, rule: Any) -> None:
        """As `pyo.Constraint`, over one index set or more."""
        self.template: Any = None
        self.made: dict[Any, Any] | None = None
        super().__init__(*index, rule=rule)

    def construct(self, data: Any = None) -> None:
        """Make the template; where rules are to be written out, all rows."""
        if self._constructed:
            return
        if pyomo_constraint.TEMPLATIZE_CONSTRAINTS:
            for one in self._anonymous_sets or ():
                one.construct()
            try:
                self.template = templatize_constraint(self)
            except TemplateExpressionError:
                super().construct(data)
                return
            self._constructed, self.made = True, None
        else:
            super().construct(data)

    @property
    def _data(self) -> dict[Any, Any]:
        if self.made is None:
            own = ref(self)
            with _TemplateIterManager.pause():
                self.made = {key: TemplateConstraintData(self.template, own, key) for key in self.index_set()}
        return self.made

    @_data.setter
    def _data(self, value: dict[Any, Any]) -> None:
        self.made = value

    def __len__(self) -> int:
        """Rows."""
        return len(self.index_set() if self.made is None else self.made)

    def is_reference(self) -> bool:
        """Whether the rows belong to another constraint: never."""
        return False


class Columns(IndexedVar):  # type: ignore[misc]
    """An indexed variable.

    Attributes:
        kind: domain of all columns.
        low, high: bounds of each column in the order of its keys, beside those of the domain; None: none.
        made: objects of columns by key; None: not yet made.
    """

    _constructed: bool

    def __init__(self, *index: Any, domain: Any = Reals) -> None:
        """As `pyo.Var`, over one index set or more."""
        self.kind = domain
        self.low: np.ndarray | None = None
        self.high: np.ndarray | None = None
        self.made: dict[Any, Any] | None = None
        super().__init__(*index, domain=domain)

    def construct(self, data: Any = None) -> None:
        """Construct the index sets only."""
        if not self._constructed:
            for one in self._anonymous_sets or ():
                one.construct()
            self._constructed, self.made = True, None

    def bound(self, low: np.ndarray, high: np.ndarray) -> None:
        """Set bounds of all columns, in the order of the keys; −inf and inf: none.

        Raises:
            ValueError: columns were made already, bounds of another length, or bounds that are no numbers.
        """
        if self.made is not None or not len(low) == len(high) == len(self):
            raise ValueError(f"bounds of {self.name} must be set at first, one for each of its columns")
        if np.isnan(low).any() or np.isnan(high).any():
            raise ValueError(f"a bound of {self.name} is no number")
        self.low, self.high = low, high

    @property
    def _data(self) -> dict[Any, Any]:
        if self.made is None:
            self.made, self._constructed = {}, False
            with _TemplateIterManager.pause():  # a rule may name a single column of it
                super().construct()
            for values, name in ((self.low, "_lb"), (self.high, "_ub")):
                if values is not None:
                    for column, value in zip(self.made.values(), values.tolist(), strict=True):
                        setattr(column, name, value if isfinite(value) else None)
        return self.made

    @_data.setter
    def _data(self, value: dict[Any, Any]) -> None:
        self.made = value

    def __getitem__(self, key: Any) -> Any:
        """One column, or an item of a template."""
        if self.made is not None:
            try:
                return self.made[key]
            except (KeyError, TypeError):  # of another form, or an item of a template
                return super().__getitem__(key)
        if in_template(key):
            self.made = {}  # an item of a template needs none of them
            try:
                return super().__getitem__(key)
            finally:
                self.made = None
        return super().__getitem__(key)

    def __len__(self) -> int:
        """Columns."""
        return len(self.index_set() if self.made is None else self.made)

    def is_reference(self) -> bool:
        """Whether the columns belong to another variable: never."""
        return False
