"""Cheap networks that reach every sink: starts for the search.

A tree grows from the root by the shortest path to the nearest sink that it has not (Takahashi and Matsuyama
1980), measured in guided costs. Where arcs cost the same both ways its nodes are then joined as cheaply as
they can be, and nodes are added and taken away while that pays.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

from gridplan.solve.trees.graph import Graph

BETTER = 1e-9  # a better tree is better by more than this share
Tree = tuple[float, np.ndarray]  # cost, arcs


@dataclass
class Grower:
    """Grows trees in a graph; `late` says when to stop."""

    graph: Graph
    late: Callable[[], bool]

    @cached_property
    def _lists(self) -> tuple[list[list[int]], list[int], list[int]]:
        """(arcs that leave each node, tails, heads) as plain lists, which Python reads faster."""
        out: list[list[int]] = [[] for _ in range(self.graph.count)]
        tail, head = self.graph.tail.tolist(), self.graph.head.tolist()
        for arc, start in enumerate(tail):
            out[start].append(arc)
        return out, tail, head

    @cached_property
    def both(self) -> bool:
        """Whether every arc but those at the root has one against it at the same cost."""
        g, inner = self.graph, (self.graph.tail != 0) & (self.graph.head != 0)
        there = sorted(
            zip(g.tail[inner].tolist(), g.head[inner].tolist(), g.cost[inner].tolist(), strict=True)
        )
        back = sorted(
            zip(g.head[inner].tolist(), g.tail[inner].tolist(), g.cost[inner].tolist(), strict=True)
        )
        return there == back

    def best(self, guides: Iterable[np.ndarray], known: Tree) -> Tree:
        """The best tree from these guided costs, or the known one."""
        best = known
        for guide in guides:
            tree = self.grow(guide)
            if tree is None:
                break
            found = self._joined(tree) if self.both else (float(self.graph.cost[tree].sum()), tree)
            best = found if self._better(found, best) else best
            if self.late():
                break
        return best

    @staticmethod
    def _better(a: Tree, b: Tree) -> bool:
        return a[0] < b[0] - BETTER * abs(a[0])

    def grow(self, guide: np.ndarray) -> np.ndarray | None:
        """Arcs of a tree from the root to all sinks; None where one cannot be reached."""
        out, tail, head = self._lists
        length, missing = guide.tolist(), set(self.graph.sinks.tolist())
        near, came = [np.inf] * self.graph.count, [-1] * self.graph.count
        near[0], joined, tree = 0.0, {0}, []
        queue = [(0.0, 0)]
        while queue and missing:
            far, at = heapq.heappop(queue)
            if far > near[at]:
                continue
            if at in missing:
                while at not in joined:
                    joined.add(at)
                    missing.discard(at)
                    near[at] = 0.0
                    heapq.heappush(queue, (0.0, at))
                    tree.append(came[at])
                    at = tail[came[at]]
                continue
            for arc in out[at]:
                to, reach = head[arc], far + length[arc]
                if reach < near[to] and to not in joined:
                    near[to], came[to] = reach, arc
                    heapq.heappush(queue, (reach, to))
        return None if missing else np.array(tree, int)

    def _joined(self, tree: np.ndarray) -> Tree:
        """The cheapest tree on the nodes of a tree."""
        nodes = np.zeros(self.graph.count, bool)
        nodes[self.graph.tail[tree]] = nodes[self.graph.head[tree]] = True
        return self._span(nodes)

    def _span(self, nodes: np.ndarray) -> Tree:
        """The cheapest tree on some nodes, the root among them, without dead ends; inf: there is none."""
        g, index = self.graph, np.flatnonzero(nodes)
        spanning = minimum_spanning_tree(self._costs[index][:, index])
        if spanning.nnz < len(index) - 1:
            return np.inf, np.array([], int)
        seen, parent = breadth_first_order(spanning, 0, directed=False)
        wanted = self._wanted[index].tolist()
        above, kept = parent.tolist(), []
        for v in seen[:0:-1].tolist():
            if wanted[v]:
                wanted[above[v]] = True
                kept.append(v)
        tree = g.between(index[parent[kept]], index[kept])
        return float(g.cost[tree].sum()), tree

    @cached_property
    def _costs(self) -> sparse.csr_array:
        return self.graph.matrix(self.graph.cost)

    @cached_property
    def _wanted(self) -> np.ndarray:
        wanted = np.zeros(self.graph.count, bool)
        wanted[self.graph.sinks] = True
        return wanted

    def exchange(self, tree: Tree) -> Tree:
        """Add and take away single nodes while that pays."""
        if not self.both:
            return tree
        g = self.graph
        best, gains = tree, True
        while gains and not self.late():
            gains = False
            nodes = np.zeros(g.count, bool)
            nodes[g.tail[best[1]]] = nodes[g.head[best[1]]] = True
            fixed = self._wanted.copy()
            fixed[0] = True
            near = np.bincount(g.tail[nodes[g.head]], minlength=g.count) > 1
            for v in np.flatnonzero(~fixed & (nodes | near)):
                if self.late():
                    break
                nodes[v] = not nodes[v]
                found = self._span(nodes)
                if self._better(found, best):
                    best, gains = found, True
                    nodes[:] = False
                    nodes[g.tail[best[1]]] = nodes[g.head[best[1]]] = True
                else:
                    nodes[v] = not nodes[v]
        return best
