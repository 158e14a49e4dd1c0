"""Short independent cycles of a graph that is too large for a minimum cycle basis."""

from __future__ import annotations

from typing import Any

import networkx as nx


def short_rings(graph: nx.Graph) -> list[list[Any]]:
    """A cycle basis: every chord of a breadth-first tree closes the shortest way there is so far.

    Chords are taken by the length of their way in the tree and stay for the ones after. A cycle holds a chord
    that none before it has, so they are independent.
    """
    rings = []
    for part in nx.connected_components(graph):
        inside = graph.subgraph(part)
        root = max(inside, key=lambda node: (inside.degree(node), -node if isinstance(node, int) else 0))
        tree = nx.Graph(nx.bfs_edges(inside, root))
        chords = [(a, b) for a, b in inside.edges if not tree.has_edge(a, b)]
        ways = {chord: nx.shortest_path_length(tree, *chord) for chord in chords}
        for a, b in sorted(chords, key=lambda chord: ways[chord]):
            rings.append(nx.shortest_path(tree, a, b))
            tree.add_edge(a, b)
    return rings
