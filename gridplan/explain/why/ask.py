"""What is asked of a program on top of the case: no shortfall here, so many MW there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyomo.environ as pyo

from gridplan.model.build import Program

SLACK_MW = 1e-4  # what others may fall short of more, for a value is only known within tolerances


@dataclass(frozen=True)
class Ask:
    """Bounds on what a case leaves open.

    Attributes:
        site, site_mw, year: at least so many new IT MW at a site in a stage.
        short: most IT MW that may fall short, by (line, stage).
        unserved: most MW that may go unserved, by (station, stage).
        beyond: most that a policy with a price may be passed, by (policy, stage).
    """

    site: str = ""
    site_mw: float = 0.0
    year: int = 0
    short: Mapping[tuple[str, int], float] = field(default_factory=dict)
    unserved: Mapping[tuple[str, int], float] = field(default_factory=dict)
    beyond: Mapping[tuple[str, int], float] = field(default_factory=dict)

    def bounded(self, model: Any) -> list[tuple[Any, float]]:
        """Variables of a program that are bounded from above, and their bounds."""
        pairs = (
            (model.datacenters.short, self.short),
            (getattr(model.loads, "peak", {}), self.unserved),
            (model.policies.beyond, self.beyond),
        )
        return [
            (variable[key], most)
            for variable, bounds in pairs
            for key, most in bounds.items()
            if key in variable
        ]

    def prepare(self, program: Program) -> None:
        """Put the bounds on a program that was just built."""
        m = program.model
        for column, most in self.bounded(m):
            column.setub(most if column.ub is None else min(most, column.ub))
        if self.site:
            column = m.datacenters.it[self.site, self.year]
            if column.fixed:
                column.unfix()
                column.setub(0.0)
            m.ask = pyo.Constraint(expr=column >= self.site_mw)
