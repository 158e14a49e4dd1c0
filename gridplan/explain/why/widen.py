"""The wide program of a case: what rows of the case rule out is in it, and bound again one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pyomo.environ as pyo

from gridplan.case import Case
from gridplan.case.frozen import Frames
from gridplan.explain.why.ask import Ask
from gridplan.explain.why.holds import Wide
from gridplan.explain.why.register import collect, heat
from gridplan.explain.why.register.context import Context
from gridplan.model.build import Program, build
from gridplan.model.periods import Periods
from gridplan.network import Network
from gridplan.solve.compile import compile_program

ENERGY = (  # indicators that sum over the hours of a year
    "operating_cost_meur",
    "total_cost_meur",
    "co2_kt",
    "res_gwh",
    "curtailed_gwh",
    "heat_reused_tj",
    "heat_delivered_tj",
    "unserved_mwh",
)


def critical(periods: Periods) -> Periods | None:
    """Only the hours that capacity is decided on; None where there are no others, or days must stay whole."""
    chosen = [k for k, item in enumerate(periods.items) if item.weight == 0]
    if periods.whole_days or not chosen or len(chosen) == len(periods.items):
        return None
    place = {old: new for new, old in enumerate(chosen)}
    by_year = {y: tuple(place[k] for k in used if k in place) for y, used in periods.by_year.items()}
    if not all(by_year.values()):
        return None
    return replace(periods, items=tuple(periods.items[k] for k in chosen), by_year=by_year, energy=False)


def widen(
    case: Case, periods: Periods, ask: Ask | None = None, more: Mapping[str, int] | None = None
) -> Wide:
    """The wide program over given hours; with everything in force it is the program of the case.

    Where the hours have no weight (`critical`), policies on sums over the year are left out.

    Args:
        case: the case.
        periods: hours, as of the program that has no solution.
        ask: what is asked on top of the case.
        more: units beyond max_units, by reinforcement, that lifting max_units would allow.
    """
    table = case.table("reinforcements")
    units = {str(r): int(k) for r, k in zip(table["reinforcement"], table["max_units"], strict=True)}
    larger = _with_units(case, {r: units[r] + k for r, k in (more or {}).items()})
    if not any(item.weight for item in periods.items):
        larger = _without_energy(larger)
    program = build(larger, periods, Network(larger), wide=True)
    ask = ask or Ask()
    ask.prepare(program)
    heat.extend(program.model)
    _unfix(program)
    context = Context(compile_program(program), ask, units)
    collect(context)
    return context.wide()


def _with_units(case: Case, units: Mapping[str, int]) -> Case:
    if not units:
        return case
    frames = {name: case.tables[name] for name in case.tables}
    table = case.table("reinforcements")
    wanted = [units.get(r, k) for r, k in zip(table["reinforcement"], table["max_units"], strict=True)]
    frames["reinforcements"] = table.assign(max_units=wanted).astype(table.dtypes.to_dict())
    return replace(case, tables=Frames(frames))


def _without_energy(case: Case) -> Case:
    """The case without policies on sums over the year."""
    if not case.has("policies"):
        return case
    table = case.table("policies")
    frames = {name: case.tables[name] for name in case.tables}
    frames["policies"] = table.assign(value=table["value"].mask(table["indicator"].isin(ENERGY)))
    return replace(case, tables=Frames(frames))


def _unfix(program: Program) -> None:
    """Fixed variables become columns with equal bounds, so that a bound can be lifted."""
    for variable in program.model.component_data_objects(pyo.Var):
        if variable.fixed:
            value = variable.value
            variable.unfix()
            variable.setlb(value)
            variable.setub(value)
