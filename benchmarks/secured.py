"""All hours and all outages by rounds, against one program with every pair of hour and outage in it.

    python -m benchmarks.secured [--stations 20] [--hours 12 48 96] [--seconds 600] [--runs 5]

gridplan plans with security = "n-1" and checks all 8760 hours. The monolith has some hours in it, with every
outage: the critical ones that gridplan found (so that both plans must be as good), and others at random.
Seconds are of the processor. What the monolith would take for all hours is read off its growth.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from time import process_time

import numpy as np

from benchmarks.peers.compare import exponent
from benchmarks.peers.table import spread
from gridplan.case import Case
from gridplan.case.build import case_from_tables
from gridplan.case.settings import settings_data
from gridplan.case.synthetic import Asked, synthetic
from gridplan.model.build import build
from gridplan.model.periods import Critical, Periods, typical
from gridplan.network import Network
from gridplan.outages import outages
from gridplan.solve.checker import Checker
from gridplan.solve.compile import compile_program
from gridplan.solve.highs import Options
from gridplan.solve.lexicographic import optimise
from gridplan.solve.progress import Silent
from gridplan.solve.rounds import Solution, search, values
from gridplan.solve.topology import Topology

ELECTRIC = ("zones", "service_areas", "substations", "branches", "demands", "supplies", "reinforcements")


def region(stations: int, congestion: float = 2.0) -> Case:
    """A made-up region with its electricity only, one stage, that must survive every outage."""
    whole = synthetic(Asked(stations, stations // 2, 1, 8, 3, congestion))
    settings = settings_data(whole.settings)
    settings["physics"] = {"flow": "dc", "security": "n-1"}
    settings["horizon"] = {"years": [2035], "last_year": 2040, "discount_rate": 0.04}
    return case_from_tables(settings, {name: whole.table(name) for name in ELECTRIC}, whole.profiles)


def whole_program(case: Case, found: Solution, hours: list[int]) -> Periods:
    """Typical hours, and each of these with everything in service and with every outage."""
    network = Network(case)
    year = case.years[0]
    assert found.answer.x is not None
    built = values(found.compiled, found.answer.x)
    checker = Checker(case, network, found.compiled.program.frame.periods.profiles)
    topology = Topology(network, built, year, dc=True)
    cuts = {name: checker._cut(topology, name) if name in topology.lost else () for name in outages(network)}
    wanted = [Critical(hour) for hour in hours]
    wanted += [Critical(hour, name, cut) for hour in hours for name, cut in cuts.items()]
    return typical(case, whole_days=False).with_hours(case, {year: wanted})


@dataclass(frozen=True)
class Run:
    """gridplan and the monolith with one seed: seconds, sizes of the monolith, whether it proved the same."""

    own: float
    made: float
    took: float
    hours: int
    pairs: int
    columns: int
    proven: bool
    alike: bool

    @property
    def ratio(self) -> float:
        """Monolith over gridplan."""
        return (self.made + self.took) / self.own


def secured(case: Case, options: Options) -> tuple[Solution, float]:
    """gridplan's plan, and its seconds."""
    begun = process_time()
    found = search(case, options, Silent())
    assert found.check is not None and found.check.violated == 0
    return found, process_time() - begun


def monolith(case: Case, found: Solution, own: float, count: int, options: Options) -> Run:
    """One program with all outages of `count` hours: gridplan's critical ones, and others at random."""
    periods = found.compiled.program.frame.periods
    known = list(dict.fromkeys(item.hour_of_year for item in periods.items if item.weight == 0))
    random = np.random.default_rng(options.seed).permutation(8760)
    hours = (known + [int(h) for h in random if h not in known])[: max(count, len(known))]
    begun = process_time()
    program = whole_program(case, found, hours)
    compiled = compile_program(build(case, program))
    made = process_time() - begun
    begun = process_time()
    answer = optimise(compiled, options, Silent())
    took = process_time() - begun
    alike = all(
        abs(goal.value - found.answer.goals[name].value)
        <= 2 * options.gap * max(1.0, abs(found.answer.goals[name].value))
        for name, goal in answer.goals.items()
    )
    proven = answer.proven(options.gap)
    return Run(own, made, took, len(hours), len(program.items), len(compiled.columns), proven, alike)


def main() -> None:
    """Print a markdown table; each run has a seed of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stations", type=int, default=20)
    parser.add_argument("--congestion", type=float, default=2.0)
    parser.add_argument("--hours", type=int, nargs="+", default=[12, 48, 96])
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    case = region(given.stations, given.congestion)
    asked = [Options(0.001, given.seconds, 1, seed) for seed in range(given.runs)]
    plans = [secured(case, options) for options in asked]
    for found, own in plans:
        goals = {name: goal.value for name, goal in found.answer.goals.items()}
        assert found.check is not None
        print(f"gridplan: {own:.1f} s, {found.status.value}, {goals}, {found.rounds} rounds, ", end="")
        print(f"{found.check.checked:,} pairs checked, {found.check.violated} violated")
    head = "hours | pairs | columns | gridplan, s | build, s | solve, s | as gridplan | monolith / gridplan"
    print(f"\n| {head} |\n|{'---|' * 8}")
    sizes, seconds = [], []
    for count in given.hours:
        runs = [monolith(case, *plan, count, options) for plan, options in zip(plans, asked, strict=True)]
        late = "" if all(r.proven for r in runs) else " (not all proven in time)"
        own, made, took = (np.median([getattr(r, name) for r in runs]) for name in ("own", "made", "took"))
        same = f"{sum(r.proven and r.alike for r in runs)} of {len(runs)}"
        print(
            f"| {runs[0].hours} | {runs[0].pairs:,} | {runs[0].columns:,} | {own:.1f} | {made:.1f} | "
            f"{took:.1f} | {same} | {spread(np.array([r.ratio for r in runs]))}{late} |",
            flush=True,
        )
        sizes.append(float(runs[0].hours))
        seconds.append(float(made + took))
    if len(sizes) > 1:
        slope = exponent(sizes, seconds)
        at_all = seconds[-1] * (8760 / sizes[-1]) ** slope
        print(f"\nGrowth with hours: exponent {slope:.2f}; for 8,760 hours {at_all:,.0f} s.")


if __name__ == "__main__":
    main()
