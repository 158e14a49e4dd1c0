"""A stage as it is operated: the dispatch of every hour, intact and after every outage."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from gridplan.case import Case
from gridplan.explain.built import Built
from gridplan.explain.places import DEMAND
from gridplan.network import Network
from gridplan.solve.after_loss import after_loss
from gridplan.solve.certify import Certificate, certify, redispatch
from gridplan.solve.days import has_storages
from gridplan.solve.hourly import CLEAR, EASE, Hourly
from gridplan.solve.parametric import sweep
from gridplan.solve.survive import NEAR, Survival, Survivor, cut_buses, rated
from gridplan.solve.topology import Topology

ROUND = 2e-5  # MW that the affine dispatch of many hours may be off
LOCAL_EUR_PER_MWH = 1000.0  # makes supplies within the case run as much (or as little) as they can
HEAT_EUR_PER_MWH = 5000.0  # makes heat draw as little as it can


@dataclass
class State:
    """The network with everything in service, or after an outage.

    Attributes:
        name: outage; blank: everything is in service.
        program: operation of an hour.
        limit: MW of every group of circuits.
        shift: what each group takes over, per MW on the lost one (None: nothing is lost).
        lost: position of the lost group.
        cut: buses that are cut off and do without.
        worse: MW that do not fit by hour (E of `probe.py`).
        own: hours that this state dispatches by itself; all others keep the dispatch of the intact network.
        dispatch: dispatch of those hours (hours × columns of the intact program).
        flows: MW on every group in those hours, after the outage.
        rates: rating of every group by hour, per unit (None: always 1).
    """

    name: str
    program: Hourly
    limit: np.ndarray
    shift: np.ndarray | None
    lost: int
    cut: frozenset[str]
    worse: np.ndarray
    own: np.ndarray
    dispatch: np.ndarray
    flows: np.ndarray
    rates: np.ndarray | None = None

    def limits(self, groups: np.ndarray, hours: np.ndarray) -> np.ndarray:
        """MW of some groups in given hours; one row for all where no rating follows a profile."""
        rates = None if self.rates is None else self.rates[:, groups]
        return rated(self.limit[groups], rates, hours)


@dataclass
class Stage:
    """What stands and runs in one year.

    Attributes:
        year: stage.
        hourly: operation of an hour, intact.
        values: hours × profiles.
        topology: circuits in service; `shifts` of the same with Kirchhoff's laws.
        shifts: as topology.
        states: intact first, then every outage.
        coupled: storages couple the hours of a day.
    """

    year: int
    hourly: Hourly
    values: np.ndarray
    topology: Topology
    shifts: Topology
    states: list[State] = field(default_factory=list)
    coupled: bool = False


def operate(
    case: Case,
    network: Network,
    hourly: Hourly,
    values: np.ndarray,
    built: Built,
    weight: dict[str, float],
    way: str,
) -> Stage:
    """Dispatch all hours of a stage, intact and (with `security = "n-1"`) after every outage.

    It leaves room for what is asked: for demand local supplies give and heat takes as little as it can; for
    feed-in local supplies rest.

    Args:
        case, network: the case.
        hourly: operation of an hour under what is built.
        values: hours × profiles.
        built: value of everything decided.
        weight: MW of supply by bus, which tells which part of a split network is the grid.
        way: direction that will be asked.
    """
    hourly = _leaning(case, hourly, way, case.settings.physics.security == "n-1")
    physics = case.settings.physics
    dc = physics.flow == "dc"
    topology = Topology(network, built, hourly.year, dc)
    shifts = topology if dc else Topology(network, built, hourly.year, True)
    certificate = certify(hourly, values, HEAT_EUR_PER_MWH if way == DEMAND else 0.0)
    stage = Stage(hourly.year, hourly, values, topology, shifts, coupled=has_storages(hourly))
    every = np.arange(len(values))
    if physics.security == "n-1":
        served, rating = physics.islanding == "forbid", physics.emergency_rating
        Survivor(certificate, topology, values, rating, weight, served, False, []).spare(Survival())
    dispatch, worse = _settled(hourly, certificate.dispatch, values, every, stage.coupled)
    flows = flows_of(hourly, topology, dispatch)
    none: frozenset[str] = frozenset()
    rates = topology.rates(hourly.profiles, values)
    stage.states.append(State("", hourly, topology.mw, None, -1, none, worse, every, dispatch, flows, rates))
    if physics.security == "n-1":
        intact = Certificate(hourly, dispatch, 0)
        for name in topology.lost:
            cut = none
            if topology.splits(name) and physics.islanding != "forbid":
                cut = cut_buses(topology, name, weight)
            stage.states.append(_after(stage, intact, name, physics.emergency_rating, cut))
    return stage


def _leaning(case: Case, hourly: Hourly, way: str, spread: bool) -> Hourly:
    """The program with costs that leave room in a direction; flows spread where outages will be asked."""
    rows = np.array([name != EASE or spread for name, _ in hourly.rows], bool)
    columns = np.array([name != EASE or spread for name, _ in hourly.columns], bool)
    plain = hourly.part(rows, columns)
    table = case.table("supplies")
    outside = set(table.loc[table["technology"] == "grid_supply", "supply"])
    sign = -1.0 if way == DEMAND else 1.0
    extra = [
        sign * LOCAL_EUR_PER_MWH if name == "supplies.output" and key[0] not in outside else 0.0
        for name, key in plain.columns
    ]
    return replace(plain, cost=plain.cost + np.array(extra))


def flows_of(hourly: Hourly, topology: Topology, dispatch: np.ndarray) -> np.ndarray:
    """MW on every group of circuits (hours × groups)."""
    at = {key: k for k, key in enumerate(hourly.columns)}
    columns = np.array([at.get(g.key, -1) for g in topology.groups], int)
    return np.where(columns >= 0, dispatch[:, columns], 0.0)


def _settled(
    program: Hourly, dispatch: np.ndarray, values: np.ndarray, hours: np.ndarray, coupled: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Dispatch with the least that does not fit, and how much that is by hour."""
    worse = np.asarray(dispatch[:, program.slack].sum(axis=1))
    bad = np.flatnonzero(worse > CLEAR)
    if len(bad) and not coupled:
        order = np.argsort(-worse[bad], kind="stable")
        dispatch[bad] = sweep(program, values[hours[bad]], order)[0]
        worse = np.asarray(dispatch[:, program.slack].sum(axis=1))
    return dispatch, worse + ROUND


def _after(stage: Stage, intact: Certificate, name: str, rating: float, cut: frozenset[str]) -> State:
    """One outage: hours in which the dispatch at hand does not do are dispatched anew."""
    base, topology, hourly = stage.states[0], stage.topology, stage.hourly
    lost, shift, left = stage.shifts.after(name)
    limit, split = rating * left, topology.splits(name)
    if split:
        overload = np.abs(base.flows[:, lost])
    else:
        overload = np.zeros(len(stage.values))
        for g in np.flatnonzero(np.isfinite(limit)):
            rate = 1.0 if base.rates is None else base.rates[:, g]
            over = np.abs(base.flows[:, g] + shift[g] * base.flows[:, lost]) - limit[g] * rate
            np.maximum(overload, over, out=overload)
    hours = np.flatnonzero(overload > NEAR)
    hours = hours[np.argsort(-overload[hours], kind="stable")]
    program = after_loss(hourly, topology, name, rating, cut)
    worse = base.worse.copy()
    dispatch, width = np.zeros((0, len(program.columns))), len(hourly.columns)
    if len(hours):
        dispatch, _ = redispatch(program, intact, stage.values, hours)
        dispatch, worse[hours] = _settled(program, dispatch, stage.values, hours, stage.coupled)
    flows = flows_of(hourly, topology, dispatch)
    if topology.dc and not split:
        flows = flows + np.outer(flows[:, lost], shift)
    own = dispatch[:, :width]
    return State(name, program, limit, shift, lost, cut, worse, hours, own, flows, base.rates)
