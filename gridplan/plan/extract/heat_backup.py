"""Where the heat of a sink comes from that its links do not bring: its back-up, or its alternative."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridplan.model.heat.demand import sink_demand
from gridplan.plan.extract.reader import TINY, Reader

TJ_PER_MWH = 0.0036


class Backup(NamedTuple):
    """What a sink wants and what fills the gap, in a stage; in the order of the columns of `heat_sinks`.

    Attributes:
        joined: whether the sink is connected; None where that does not decide about its alternative.
        wanted_tj: heat that it wants, a year.
        backup_tj, alternative_tj: of that from its back-up, and from its alternative.
        backup_mw: MW of back-up that are built; without a price of its own the largest that it gives.
        backup_peak_mw: largest MW that the back-up gives, of all hours and of the energy reported.
    """

    joined: bool | None
    wanted_tj: float
    backup_tj: float
    alternative_tj: float
    backup_mw: float
    backup_peak_mw: float


def backups(r: Reader, linked_mwh: dict[tuple[str, int], float]) -> dict[tuple[str, int], Backup]:
    """Back-up of every sink in every stage.

    Args:
        r: the solution.
        linked_mwh: heat from links a year, by sink and stage.
    """
    heat, demand = r.model.heat, sink_demand(r.frame)
    weights = np.array([item.weight for item in r.frame.periods.items])
    chosen = r.values("heat", "connected", "sink", "year")
    joined = {(k, y): v > 0.5 for k, y, v in chosen.itertuples(index=False)}
    given = r.values("heat", "backup", "sink", "year", "period")
    energy = {(k, y): v for k, y, v in r.annual(given, ["sink", "year"]).itertuples(index=False)}
    built = {(k, y): v for k, y, v in r.values("heat", "boiler", "sink", "year").itertuples(index=False)}
    found = {}
    for y in r.frame.years:
        peaks = _peaks(r, y)
        used = list(r.frame.periods.by_year[y])
        for k in demand:
            wanted = float((weights * demand[k][y])[used].sum())
            own, linked = energy.get((k, y), 0.0), linked_mwh.get((k, y), 0.0)
            rest = wanted - linked - own
            rest = rest if abs(rest) > TINY * max(wanted, 1.0) else 0.0
            total, given_tj, rest_tj = (mwh * TJ_PER_MWH for mwh in (wanted, own, rest))
            peak = peaks.get(k, 0.0)
            state = joined[k, y] if k in heat.BACKED else None
            found[k, y] = Backup(state, total, given_tj, rest_tj, built.get((k, y), peak), peak)
    return found


def _peaks(r: Reader, year: int) -> dict[str, float]:
    largest: dict[str, float] = {}
    for names, hours in (r.hourly("heat.backup", year), r.modelled("heat.backup", year)):
        for name, mw in zip(names, hours.T, strict=True):
            key = name if isinstance(name, str) else name[0]
            largest[key] = max(largest.get(key, 0.0), float(mw.max(initial=0.0)))
    return largest
