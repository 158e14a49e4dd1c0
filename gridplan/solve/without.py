"""Whether a plan still fits every hour of a stage without some of its circuits.

The dispatch at hand comes first: what the circuits carried moves to the others, as angles say. Where that
overloads nothing, the stage does without them. Only hours that it overloads are dispatched anew, the worst
first: one hour that cannot be served is enough to know that the circuits are needed.
"""

from __future__ import annotations

import numpy as np

from gridplan.solve.certify import certify
from gridplan.solve.checker import Check
from gridplan.solve.days import HOURS, has_storages
from gridplan.solve.hourly import CLEAR, Hourly
from gridplan.solve.keys import Key
from gridplan.solve.survive import NEAR, rated
from gridplan.solve.topology import Topology

FEW = 4  # hours that are dispatched first; each further part is four times as large


def fits_without(
    check: Check, built: dict[Key, float], year: int, units: list[tuple[str, int]]
) -> bool | None:
    """Whether all hours that were checked can be served without some circuits; None: that cannot be told.

    Args:
        check: check of the plan.
        built: value of every variable of the plan by key.
        year: stage.
        units: (reinforcement, number) of what is left out.
    """
    left = {**built, **{("reinforcements.units", (r, k, year)): 0.0 for r, k in units}}
    certificate, values = check.certificates[year], check.values[year]
    worse = overload(check.topologies[year], left, year, certificate.hourly, certificate.dispatch, values)
    hours = np.flatnonzero(worse > NEAR)
    hours = hours[np.argsort(-worse[hours], kind="stable")]
    if not len(hours):
        return True
    if has_storages(certificate.hourly) and len(values) % HOURS:
        return None
    program = check.programs[year].under(left)
    first, size = 0, FEW
    while first < len(hours):
        part = hours[first : first + size]
        if has_storages(certificate.hourly):
            days = np.unique(part // HOURS)
            part = (HOURS * days[:, None] + np.arange(HOURS)).ravel()
        excess = certify(program, values[part], 0.0).excess
        if (excess > certificate.excess[part] + CLEAR).any():
            return False
        first, size = first + size, 4 * size
    return True


def overload(
    topology: Topology,
    left: dict[Key, float],
    year: int,
    hourly: Hourly,
    dispatch: np.ndarray,
    values: np.ndarray,
) -> np.ndarray:
    """MW by hour by which the flows at hand overload what is left, or that have no way left."""
    rest = Topology(topology.network, left, year, topology.dc)
    column = {key: k for k, key in enumerate(hourly.columns)}
    there = {g.key: k for k, g in enumerate(rest.groups)}
    flows = np.zeros((len(dispatch), len(rest.groups)))
    for key, k in there.items():
        if key in column:
            flows[:, k] = dispatch[:, column[key]]
    lost = np.zeros(len(dispatch))
    part = rest.parts()
    for g in topology.groups:
        if g.key in there or g.key not in column:
            continue
        sent = dispatch[:, column[g.key]]
        start, end = (rest.buses.index(bus) for bus in g.ends)
        if not topology.dc or part[start] != part[end]:
            lost += np.abs(sent)
        else:
            flows += np.outer(sent, rest.transfer(*g.ends))
    limit = rated(rest.mw, rest.rates(hourly.profiles, values), np.arange(len(values)))
    return np.maximum(lost, (np.abs(flows) - limit).max(axis=1, initial=0.0))
