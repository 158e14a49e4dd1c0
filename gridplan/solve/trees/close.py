"""From a graph to a good network, a bound, and the arcs that no better network has.

Dual ascent and grown trees first, then the relaxation by cuts, each round of which guides another tree; what
is dearer with an arc than the best tree is left out at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import monotonic

import numpy as np

from gridplan.solve.trees.ascent import ascend
from gridplan.solve.trees.cutting import Cutting
from gridplan.solve.trees.graph import Graph
from gridplan.solve.trees.grow import Grower, Tree

GUIDES = 6  # trees grown before the relaxation
STALLED = 8  # rounds in a row that close less than GAIN of the gap: look at the tree, and then give up
GAIN = 0.05
NEAR = 1e-6


@dataclass(frozen=True)
class Closed:
    """What is known of a graph.

    Attributes:
        bound: no network costs less.
        cost: of the best tree; inf where none was found.
        tree: its arcs.
        keep: arcs that a better network may have, and those of the tree (a mask).
        cuts: arcs of sets that must be entered.
        onward: arcs of which the row "in through another arc" was needed.
    """

    bound: float
    cost: float
    tree: np.ndarray
    keep: np.ndarray
    cuts: list[np.ndarray]
    onward: list[int]


class Closing:
    """The course of it."""

    def __init__(
        self, graph: Graph, step: float, seconds: float, stop: Callable[[], bool], seed: int
    ) -> None:
        """Begin.

        Args:
            graph: what is to be reached from where.
            step: costs of two networks differ by so much or not at all; 0: by anything.
            seconds: to spend at most.
            stop: whether to stop at once.
            seed: of random guides.
        """
        self.graph, self.step, self.stop = graph, step, stop
        self.ends = monotonic() + seconds
        self.rng = np.random.default_rng(seed)
        self.keep = np.ones(len(graph.cost), bool)
        self.best: Tree = (np.inf, np.array([], int))
        self.bound = -np.inf

    def late(self) -> bool:
        """Whether time is up."""
        return self.stop() or monotonic() > self.ends

    @property
    def enough(self) -> float:
        """A network that costs this or more is no better than the best tree."""
        return (
            self.best[0] - self.step + NEAR * max(1.0, self.step) if self.step else self.best[0] * (1 - 1e-9)
        )

    def run(self) -> Closed:
        """Ascend, grow, cut."""
        first = ascend(self.graph)
        self._grow(self._guides(first.left))
        self._bounded(first.bound, first.left)
        cutting = Cutting(self.graph, first.cuts, 0)
        cutting.leave_out(np.flatnonzero(~self.keep))
        if np.isfinite(first.bound) and not self.closed:
            self._cut(cutting)
        keep = self.keep.copy()
        keep[self.best[1]] = True
        return Closed(self.bound, *self.best, keep, cutting.cuts, sorted(cutting.onward))

    @property
    def closed(self) -> bool:
        """Whether the best tree is known to be the best network."""
        return self.bound >= self.enough

    def _guides(self, left: np.ndarray) -> Iterator[np.ndarray]:
        cost = self.graph.cost
        yield cost
        yield left + 1e-3 * cost
        for _ in range(GUIDES - 2):
            yield (left + 1e-2 * cost) * self.rng.uniform(1.0, 1.3, len(cost))

    def _grow(self, guides: Iterator[np.ndarray], exchange: bool = False) -> None:
        """Grow trees in what is left of the graph; `exchange` their nodes too, which takes longer."""
        arcs = self.keep.copy()
        arcs[self.best[1]] = True
        where = np.flatnonzero(arcs)
        known = (self.best[0], np.searchsorted(where, self.best[1]))
        grower = Grower(self.graph.part(arcs), self.late)
        cost, tree = grower.best((guide[where] for guide in guides), known)
        self.best = (cost, where[tree])
        if exchange and not self.closed:
            cost, tree = grower.exchange((cost, tree))
            self.best = (cost, where[tree])

    def _bounded(self, bound: float, left: np.ndarray) -> np.ndarray:
        """Take a bound with what it leaves of each cost; the arcs that drop out."""
        self.bound = max(self.bound, bound)
        dropped = self.keep & (bound + self.graph.dearer(left) >= self.enough)
        self.keep &= ~dropped
        return np.flatnonzero(dropped)

    def _cut(self, cutting: Cutting) -> None:
        """Rounds of the relaxation until the gap is closed, nothing fails, or nothing moves."""
        stalled, before = 0, self._state
        while not self.late():
            found = cutting.solve(self.ends - monotonic())
            if found is None:
                return
            guide = self.graph.cost * (1.0 - np.minimum(found.x, 1.0)) + 1e-4 * self.graph.cost
            self._grow(iter([guide]), stalled == STALLED)
            cutting.leave_out(self._bounded(found.value, found.left))
            sets = len(cutting.cuts)
            if self.closed or stalled > 2 * STALLED or not cutting.add(found.x):
                return
            gap, size = self._state
            if gap < (1 - GAIN) * before[0] or size < (1 - GAIN) * before[1]:
                stalled, before = 0, (gap, size)
            elif len(cutting.cuts) > sets:
                stalled += 1

    @property
    def _state(self) -> tuple[float, int]:
        return self.enough - self.bound, int(self.keep.sum())


def closed(graph: Graph, step: float, seconds: float, stop: Callable[[], bool], seed: int = 0) -> Closed:
    """A good network, a bound and what may be left out; arguments as of `Closing`."""
    return Closing(graph, step, seconds, stop, seed).run()
