"""Set covering at the sizes of the OR-Library's families: `python -m benchmarks.cover [--only scpc]`.

Instances are random (seeded) with the size, density and costs (1 to 100, in order) of a family, but not its
members. Each is written as a file, imported, built and solved to gap 0 on one thread: by HiGHS alone, near
the relaxation first (as `gridplan solve` does), from a greedy cover, and without dominated columns. Prints
Markdown.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

import numpy as np
from scipy import sparse

from benchmarks.expansion import mean
from gridplan.exchange import orlib_scp
from gridplan.model.build import build
from gridplan.model.periods import snapshot
from gridplan.solve.compile import Compiled, compile_program
from gridplan.solve.highs import Options, Outcome, Search
from gridplan.solve.start import near_relaxation

FAMILIES = {  # rows, columns, density
    "scp5": (200, 2000, 0.02),
    "scp6": (200, 1000, 0.05),
    "scpa": (300, 3000, 0.02),
    "scpb": (300, 3000, 0.05),
    "scpc": (400, 4000, 0.02),
    "scpd": (400, 4000, 0.05),
}
LIMIT_S = 200.0
OPTIONS = Options(gap=0.0, time_limit_s=LIMIT_S, threads=1)


@dataclass(frozen=True)
class Run:
    """Seconds of importing and building, and what became of each way to solve."""

    family: str
    pairs: int
    import_s: float
    build_s: float
    outcomes: dict[str, Outcome]


def instance(rows: int, columns: int, density: float, seed: int) -> str:
    """Text of a file: every row is covered by at least two columns, every column covers a row."""
    rng = np.random.default_rng(seed)
    covers = rng.random((rows, columns)) < density
    covers[rng.integers(0, rows, columns), range(columns)] |= ~covers.any(axis=0)
    for row in covers:
        row[rng.choice(columns, 2, replace=False)] |= row.sum() < 2
    lists = [np.flatnonzero(row) + 1 for row in covers]
    parts = [[rows, columns], np.sort(rng.integers(1, 101, columns))]
    parts += [part for found in lists for part in ([len(found)], found)]
    return "\n".join(" ".join(map(str, part)) for part in parts)


def search(c: Compiled) -> Search:
    """The program inside HiGHS."""
    found = Search(c.matrix, (c.row_lower, c.row_upper), (c.lower, c.upper), c.integer)
    found.minimise(*c.objective("capex_meur"))
    return found


def alone(c: Compiled) -> Outcome:
    """HiGHS without help."""
    return search(c).run(OPTIONS)


def near(c: Compiled) -> Outcome:
    """Near the relaxation first."""
    found = search(c)
    relaxed = found.relax(OPTIONS)
    assert relaxed.x is not None
    first = near_relaxation(c, found, relaxed.x, c.upper, OPTIONS)
    if first.x is not None:
        found.start_from(first.x)
    last = found.run(OPTIONS)
    return replace(last, seconds=relaxed.seconds + first.seconds + last.seconds)


def greedy(c: Compiled) -> Outcome:
    """From the cover that takes the column with the least cost per row still open, without what is idle."""
    begun = perf_counter()
    cost, (matrix, by_row) = c.objective("capex_meur")[0], (sparse.csc_array(c.matrix), c.matrix.tocsr())
    members = [matrix.indices[a:b] for a, b in zip(matrix.indptr, matrix.indptr[1:], strict=False)]
    takers = [by_row.indices[a:b] for a, b in zip(by_row.indptr, by_row.indptr[1:], strict=False)]
    gain, chosen = np.array([len(found) for found in members], float), np.zeros(len(cost))
    open_rows = np.ones(len(takers), dtype=bool)
    while open_rows.any():
        k = int(np.argmin(np.divide(cost, gain, out=np.full(len(cost), np.inf), where=gain > 0)))
        chosen[k] = 1
        for row in members[k][open_rows[members[k]]]:
            open_rows[row] = False
            gain[takers[row]] -= 1
    depth = c.matrix @ chosen
    for k in sorted(np.flatnonzero(chosen), key=lambda k: -cost[k]):
        if (depth[members[k]] >= 2).all():
            chosen[k] = 0
            depth[members[k]] -= 1
    found, spent = search(c), perf_counter() - begun
    found.start_from(chosen)
    outcome = found.run(OPTIONS)
    return replace(outcome, seconds=outcome.seconds + spent)


def undominated(c: Compiled) -> Outcome:
    """Without columns whose rows another one covers for no more."""
    begun = perf_counter()
    cost, matrix = c.objective("capex_meur")[0], sparse.csc_array(c.matrix)
    common = sparse.csr_array(matrix.T @ matrix)
    size = np.diff(matrix.indptr)
    upper = c.upper.copy()
    for k in range(len(cost)):
        others = common.indices[common.indptr[k] : common.indptr[k + 1]]
        shared = common.data[common.indptr[k] : common.indptr[k + 1]]
        cheaper = (cost[others] < cost[k]) | ((cost[others] == cost[k]) & (size[others] > size[k]))
        equal = (cost[others] == cost[k]) & (size[others] == size[k]) & (others < k)
        if ((shared == size[k]) & (cheaper | equal)).any():
            upper[k] = 0.0
    spent = perf_counter() - begun
    outcome = search(replace(c, upper=upper)).run(OPTIONS)
    return replace(outcome, seconds=outcome.seconds + spent)


WAYS: dict[str, Callable[[Compiled], Outcome]] = {
    "HiGHS alone": alone,
    "near the relaxation first": near,
    "from a greedy cover": greedy,
    "without dominated columns": undominated,
}


def measure(family: str, seed: int) -> Run:
    """One instance, every way."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{family}.txt"
        path.write_text(instance(*FAMILIES[family], seed))
        begun = perf_counter()
        case = orlib_scp.read(path)
        imported = perf_counter()
    compiled = compile_program(build(case, snapshot(case)))
    built = perf_counter()
    outcomes = {}
    for name, way in WAYS.items():
        o = outcomes[name] = way(compiled)
        said = f"{o.value:g} {o.status.value} {o.seconds:.2f} s {o.nodes} nodes"
        print(f"{family}, seed {seed}, {name}: {said}", file=sys.stderr, flush=True)
    return Run(family, int(compiled.matrix.nnz), imported - begun, built - imported, outcomes)


def table(runs: list[Run]) -> list[str]:
    """Markdown: seconds by family; ratios to HiGHS alone over all instances."""
    lines = [
        "| family | pairs | import, s | build, s | solve, s | nodes | not proven |",
        "|---|---|---|---|---|---|---|",
    ]
    for family in dict.fromkeys(run.family for run in runs):
        own = [run for run in runs if run.family == family]
        plain = [run.outcomes["HiGHS alone"] for run in own]
        cells = [
            family,
            f"{mean([run.pairs for run in own]):,.0f}",
            f"{mean([run.import_s for run in own]):.1f}",
            f"{mean([run.build_s for run in own]):.1f}",
            f"{mean([o.seconds for o in plain]):.1f}",
            f"{mean([max(o.nodes, 1) for o in plain]):.0f}",
            f"{sum(o.gap is None or o.gap > 1e-6 for o in plain)} of {len(own)}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", "| way | seconds, ratio to HiGHS alone |", "|---|---|"]
    for name in WAYS:
        ratio = mean([run.outcomes[name].seconds / run.outcomes["HiGHS alone"].seconds for run in runs])
        lines.append(f"| {name} | {ratio:.2f} |")
    return lines


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--only", nargs="*", choices=FAMILIES, default=list(FAMILIES))
    given = parser.parse_args()
    print("\n".join(table([measure(family, seed) for family in given.only for seed in range(given.seeds)])))
