"""Here and now: which units of reinforcements are started before the scenario is known.

Unit k of r is in service from stage y if it was started by y − L(r), L its lead time in that scenario. A
start before the reveal year cannot depend on the scenario, its effect can: where L differs, the same start
brings the unit into service in another year.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from gridplan.case import Case
from gridplan.model.reinforcements import lead_years
from gridplan.solve.keys import Key

UNITS = "reinforcements.units"
Unit = tuple[str, int]
Decided = Mapping[Unit, float]  # year of the start; a unit that is not in it is not started before the reveal


class Start(NamedTuple):
    """The decision that a unit is started by a year."""

    reinforcement: str
    unit: int
    year: float


def reveal_of(case: Case, asked: int | None) -> float:
    """Year in which the scenario is known: the second stage, and never where there is one stage.

    Raises:
        ValueError: a year that does not come after the first stage.
    """
    if asked is not None:
        if asked <= case.years[0]:
            raise ValueError(f"reveal year {asked}: later than the first stage, {case.years[0]}")
        return float(asked)
    return float(case.years[1]) if len(case.years) > 1 else float("inf")


def starts(case: Case) -> dict[Key, Start]:
    """The start behind every unit and stage, by key of its column."""
    found = {}
    for row in case.table("reinforcements").to_dict("records"):
        name, lead = str(row["reinforcement"]), lead_years(row, case.settings.horizon.lead_time)
        for unit in range(1, int(row["max_units"]) + 1):
            for year in case.years:
                found[UNITS, (row["reinforcement"], unit, year)] = Start(name, unit, year - lead)
    return found


def decided(known: Mapping[Key, Start], values: Mapping[Key, float], reveal: float) -> dict[Unit, float]:
    """First year by which each unit is started in a plan, of those started before the reveal year."""
    found: dict[Unit, float] = {}
    for key, start in known.items():
        if start.year < reveal and values.get(key, 0.0) > 0.5:
            unit = (start.reinforcement, start.unit)
            found[unit] = min(start.year, found.get(unit, start.year))
    return found


def given(known: Mapping[Key, Start], plan: Decided, reveal: float) -> dict[Key, float]:
    """Columns that decisions leave no choice in: in service if started in time, and not started before."""
    fixed = {}
    for key, start in known.items():
        begun = plan.get((start.reinforcement, start.unit))
        if begun is not None:
            fixed[key] = float(start.year >= begun)
        elif start.year < reveal:
            fixed[key] = 0.0
    return fixed
