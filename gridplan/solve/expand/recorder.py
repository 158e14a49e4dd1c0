"""Columns of the variables of a program, in the order in which rows name them."""

from __future__ import annotations

from typing import Any, ClassVar

from pyomo.core.base.enums import SortComponents
from pyomo.core.base.var import VarData
from pyomo.core.expr.base import ExpressionBase
from pyomo.core.expr.template_expr import TemplateSumExpression
from pyomo.repn.linear_template import LinearTemplateBeforeChildDispatcher, LinearTemplateRepnVisitor
from pyomo.repn.util import ExprType, TemplateVarRecorder

from gridplan.solve.expand.labels import is_whole, members


class Recorder(TemplateVarRecorder):  # type: ignore[misc] # Pyomo has no types
    """Every variable with all of its keys takes its columns when a row first names it, as with Pyomo.

    Pyomo also writes down every column by id() and by key; here that is done for a variable of which a single
    column is named, and for all once rows are expanded one by one.

    Attributes:
        variables: in column order.
        first: first column of every variable by id().
        count: columns.
    """

    def __init__(self) -> None:
        """No variable yet."""
        super().__init__({}, SortComponents.ORDERED_INDICES)
        self.variables: list[Any] = []
        self.first: dict[int, int] = {}
        self.count = 0
        self._order: dict[int, int] = {}
        self._named = False

    @property
    def var_order(self) -> dict[int, int]:
        """Columns of the variables of which a single one was named, by id()."""
        return self._order

    @property
    def var_list(self) -> list[Any]:
        """All columns."""
        return [v for variable in self.variables for v in members(variable)]

    def add(self, var: Any) -> None:
        """Columns for all keys of a variable, or of the variable that a single column belongs to."""
        variable = var.parent_component()
        if id(variable) not in self.first:
            self.first[id(variable)] = self.count
            self.variables.append(variable)
            self.count += len(variable) if is_whole(variable) else len(members(variable))
            if self._named:
                self._name(variable)
        if not (var is variable and variable.is_indexed()) and id(var) not in self._order:
            self._list(variable)

    def know(self, body: Any) -> None:
        """Write down the columns that an expression names, if rows before it named their variables.

        Pyomo takes a fixed variable for a constant where no row before named it, for a column otherwise.
        """
        left = [body]
        while left:
            node = left.pop()
            if isinstance(node, TemplateSumExpression):
                left += node.template_args()[:1]  # what is summed
            elif isinstance(node, ExpressionBase):
                left += node.args
            elif isinstance(node, VarData) and id(node.parent_component()) in self.first:
                self.add(node)

    def _list(self, variable: Any) -> None:
        for k, one in enumerate(members(variable), self.first[id(variable)]):
            self.var_map[id(one)], self._order[id(one)] = one, k

    def name_all(self) -> None:
        """Write down the column of every key, from now on too."""
        if not self._named:
            self._named = True
            for variable in self.variables:
                self._name(variable)

    def _name(self, variable: Any) -> None:
        start = self.first[id(variable)]
        keys = variable.keys(self.sorter)
        self.env[self.symbolmap.getSymbol(variable)] = {key: start + k for k, key in enumerate(keys)}


class _Dispatcher(LinearTemplateBeforeChildDispatcher):  # type: ignore[misc]
    @staticmethod
    def _before_indexed_param(visitor: Any, child: Any) -> tuple[bool, tuple[Any, Any]]:
        return False, (ExprType.CONSTANT, child)  # its values are read as arrays, not by key


class Walk(LinearTemplateRepnVisitor):  # type: ignore[misc]
    """Pyomo's walk over a template, without a copy of every parameter."""

    before_child_dispatcher: ClassVar[Any] = _Dispatcher()

    def __init__(self, recorder: Recorder) -> None:
        """Walk templates of one program."""
        super().__init__({}, var_recorder=recorder)
