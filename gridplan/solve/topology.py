"""The circuits of a plan in one stage, and how their flows shift when one of them is lost.

For a lost circuit k of a group of n alike (susceptance 1/x each), θ_k solves B·θ_k = a_k, where a_k puts 1 MW
in at one end of k and takes it out at the other. The flow f that k carried moves to the others:

    shift[l] = b_l·(a_lᵀ·θ_k) / (1 − a_kᵀ·θ_k/x_k)      MW on group l per MW that k carried (LODF)

The denominator is 0 where the loss of k splits the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu

from gridplan.network import Network
from gridplan.outages import Outage, outages
from gridplan.solve.affine import Affine
from gridplan.solve.keys import Key

STIFF = 1e-6  # reactance that stands for none (pu)
SPLIT = 1e-7


@dataclass(frozen=True)
class Group:
    """Circuits alike: those that a corridor has from the start, or those of one unit.

    Attributes:
        key: their column in the program of an hour.
        corridor: where they run.
        ends: buses.
        count: number of circuits.
        x: reactance of one, pu on 100 MVA.
        mw: rating of all of them.
        rating: profile of that rating by hour, per unit; blank: 1.
    """

    key: Key
    corridor: str
    ends: tuple[str, str]
    count: int
    x: float
    mw: float
    rating: str = ""


class Topology:
    """Groups of circuits in service in a stage, and their outages."""

    def __init__(self, network: Network, built: dict[Key, float], year: int, dc: bool) -> None:
        """Read what is in service.

        Args:
            network: network of the case; what is out of service by this stage is left out.
            built: value of every variable of the plan by key.
            year: stage.
            dc: whether flows follow Kirchhoff's laws (else nothing shifts by itself).
        """
        standing = {
            (u.reinforcement, u.number)
            for u in network.units
            if built.get(("reinforcements.units", (u.reinforcement, u.number, year)), 0.0) > 0.5
        }
        network = network.at(year)
        self.network, self.dc = network, dc
        self.groups = _groups(network, standing, year)
        self.buses = list(dict.fromkeys(network.bus.values()))
        at = {bus: k for k, bus in enumerate(self.buses)}
        self.start = np.array([at[g.ends[0]] for g in self.groups], int)
        self.end = np.array([at[g.ends[1]] for g in self.groups], int)
        self.mw = np.array([g.mw for g in self.groups])
        position = {g.key: k for k, g in enumerate(self.groups)}
        self.lost: dict[str, tuple[Outage, int]] = {}
        for name, outage in outages(network).items():
            key = _column(outage, year)
            if key in position:
                self.lost[name] = (outage, position[key])
        groups = np.arange(len(self.groups))
        self._ends = sparse.csr_array(
            (
                np.repeat([1.0, -1.0], len(groups)),
                (np.tile(groups, 2), np.concatenate([self.start, self.end])),
            ),
            shape=(len(groups), len(self.buses)),
        )
        x = np.array([g.x if g.x else STIFF for g in self.groups])
        self._strength = np.array([g.count for g in self.groups], float) / x
        self._free, self._laplace = self._factors()
        self._shift, self._split = self._shifts()

    def _factors(self) -> tuple[np.ndarray, Any]:
        """Buses whose angles are free, and the factorised matrix of the nodes there."""
        ends = self._ends
        laplace = sparse.csc_array(ends.T @ sparse.diags_array(self._strength) @ ends)
        _, part = connected_components(abs(laplace), directed=False)
        _, anchors = np.unique(part, return_index=True)
        free = np.setdiff1d(np.arange(len(self.buses)), anchors)
        return free, splu(sparse.csc_array(laplace[free, :][:, free])) if len(free) else None

    def _angles(self, sent: np.ndarray) -> np.ndarray:
        """Angles (buses × cases) for MW that are put in at each bus."""
        theta = np.zeros(sent.shape)
        if len(self._free):
            theta[self._free] = self._laplace.solve(np.ascontiguousarray(sent[self._free]))
        return theta

    def parts(self) -> np.ndarray:
        """Number of the connected part in which each bus lies."""
        _, part = connected_components(abs(self._ends.T @ self._ends), directed=False)
        return np.asarray(part)

    def transfer(self, start: str, end: str) -> np.ndarray:
        """MW on every group when 1 MW is put in at one bus and taken out at another."""
        sent = np.zeros((len(self.buses), 1))
        sent[self.buses.index(start)] += 1.0
        sent[self.buses.index(end)] -= 1.0
        return np.asarray(self._strength * (self._ends @ self._angles(sent))[:, 0])

    def _shifts(self) -> tuple[np.ndarray, np.ndarray]:
        """(groups × lost groups) shift per MW of all circuits of the lost group, and which outages split."""
        x = np.array([g.x if g.x else STIFF for g in self.groups])
        count = np.array([g.count for g in self.groups], float)
        lost = np.array([k for _, k in self.lost.values()], int)
        if not len(lost):
            return np.zeros((len(self.groups), 0)), np.zeros(0, bool)
        strength = self._strength
        across = self._ends @ self._angles(self._ends[lost].toarray().T)  # a_lᵀ·θ_k
        room = 1.0 - across[lost, np.arange(len(lost))] / x[lost]
        split = np.abs(room) < SPLIT
        moved = strength[:, None] * across / np.where(split, 1.0, room) / count[lost]
        columns = np.arange(len(lost))
        share = (count[lost] - 1) / count[lost]  # of its own group the other circuits stay
        moved[lost, columns] = moved[lost, columns] * share + share - 1.0
        if not self.dc:
            moved = np.zeros_like(moved)
            moved[lost, columns] = 0.0
            split = self._bridges(lost)
        moved[:, split] = 0.0
        return moved, split

    def _bridges(self, lost: np.ndarray) -> np.ndarray:
        found = []
        for k in lost:
            left = [j for j, g in enumerate(self.groups) if j != k or g.count > 1]
            graph = sparse.csr_array(
                (np.ones(len(left)), (self.start[left], self.end[left])), shape=(len(self.buses),) * 2
            )
            _, part = connected_components(graph, directed=False)
            found.append(part[self.start[k]] != part[self.end[k]])
        return np.array(found, bool)

    def splits(self, name: str) -> bool:
        """Whether an outage splits the network."""
        return bool(self._split[list(self.lost).index(name)])

    def after(self, name: str) -> tuple[int, np.ndarray, np.ndarray]:
        """What an outage does: (lost group, shift per MW of that group, ratings of what is left in MW).

        Flows afterwards are `flows + shift · flow of the lost group`.
        """
        column = list(self.lost).index(name)
        k = self.lost[name][1]
        left = self.mw.copy()
        count = self.groups[k].count
        left[k] = self.mw[k] * (count - 1) / count
        return k, self._shift[:, column], left

    def rates(self, profiles: tuple[str, ...], values: np.ndarray) -> np.ndarray | None:
        """Rating by hour (hours × groups), per unit; None where no group has a profile.

        Args:
            profiles: names of the columns of `values`.
            values: hours × profiles.
        """
        if not any(g.rating for g in self.groups):
            return None
        found = np.ones((len(values), len(self.groups)))
        for k, g in enumerate(self.groups):
            if g.rating:
                found[:, k] = values[:, profiles.index(g.rating)]
        return found

    def limits(self, profiles: tuple[str, ...], groups: np.ndarray, mw: np.ndarray) -> Affine:
        """Ratings of some groups as they follow the profiles of an hour.

        Args:
            profiles: names of the values of an hour.
            groups: positions.
            mw: rating of each where its profile is 1.
        """
        limit = Affine(mw.astype(float), np.zeros((len(profiles), len(groups))))
        for k, g in enumerate(groups):
            if self.groups[g].rating:
                limit.base[k] = 0.0
                limit.slope[profiles.index(self.groups[g].rating), k] = mw[k]
        return limit

    def edges(self, without: str = "", corridor: str = "") -> list[tuple[str, str]]:
        """Ends of the groups in service, without one circuit (of an outage) or a whole corridor."""
        gone = self.lost[without][1] if without else -1
        return [
            g.ends
            for k, g in enumerate(self.groups)
            if g.corridor != corridor and not (k == gone and g.count == 1)
        ]


def _groups(network: Network, standing: set[tuple[str, int]], year: int) -> list[Group]:
    raises: dict[str, float] = {}
    for unit in network.units:
        if not unit.circuits and (unit.reinforcement, unit.number) in standing:
            raises[unit.corridor] = raises.get(unit.corridor, 0.0) + unit.mw
    found = [
        Group(
            ("grid.flow", (c.name, year)),
            c.name,
            (c.start, c.end),
            c.circuits,
            c.x,
            c.total_mw + raises.get(c.name, 0.0),
            c.rating,
        )
        for c in network.existing
    ]
    for unit in network.units:
        if unit.circuits and (unit.reinforcement, unit.number) in standing:
            c = network.corridors[unit.corridor]
            key = ("grid.built", (unit.reinforcement, unit.number, year))
            ends = (c.start, c.end)
            found.append(Group(key, c.name, ends, unit.circuits, unit.x, unit.total_mw, c.rating))
    return found


def _column(outage: Outage, year: int) -> Key:
    if outage.reinforcement:
        return ("grid.built", (outage.reinforcement, 1, year))
    return ("grid.flow", (outage.corridor, year))
