"""Which stations are joined: meshed nets without bridges above, radial trees of 50 kV below."""

from __future__ import annotations

import networkx as nx
import numpy as np
from scipy.sparse.csgraph import minimum_spanning_tree

from gridplan.case.synthetic.places import Place, kilometres

NEIGHBOURS = 10


def mesh(xy: np.ndarray) -> list[tuple[int, int]]:
    """Pairs of points that are joined: relative neighbours, and what is missing so that no line is a bridge.

    Two points are relative neighbours where no third is nearer to both. Two points alone are one pair.
    """
    count = len(xy)
    if count < 2:
        return []
    km = kilometres(xy, xy)
    tree = minimum_spanning_tree(km + 1e-6).tocoo()
    pairs = {(min(a, b), max(a, b)) for a, b in zip(tree.row.tolist(), tree.col.tolist(), strict=True)}
    for a in range(count):
        for b in np.argsort(km[a], kind="stable")[1 : NEIGHBOURS + 1].tolist():
            between = np.maximum(km[a], km[b]) < km[a, b]
            between[[a, b]] = False
            if not between.any():
                pairs.add((min(a, b), max(a, b)))
    graph = nx.Graph(sorted(pairs))
    while count > 2 and (bridge := min(nx.bridges(graph), default=None)) is not None:
        graph.add_edge(*_around(graph, bridge, km))
    return sorted((min(a, b), max(a, b)) for a, b in graph.edges)


def _around(graph: nx.Graph, bridge: tuple[int, int], km: np.ndarray) -> tuple[int, int]:
    """The shortest other pair between the two sides of a bridge."""
    graph.remove_edge(*bridge)
    side = np.zeros(len(km), bool)
    side[list(nx.node_connected_component(graph, bridge[0]))] = True
    graph.add_edge(*bridge)
    length = np.where(side[:, None] & ~side[None, :], km, np.inf)
    length[bridge], length[bridge[::-1]] = np.inf, np.inf
    a, b = np.unravel_index(int(length.argmin()), length.shape)
    return int(a), int(b)


def radial(place: Place) -> list[tuple[int, int]]:
    """(station above, station) of every 50 kV station but the hubs: to its hub, or to one on the way."""
    low = place.of(50)
    hubs = [int(i) for i in low if place.beside[i] >= 0]
    others = [int(i) for i in low if place.beside[i] < 0]
    if not others:
        return []
    to_hub = kilometres(place.xy[others], place.xy[hubs])
    own, far = to_hub.argmin(axis=1), to_hub.min(axis=1)
    fed: dict[int, list[int]] = {k: [hub] for k, hub in enumerate(hubs)}
    depth = dict.fromkeys(hubs, 0)
    pairs = []
    for k in np.argsort(far, kind="stable").tolist():
        group = [i for i in fed[int(own[k])] if depth[i] < 2]
        km = kilometres(place.xy[[others[k]]], place.xy[group])[0]
        above = group[int(km.argmin())]
        depth[others[k]] = depth[above] + 1
        fed[int(own[k])].append(others[k])
        pairs.append((above, others[k]))
    return pairs


def unused_pairs(xy: np.ndarray, used: list[tuple[int, int]], count: int) -> list[tuple[int, int]]:
    """The `count` shortest pairs that are not joined: corridors that may be built."""
    km = kilometres(xy, xy)
    taken = set(used)
    near = {
        (min(a, b), max(a, b))
        for a in range(len(xy))
        for b in np.argsort(km[a], kind="stable")[1 : NEIGHBOURS + 1].tolist()
    } - taken
    return sorted(sorted(near, key=lambda pair: (km[pair], pair))[:count])
