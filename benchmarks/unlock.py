"""How much faster `unlock --pairs` is on two processes than on one.

python -m benchmarks.unlock [--times 3] [--growth 1.8]
"""

from __future__ import annotations

import argparse
from statistics import median
from time import perf_counter, process_time

import gridplan
from gridplan.case import Case
from gridplan.cli.bundled import find_case
from gridplan.explain import Unlock, unlock


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


def timed(case: Case, workers: int) -> tuple[float, Unlock]:
    """(Seconds, study) on so many processes that are there already; they import and build in that time."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster:
        begun, own = perf_counter(), process_time()
        study = unlock(case, pairs=True, scheduler=cluster.scheduler_address)
        seconds = perf_counter() - begun
    print(
        f"{workers} processes: {seconds:.1f} s, of the driver {process_time() - own:.1f} s of the processor; "
        f"{len(study.singles)} reinforcements, {study.searches} searches, {study.relaxations} bounds",
        flush=True,
    )
    return seconds, study


def main() -> None:
    """Print seconds on one and on two processes, and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--growth", type=float, default=1.8)
    given = parser.parse_args()
    case = grown(given.growth)
    ratios = []
    for _ in range(given.times):
        (one, first), (two, second) = (timed(case, workers) for workers in (1, 2))
        same = all(first.tables[name].equals(table) for name, table in second.tables.items())
        ratios.append(one / two)
        print(f"ratio {ratios[-1]:.2f}; the same tables: {same}", flush=True)
    print(f"ratio {min(ratios):.2f} / {median(ratios):.2f} / {max(ratios):.2f} (least, median, most)")


if __name__ == "__main__":
    main()
