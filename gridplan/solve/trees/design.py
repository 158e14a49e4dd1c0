"""The network that a program may build, as a graph whose arcs are columns of the program.

It is there where the case has one stage and, in every part of the heat network that tells which way heat
passes (`model/heat/tree.py`), one period or a tree decides what is built. Node 0 stands for all producers;
opening one, or its being there anyway, is an arc from node 0.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from math import gcd
from typing import Any

import numpy as np

from gridplan.model.heat.parts import Part
from gridplan.solve.compile import Compiled
from gridplan.solve.trees.graph import Graph

NONE = -1


@dataclass(frozen=True)
class Design:
    """A graph and where its arcs are in the program.

    Attributes:
        graph: costs are those of the objective.
        column: of `way` (or `running`) by arc; -1: it is there anyway.
        link: what has to be built for an arc, as a position in `built`; -1: nothing else.
        built: columns of the pipes (or of opening) of every link; one of them is needed.
        base: least that all else adds to the objective; -inf where that has no bound.
        step: costs of plans differ by so much or not at all; 0: by anything.
    """

    graph: Graph
    column: np.ndarray
    link: np.ndarray
    built: list[list[int]]
    base: float
    step: float


@dataclass
class _Arcs:
    """Arcs as they are found."""

    number: dict[str, int] = field(default_factory=dict)
    rows: list[tuple[int, int, int, int]] = field(default_factory=list)  # tail, head, column, link
    built: list[list[int]] = field(default_factory=list)
    link: dict[str, int] = field(default_factory=dict)

    def node(self, name: str) -> int:
        return self.number.setdefault(name, len(self.number) + 1)


def design(compiled: Compiled, cost: np.ndarray, constant: float) -> Design | None:
    """The graph of a program under an objective; None where there is none or no sink has to be reached."""
    heat, frame = compiled.program.model.heat, compiled.program.frame
    found: list[Part] = heat.tree_parts
    if len(frame.years) > 1 or not all(part.once or len(frame.pairs) == 1 for part in found):
        return None
    year, arcs = frame.years[0], _Arcs()
    for part in found:
        _part(compiled, heat, part, year, arcs)
    wanted = [k for part in found for k, by in part.wanted.items() if by[year] > 0 and k in arcs.number]
    must = [arcs.number[k] for k in wanted if k in heat.MUST]
    if not must:
        return None
    tail, head, column, link = np.array(arcs.rows, int).T
    each = np.array([min((cost[k] for k in columns), default=np.inf) for columns in arcs.built] + [0.0])
    price = each[link] + np.where(column == NONE, 0.0, cost[column])
    chosen = np.unique([*column[column != NONE], *(k for columns in arcs.built for k in columns)])
    if (cost[chosen] < 0).any():
        return None
    users = np.array([arcs.number[k] for k in wanted])
    once = all(part.once for part in found)
    graph = Graph(len(arcs.number) + 1, tail, head, price, np.array(must), users, once)
    return Design(
        graph, column, link, arcs.built, constant + _rest(compiled, cost, chosen), _step(compiled, cost)
    )


def _part(compiled: Compiled, heat: Any, part: Part, year: int, arcs: _Arcs) -> None:
    at = compiled.position
    end = {arc: v for v, entering in part.into.items() for arc in entering}
    for v, leaving in part.out.items():
        for n, w in leaving:
            way = at.get(id(heat.way[n, w, year]), NONE)
            if n not in arcs.link:
                items = (
                    [heat.pipe[n, k, year] for k in heat.PIPE] if n in heat.PIPED else [heat.open[n, year]]
                )
                arcs.link[n] = len(arcs.built)
                arcs.built.append([at[id(item)] for item in items if id(item) in at and not item.fixed])
            if way != NONE and arcs.built[arcs.link[n]]:
                arcs.rows.append((arcs.node(v), arcs.node(end[n, w]), way, arcs.link[n]))
    arcs.rows += [(arcs.node(a), arcs.node(z), NONE, NONE) for a, z in part.free]
    for h in sorted(part.producers):
        running = heat.running[h, year] if h in heat.PRICED else None
        column = NONE if running is None else at.get(id(running), NONE)
        if running is None or column != NONE:
            arcs.rows.append((0, arcs.node(h), column, NONE))


def _rest(compiled: Compiled, cost: np.ndarray, chosen: np.ndarray) -> float:
    """Least of the objective over the bounds of all other columns."""
    others = cost.copy()
    others[chosen] = 0.0
    at = np.where(others > 0, compiled.lower, compiled.upper)
    used = others != 0
    return float((others[used] * at[used]).sum())


def _step(compiled: Compiled, cost: np.ndarray) -> float:
    """Greatest common divisor of whole costs of whole columns; 0 where there are others."""
    used = cost[cost != 0]
    if not len(used) or not compiled.integer[cost != 0].all() or (used != np.round(used)).any():
        return 0.0
    return float(reduce(gcd, np.abs(used).astype(int).tolist()))
