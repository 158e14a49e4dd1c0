"""Columns of the variables of a program, in the order in which rows name them."""

from __future__ import annotations

from typing import Any, ClassVar

from pyomo.core.base.enums import SortComponents
from pyomo.repn.linear_template import LinearTemplateBeforeChildDispatcher, LinearTemplateRepnVisitor
from pyomo.repn.util import ExprType, TemplateVarRecorder


class Recorder(TemplateVarRecorder):  # type: ignore[misc] # Pyomo has no types
    """Every variable with all of its keys takes its columns when a row first names it, as with Pyomo.

    Pyomo also writes down the column of every key; here that is done only once rows are expanded one by one.
    """

    def __init__(self) -> None:
        """No variable yet."""
        super().__init__({}, SortComponents.ORDERED_INDICES)
        self.first: dict[int, int] = {}  # first column of every variable by id()
        self._named = False
        self._variables: list[Any] = []

    def add(self, var: Any) -> None:
        """Columns for all keys of a variable."""
        variable = var.parent_component()
        if id(variable) in self.first:
            return
        start = self.first[id(variable)] = len(self.var_map)
        self._variables.append(variable)
        whole = len(variable._data) == len(variable.index_set())  # then they stand in the order of its keys
        found = list(variable._data.values()) if whole else list(variable.values(self.sorter))
        self.var_map.update(zip(map(id, found), found, strict=True))
        if self._var_order is not None:
            self._var_order.update((id(v), k) for k, v in enumerate(found, start))
        if self._named:
            self._name(variable)

    def name_all(self) -> None:
        """Write down the column of every key, from now on too."""
        if not self._named:
            self._named = True
            for variable in self._variables:
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
