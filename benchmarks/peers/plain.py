"""Plain Pyomo: the same rules, expanded row by row, and SolverFactory('highs')."""

from __future__ import annotations

from contextlib import nullcontext
from unittest import mock

import highspy
import pyomo.environ as pyo

from benchmarks.peers.clock import Clock
from benchmarks.peers.own import options
from benchmarks.peers.spec import Spec
from gridplan.model.build import build
from gridplan.model.indicators import year_factor
from gridplan.network import Network


def run(spec: Spec, clock: Clock) -> tuple[highspy.Highs | None, float | None]:
    """Build without templates (garbage collection as Python has it), solve with Pyomo's own interface."""
    with clock.phase("data"):
        network = Network(spec.case)
    with (
        clock.phase("build"),
        mock.patch("gridplan.model.build._Templates", nullcontext),
        mock.patch("gridplan.model.build.PauseGC", nullcontext),
    ):
        program = build(spec.case, spec.periods, network)
        m = program.model
        terms = program.terms.select("total_cost_meur", "all")
        m.del_component(m.goal)
        factor = {y: year_factor("total_cost_meur", y, program.frame) for y in program.frame.years}
        m.goal = pyo.Objective(
            expr=sum(t.value * factor[t.year] * (1 if t.column is None else t.column) for t in terms)
        )
        if spec.relaxed:
            pyo.TransformationFactory("core.relax_integer_vars").apply_to(m)
    solver = pyo.SolverFactory("highs")
    asked = options(spec)
    if not spec.limit_s:  # handed over, but stopped at once
        asked["time_limit"] = 1e-3
    before = dict(clock.cpu)
    with clock.phase("hand-off"):
        result = solver.solve(
            m, options=asked, load_solutions=False, raise_exception_on_nonoptimal_result=False
        )
    highs = solver._solver_model
    seconds = highs.getRunTime()
    clock.cpu["hand-off"] = clock.cpu["hand-off"] - before.get("hand-off", 0.0) - seconds
    clock.cpu["solve"] = seconds
    if not spec.limit_s or highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return highs, None
    with clock.phase("extract"):
        result.solution_loader.load_vars() if hasattr(result, "solution_loader") else m.solutions.load_from(
            result
        )
        _ = [pyo.value(v) for v in m.grid.flow.values()], [pyo.value(v) for v in m.supplies.output.values()]
    return highs, float(highs.getInfo().objective_function_value)
