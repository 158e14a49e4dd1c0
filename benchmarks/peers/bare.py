"""The floor: gridplan's arrays, already made, straight into highspy."""

from __future__ import annotations

import highspy
import numpy as np

from benchmarks.peers.clock import Clock
from benchmarks.peers.own import solve
from benchmarks.peers.spec import Spec
from gridplan.model.build import build
from gridplan.solve.compile import compile_program


def run(spec: Spec, clock: Clock) -> tuple[highspy.Highs, float | None]:
    """Hand over and solve; making the arrays is not counted."""
    compiled = compile_program(build(spec.case, spec.periods))
    matrix = compiled.matrix
    cost, constant = compiled.objective("total_cost_meur")
    highs = highspy.Highs()
    highs.silent()
    with clock.phase("hand-off"):
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = matrix.shape
        lp.col_cost_, lp.offset_ = cost, constant
        lp.col_lower_, lp.col_upper_ = compiled.lower, compiled.upper
        lp.row_lower_, lp.row_upper_ = compiled.row_lower, compiled.row_upper
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.indptr, matrix.indices
        lp.a_matrix_.value_ = matrix.data
        if not spec.relaxed:
            kinds = [highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger]
            lp.integrality_ = [kinds[int(i)] for i in compiled.integer]
        highs.passModel(lp)
    found = solve(highs, spec, clock)
    with clock.phase("extract"):
        if found is not None:
            np.asarray(highs.getSolution().col_value)
    return highs, found
