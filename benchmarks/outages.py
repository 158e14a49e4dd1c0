"""Seconds per 10⁹ combinations (hour × outage × group of circuits) of the check, and its parts.

    python -m benchmarks.outages [CASE] [--seconds 600]

Solves the case with security = "n-1", then times on its last plan: the matrices alone (every hour, outage and
group), and the whole check with everything that is dispatched anew.
"""

from __future__ import annotations

import argparse
from time import perf_counter

import numpy as np

from gridplan.case import read_case
from gridplan.network import Network
from gridplan.solve.certify import certify
from gridplan.solve.checker import Checker
from gridplan.solve.highs import Options
from gridplan.solve.progress import Silent
from gridplan.solve.rounds import search, values
from gridplan.solve.topology import Topology


def main() -> None:
    """Print a markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("case", nargs="?", default="cases/mra")
    parser.add_argument("--seconds", type=float, default=600.0)
    given = parser.parse_args()
    case = read_case(given.case).what_if({"physics.security": "n-1"})
    begun = perf_counter()
    solution = search(case, Options(0.01, given.seconds, 2, 0), Silent())
    solved = perf_counter() - begun
    assert solution.check is not None and solution.answer.x is not None
    built = values(solution.compiled, solution.answer.x)
    network = Network(case)
    checker = Checker(case, network, solution.compiled.program.frame.periods.profiles)
    begun = perf_counter()
    check = checker.check(built, Silent())
    whole = perf_counter() - begun
    count, matrices = 0, 0.0
    for year, program in checker.programs.items():
        certificate = certify(program.under(built), checker.values, checker.price)
        columns = {key: k for k, key in enumerate(certificate.hourly.columns)}
        topology = Topology(network, built, year, dc=True)
        flows = np.stack([certificate.dispatch[:, columns[g.key]] for g in topology.groups], axis=1)
        begun = perf_counter()
        for name in topology.lost:
            lost, shift, left = topology.after(name)
            over = np.abs(flows + shift * flows[:, [lost]]) > left
            count += over.size
        matrices += perf_counter() - begun
    print(
        f"{solution.status}, {solved:.0f} s to the plan, {check.violated} violated, {count:.3g} combinations"
    )
    print("| part | seconds | seconds per 10⁹ |\n|---|---|---|")
    print(f"| matrices | {matrices:.2f} | {matrices / count * 1e9:.1f} |")
    print(f"| whole check, hours and outages dispatched anew | {whole:.1f} | {whole / count * 1e9:.0f} |")


if __name__ == "__main__":
    main()
