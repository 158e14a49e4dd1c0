"""A directed graph with costs, a root and sinks that must be reached."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

TINY = 1e-9  # added to lengths: an explicit 0 would be no arc


@dataclass(frozen=True)
class Graph:
    """A directed graph with costs.

    Attributes:
        count: nodes, numbered from 0; node 0 is the root.
        tail, head: nodes of every arc.
        cost: of every arc, ≥ 0.
        sinks: nodes that must be reached from the root.
        users: all nodes that a way may lead to: these, and others that may be reached.
        once: a node need not be entered by more than one arc.
    """

    count: int
    tail: np.ndarray
    head: np.ndarray
    cost: np.ndarray
    sinks: np.ndarray
    users: np.ndarray
    once: bool = True

    @cached_property
    def _by_head(self) -> tuple[np.ndarray, np.ndarray]:
        order = np.argsort(self.head, kind="stable")
        return order, np.searchsorted(self.head[order], np.arange(self.count + 1))

    def into(self, nodes: np.ndarray) -> np.ndarray:
        """Arcs whose head is one of these nodes."""
        order, start = self._by_head
        first, length = start[nodes], start[nodes + 1] - start[nodes]
        shift = np.repeat(first - np.concatenate([[0], np.cumsum(length)[:-1]]), length)
        return order[np.arange(int(length.sum())) + shift]

    def entering(self, inside: np.ndarray) -> np.ndarray:
        """Arcs that enter a set of nodes (a mask)."""
        return np.flatnonzero(inside[self.head] & ~inside[self.tail])

    def against(self, x: np.ndarray) -> np.ndarray:
        """Sum of x over the arcs that run against each arc."""
        keys, _ = self._cheapest
        total = np.zeros(len(keys) + 1)
        np.add.at(total, np.searchsorted(keys, self.tail * self.count + self.head), x)
        back = self.head * self.count + self.tail
        at = np.searchsorted(keys, back)
        there = keys[np.minimum(at, len(keys) - 1)] == back
        return np.where(there, total[at], 0.0)

    def part(self, keep: np.ndarray) -> Graph:
        """The graph with some of its arcs (a mask)."""
        return Graph(
            self.count, self.tail[keep], self.head[keep], self.cost[keep], self.sinks, self.users, self.once
        )

    @cached_property
    def _cheapest(self) -> tuple[np.ndarray, np.ndarray]:
        """(tail·count + head in order, the cheapest arc there)."""
        key = self.tail * self.count + self.head
        order = np.lexsort((self.cost, key))
        keys, first = np.unique(key[order], return_index=True)
        return keys, order[first]

    def between(self, tail: np.ndarray, head: np.ndarray) -> np.ndarray:
        """The cheapest arc from each tail to each head; it must be there."""
        keys, arcs = self._cheapest
        return arcs[np.searchsorted(keys, tail * self.count + head)]

    def matrix(self, length: np.ndarray) -> sparse.csr_array:
        """Arc lengths by (tail, head); of parallel arcs the shortest."""
        order = np.lexsort((length, self.head, self.tail))
        tail, head = self.tail[order], self.head[order]
        first = np.ones(len(order), bool)
        first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
        shape = (self.count, self.count)
        return sparse.csr_array((length[order][first] + TINY, (tail[first], head[first])), shape=shape)

    def dearer(self, left: np.ndarray) -> np.ndarray:
        """By how much more than a bound every network with an arc costs, at least.

        Args:
            left: what the bound leaves of every arc's cost, ≥ 0.

        The network holds a way from the root over that arc to a sink, or it would do without the arc.
        """
        paths = self.matrix(left)
        away = dijkstra(paths, indices=0)
        onward = dijkstra(paths.T.tocsr(), indices=self.users, min_only=True)
        return np.asarray(away[self.tail] + left + onward[self.head])
