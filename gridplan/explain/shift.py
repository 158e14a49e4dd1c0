"""How much fits at least: a following supply gives the MW, and the flows of the dispatch at hand shift.

    x ≥ min( room of the station and those above it,  room of the supply,  (rating_l ∓ flow_l)/|s_l| )

s_l = PTDF of group l from the supply to the place; after the loss of k: s_l + shift_l·s_k (LODF). Each supply
at high voltage by itself, and all in proportion to their spare MW, are tried; the best counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu

from gridplan.case import Case
from gridplan.explain.mix import Margins
from gridplan.explain.places import DEMAND, FEEDIN, SIGN, Place, at_buses, chain
from gridplan.explain.probe import CAP_MW
from gridplan.explain.stage import Stage, State
from gridplan.network import Network
from gridplan.solve.hourly import Hourly
from gridplan.solve.topology import STIFF, Topology

TINY = 1e-9


@dataclass(frozen=True)
class Source:
    """What can follow: a supply at high voltage, the grid above, or several together.

    Attributes:
        at: share at each bus.
        columns: (column of output, column of export or -1, share); an exchange has its column as output.
    """

    at: np.ndarray
    columns: tuple[tuple[int, int, float], ...]


@dataclass(frozen=True)
class _Picked:
    """Dispatch of some hours by column, `[:, column]`: some of the intact network, some of a state's own."""

    intact: np.ndarray
    hours: np.ndarray
    own: np.ndarray
    at: np.ndarray
    mine: np.ndarray

    def __len__(self) -> int:
        return len(self.hours)

    def __getitem__(self, key: tuple[slice, int]) -> np.ndarray:
        values = self.intact[self.hours, key[1]]
        values[self.mine] = self.own[self.at[self.mine], key[1]]
        return np.asarray(values)


Dispatch = np.ndarray | _Picked


class Shifts:
    """Lower bounds on what fits in the hours of a stage."""

    def __init__(self, case: Case, network: Network, stage: Stage, way: str) -> None:
        """Prepare shift factors, rooms of stations and spare MW of supplies."""
        self.network, self.stage = network, stage
        self.buses = {bus: k for k, bus in enumerate(stage.topology.buses)}
        self.ptdf, self.part = ptdf(stage.shifts)
        self.sources = _sources(case, network, stage.hourly, self.buses)
        self.stations = _station_columns(stage.hourly)
        self.limits = {way: _limits(stage.hourly, way, stage.values)}
        self._spares: dict[int, np.ndarray] = {}
        mixed = self._mixed(way, stage.states[0].dispatch)
        self.sources += [mixed] if mixed is not None else []
        self.extreme = [self._extreme(state) for state in stage.states]

    def _mixed(self, way: str, dispatch: np.ndarray) -> Source | None:
        """All supplies together, in proportion to what they can spare."""
        plain = [s for s in self.sources if len(s.columns) == 1]
        means = np.array([np.minimum(self._spare(s, way, dispatch, None), CAP_MW).mean() for s in plain])
        if len(plain) < 2 or means.sum() <= TINY:
            return None
        weights = means / means.sum()
        at = sum(w * s.at for w, s in zip(weights, plain, strict=True))
        columns = [(*s.columns[0][:2], float(w)) for w, s in zip(weights, plain, strict=True) if w > TINY]
        return Source(np.asarray(at), tuple(columns))

    def _extreme(self, state: State) -> tuple[np.ndarray, np.ndarray]:
        """Largest and smallest flow of each group over the hours that keep the intact dispatch."""
        base = self.stage.states[0].flows
        count = base.shape[1]
        if state.shift is None:
            return base.max(axis=0, initial=-np.inf), base.min(axis=0, initial=np.inf)
        keeps = np.ones(len(base), bool)
        keeps[state.own] = False
        if not keeps.any():
            return np.full(count, -np.inf), np.full(count, np.inf)
        flows = base[keeps]
        flows = flows + np.outer(flows[:, state.lost], state.shift)
        return flows.max(axis=0), flows.min(axis=0)

    def lower(self, place: Place, way: str, number: int, below: float) -> tuple[np.ndarray, np.ndarray]:
        """(hours, MW that fit at least) of a state; hours in which `below` MW or more fit may be missing."""
        state = self.stage.states[number]
        ways = self._ways(place, way, state)
        intact = state.shift is None
        hours, found = [], []
        if not intact:
            keep = self._keeps(place, way, number, ways, below)
            flows = self.stage.states[0].flows[keep]
            flows = flows + np.outer(flows[:, state.lost], state.shift)  # type: ignore[arg-type]
            hours.append(keep)
            found.append(
                self._best(place, way, state, ways, flows, self.stage.states[0].dispatch[keep], keep)
            )
        hours.append(state.own)
        found.append(self._best(place, way, state, ways, state.flows, state.dispatch, state.own))
        return np.concatenate(hours), np.concatenate(found)

    def _ways(self, place: Place, way: str, state: State) -> list[tuple[Source | None, np.ndarray]]:
        """Supplies that can serve a place in a state, with the shift of every group per MW."""
        taken = np.zeros(len(self.buses))
        for bus, share in at_buses(self.network, place.shares).items():
            if bus not in state.cut:
                taken[self.buses[bus]] += share
        total = taken.sum()
        if total <= TINY:
            return [(None, np.zeros(len(self.ptdf)))]
        inside = [self.buses[bus] for bus in state.cut]
        found: list[tuple[Source | None, np.ndarray]] = []
        for source in self.sources:
            moved = SIGN[way] * (total * source.at - taken)
            if source.at[inside].any() or np.abs(np.bincount(self.part, moved)).max() > 1e-6:
                continue
            sensitivity = self.ptdf @ moved
            if state.shift is not None:
                sensitivity = sensitivity + state.shift * sensitivity[state.lost]
            sensitivity[np.abs(sensitivity) < 1e-7] = 0.0
            found.append((source, sensitivity))
        return found

    def _keeps(
        self, place: Place, way: str, number: int, ways: list[tuple[Source | None, np.ndarray]], below: float
    ) -> np.ndarray:
        """Hours with the intact dispatch in which a state might admit less than `below`."""
        state, intact = self.stage.states[number], self.stage.states[0]
        open_ = np.ones(len(self.stage.values), bool)
        open_[state.own] = False
        narrow = self._stations(place, way, intact.dispatch, slice(None)) < below
        top, bottom = self.extreme[number]
        for source, sensitivity in ways:
            hours = np.flatnonzero(open_)
            if not len(hours):
                break
            used = np.flatnonzero((sensitivity != 0) & np.isfinite(state.limit))
            size, up = np.abs(sensitivity[used]), sensitivity[used] > 0
            least = (
                state.limit[used]
                if state.rates is None
                else state.limit[used] * state.rates[:, used].min(axis=0)
            )
            worst = (least - np.where(up, top[used], -bottom[used])) / size
            used = used[worst < below]
            room = np.full(len(hours), np.inf)
            if len(used):
                flows = intact.flows[np.ix_(hours, used)]
                flows = flows + np.outer(intact.flows[hours, state.lost], state.shift[used])  # type: ignore[index]
                room = _room(flows, state.limits(used, hours), sensitivity[used])
            if source is not None:
                room = np.minimum(room, self._spared(source, way)[hours])
            open_[hours] = room < below
        narrow[state.own] = False
        return np.flatnonzero(open_ | narrow)

    def _spared(self, source: Source, way: str) -> np.ndarray:
        """MW that a source can spare in every hour of the intact dispatch."""
        if id(source) not in self._spares:
            self._spares[id(source)] = self._spare(source, way, self.stage.states[0].dispatch, None)
        return self._spares[id(source)]

    def margins(self, place: Place, way: str, number: int, hours: np.ndarray) -> Margins:
        """What is left in given hours of a state, for a mix of supplies."""
        state, intact = self.stage.states[number], self.stage.states[0]
        own = np.full(len(self.stage.values), -1)
        own[state.own] = np.arange(len(state.own))
        at = own[hours]
        flows = intact.flows[hours]
        if state.shift is not None:
            flows = flows + np.outer(flows[:, state.lost], state.shift)
        mine = at >= 0
        flows[mine] = state.flows[at[mine]]
        dispatch = _Picked(intact.dispatch, hours, state.dispatch, at, mine)
        ways = [(s, v) for s, v in self._ways(place, way, state) if s is not None and len(s.columns) == 1]
        table = np.array([v for _, v in ways]).T if ways else np.zeros((len(state.limit), 0))
        used = np.flatnonzero(table.any(axis=1) & np.isfinite(state.limit))
        away = FEEDIN if way == DEMAND else DEMAND
        spare, back = (
            [self._spare(s, turn, dispatch, hours) for s, _ in ways if s is not None] for turn in (way, away)
        )
        limit = state.limits(used, hours)
        return Margins(
            table[used],
            limit - flows[:, used],
            limit + flows[:, used],
            np.array(spare).T if spare else np.zeros((len(hours), 0)),
            np.array(back).T if back else np.zeros((len(hours), 0)),
            self._stations(place, way, dispatch, hours),
        )

    def _best(
        self,
        place: Place,
        way: str,
        state: State,
        ways: list[tuple[Source | None, np.ndarray]],
        flows: np.ndarray,
        dispatch: np.ndarray,
        hours: np.ndarray,
    ) -> np.ndarray:
        """MW that fit at least in given hours."""
        best = np.zeros(len(hours))
        if not len(hours):
            return best
        for source, sensitivity in ways:
            used = np.flatnonzero((sensitivity != 0) & np.isfinite(state.limit))
            room = _room(flows[:, used], state.limits(used, hours), sensitivity[used])
            if source is not None:
                room = np.minimum(room, self._spare(source, way, dispatch, hours))
            np.maximum(best, room, out=best)
        room = self._stations(place, way, dispatch, hours)
        return np.maximum(np.minimum(np.minimum(best, room), CAP_MW), 0.0)

    def rooms(self, place: Place, way: str, hours: np.ndarray) -> np.ndarray:
        """MW that the stations of a place let through in given hours, as they are dispatched intact."""
        return self._stations(place, way, self.stage.states[0].dispatch, slice(None))[hours]

    def _stations(self, place: Place, way: str, dispatch: Dispatch, hours: np.ndarray | slice) -> np.ndarray:
        """MW that the transformers of a place, and of the stations above it, still let through in hours."""
        room = np.full(len(dispatch), np.inf)
        for station, share in chain(self.network, place.shares).items():
            limit = self.limits[way].get(station)
            if limit is not None:
                through = SIGN[way] * dispatch[:, self.stations[station]]
                np.minimum(room, (limit[hours] - through) / share, out=room)
        return room

    def _spare(self, source: Source, way: str, dispatch: Dispatch, hours: np.ndarray | None) -> np.ndarray:
        """MW that a source can give more (demand), or less (feed-in)."""
        values = self.stage.values if hours is None else self.stage.values[hours]
        hourly, spare = self.stage.hourly, np.full(len(dispatch), np.inf)
        for output, export, share in source.columns:
            room = np.zeros(len(dispatch))
            for column, sign in ((output, 1.0), (export, -1.0)):
                if column >= 0:
                    bound = hourly.upper if sign * SIGN[way] > 0 else hourly.lower
                    at = bound.base[column] + values @ bound.slope[:, column]
                    room += np.abs(at - dispatch[:, column])
            np.minimum(spare, room / share, out=spare)
        return spare


def _room(flows: np.ndarray, limit: np.ndarray, sensitivity: np.ndarray) -> np.ndarray:
    """MW until a group of circuits is full, by hour."""
    if not len(limit):
        return np.full(len(flows), np.inf)
    left = (limit - np.sign(sensitivity) * flows) / np.abs(sensitivity)
    return np.asarray(left.min(axis=1))


def ptdf(topology: Topology) -> tuple[np.ndarray, np.ndarray]:
    """(groups × buses) flow per MW put in at a bus and taken out at the ground of its part; part of a bus."""
    size, groups = len(topology.buses), np.arange(len(topology.groups))
    across = np.concatenate([topology.start, topology.end])
    ends = sparse.csr_array(
        (np.repeat([1.0, -1.0], len(groups)), (np.tile(groups, 2), across)), shape=(len(groups), size)
    )
    strength = np.array([g.count / (g.x or STIFF) for g in topology.groups])
    laplace = sparse.csc_array(ends.T @ sparse.diags_array(strength) @ ends) if len(groups) else None
    if laplace is None:
        return np.zeros((0, size)), np.arange(size)
    _, part = connected_components(abs(laplace), directed=False)
    _, anchors = np.unique(part, return_index=True)
    free = np.setdiff1d(np.arange(size), anchors)
    theta = np.zeros((size, size))
    if len(free):
        theta[np.ix_(free, free)] = splu(sparse.csc_array(laplace[free, :][:, free])).solve(np.eye(len(free)))
    return strength[:, None] * np.asarray(ends @ theta), part


def _sources(case: Case, network: Network, hourly: Hourly, buses: dict[str, int]) -> list[Source]:
    """Supplies at high voltage whose capacity is given, and the grid above."""
    column = {key: k for k, key in enumerate(hourly.columns)}
    growing = {key[0] for name, key in hourly.rows if name == "supplies.growing"}
    found = []
    for name, rows in case.table("supplies").groupby("supply", sort=False):
        row = rows.iloc[0]
        output = column.get(("supplies.output", (name, hourly.year)), -1)
        if output < 0 or name in growing or row["side"] != "hv":
            continue
        at = np.zeros(len(buses))
        for station, share in network.feeds(row["zone"], row["substation"]):
            at[buses[network.bus[station]]] += share
        export = column.get(("supplies.export", (name, hourly.year)), -1)
        found.append(Source(at, ((output, export, 1.0),)))
    for k, (name, key) in enumerate(hourly.columns):
        if name == "grid.exchange":
            at = np.zeros(len(buses))
            at[buses[key[0]]] = 1.0
            found.append(Source(at, ((k, -1, 1.0),)))
    return found


def _station_columns(hourly: Hourly) -> dict[str, int]:
    return {key[0]: k for k, (name, key) in enumerate(hourly.columns) if name == "stations.through"}


def _limits(hourly: Hourly, way: str, values: np.ndarray) -> dict[str, np.ndarray]:
    """MW that a station lets through in every hour, by its rows in the program of an hour."""
    rows = ("stations.demand_limit", "stations.cap_limit") if SIGN[way] > 0 else ("stations.feedin_limit",)
    found: dict[str, np.ndarray] = {}
    by_row = sparse.csr_array(hourly.matrix)
    columns = _station_columns(hourly)
    for k, (name, key) in enumerate(hourly.rows):
        if name in rows:
            factor = by_row[k, columns[key[0]]]
            bound = hourly.row_upper if factor * SIGN[way] > 0 else hourly.row_lower
            limit = SIGN[way] * (bound.base[k] + values @ bound.slope[:, k]) / factor
            found[key[0]] = np.minimum(found.get(key[0], np.inf), limit)
    return found
