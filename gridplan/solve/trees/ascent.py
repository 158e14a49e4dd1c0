"""Dual ascent on a directed graph: a bound for connecting sinks with a root, in milliseconds.

Every cut between the root and a sink must be crossed. Cuts around one sink after the other are charged until
one of their arcs is paid for; what was charged in all is a lower bound, and what is left of an arc's cost
says how much dearer a network with that arc is (Wong 1984, Math. Programming 28).
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from gridplan.solve.trees.graph import TINY, Graph

PATIENCE = 1.25  # a cut grown by more than this waits for smaller ones


@dataclass(frozen=True)
class Ascent:
    """What dual ascent found.

    Attributes:
        bound: no network is cheaper; inf where a sink cannot be reached.
        left: what is left of every arc's cost.
        cuts: arcs of the cuts that were charged.
    """

    bound: float
    left: np.ndarray
    cuts: list[np.ndarray]


def ascend(graph: Graph) -> Ascent:
    """Charge cuts around the sinks, small ones first."""
    left, bound = graph.cost.astype(float).copy(), 0.0
    cuts: list[np.ndarray] = []
    inside: dict[int, np.ndarray] = {}
    border: dict[int, np.ndarray] = {}
    queue: list[tuple[int, int]] = []
    for sink in graph.sinks.tolist():
        inside[sink] = np.zeros(graph.count, bool)
        inside[sink][sink] = True
        border[sink] = graph.into(np.array([sink]))
        heapq.heappush(queue, (len(border[sink]), sink))
    while queue:
        _, sink = heapq.heappop(queue)
        border[sink] = arcs = _grow(graph, left, inside[sink], border[sink])
        if inside[sink][0]:
            continue  # the root is reached by arcs that are paid for
        if not len(arcs):
            return Ascent(np.inf, left, cuts)
        if queue and len(arcs) > PATIENCE * queue[0][0] + 1:
            heapq.heappush(queue, (len(arcs), sink))
            continue
        charge = left[arcs].min()
        left[arcs] -= charge
        bound += float(charge)
        cuts.append(arcs)
        heapq.heappush(queue, (len(arcs), sink))
    return Ascent(bound, left, cuts)


def _grow(graph: Graph, left: np.ndarray, inside: np.ndarray, border: np.ndarray) -> np.ndarray:
    """Take in what reaches the set through arcs that are paid for; the arcs that enter it then."""
    border = border[~inside[graph.tail[border]]]
    while True:
        fresh = np.unique(graph.tail[border[left[border] <= TINY]])
        if not len(fresh):
            return border
        inside[fresh] = True
        border = np.concatenate([border, graph.into(fresh)])
        border = border[~inside[graph.tail[border]]]
