"""Rows of one constraint as arrays: by its template in one go, or one by one as Pyomo does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from weakref import ref

import numpy as np
from pyomo.common.errors import InfeasibleConstraintException, InvalidConstraintError
from pyomo.core.base.constraint import TemplateConstraintData
from pyomo.core.expr.numvalue import value
from pyomo.core.expr.relational_expr import RelationalExpression
from pyomo.repn.linear import LinearRepnVisitor
from pyomo.repn.linear_template import LinearTemplateRepnVisitor

from gridplan.model import lazy
from gridplan.solve.expand.codes import Unknown
from gridplan.solve.expand.entries import Form, Rows, constants, merge
from gridplan.solve.expand.recorder import Recorder, Walk
from gridplan.solve.expand.sets import Sets
from gridplan.solve.expand.table import Table, first
from gridplan.solve.expand.values import Values


@dataclass(frozen=True)
class Block:
    """Rows of one constraint.

    Attributes:
        rows: entries; a column may be there twice, and zeros too.
        low, high: bounds, −inf and inf where there is none.
        which: position of every row among all rows of the constraint; rows without columns are left out.
    """

    rows: Rows
    low: np.ndarray
    high: np.ndarray
    which: np.ndarray


class Expander:
    """Expands the constraints of one program, in their order."""

    def __init__(self) -> None:
        """Nothing is recorded yet."""
        self.recorder = Recorder()
        self.values = Values(Sets())
        self._walk = Walk(self.recorder)
        self._one = LinearRepnVisitor({}, var_recorder=self.recorder)
        self._template = LinearTemplateRepnVisitor({}, var_recorder=self.recorder)
        self.one_by_one: list[str] = []  # names of templates that arrays did not know

    def expand(self, constraint: Any) -> Block:
        """Rows of a constraint.

        Raises:
            InfeasibleConstraintException: a row without columns that does not hold.
            InvalidConstraintError: a row that is not linear.
        """
        template = _template(constraint)
        if template is not None:
            try:
                return self._at_once(constraint, template)
            except Unknown:
                self.one_by_one.append(constraint.name)
        return self._each(constraint)

    def _at_once(self, constraint: Any, template: Any) -> Block:
        expression, symbols = template
        if not isinstance(expression, RelationalExpression):
            raise Unknown("no relation")
        low, body, high = TemplateConstraintData(template, ref(constraint), None).to_bounded_expression()
        self.recorder.know(expression)
        form = Form(self.values, self._walk.expr_cache, lambda v: self.recorder.first[id(v)])
        table = first(self.values.sets, constraint.index_set(), symbols)
        linear, varying, plain = form.entries(self._walk.walk_expression(body), table)
        rows = merge(linear, table.count)
        offset = constants(varying, plain, table.count)
        ends = [self._end(end, form, table, sign) for end, sign in ((low, -1), (high, 1))]
        if low is not None and high is not None and not np.array_equal(ends[0], ends[1]):
            raise Unknown("two bounds")
        which = self._filled(constraint, rows, ends, offset)
        ends = [end - offset for end in ends]
        if len(which) < table.count:
            rows = Rows(np.append(0, np.cumsum(np.diff(rows.start)[which])), rows.column, rows.value)
            ends = [end[which] for end in ends]
        return Block(rows, ends[0], ends[1], which)

    def _end(self, end: Any, form: Form, table: Table, sign: int) -> np.ndarray:
        if end is None:
            return np.full(table.count, sign * np.inf)
        linear, varying, plain = form.entries(self._walk.walk_expression(end), table)
        if linear:
            raise Unknown("a variable bound")
        return constants(varying, plain, table.count)

    def _filled(self, constraint: Any, rows: Rows, ends: list[np.ndarray], offset: np.ndarray) -> np.ndarray:
        """Rows that have columns; the others must hold."""
        empty = rows.start[1:] == rows.start[:-1]
        wrong = np.flatnonzero(empty & ~((ends[0] <= offset) & (ends[1] >= offset)))
        if len(wrong):
            name = list(constraint.values())[wrong[0]].name
            raise InfeasibleConstraintException(f"model contains a trivially infeasible constraint, '{name}'")
        return np.flatnonzero(~empty)

    def _each(self, constraint: Any) -> Block:
        start, column, number = [0], [], []
        low, high, which = [], [], []
        for k, row in enumerate(constraint.values()):
            if not row.active:
                continue
            offset, columns, factors, lower, upper = self._row(row)
            if lower is None and upper is None:
                continue
            if not columns:
                if (lower is None or lower <= offset) and (upper is None or upper >= offset):
                    continue
                raise InfeasibleConstraintException(
                    f"model contains a trivially infeasible constraint, '{row.name}'"
                )
            sides = [(lower, upper)] if lower == upper else [(None, upper), (lower, None)]
            for least, most in sides:
                if least is not None or most is not None:
                    column += columns
                    number += factors
                    start.append(len(column))
                    low.append(-np.inf if least is None else least - offset)
                    high.append(np.inf if most is None else most - offset)
                    which.append(k)
        rows = Rows(np.array(start), np.array(column, np.int32), np.array(number, float))
        return Block(rows, np.array(low, float), np.array(high, float), np.array(which, int))

    def _row(self, row: Any) -> tuple[float, list[int], list[float], Any, Any]:
        """(constant, columns, factors, lower and upper bound) of one row."""
        if hasattr(row, "template_expr"):
            self.recorder.name_all()
            offset, columns, factors, low, high = self._template.expand_expression(row, row.template_expr())
            return offset, columns, factors, low, high
        low, body, high = row.to_bounded_expression()
        self.recorder.know(body)
        form = self._one.walk_expression(body)
        if form.nonlinear is not None:
            raise InvalidConstraintError(f"row {row.name} is not linear, so HiGHS cannot take it")
        order = self.recorder.var_order
        columns = [order[name] for name in form.linear]
        return form.constant, columns, list(form.linear.values()), value(low), value(high)


def _template(constraint: Any) -> Any:
    """(expression, symbols) of all rows of a constraint, None where they have no template in common."""
    if lazy.unmade(constraint):
        return constraint.template
    data = list(constraint._data.values())
    if not data or not constraint.is_indexed():
        return None
    if any(type(row) is not TemplateConstraintData or not row.active for row in data):
        return None
    return data[0].template_expr() if len(data) == len(constraint.index_set()) else None
