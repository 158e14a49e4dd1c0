"""Which rows of the program contradict each other, where the answer is "infeasible"."""

from __future__ import annotations

import highspy
import numpy as np

from gridplan.solve.compile import Compiled, name_of
from gridplan.solve.highs import Search

MOST = 40  # rows listed


def conflict(compiled: Compiled) -> list[str]:
    """Rows of an irreducible infeasible subset of the relaxation,
    or a line that says only whole numbers conflict.
    """
    relaxed = np.zeros(len(compiled.columns), bool)
    search = Search(
        compiled.matrix, (compiled.row_lower, compiled.row_upper), (compiled.lower, compiled.upper), relaxed
    )
    highs = search.highs
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kInfeasible:
        return [
            "Nothing contradicts as long as sizes may be fractions: "
            "only whole units, modules or pipes conflict."
        ]
    highs.setOptionValue("iis_strategy", int(highspy.IisStrategy.kIisStrategyFromLp))
    status, iis = highs.getIis()
    if status == highspy.HighsStatus.kError or not len(iis.row_index_):
        return ["The program has no solution; the solver could not name the rows that conflict."]
    names = [name_of(compiled.rows[k]) for k in iis.row_index_]
    more = [f"… and {len(names) - MOST} more"] if len(names) > MOST else []
    return ["These rows cannot hold together:", *names[:MOST], *more]
