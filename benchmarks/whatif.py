"""What-ifs in turn against cases solved anew, in seconds of the processor.

python -m benchmarks.whatif [cases/mra] [--set policies.haarlemmermeer_cap.value=560 …]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from time import process_time
from typing import Any

import gridplan
from gridplan.case.patch import parse_set
from gridplan.study import WhatIf

SETS = ["policies.haarlemmermeer_cap.value=560", "policies.haarlemmermeer_cap.value=620"]


def timed(work: Callable[..., Any], *arguments: Any) -> tuple[float, Any]:
    """Seconds of the processor, and what the work gives."""
    begun = process_time()
    found = work(*arguments)
    return process_time() - begun, found


def main() -> None:
    """Print seconds, their share of the cold solve, and the objectives of every what-if."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("case", nargs="?", default="cases/mra")
    parser.add_argument("--set", action="append", dest="sets")
    parser.add_argument("--cold", action="store_true", help="solve every what-if anew too")
    given = parser.parse_args()
    case = gridplan.load(given.case)
    session = WhatIf(case, threads=1)
    base, plan = timed(session.base)
    print(f"the case: {base:.1f} s, {plan.summary['objective']}", flush=True)
    for text in given.sets or SETS:
        patch = parse_set([text])
        seconds, plan = timed(session.solve, patch)
        print(f"{text}: {seconds:.1f} s, {seconds / base:.0%} of the case; {session.course}")
        print(f"  {plan.summary['objective']}", flush=True)
        if given.cold:
            cold, alone = timed(lambda patch=patch: case.what_if(patch).solve(threads=1))
            print(f"  anew: {cold:.1f} s, {alone.summary['objective']}", flush=True)


if __name__ == "__main__":
    main()
