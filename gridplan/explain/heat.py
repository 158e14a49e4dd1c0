"""What heat of a site is worth to the plan: it is forced in, or taken out, and the plan is solved again.

Everything outside heat stays as planned. Of heat the pipes that the site's heat can pass are free, and every
flow and pump; the rest of the pipes stays. Of an unused site at least a tenth of its heat (or of what its
sink wants, if that is less) has to be taken in the last stage: the plan's extra cost is the subsidy that it
needs. Where that is not possible, or stations lack room, it is solved once more with reinforcements free.
Hours after an outage are left out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from gridplan.explain.heat_asked import Asked, CutOff, Found
from gridplan.plan.heat.verdict import (
    DOES_NOT_FIT,
    DOES_NOT_PAY,
    LINKED,
    NO_CANDIDATE,
    NO_HEAT,
    PAYS,
    POLICY,
    TOO_COLD,
    WITHIN_GAP,
)
from gridplan.plan.plan import Plan
from gridplan.solve.progress import Progress, Silent

COLUMNS = ("site", "verdict", "exact", "asked", "exact_meur", "open_meur", "exact_tj", "built")
NUMBERS = ("exact_meur", "open_meur", "exact_tj")
NOT_ASKED = (NO_HEAT, NO_CANDIDATE, TOO_COLD)
WITH, WITHOUT = "with", "without"
CUT_OFF = "cut_off"
Row = dict[str, object]


def heat_value(
    plan: Plan,
    sites: Sequence[str] | None = None,
    progress: Progress | None = None,
    time_limit_s: float = 120.0,
) -> pd.DataFrame:
    """What every site's heat is worth to the plan, by solving the plan with it and without it.

    Args:
        plan: a plan.
        sites: ids of sites; None: every site of table `heat_reuse`.
        progress: watcher of the run.
        time_limit_s: seconds for each search.

    Returns:
        One row a site: `verdict` as in `heat_reuse`; `exact`, the verdict by this reckoning (blank: nothing
        to be solved; `cut_off`: not known in time); `asked` (`with` its heat, or `without` it where the plan
        uses it); `exact_meur`, M€ by which the plan is dearer then (of an unused site: the subsidy it
        needs; blank: it cannot be); `open_meur`, M€ by which it may be less, where time was out; `exact_tj`,
        heat of the site used a year in the last stage then; `built`, reinforcements that it takes.

    Raises:
        ValueError: unknown site; a plan without tables.
    """
    table = plan.table("heat_reuse")
    known = table["site"].astype(str).tolist()
    for site in sites or ():
        if site not in known:
            raise ValueError(f"site '{site}' is not there; datacenters above 1 MW: {', '.join(known)}")
    chosen = table if sites is None else table[table["site"].isin(list(sites))]
    watch = progress or Silent()
    watch.phase("build")
    run = Asked(plan, time_limit_s) if (~chosen["verdict"].isin(NOT_ASKED)).any() else None
    watch.phase("heat of sites", len(chosen))
    rows = []
    for k, row in enumerate(chosen.to_dict("records")):
        site, verdict, sinks = str(row["site"]), str(row["verdict"]), str(row["sink"])
        if run is None or verdict in NOT_ASKED:
            rows.append(_row(site, verdict, "", "", None))
        elif verdict == LINKED:
            rows.append(_linked(run, site))
        else:
            rows.append(_unused(run, site, verdict, sinks.split("; ")))
        watch.advance(k + 1)
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(dict.fromkeys(NUMBERS, float))


def _row(site: str, verdict: str, exact: str, asked: str, found: Found | None) -> Row:
    numbers = dict.fromkeys(NUMBERS, np.nan)
    return {"site": site, "verdict": verdict, "exact": exact, "asked": asked, **numbers, "built": ""} | (
        {} if found is None else {"exact_meur": found.meur, "open_meur": found.open_meur}
    )


def _linked(run: Asked, site: str) -> Row:
    """A plan that uses the site's heat, without it."""
    built: list[str] = []
    try:
        found = run.without_heat(site)
        if found is None:
            found = run.without_heat(site, works=True)
            built = [] if found is None else run.built(found.x)
    except CutOff:
        return _row(site, LINKED, CUT_OFF, WITHOUT, None)
    row = _row(site, LINKED, LINKED, WITHOUT, found)
    return row | {"exact_tj": np.nan if found is None else 0.0, "built": "; ".join(built)}


def _unused(run: Asked, site: str, verdict: str, sinks: list[str]) -> Row:
    """A plan that does not use the site's heat, with some of it; reinforcements only where they help."""
    try:
        found = run.with_heat(site, sinks)
        built: list[str] = []
        if found is None or (verdict == DOES_NOT_FIT and found.meur > run.tolerance):
            more = run.with_heat(site, sinks, works=True)
            if more is not None and (found is None or more.meur < found.meur - run.tolerance):
                found, built = more, run.built(more.x)
    except CutOff:
        return _row(site, verdict, CUT_OFF, WITH, None)
    row = _row(site, verdict, _named(verdict, found, built, run.tolerance), WITH, found)
    return row | {
        "exact_tj": np.nan if found is None else run.taken(site, found.x),
        "built": "; ".join(built),
    }


def _named(verdict: str, found: Found | None, built: list[str], tolerance: float) -> str:
    """The verdict that the plan's extra cost asks for."""
    if found is None:  # a policy, or too little heat, where the first verdict says so; else the grid
        return verdict if verdict in (POLICY, DOES_NOT_PAY) else DOES_NOT_FIT
    if built:
        return DOES_NOT_FIT
    if found.meur <= tolerance:
        return WITHIN_GAP
    return DOES_NOT_PAY if verdict in (WITHIN_GAP, PAYS, DOES_NOT_FIT) else verdict
