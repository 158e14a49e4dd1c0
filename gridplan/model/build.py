"""The program: its table of contents."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import pyomo.core.base.constraint as pyomo_constraint
import pyomo.environ as pyo
from pyomo.common.gc_manager import PauseGC

from gridplan.case import Case
from gridplan.model import (
    curves,
    datacenters,
    grid,
    heat,
    loads,
    policies,
    reinforcements,
    rights,
    stations,
    storages,
    supplies,
    telecom,
)
from gridplan.model.frame import Frame
from gridplan.model.periods import Periods
from gridplan.model.terms import Terms
from gridplan.network import Network


@dataclass(frozen=True)
class Program:
    """A built program: Pyomo model, frame and indicator terms."""

    model: Any
    frame: Frame
    terms: Terms


def build(case: Case, periods: Periods, network: Network | None = None, wide: bool = False) -> Program:
    """Build the program of a case over the given periods (`wide`: see `Frame`). Needs no solver."""
    frame = Frame(case, network or Network(case), periods, wide)
    terms = Terms(frame)
    with PauseGC(), _Templates():
        m = _sets(frame)
        reinforcements.add(m, frame, terms)
        loads.add(m, frame, terms)
        supplies.add(m, frame, terms)
        curves.add(m, frame, terms)
        storages.add(m, frame, terms)
        datacenters.add(m, frame, terms)
        rights.add(m, frame, terms)
        heat.add(m, frame, terms)
        telecom.add(m, frame, terms)
        stations.add(m, frame)
        rights.expect(m, frame, terms)
        grid.add(m, frame)
    policies.add(m, frame, terms)  # few rows, each over its own assets: no template
    frame.forget()
    m.goal = pyo.Objective(expr=0)  # objectives are vectors made from the terms
    return Program(m, frame, terms)


def _sets(frame: Frame) -> Any:
    m = pyo.ConcreteModel(name=frame.case.name)
    m.Y = pyo.Set(dimen=1, initialize=frame.years)
    m.later = pyo.Set(dimen=1, initialize=list(frame.previous))
    m.previous = pyo.Param(m.later, initialize=frame.previous, within=m.Y)
    m.P = pyo.RangeSet(0, len(frame.periods.items) - 1)
    m.YP = pyo.Set(dimen=2, initialize=frame.pairs)
    used: defaultdict[int, dict[int, None]] = defaultdict(dict)
    for y, p in frame.pairs:
        used[y][p] = None
    m.used = dict(used)
    m.N = pyo.Set(dimen=1, initialize=frame.network.stations)
    return m


class _Templates:
    """Pyomo expands one template per constraint instead of one expression per row."""

    def __enter__(self) -> None:
        self.before = pyomo_constraint.TEMPLATIZE_CONSTRAINTS
        pyomo_constraint.TEMPLATIZE_CONSTRAINTS = True

    def __exit__(self, *_: object) -> None:
        pyomo_constraint.TEMPLATIZE_CONSTRAINTS = self.before
