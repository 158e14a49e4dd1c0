"""All hours and all outages by rounds, against one program with every pair of hour and outage in it.

    python -m benchmarks.secured [--stations 16] [--hours 24 96 384] [--seconds 600]

gridplan plans with security = "n-1" and checks all 8760 hours. The monolith has some hours in it, with every
outage: the critical ones that gridplan found (so that both plans must be as good), and others at random.
Seconds are of the processor. What the monolith would take for all hours is read off its growth.
"""

from __future__ import annotations

import argparse
from time import process_time

import numpy as np

from benchmarks.peers.compare import exponent
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


def main() -> None:
    """Print a markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stations", type=int, default=16)
    parser.add_argument("--congestion", type=float, default=2.0)
    parser.add_argument("--hours", type=int, nargs="+", default=[24, 96, 384])
    parser.add_argument("--seconds", type=float, default=600.0)
    given = parser.parse_args()
    case = region(given.stations, given.congestion)
    options = Options(0.001, given.seconds, 1, 0)
    begun = process_time()
    found = search(case, options, Silent())
    own = process_time() - begun
    assert found.check is not None
    goals = {name: goal.value for name, goal in found.answer.goals.items()}
    print(f"gridplan: {own:.1f} s, {found.status.value}, {goals}, {found.rounds} rounds,")
    print(f"{found.check.checked:,} pairs checked, {found.check.violated} violated\n")
    print(
        "| hours | pairs | columns | build, s | solve, s | as gridplan | monolith / gridplan |\n|"
        + "---|" * 7
    )
    periods = found.compiled.program.frame.periods
    known = list(dict.fromkeys(item.hour_of_year for item in periods.items if item.weight == 0))
    others = [int(h) for h in np.random.default_rng(0).permutation(8760) if h not in known]
    sizes, seconds = [], []
    for count in given.hours:
        hours = (known + others)[: max(count, len(known))]
        begun = process_time()
        program = whole_program(case, found, hours)
        compiled = compile_program(build(case, program))
        made = process_time() - begun
        begun = process_time()
        answer = optimise(compiled, options, Silent())
        took = process_time() - begun
        proven = answer.proven(options.gap)
        alike = proven and all(
            abs(goal.value - goals[name]) <= 2 * options.gap * max(1.0, abs(goals[name]))
            for name, goal in answer.goals.items()
        )
        late, same = ("", "yes" if alike else "no") if proven else ("> ", "not proven")
        sizes.append(float(len(hours)))
        seconds.append(made + took)
        print(
            f"| {len(hours)} | {len(program.items):,} | {len(compiled.columns):,} | {made:.1f} | "
            f"{late}{took:.1f} | {same} | {late}{(made + took) / own:.1f} |",
            flush=True,
        )
    if len(sizes) > 1:
        slope = exponent(sizes, seconds)
        at_all = seconds[-1] * (8760 / sizes[-1]) ** slope
        print(
            f"\nGrowth with hours: exponent {slope:.2f}. "
            f"For 8,760 hours {at_all:,.0f} s, {at_all / own:,.0f} times as long."
        )


if __name__ == "__main__":
    main()
