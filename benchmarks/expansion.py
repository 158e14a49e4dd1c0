"""What each tightening of the expansion program brings: `python -m benchmarks.expansion [--seeds 3]`.

The program of each case is compiled once; one thing is loosened in its arrays at a time, and both are solved
to gap 0 on one thread. Every loosened program has the same optimum. Prints a Markdown table of ratios
(loosened over full) of seconds in HiGHS and of nodes, as geometric means over instances and seeds.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy import sparse

from gridplan.case import read_case
from gridplan.model.build import build
from gridplan.model.grid import flow_bound
from gridplan.model.periods import snapshot
from gridplan.solve.compile import Compiled, compile_program
from gridplan.solve.highs import Options, Outcome, Search

CASES = Path(__file__).resolve().parents[1] / "cases" / "literature"
INSTANCES = [("garver6", None), ("garver6", "fixed"), ("ieee24", None)]
INSTANCES += [("ieee24", name) for name in ("G1", "G2", "G3", "G4")]
LIMIT_S = 150.0
ROUND = 1e5  # MW, an M that nobody derived


def rows_of(c: Compiled, *names: str) -> np.ndarray:
    """Whether each row belongs to one of these constraints."""
    return np.array([row.parent_component().name in names for row in c.rows])


def unordered(c: Compiled) -> Compiled:
    """Identical units in any order."""
    keep = np.flatnonzero(~rows_of(c, "reinforcements.ordered"))
    return replace(
        c,
        matrix=sparse.csc_array(c.matrix[keep, :]),
        row_lower=c.row_lower[keep],
        row_upper=c.row_upper[keep],
        rows=[c.rows[k] for k in keep],
    )


def with_m(c: Compiled, most: Callable[[float], float]) -> Compiled:
    """Angle rows with another M: `most` gives it from the reactance of the unit."""
    grid, matrix = c.program.model.grid, c.matrix.tolil()
    lower, upper = c.row_lower.copy(), c.row_upper.copy()
    units = c.program.model.reinforcements.units
    x = {(u.reinforcement, u.number): u.total_x for u in c.program.frame.network.units}
    for k, row in enumerate(c.rows):
        name = row.parent_component().name
        if name in ("grid.angle_upper", "grid.angle_lower"):
            state, r, number, year, _ = row.index()
            factor = most(x[r, number]) / float(grid.big[state, r, number])
            at = c.position.get(id(units[r, number, year]))  # none where it comes too late
            if at is not None:
                matrix[k, at] *= factor  # the row is … ± M·u ≤ ± M
            lower[k], upper[k] = lower[k] * factor, upper[k] * factor
    return replace(c, matrix=sparse.csc_array(matrix), row_lower=lower, row_upper=upper)


def whole_network(c: Compiled) -> Compiled:
    """M = all angles of the network together, not those of the shortest way."""
    network, ever = c.program.frame.network, flow_bound(c.program.frame)
    total = sum(k.total_x * min(k.total_mw, ever) for k in network.existing)
    total += sum(u.total_x * min(u.total_mw, ever) for u in network.units)
    return with_m(c, lambda x: total / x)


def round_number(c: Compiled) -> Compiled:
    """M = a round number."""
    return with_m(c, lambda _: ROUND)


def together(c: Compiled) -> Compiled:
    """Ratings of the units of a row summed up; each alone may carry what the whole grid could ever send."""
    matrix, ever = c.matrix.tolil(), flow_bound(c.program.frame)
    units = c.program.model.reinforcements.units
    groups: dict[tuple[str, str, int, int], list[int]] = {}
    for k, row in enumerate(c.rows):
        if row.parent_component().name in ("grid.unit_upper", "grid.unit_lower"):
            r, number, year, period = row.index()
            groups.setdefault((row.parent_component().name, r, year, period), []).append(k)
    added = []
    for members in groups.values():
        added.append(sum(sparse.csr_array(c.matrix[[k], :]) for k in members))
        for k in members:
            r, number, year, _ = c.rows[k].index()
            at = c.position.get(id(units[r, number, year]))
            if at is not None:
                matrix[k, at] = np.sign(matrix[k, at]) * ever
    free = [np.array([c.row_lower[m[0]] for m in groups.values()])]
    free += [np.array([c.row_upper[m[0]] for m in groups.values()])]
    return replace(
        c,
        matrix=sparse.csc_array(sparse.vstack([matrix.tocsr(), *added])),
        row_lower=np.concatenate([c.row_lower, free[0]]),
        row_upper=np.concatenate([c.row_upper, free[1]]),
        rows=[*c.rows, *(c.rows[m[0]] for m in groups.values())],
    )


VARIANTS: dict[str, Callable[[Compiled], Compiled]] = {
    "full": lambda c: c,
    "identical units in any order": unordered,
    "M from the whole network": whole_network,
    f"M = {ROUND:,.0f} MW": round_number,
    "ratings summed over units": together,
    "no order, M from the whole network and summed ratings": lambda c: unordered(together(whole_network(c))),
}


def solve(c: Compiled, seed: int) -> Outcome:
    """Least capex to gap 0."""
    search = Search(c.matrix, (c.row_lower, c.row_upper), (c.lower, c.upper), c.integer)
    search.minimise(*c.objective("capex_meur"))
    return search.run(Options(gap=0.0, time_limit_s=LIMIT_S, threads=1, seed=seed))


def measure(seeds: int) -> dict[str, list[tuple[str, int, Outcome]]]:
    """Every instance, seed and variant, one after the other."""
    found: dict[str, list[tuple[str, int, Outcome]]] = {name: [] for name in VARIANTS}
    for case_name, scenario in INSTANCES:
        case = read_case(CASES / case_name, scenario=scenario)
        compiled = compile_program(build(case, snapshot(case)))
        changed = {name: change(compiled) for name, change in VARIANTS.items()}
        for seed in range(seeds):
            for name, program in changed.items():
                outcome = solve(program, seed)
                label = f"{case_name} {scenario or 'redispatch'}"
                found[name].append((label, seed, outcome))
                said = (
                    f"{outcome.value:g} {outcome.status.value} {outcome.seconds:.2f} s {outcome.nodes} nodes"
                )
                print(f"{label}, seed {seed}, {name}: {said}", file=sys.stderr, flush=True)
    return found


def mean(values: list[float]) -> float:
    """Geometric mean."""
    return float(np.exp(np.mean(np.log(values))))


def table(found: dict[str, list[tuple[str, int, Outcome]]]) -> list[str]:
    """Markdown: ratios against the full program, larger instances only, and what was not proven."""
    full = {(label, seed): o for label, seed, o in found["full"]}
    lines = ["| loosened | seconds, ratio | nodes, ratio | not proven in time |", "|---|---|---|---|"]
    for name, runs in found.items():
        large = [(full[label, seed], o) for label, seed, o in runs if label.startswith("ieee24")]
        seconds = mean([o.seconds / before.seconds for before, o in large])
        nodes = mean([max(o.nodes, 1) / max(before.nodes, 1) for before, o in large])
        late = sum(o.gap is None or o.gap > 1e-6 for _, _, o in runs)
        lines.append(f"| {name} | {seconds:.2f} | {nodes:.2f} | {late} of {len(runs)} |")
    lines += ["", "| instance | optimum | seconds | nodes |", "|---|---|---|---|"]
    for label in dict.fromkeys(label for label, _ in full):
        own = [o for (at, _), o in full.items() if at == label]
        seconds, nodes = mean([o.seconds for o in own]), mean([max(o.nodes, 1) for o in own])
        lines.append(f"| {label} | {own[0].value:g} | {seconds:.2f} | {nodes:.0f} |")
    return lines


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seeds", type=int, default=3)
    print("\n".join(table(measure(parser.parse_args().seeds))))
