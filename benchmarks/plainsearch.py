"""gridplan's search against the plain formulation of the same program, both to a proven gap in HiGHS.

    python -m benchmarks.plainsearch [--seconds 300] [--gap 0.01] [--runs 5]

Plain: identical units in any order, ratings summed over units, M from the whole network, no rows about the
way of heat, no start, objectives in turn. Both get the arrays of the same compiled program; seconds are
of the processor.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from time import process_time

import numpy as np
from scipy import sparse

from benchmarks.expansion import rows_of, together, unordered, whole_network
from benchmarks.peers.table import spread
from gridplan.case import Case, read_case
from gridplan.case.synthetic import Asked, synthetic
from gridplan.model.build import build
from gridplan.model.periods import typical
from gridplan.network import Network
from gridplan.solve.compile import Compiled, compile_program
from gridplan.solve.highs import Options, Search
from gridplan.solve.hours import first_hours
from gridplan.solve.lexicographic import Answer, objectives, optimise
from gridplan.solve.progress import Silent

TIGHT = ("heat.way_flow", "heat.way_pipe", "heat.way_open", "heat.way_sink", "heat.way_on", "heat.way_tree")
TUTORIAL = Path(__file__).resolve().parents[1] / "cases" / "tutorial"
CASES = {
    "tutorial": lambda: read_case(TUTORIAL),
    "made up, 30 stations": lambda: synthetic(Asked(30, 15, 1)),
    "made up, 60 stations": lambda: synthetic(Asked(60, 30, 1)),
    "made up, 60 stations, congestion 2": lambda: synthetic(Asked(60, 30, 1, congestion=2)),
    "made up, 120 stations": lambda: synthetic(Asked(120, 60, 1)),
}


@dataclass(frozen=True)
class Ended:
    """How a search ended: seconds, and value and bound of the last objective."""

    seconds: float
    value: float | None
    bound: float | None
    proven: bool


def program(case: Case) -> Compiled:
    """The program that a search begins with: typical hours and the first critical ones."""
    network = Network(case)
    periods = typical(case, whole_days=case.has("storages") or case.has("heat_storages"))
    periods = periods.with_hours(case, first_hours(case, network, periods))
    return compile_program(build(case, periods, network))


def plain(c: Compiled) -> Compiled:
    """The same program, loosened."""
    c = unordered(together(whole_network(c)))
    keep = np.flatnonzero(~rows_of(c, *TIGHT))
    return replace(
        c,
        matrix=sparse.csc_array(c.matrix[keep, :]),
        row_lower=c.row_lower[keep],
        row_upper=c.row_upper[keep],
        rows=[c.rows[k] for k in keep],
    )


def own(c: Compiled, options: Options) -> Ended:
    """gridplan's search."""
    begun = process_time()
    answer: Answer = optimise(c, options, Silent())
    goal = list(answer.goals.values())[-1]
    return Ended(process_time() - begun, goal.value, goal.bound, answer.proven(options.gap))


def alone(c: Compiled, options: Options) -> Ended:
    """HiGHS as it is: each objective to the gap, held by a row while the next is minimised."""
    begun = process_time()
    matrix, low, high = c.matrix, c.row_lower, c.row_upper
    proven, value, bound = True, None, None
    for goal in objectives(c):
        search = Search(matrix, (low, high), (c.lower, c.upper), c.integer)
        search.minimise(goal.cost, goal.constant)
        left = options.time_limit_s - (process_time() - begun)
        found = search.run(replace(options, time_limit_s=max(left, 1.0)))
        value, bound = found.value, found.bound
        proven = proven and found.gap is not None and found.gap <= options.gap
        if found.x is None or not proven:
            return Ended(process_time() - begun, None, None, False)
        matrix = sparse.csc_array(sparse.vstack([matrix, sparse.csc_array(goal.cost[None, :])]))
        reached = float(goal.cost @ found.x)
        low, high = np.append(low, -np.inf), np.append(high, reached + 1e-6 * max(1.0, abs(reached)))
    return Ended(process_time() - begun, value, bound, proven)


def main() -> None:
    """Print a markdown table; each run has a seed of its own, and the two plans lie within each other's
    bounds.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--gap", type=float, default=0.01)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--case", action="append", choices=CASES)
    given = parser.parse_args()
    print(
        "| case | columns | integer | gridplan, s | plain, s | plain / gridplan |\n|---|---|---|---|---|---|"
    )
    for name in given.case or CASES:
        c = program(CASES[name]())
        loose = plain(c)
        found = [_both(c, loose, Options(given.gap, given.seconds, 1, seed)) for seed in range(given.runs)]
        ratios = np.array([theirs.seconds / mine.seconds for mine, theirs in found])
        late = any(not ended.proven for both in found for ended in both)
        size = f"{len(c.columns):,} | {int(c.integer.sum()):,}"
        seconds = [f"{np.median([both[k].seconds for both in found]):.1f}" for k in (0, 1)]
        said = f"{spread(ratios)}{' (not all proven in time)' if late else ''}"
        print(f"| {name} | {size} | {' | '.join(seconds)} | {said} |", flush=True)


def _both(c: Compiled, loose: Compiled, options: Options) -> tuple[Ended, Ended]:
    """gridplan's search and the plain one."""
    mine, theirs = own(c, options), alone(loose, options)
    if mine.proven and theirs.proven:
        for a, b in ((mine, theirs), (theirs, mine)):
            if a.value is not None and b.bound is not None:
                assert a.value >= b.bound - 1e-6 * abs(b.bound), "a plan below the other's bound"
    print(f"{options.seed}: {mine}, {theirs}", file=sys.stderr, flush=True)
    return mine, theirs


if __name__ == "__main__":
    main()
