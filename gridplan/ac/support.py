"""Reactive power that keeps voltages: of the grid above at its own stations, and what the others lack."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from scipy import linalg

from gridplan.ac.circuits import Circuits

CLOSE = 1e-4  # pu; nearer than that a voltage is kept
ROUNDS = 25
STEP, SHORTEST = 0.8, 0.1  # voltages answer to Mvar by more than the bare reactances say
SMALL = 1e-3  # Mvar that count as none
RAISE = 0.1  # pu by which voltages are taken to be low in an hour that has no solution yet
BASE_MVA = 100.0


class Solver(Protocol):
    """What is asked of a grid here."""

    circuits: Circuits
    live: np.ndarray
    slack: np.ndarray
    voltage: float

    def voltages(self, mw: np.ndarray, mvar: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Voltage (pu) of every bus in every hour, and whether the hour has a solution."""


def reactances(circuits: Circuits, live: np.ndarray, slack: np.ndarray) -> np.ndarray:
    """How much 1 pu of Mvar at one bus raises the voltage of another, pu (buses × buses).

    Inverse of the susceptances of the network with its anchors grounded; 0 for anchors and buses without
    circuits. Resistance and taps are left out: it gives steps, no answers.
    """
    made = np.zeros((len(live), len(live)))
    on = (circuits.count > 0) & np.isfinite(circuits.x)
    for a, b, x in zip(circuits.start[on], circuits.end[on], np.abs(circuits.x[on]), strict=True):
        made[[a, b], [a, b]] += 1 / x
        made[[a, b], [b, a]] -= 1 / x
    free = np.flatnonzero(live & ~np.isin(np.arange(len(live)), slack))
    inverse = np.zeros_like(made)
    if len(free):
        inverse[np.ix_(free, free)] = linalg.inv(made[np.ix_(free, free)])
    return inverse


class Support:
    """Mvar by hour and bus: at buses that keep their voltage as much as it takes, up or down; at the others,
    where a floor is asked for, the least that lifts them to it."""

    def __init__(self, grid: Solver, target: np.ndarray, floor: float | None = None) -> None:
        """Begin.

        Args:
            grid: network with its anchors.
            target: pu by bus; NaN where nothing keeps the voltage.
            floor: pu below which no bus may lie; None: no floor.
        """
        free = grid.live & ~np.isin(np.arange(len(grid.live)), grid.slack)
        self._grid = grid
        self.held = free & ~np.isnan(target)
        self.other = free & ~self.held if floor is not None else np.zeros_like(free)
        self._wanted = np.where(self.held, target, 0.0 if floor is None else floor)
        self._x = reactances(grid.circuits, grid.live, grid.slack)

    def find(self, mw: np.ndarray, mvar: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The Mvar, and in which hours they keep the voltages (the others have no solution).

        Newton steps with constant reactances, shorter where they do not bring the voltages nearer. Within a
        step the least Mvar at the floor are a linear complementarity problem with an M-matrix, solved by
        letting go of buses that would have to take (Chandrasekaran, Opsearch 7 (1970) 263).

        Args:
            mw, mvar: hours × buses, what each bus takes.
        """
        given, kept = np.zeros(mvar.shape), np.zeros(len(mvar), bool)
        if not self.held.any() and not self.other.any():
            return given, ~kept
        active = np.tile(self.held | self.other, (len(mvar), 1))
        u = self._grid.voltage - mvar @ self._x.T / BASE_MVA  # without losses, the first guess
        given = self._moved(given, u, active)
        todo, step, last = np.arange(len(mvar)), np.full(len(mvar), STEP), np.full(len(mvar), np.inf)
        for _ in range(ROUNDS):
            u, solved = self._grid.voltages(mw[todo], mvar[todo] - given[todo])
            worst = self._distance(u, given[todo])
            worst[~solved] = np.inf
            kept[todo[worst < CLOSE]] = True
            slow = solved & (worst > 0.6 * last[todo])
            step[todo[slow]] = np.maximum(step[todo[slow]] / 2, SHORTEST)
            last[todo] = worst
            u[~solved] = self._wanted - RAISE
            u, todo = u[worst >= CLOSE], todo[worst >= CLOSE]
            if not len(todo):
                break
            new = self._moved(given[todo], u, active[: len(todo)])
            between = given[todo] + step[todo, None] * (new - given[todo])
            given[todo] = np.where(self.other & (new == 0), 0.0, between)
        return given, kept

    def _distance(self, u: np.ndarray, given: np.ndarray) -> np.ndarray:
        """How far an hour is from what is asked, pu: of what is kept, either way; at the floor, from below,
        and from above where Mvar are given."""
        gap = self._wanted - u
        off = np.where(self.held, np.abs(gap), 0.0)
        low = np.where(given > SMALL, np.abs(gap), np.maximum(gap, 0.0))
        return np.where(self.other, low, off).max(axis=1)

    def _moved(self, given: np.ndarray, u: np.ndarray, active: np.ndarray) -> np.ndarray:
        """Mvar that bring voltages `u` to where they should be, in a linear network; hours with the same
        active buses are moved at once."""
        made, active, left = given.copy(), active.copy(), np.arange(len(given))
        while len(left):
            patterns, which = np.unique(active[left], axis=0, return_inverse=True)
            for k, pattern in enumerate(patterns):
                hours, buses = left[which.ravel() == k], np.flatnonzero(pattern)
                made[hours] = np.where(self.other & ~pattern, 0.0, given[hours])
                if len(buses):
                    fixed = (made[hours] - given[hours]) @ self._x[:, buses] / BASE_MVA
                    gap = self._wanted[buses] - u[np.ix_(hours, buses)] - fixed
                    more = linalg.solve(self._x[np.ix_(buses, buses)], gap.T, assume_a="pos").T
                    made[np.ix_(hours, buses)] += more * BASE_MVA
            takes = active[left] & self.other & (made[left] < 0)
            active[left] &= ~takes
            left = left[takes.any(axis=1)]
        return made
