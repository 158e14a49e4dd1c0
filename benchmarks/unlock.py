"""How much faster `unlock --pairs` and `policy-cost` are on two processes than on one.

python -m benchmarks.unlock [--times 3] [--growth 1.6]
"""

from __future__ import annotations

import argparse
from statistics import median
from time import perf_counter

import gridplan
from gridplan.case import Case
from gridplan.cli.bundled import find_case
from gridplan.explain import unlock


def grown(growth: float) -> Case:
    """The tutorial with more demand, and two more transformers that may be had at every station."""
    case = gridplan.load(find_case("tutorial"))
    stations = [str(n) for n in case.table("substations")["substation"]]
    patch: dict[str, object] = {"demands.*.peak_mw": f"*{growth}"}
    for station in stations:
        for size, meur in ((20, 9.0), (40, 15.0)):
            patch[f"reinforcements.{station}_{size}"] = {
                "kind": "transformer", "target": station, "adds_mva": size, "capex_meur": meur,
                "lead_time_years": 4, "owner": "DSO",
            }  # fmt: skip
    return case.what_if(patch)


def main() -> None:
    """Print seconds on one and on two processes, start of the processes included, and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--growth", type=float, default=1.6)
    given = parser.parse_args()
    case = grown(given.growth)
    ratios = []
    for _ in range(given.times):
        seconds, tables = {}, []
        for workers in (1, 2):
            begun = perf_counter()
            study = unlock(case, pairs=True, workers=workers)
            seconds[workers] = perf_counter() - begun
            tables.append(study.tables)
            print(
                f"{workers} processes: {seconds[workers]:.1f} s, {len(study.singles)} reinforcements, "
                f"{study.searches} searches, {study.relaxations} bounds",
                flush=True,
            )
        same = all(tables[0][name].equals(table) for name, table in tables[1].items())
        ratios.append(seconds[1] / seconds[2])
        print(f"ratio {ratios[-1]:.2f}; the same tables: {same}", flush=True)
    print(f"ratio {min(ratios):.2f} / {median(ratios):.2f} / {max(ratios):.2f} (least, median, most)")


if __name__ == "__main__":
    main()
