"""Where the nodes and bands of a flow picture go (inches): columns, slots, and no two in one place.

Every band leaves and enters a node in a slot of its own, at least as high as its number; a band that skips a
column passes it in a lane. Parts of the network that are not connected stand one below the other, so bands
cross only within a part; what no band touches comes last.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import networkx as nx

LEAST = 0.118  # inches: height of a slot, so that its number fits
GAP = 0.05  # inches between nodes
APART = 0.16  # inches between parts
SWEEPS = 6

Id = tuple[str, str]  # kind, name


@dataclass
class Node:
    """A node: column, amounts that only begin or end there, and where it is drawn."""

    id: Id
    column: int
    label: str = ""
    before: list[tuple[str, float]] = field(default_factory=list)  # (kind, amount) that comes from outside
    after: list[tuple[str, float]] = field(default_factory=list)  # (kind, amount) that goes nowhere
    top: float = 0.0
    height: float = 0.0
    into: dict[Any, float] = field(default_factory=dict)  # middle of the slot of each band, or kind
    out: dict[Any, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Band:
    """An amount from one node to another in a later column."""

    start: Id
    end: Id
    amount: float


@dataclass
class Layout:
    """Nodes by id, lanes among them, bands in pieces that span one column each, and the height of all."""

    nodes: dict[Id, Node]
    pieces: list[Band]
    height: float


def layout(nodes: list[Node], bands: list[Band], scale: float) -> Layout:
    """Place everything.

    Args:
        nodes: with their columns; places are filled in.
        bands: between nodes of different columns, from left to right.
        scale: inches per unit of amount.
    """
    known = {node.id: node for node in nodes}
    pieces = list(_pieces(known, bands))
    graph = nx.Graph()
    graph.add_nodes_from(known)
    graph.add_edges_from((band.start, band.end) for band in pieces)
    together = [[known[i] for i in known if i in part] for part in nx.connected_components(graph)]
    parts = sorted((part for part in together if len(part) > 1), key=lambda part: -_amount(part, pieces))
    alone = sorted((part[0] for part in together if len(part) == 1), key=lambda node: -_amount([node], []))
    parts += [alone] if alone else []
    top = 0.0
    for part in parts:
        own = [band for band in pieces if band.start in {node.id for node in part}]
        for node in part:
            node.height = _height(node, own, scale)
        columns = _ordered(part, own)
        tall = max(_tall(column) for column in columns.values())
        for column in columns.values():
            at = top + (tall - _tall(column)) / 2
            for node in column:
                node.top, at = at, at + node.height + GAP
        top += tall + APART
    for node in known.values():
        _slots(node, known, pieces, scale)
    return Layout(known, pieces, max(top - APART, LEAST))


def _pieces(known: dict[Id, Node], bands: list[Band]) -> list[Band]:
    """Bands cut at lanes of the columns that they skip."""
    found = []
    for band in bands:
        at = band.start
        for column in range(known[band.start].column + 1, known[band.end].column):
            lane = ("lane", f"{'|'.join(band.start)}>{'|'.join(band.end)}@{column}")
            known[lane] = Node(lane, column)
            found.append(Band(at, lane, band.amount))
            at = lane
        found.append(Band(at, band.end, band.amount))
    return found


def _amount(part: list[Node], pieces: list[Band]) -> float:
    own = {node.id for node in part}
    inside = sum(amount for node in part for _, amount in [*node.before, *node.after])
    return inside + sum(band.amount for band in pieces if band.start in own)


def slot(amount: float, scale: float) -> float:
    """Height of a slot."""
    return max(amount * scale, LEAST)


def _height(node: Node, pieces: list[Band], scale: float) -> float:
    into = [b.amount for b in pieces if b.end == node.id] + [amount for _, amount in node.before]
    out = [b.amount for b in pieces if b.start == node.id] + [amount for _, amount in node.after]
    return max(sum(slot(a, scale) for a in into), sum(slot(a, scale) for a in out), LEAST)


def _tall(column: list[Node]) -> float:
    return sum(node.height for node in column) + GAP * (len(column) - 1)


def _ordered(part: list[Node], pieces: list[Band]) -> dict[int, list[Node]]:
    """Nodes of a part by column, in an order in which few bands cross: by the mean place of neighbours."""
    columns: dict[int, list[Node]] = defaultdict(list)
    for node in part:
        columns[node.column].append(node)
    weight: dict[Id, list[tuple[Id, float]]] = defaultdict(list)
    for band in pieces:
        weight[band.start].append((band.end, band.amount))
        weight[band.end].append((band.start, band.amount))
    for column in columns.values():
        column.sort(key=lambda node: (-sum(amount for _, amount in [*weight[node.id], *node.after]), node.id))
    for sweep in range(SWEEPS):
        order = sorted(columns, reverse=bool(sweep % 2))
        for k in order[1:]:
            place = {node.id: _middle(columns[j], node) for j in columns if j != k for node in columns[j]}
            columns[k].sort(key=lambda node: _mean(weight[node.id], place, node))
    return dict(sorted(columns.items()))


def _middle(column: list[Node], node: Node) -> float:
    """Place of a node in its column, from 0 to 1."""
    before = sum(other.height + GAP for other in column[: column.index(node)])
    return (before + node.height / 2) / max(_tall(column), 1e-9)


def _mean(weight: list[tuple[Id, float]], place: dict[Id, float], node: Node) -> tuple[float, float, Id]:
    near = [(place[i], amount) for i, amount in weight if i in place]
    total = sum(amount for _, amount in near)
    still = -sum(amount for _, amount in [*node.after, *node.before])
    return (
        sum(p * amount for p, amount in near) / total if total else 1.0,
        still if not total else 0.0,
        node.id,
    )


def _slots(node: Node, known: dict[Id, Node], pieces: list[Band], scale: float) -> None:
    """Middle of every slot of a node, bands in the order of their other ends."""

    def centre(i: Id) -> float:
        return known[i].top + known[i].height / 2

    into = sorted((b for b in pieces if b.end == node.id), key=lambda b: centre(b.start))
    out = sorted((b for b in pieces if b.start == node.id), key=lambda b: centre(b.end))
    _stack(node, [*((b, b.amount) for b in into), *node.before], node.into, scale)
    _stack(node, [*((b, b.amount) for b in out), *node.after], node.out, scale)


def _stack(node: Node, items: list[tuple[Any, float]], found: dict[Any, float], scale: float) -> None:
    at = node.top
    for key, amount in items:
        height = slot(amount, scale)
        found[key] = at + height / 2
        at += height
