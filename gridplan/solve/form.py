"""Linear forms over indicators' totals: what studies minimise, bound and hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyomo.environ as pyo
from scipy import sparse

from gridplan.case.tables import indicators
from gridplan.solve.compile import Compiled
from gridplan.solve.lexicographic import Objective


@dataclass(frozen=True)
class Form:
    """Σ factor · total of an indicator over the horizon.

    Attributes:
        factors: (indicator, factor) in order.
    """

    factors: tuple[tuple[str, float], ...]

    @property
    def name(self) -> str:
        """`total_cost_meur + 2 unserved_mw_years`; a factor 1 is left out."""
        return " + ".join(name if factor == 1 else f"{factor:.12g} {name}" for name, factor in self.factors)

    @property
    def peaks(self) -> list[str]:
        """Indicators whose total is the largest stage, which no sum gives."""
        return [name for name, _ in self.factors if indicators()[name].kind == "peak"]

    def objective(self, compiled: Compiled) -> Objective:
        """Cost by column and constant, in a program that `widened` has seen."""
        cost, constant = np.zeros(len(compiled.columns)), 0.0
        for name, factor in self.factors:
            if name in self.peaks:
                part, extra = np.zeros(len(cost)), 0.0
                part[compiled.position[id(compiled.program.model.study.peak[name])]] = 1.0
            else:
                part, extra = compiled.objective(name)
            cost, constant = cost + factor * part, constant + factor * extra
        return Objective(self.name, cost, constant)


@dataclass(frozen=True)
class Label:
    """Name of a row that no constraint of the case stands for; `key_of` takes it as it takes constraints."""

    name: str

    def index(self) -> None:
        """It has none."""

    def parent_component(self) -> Label:
        """Itself."""
        return self


def widened(compiled: Compiled, forms: Iterable[Form]) -> Compiled:
    """The program with a column for each largest stage: peak[i] ≥ value[i,y] in every stage y.

    Raises:
        ValueError: a form that makes such an indicator large, which these rows cannot bound.
    """
    forms = list(forms)
    for form in forms:
        for name, factor in form.factors:
            if name in form.peaks and factor < 0:
                raise ValueError(f"{name} is the largest of all stages and can be made small, not large")
    names = list(dict.fromkeys(name for form in forms for name in form.peaks))
    if not names:
        return compiled
    model = compiled.program.model
    if not hasattr(model, "study"):
        every = [name for name, item in indicators().items() if item.kind == "peak"]
        model.study = pyo.Block()
        model.study.peak = pyo.Var(every, domain=pyo.NonNegativeReals)
    return _with_peaks(compiled, names)


def with_columns(compiled: Compiled, variables: list[Any]) -> Compiled:
    """The program with variables as columns that no row names (the compiler leaves those out)."""
    more = [v for v in variables if id(v) not in compiled.position and not v.fixed]
    if not more:
        return compiled
    blank = sparse.csc_array((compiled.matrix.shape[0], len(more)))
    return replace(
        compiled,
        matrix=sparse.csc_array(sparse.hstack([compiled.matrix, blank])),
        lower=np.append(compiled.lower, [-np.inf if v.lb is None else v.lb for v in more]),
        upper=np.append(compiled.upper, [np.inf if v.ub is None else v.ub for v in more]),
        integer=np.append(compiled.integer, [not v.is_continuous() for v in more]),
        columns=[*compiled.columns, *more],
    )


def _with_peaks(compiled: Compiled, names: list[str]) -> Compiled:
    """Append the columns of peaks and their rows."""
    wide = with_columns(compiled, [compiled.program.model.study.peak[name] for name in names])
    rows, least, labels = [], [], []
    for name in names:
        peak = wide.position[id(wide.program.model.study.peak[name])]
        for year in wide.program.frame.years:
            cost, constant = wide.vector(wide.program.terms.parts(name, "all", year), {year: 1.0})
            row = -cost
            row[peak] += 1.0
            rows.append(row)
            least.append(constant)
            labels.append(Label(f"largest {name}, {year}"))
    return with_rows(wide, np.array(rows), np.array(least), np.full(len(rows), np.inf), labels)


def with_rows(
    compiled: Compiled, form: np.ndarray, lower: np.ndarray, upper: np.ndarray, labels: list[Label]
) -> Compiled:
    """The program with rows lower ≤ form·x ≤ upper below its own (form: rows × columns)."""
    if not len(form):
        return compiled
    return replace(
        compiled,
        matrix=sparse.csc_array(sparse.vstack([compiled.matrix, sparse.csc_array(form)])),
        row_lower=np.append(compiled.row_lower, lower),
        row_upper=np.append(compiled.row_upper, upper),
        rows=[*compiled.rows, *labels],
    )
