"""Where heat comes from and where it goes: TJ a year between producers, heat pumps and sinks.

Rows are flows of a whole year: `from_kind` site, source, pump, tank, electricity (of heat pumps), backup or
alternative (what sinks have besides links); `to_kind` sink, pump, tank, lost (in pipes and tanks) or unused
(what a site gives and nobody takes).
Producers are followed through pipes by `gridplan/plan/heat/trace.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pandas as pd

from gridplan.plan.columns import TABLES
from gridplan.plan.extract import heat
from gridplan.plan.extract.heat import TJ_PER_MWH
from gridplan.plan.extract.reader import Reader
from gridplan.plan.heat.clock import Clock
from gridplan.plan.heat.trace import INTAKE, LIFT, LOST, TAKE, TANK, Trace, traces

KINDS = {LIFT: "pump", TANK: "tank", INTAKE: "sink", LOST: "lost"}
SMALL_TJ = 1e-6
Flow = tuple[int, str, str, str, str, float]


def heat_flows(r: Reader) -> pd.DataFrame:
    """Flows of heat, TJ a year, by stage."""
    traced = r.once(traces)
    found = [flow for y in r.frame.years for flow in _stage(r, y, traced[y]) if flow[-1] > SMALL_TJ]
    return pd.DataFrame(found, columns=list(TABLES["heat_flows"]))


def _stage(r: Reader, year: int, trace: Trace) -> Iterator[Flow]:
    sites = {row["site"] for row in r.frame.rows("datacenters")}
    for (kind, name), row in zip(trace.entries, trace.moved, strict=True):
        own = KINDS.get(kind) or ("site" if name in sites else "source")
        for (goal, to), mwh in zip(trace.exits, row, strict=True):
            yield year, name, own, to, KINDS[goal], float(mwh) * TJ_PER_MWH
    pumps = r.once(heat.heat_pumps)
    for w, gwh in pumps.loc[pumps["year"] == year, ["heat_pump", "electricity_gwh"]].itertuples(index=False):
        yield year, "", "electricity", str(w), "pump", float(gwh) * 1000 * TJ_PER_MWH
    taken: dict[str, float] = defaultdict(float)
    for (kind, name), row in zip(trace.entries, trace.moved, strict=True):
        taken[name] += float(row.sum()) * (kind == TAKE)
    clock = r.once(Clock)
    for site in r.frame.rows("datacenters"):
        given = site["heat_share"] * float((clock.weight * clock.site_mw(site, year)).sum())
        yield year, site["site"], "site", "", "unused", (given - taken[site["site"]]) * TJ_PER_MWH
    for k in sorted({name for kind, name in (*trace.entries, *trace.exits) if kind == TANK}):
        held = sum(float(trace.moved[:, j].sum()) for j, x in enumerate(trace.exits) if x == (TANK, k))
        given = sum(float(trace.moved[i].sum()) for i, e in enumerate(trace.entries) if e == (TANK, k))
        yield year, k, "tank", "", "lost", (held - given) * TJ_PER_MWH
    yield from _others(r, year)


def _others(r: Reader, year: int) -> Iterator[Flow]:
    """What sinks want and links do not bring: from their back-up, or from their alternative."""
    rows = {row["sink"]: row for row in r.frame.rows("heat_sinks")}
    table = r.once(heat.heat_sinks)
    columns = ["sink", "backup_tj", "alternative_tj"]
    for k, backup, rest in table.loc[table["year"] == year, columns].itertuples(index=False):
        yield year, str(rows[k]["backup"]), "backup", str(k), "sink", float(backup)
        yield year, str(rows[k]["alternative"]), "alternative", str(k), "sink", float(rest)
