"""gridplan: templates, arrays, results by index."""

from __future__ import annotations

import highspy
import numpy as np

from benchmarks.peers.clock import Clock
from benchmarks.peers.spec import Spec
from gridplan.model.build import build
from gridplan.network import Network
from gridplan.solve.compile import Compiled, compile_program
from gridplan.solve.highs import Search


def run(spec: Spec, clock: Clock) -> tuple[highspy.Highs, float | None]:
    """Build, hand over, solve and read; (HiGHS, objective)."""
    with clock.phase("data"):
        network = Network(spec.case)
    with clock.phase("build"):
        program = build(spec.case, spec.periods, network)
    with clock.phase("hand-off"):
        compiled = compile_program(program)
        integer = np.zeros_like(compiled.integer) if spec.relaxed else compiled.integer
        search = Search(
            compiled.matrix,
            (compiled.row_lower, compiled.row_upper),
            (compiled.lower, compiled.upper),
            integer,
        )
        cost, constant = compiled.objective("total_cost_meur")
        search.minimise(cost, constant)
    found = solve(search.highs, spec, clock)
    with clock.phase("extract"):
        if found is not None:
            _read(compiled, np.asarray(search.highs.getSolution().col_value))
    return search.highs, None if found is None else found


def solve(highs: highspy.Highs, spec: Spec, clock: Clock) -> float | None:
    """Run HiGHS on what it holds; the objective, or None where it was not ready in time."""
    if not spec.limit_s:
        return None
    for name, value in options(spec).items():
        highs.setOptionValue(name, value)
    with clock.phase("solve"):
        highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return float(highs.getInfo().objective_function_value)


def options(spec: Spec) -> dict[str, float | int | bool]:
    """What every peer asks of HiGHS."""
    return {"time_limit": spec.limit_s, "threads": 1, "mip_rel_gap": 1e-7, "output_flag": False}


def _read(compiled: Compiled, x: np.ndarray) -> None:
    """Flows, outputs and raises as tables."""
    m = compiled.program.model
    compiled.read(m.grid.flow, x, ["branch", "year", "period"])
    compiled.read(m.supplies.output, x, ["supply", "year", "period"])
    compiled.read(m.reinforcements.units, x, ["reinforcement", "number", "year"])
