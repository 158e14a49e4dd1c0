"""What each tightening of a heat network brings: `python -m benchmarks.heatnets [FILE …] [--limit 60]`.

Instances are random (seeded), with the size and costs of families of SteinLib (C: 500 nodes) and the
OR-Library (cap: warehouses in the plane, customers' costs by distance), but not their members; or files
(.stp: Steiner trees, others: warehouses). Each is imported, built once and solved to gap 0 on one thread:

* flows alone: pipes hold what they hold, sources what they hold
* rows: as the program is built (ways of heat; no more to a sink from a source that does not run)
* all: dual ascent and cuts before the search, rows in a pool, near the relaxation first: `gridplan solve`

Root: value of the relaxation over the optimum. Seconds are of the processor. Prints Markdown.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from time import process_time

import numpy as np
from scipy import sparse

from benchmarks.expansion import rows_of
from gridplan.case import Case
from gridplan.exchange import orlib_cap, steinlib
from gridplan.model.build import build
from gridplan.model.periods import snapshot
from gridplan.solve.compile import Compiled, compile_program
from gridplan.solve.highs import Options, Search
from gridplan.solve.lexicographic import objectives, optimise
from gridplan.solve.progress import Silent
from gridplan.solve.trees.tighten import tighten

TREES = {"c03": (500, 625, 83), "c08": (500, 1000, 83), "c13": (500, 2500, 83)}  # nodes, edges, terminals
WAREHOUSES = {"cap41": (16, 50, 220.0), "cap131": (50, 50, 220.0)}  # warehouses, customers, capacity
WAY = ("heat.way_flow", "heat.way_pipe", "heat.way_open", "heat.way_sink", "heat.way_on", "heat.way_once")


@dataclass(frozen=True)
class Run:
    """What became of one way to solve an instance."""

    root: float | None
    value: float | None
    bound: float | None
    nodes: int
    seconds: float


def tree(nodes: int, edges: int, terminals: int, seed: int) -> str:
    """Text of a .stp file: a random tree and random edges of length 1 to 10."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(nodes)
    ends = {tuple(sorted((order[k], order[rng.integers(0, k)]))) for k in range(1, nodes)}
    while len(ends) < edges:
        a, b = sorted(rng.choice(nodes, 2, replace=False))
        ends.add((a, b))
    lines = [f"E {a + 1} {b + 1} {rng.integers(1, 11)}" for a, b in sorted(ends)]
    ids = [f"T {k + 1}" for k in rng.choice(nodes, terminals, replace=False)]
    head = ["SECTION Graph", f"Nodes {nodes}", f"Edges {len(lines)}"]
    return "\n".join(
        [*head, *lines, "END", "SECTION Terminals", f"Terminals {terminals}", *ids, "END", "EOF"]
    )


def location(warehouses: int, customers: int, capacity: float, seed: int) -> str:
    """Text of a cap file: points in a square, demands of 10 to 100, costs by distance times demand."""
    rng = np.random.default_rng(seed)
    here, there = rng.random((warehouses, 2)), rng.random((customers, 2))
    demand = rng.integers(10, 100, customers)
    away = np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1)) * rng.uniform(1, 1.25)
    room = max(capacity, 2.0 * demand.sum() / warehouses)
    parts = [f"{warehouses} {customers}"]
    parts += [f"{room:.0f} {cost:.3f}" for cost in rng.uniform(20, 60, warehouses)]
    for k in range(customers):
        parts += [str(demand[k]), " ".join(f"{d * demand[k]:.5f}" for d in away[:, k])]
    return "\n".join(parts)


def generated(seed: int) -> dict[str, Case]:
    """The random instances by family."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, size in TREES.items():
            path = Path(folder) / f"{name}.stp"
            path.write_text(tree(*size, seed))
            found[f"like {name}"] = steinlib.read(path)
        for name, (m, n, capacity) in WAREHOUSES.items():
            path = Path(folder) / f"{name}.txt"
            path.write_text(location(m, n, capacity, seed))
            found[f"like {name}"] = orlib_cap.read(path)
    return found


def flows_alone(c: Compiled) -> Compiled:
    """Without the rows; a pipe holds what it holds."""
    heat, matrix = c.program.model.heat, c.matrix.tolil()
    for k in np.flatnonzero(rows_of(c, "heat.pipe_useful")):
        n, y, _ = c.rows[k].index()
        for pipe in heat.PIPE:
            matrix[k, c.position[id(heat.pipe[n, pipe, y])]] = -heat.size[n, pipe]
    keep = np.flatnonzero(~rows_of(c, *WAY, "heat.serves"))
    return replace(
        c,
        matrix=sparse.csc_array(matrix.tocsr()[keep]),
        row_lower=c.row_lower[keep],
        row_upper=c.row_upper[keep],
        rows=[c.rows[k] for k in keep],
    )


def searched(c: Compiled, options: Options) -> Run:
    """HiGHS without help."""
    goal = objectives(c)[0]
    search = Search(c.matrix, (c.row_lower, c.row_upper), (c.lower, c.upper), c.integer)
    search.minimise(goal.cost, goal.constant)
    root = search.relax(options).value
    begun = process_time()
    o = search.run(options)
    return Run(root, o.value, o.bound, o.nodes, process_time() - begun)


def whole(c: Compiled, options: Options) -> Run:
    """As `gridplan solve` does; the root is that of the program after ascent and cuts."""
    goal = objectives(c)[0]
    begun = process_time()
    answer = optimise(c, options, Silent())
    seconds = process_time() - begun
    better = tighten(c, goal.cost, goal.constant, options, None)
    tight = c if better is None else better.compiled
    search = Search(
        tight.matrix, (tight.row_lower, tight.row_upper), (tight.lower, tight.upper), tight.integer
    )
    search.minimise(goal.cost, goal.constant)
    found = answer.goals[goal.name]
    return Run(search.relax(options).value, found.value, found.bound, answer.nodes, seconds)


WAYS: dict[str, Callable[[Compiled, Options], Run]] = {
    "flows alone": lambda c, o: searched(flows_alone(c), o),
    "rows": searched,
    "all": whole,
}


def measure(name: str, case: Case, options: Options) -> list[str]:
    """Markdown lines of one instance."""
    c = compile_program(build(case, snapshot(case)))
    runs = {}
    for way, solve in WAYS.items():
        runs[way] = solve(c, options)
        print(name, way, runs[way], file=sys.stderr, flush=True)
    best = min(run.value for run in runs.values() if run.value is not None)
    lines = []
    for way, run in runs.items():
        root = "-" if run.root is None else f"{100 * run.root / best:.1f} %"
        gap = 1.0 if run.value is None or run.bound is None else (run.value - run.bound) / run.value
        proven = "proven" if gap < 1e-6 else f"{100 * gap:.1f} % open"
        ratio = run.seconds / runs["rows"].seconds
        lines.append(
            f"| {name} | {way} | {root} | {run.nodes} | {run.seconds:.1f} | {ratio:.2f} | {proven} |"
        )
    return lines


def main() -> None:
    """Measure the files, or the random instances."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--limit", type=float, default=60.0, help="seconds of each search")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    read = {p.stem: (steinlib if p.suffix == ".stp" else orlib_cap).read(p) for p in given.files}
    options = Options(gap=0.0, time_limit_s=given.limit, threads=1)
    print("| instance | way | root / optimum | nodes | seconds | ratio to rows | |")
    print("|---|---|---|---|---|---|---|")
    for name, case in (read or generated(given.seed)).items():
        print("\n".join(measure(name, case, options)), flush=True)


if __name__ == "__main__":
    main()
