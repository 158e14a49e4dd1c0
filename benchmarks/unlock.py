"""How much faster `unlock --pairs` is on two processes than on one.

python -m benchmarks.unlock [--times 3] [--growth 2.0]

Both run at the same time, so that what else a machine does slows both: with more processes than cores each
process gets about the same share. (What is left of the slower one has more of the machine to itself.)
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from statistics import median
from time import perf_counter, process_time

from pandas import DataFrame

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


def warm() -> None:
    """Import what a study needs."""
    import_module("gridplan.explain.levers.find")


def timed(growth: float, workers: int) -> tuple[float, float, list[float], dict[str, DataFrame], str]:
    """(Seconds, of the driver's processor, of each process's, tables, what was done).

    The processes are there already and have imported gridplan; their programs they build in that time.
    """
    from distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=workers, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs=50
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        case = grown(growth)
        warm()
        client.run(warm)
        before = client.run(process_time)
        begun, own = perf_counter(), process_time()
        study = unlock(case, pairs=True, scheduler=cluster.scheduler_address)
        seconds, own = perf_counter() - begun, process_time() - own
        after = client.run(process_time)
    told = f"{len(study.singles)} reinforcements, {study.searches} searches, {study.relaxations} bounds"
    return seconds, own, [after[k] - before[k] for k in after], dict(study.tables), told


def main() -> None:
    """Print seconds on one and on two processes, both at the same time, and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--growth", type=float, default=2.0)
    given = parser.parse_args()
    ratios = []
    for _ in range(given.times):
        with ProcessPoolExecutor(2, get_context("spawn")) as pool:
            one, two = pool.map(timed, [given.growth] * 2, (1, 2))
        for count, (seconds, driver, others, _, told) in enumerate((one, two), 1):
            spent = ", ".join(f"{s:.1f}" for s in others)
            print(f"{count}: {seconds:.1f} s; processor: driver {driver:.1f} s, others {spent} s; {told}")
        same = all(one[3][name].equals(table) for name, table in two[3].items())
        ratios.append(one[0] / two[0])
        ideal = (one[1] + sum(one[2])) / (two[1] + max(two[2]))
        print(f"ratio {ratios[-1]:.2f}, of the processor {ideal:.2f}; the same tables: {same}", flush=True)
    print(f"ratio {min(ratios):.2f} / {median(ratios):.2f} / {max(ratios):.2f} (least, median, most)")


if __name__ == "__main__":
    main()
