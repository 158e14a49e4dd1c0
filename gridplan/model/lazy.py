"""Rows of which Pyomo's objects are made only once somebody asks for one.

A program is solved from arrays that are made from templates (`gridplan.solve.expand`), so the object of a
single row is needed only to name or to explain it.
"""

from __future__ import annotations

from typing import Any
from weakref import ref

import pyomo.core.base.constraint as pyomo_constraint
from pyomo.common.errors import TemplateExpressionError
from pyomo.core.base.constraint import IndexedConstraint, TemplateConstraintData
from pyomo.core.expr.template_expr import templatize_constraint


class Rows(IndexedConstraint):  # type: ignore[misc] # Pyomo has no types
    """An indexed constraint.

    Attributes:
        template: (relation, index symbols) of all rows; None where rows were written out.
        made: objects of rows by key; None: not yet made.
    """

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
