"""Policies: rows on indicators, by scope and years; a price makes a row soft.

Sets: q policy, y stage between from_year and until_year. Variable: `beyond[q,y]` ≥ 0, in the indicator's
unit.

    Σ coefficient · variable ≤ value + beyond[q,y]        (sense max; ≥ value − beyond for min)

beyond is 0 without a price, else charged with price M€ per unit and year. Several rows on one indicator all
hold, so the strictest wins. A row without a value is lifted.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyomo.environ as pyo
from pyomo.core.expr.numeric_expr import LinearExpression

from gridplan.case.cells import split_ids
from gridplan.model.frame import Frame
from gridplan.model.rows import constrain
from gridplan.model.terms import Terms


def add(m: Any, frame: Frame, terms: Terms) -> None:
    """Add block `policies`; all terms of the subjects are there."""
    b = m.policies = pyo.Block()
    b.none = pyo.Var(bounds=(0, 0))
    rows = {r["policy"]: r for r in frame.rows("policies") if pd.notna(r["value"])}
    active = [(q, y) for q, row in rows.items() for y in frame.years if holds(row, y)]
    b.ACTIVE = pyo.Set(dimen=2, initialize=active)
    b.SOFT = pyo.Set(dimen=2, initialize=[(q, y) for q, y in active if rows[q]["price"] > 0])
    b.beyond = pyo.Var(b.SOFT, domain=pyo.NonNegativeReals)
    selected = {
        (q, y): terms.select(rows[q]["indicator"], rows[q]["scope"], y, split_ids(rows[q]["applies_to"]))
        for q, y in active
    }

    def rule(b: Any, q: Any, y: Any) -> Any:
        """indicator ≤ value + beyond (or ≥ value − beyond), in the indicator's unit.
        Binds where the policy bites.
        """
        form: dict[int, list[Any]] = {}
        constant = 0.0
        for t in selected[q, y]:
            if t.column is None:
                constant += t.value
            else:
                form.setdefault(id(t.column), [t.column, 0.0])[1] += t.value
        columns = [c for c, _ in form.values()] or [b.none]
        values = [v for _, v in form.values()] or [1.0]
        up = rows[q]["sense"] == "max"
        if (q, y) in b.SOFT:
            columns, values = [*columns, b.beyond[q, y]], [*values, -1.0 if up else 1.0]
        body = LinearExpression(constant=0.0, linear_coefs=values, linear_vars=columns)
        bound = float(rows[q]["value"]) - constant
        return (None, body, bound) if up else (bound, body, None)

    constrain(b, "rows", b.ACTIVE, rule=rule)
    for q, y in b.SOFT:
        row = rows[q]
        place = "" if row["scope"] == "all" else row["scope"]
        terms.penalise(place, y, b.beyond[q, y], float(row["price"]), (q,))


def holds(row: dict[str, Any], year: int) -> bool:
    """Whether a policy row is in force in a year."""
    after = pd.isna(row["from_year"]) or year >= row["from_year"]
    before = pd.isna(row["until_year"]) or year <= row["until_year"]
    return bool(after and before)
