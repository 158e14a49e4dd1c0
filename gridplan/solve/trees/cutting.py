"""The relaxation of a network that reaches every sink, by rows that are added where they fail.

    min Σ cost·x     Σ x over the arcs that enter S ≥ 1 for every set S with a sink and without the root
                     x(v→w) ≤ Σ_{u≠w} x(u→v): what leaves a node came in from another one

Of the second kind there is one row per arc; they close most of the gap and cost nothing to find. The sets are
found by maximum flows with x as capacity, and only once no row of the second kind fails (Koch and Martin
1998, Networks 32).
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from gridplan.solve.trees.graph import Graph

SCALE = 1_000_000  # flows are whole numbers
SHORT = 1e-4  # a row fails by more than this
MANY = 40  # sinks looked at in one round
FEW = 20  # failing rows of the second kind below which sets are looked for


@dataclass(frozen=True)
class Bound:
    """A solved relaxation: its value, x and reduced cost of every arc."""

    value: float
    x: np.ndarray
    left: np.ndarray


class Cutting:
    """The relaxation, with rows added round by round.

    Attributes:
        cuts: arcs of the sets so far.
        onward: arcs of which the row of the second kind is there.
    """

    def __init__(self, graph: Graph, cuts: list[np.ndarray], seed: int) -> None:
        """Start from known cuts."""
        self.graph, self.cuts, self.onward = graph, list(cuts), set[int]()
        self.rng, self.highs = np.random.default_rng(seed), highspy.Highs()
        self.highs.silent()
        self.highs.setOptionValue("threads", 1)
        self.highs.setOptionValue("presolve", "off")
        lp, count = highspy.HighsLp(), len(graph.cost)
        lp.num_col_, lp.num_row_, lp.col_cost_ = count, 0, graph.cost
        lp.col_lower_, lp.col_upper_ = np.zeros(count), np.ones(count)
        self.highs.passModel(lp)
        self._rows([(arcs, np.ones(len(arcs))) for arcs in cuts], 1.0, highspy.kHighsInf)
        if graph.once:
            self._once()

    def _once(self) -> None:
        """Σ x into v ≤ 1, and out of a node without a user no less than into it."""
        g = self.graph
        into = [g.into(np.array([v])) for v in range(1, g.count)]
        self._rows([(a, np.ones(len(a))) for a in into if len(a)], -highspy.kHighsInf, 1.0)
        leaves, inner = np.argsort(g.tail, kind="stable"), np.ones(g.count, bool)
        start = np.searchsorted(g.tail[leaves], np.arange(g.count + 1))
        inner[g.users] = inner[0] = False
        rows = []
        for v in np.flatnonzero(inner).tolist():
            out = leaves[start[v] : start[v + 1]]
            rows.append(
                (np.concatenate([out, into[v - 1]]), np.repeat([1.0, -1.0], [len(out), len(into[v - 1])]))
            )
        self._rows(rows, 0.0, highspy.kHighsInf)

    def _rows(self, rows: list[tuple[np.ndarray, np.ndarray]], lower: float, upper: float) -> None:
        if not rows:
            return
        count, lengths = len(rows), [len(index) for index, _ in rows]
        start = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int32)
        index = np.concatenate([index for index, _ in rows]).astype(np.int32)
        value = np.concatenate([value for _, value in rows])
        bounds = np.full(count, lower), np.full(count, upper)
        self.highs.addRows(count, *bounds, len(index), start, index, value)

    def leave_out(self, arcs: np.ndarray) -> None:
        """Leave arcs out from now on."""
        zero = np.zeros(len(arcs))
        self.highs.changeColsBounds(len(arcs), arcs.astype(np.int32), zero, zero)

    def solve(self, time_limit_s: float) -> Bound | None:
        """The relaxation with the rows so far; None where it was not solved."""
        self.highs.setOptionValue("time_limit", self.highs.getRunTime() + max(time_limit_s, 0.0))
        self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        answer, value = self.highs.getSolution(), self.highs.getInfo().objective_function_value
        return Bound(float(value), np.array(answer.col_value), np.maximum(answer.col_dual, 0.0))

    def add(self, x: np.ndarray) -> int:
        """Add rows that fail; how many."""
        fresh = [a for a in self._failing(x).tolist() if a not in self.onward]
        self.onward.update(fresh)
        self._rows([onward_row(self.graph, a) for a in fresh], -highspy.kHighsInf, 0.0)
        if len(fresh) >= FEW:
            return len(fresh)
        sets = _violated(self.graph, x, self.rng.permutation(self.graph.sinks))
        self.cuts += sets
        self._rows([(arcs, np.ones(len(arcs))) for arcs in sets], 1.0, highspy.kHighsInf)
        return len(fresh) + len(sets)

    def _failing(self, x: np.ndarray) -> np.ndarray:
        g = self.graph
        inward = np.bincount(g.head, weights=x, minlength=g.count)
        return np.flatnonzero((g.tail != 0) & (x - inward[g.tail] + g.against(x) > SHORT))


def onward_row(graph: Graph, arc: int) -> tuple[np.ndarray, np.ndarray]:
    """(arcs, coefficients) of x(v→w) − Σ_{u≠w} x(u→v) ≤ 0."""
    before = graph.into(graph.tail[[arc]])
    before = before[graph.tail[before] != graph.head[arc]]
    return np.append(before, arc), np.append(np.full(len(before), -1.0), 1.0)


def _violated(graph: Graph, x: np.ndarray, sinks: np.ndarray) -> list[np.ndarray]:
    """Arcs of violated cuts between the root and some of these sinks."""
    used = np.flatnonzero(x > 1e-7)
    capacity = np.minimum(np.round(x[used] * SCALE), SCALE).astype(np.int32)
    shape = (graph.count, graph.count)
    network = sparse.csr_array((capacity, (graph.tail[used], graph.head[used])), shape=shape)
    found: dict[bytes, np.ndarray] = {}
    for looked, sink in enumerate(sinks.tolist()):
        if looked >= MANY and found:
            break
        flow = maximum_flow(network, 0, sink)
        if flow.flow_value >= SCALE * (1 - SHORT):
            continue
        left = sparse.csr_array(network - flow.flow)
        left.data[left.data < 0] = 0
        left.eliminate_zeros()
        inside = np.zeros(graph.count, bool)
        inside[breadth_first_order(left.T.tocsr(), sink, return_predecessors=False)] = True
        arcs = graph.entering(inside)
        if x[arcs].sum() < 1 - SHORT:
            found.setdefault(arcs.tobytes(), arcs)
    return list(found.values())
