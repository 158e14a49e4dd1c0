"""Load flow of many hours at once, by power-grid-model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from gridplan.ac.circuits import Circuits
from gridplan.exchange.needs import need

BASE_KV, BASE_MVA = 100.0, 100.0  # so that 1 pu is 100 ohm, whatever the voltage is
OHM = BASE_KV**2 / BASE_MVA
STIFF_VA = 1e20
CHUNK = 1_000  # hours that are computed at once


@dataclass(frozen=True)
class Flow:
    """Some hours.

    Attributes:
        first: number of the first hour of the block.
        solved: by hour.
        u: hours × buses, voltage in pu; NaN where a bus has no circuit.
        p: hours × groups, MW at the start.
        s: hours × groups, the larger apparent power of both ends, MVA.
        loss: hours × groups, MW.
    """

    first: int
    solved: np.ndarray
    u: np.ndarray
    p: np.ndarray
    s: np.ndarray
    loss: np.ndarray


class Grid:
    """A grid ready for many hours: one bus of every island keeps its voltage and takes what losses ask."""

    def __init__(self, circuits: Circuits, buses: int, supply: np.ndarray, voltage: float = 1.0) -> None:
        """Make the model.

        Args:
            circuits: circuits in service; those with no circuit left are out.
            buses: number of buses.
            supply: MW of supply by bus; the bus with most of an island keeps its voltage.
            voltage: that voltage, pu.
        """
        self._tools = need("power_grid_model", "ac")
        self._errors = need("power_grid_model.errors", "ac")
        self.circuits, self._buses = circuits, buses
        self._on = circuits.count > 0
        self.live, self.slack = _anchors(circuits, self._on, buses, supply)
        self._nodes = np.flatnonzero(self.live)
        fixed = np.isin(self._nodes, self.slack)
        self._loads = self._nodes[~fixed]
        self._model = self._tools.PowerGridModel(self._input(voltage))

    def _input(self, voltage: float) -> dict[str, Any]:
        make, c = self._tools.initialize_array, self.circuits
        node = make("input", "node", len(self._nodes))
        node["id"], node["u_rated"] = self._nodes, BASE_KV * 1e3
        groups = np.flatnonzero(self._on)
        branch = make("input", "generic_branch", len(groups))
        branch["id"] = self._buses + groups
        branch["from_node"], branch["to_node"] = c.start[groups], c.end[groups]
        branch["from_status"] = branch["to_status"] = 1
        branch["r1"], branch["x1"] = c.r[groups] * OHM, c.x[groups] * OHM
        branch["g1"] = branch["b1"] = 0.0
        branch["k"], branch["theta"] = c.tap[groups], c.shift[groups]
        branch["sn"] = np.where(np.isfinite(c.mva[groups]) & (c.mva[groups] > 0), c.mva[groups], 1e6) * 1e6
        after = self._buses + len(c.count)
        source = make("input", "source", len(self.slack))
        source["id"], source["node"] = after + np.arange(len(self.slack)), self.slack
        source["status"], source["u_ref"], source["sk"] = 1, voltage, STIFF_VA
        load = make("input", "sym_load", len(self._loads))
        load["id"] = self._load_ids = after + len(self.slack) + np.arange(len(self._loads))
        load["node"], load["status"] = self._loads, 1
        load["type"] = self._tools.LoadGenType.const_power
        load["p_specified"] = load["q_specified"] = 0.0
        return {"node": node, "generic_branch": branch, "source": source, "sym_load": load}

    def solve(self, mw: np.ndarray, mvar: np.ndarray) -> Iterator[Flow]:
        """Load flow of every hour, in blocks.

        Args:
            mw, mvar: hours × buses, what each bus takes.
        """
        groups = np.flatnonzero(self._on)
        for first in range(0, len(mw), CHUNK):
            part = slice(first, min(first + CHUNK, len(mw)))
            count = part.stop - first
            update = self._tools.initialize_array("update", "sym_load", (count, len(self._loads)))
            update["id"] = self._load_ids
            update["p_specified"] = mw[part][:, self._loads] * 1e6
            update["q_specified"] = mvar[part][:, self._loads] * 1e6
            found = self._model.calculate_power_flow(
                update_data={"sym_load": update}, threading=-1, continue_on_batch_error=True,
                output_component_types={"node": ["id", "u_pu"], "generic_branch": BRANCH},
            )  # fmt: skip
            solved = np.ones(count, bool)
            error = self._model.batch_error
            if error is not None:
                solved[np.asarray(error.failed_scenarios, int)] = False
            u = np.full((count, self._buses), np.nan)
            u[:, self._nodes] = found["node"]["u_pu"]
            made = np.zeros((3, count, len(self._on)))
            branch = found["generic_branch"]
            made[0][:, groups] = branch["p_from"] / 1e6
            made[1][:, groups] = np.maximum(branch["s_from"], branch["s_to"]) / 1e6
            made[2][:, groups] = (branch["p_from"] + branch["p_to"]) / 1e6
            u[~solved] = np.nan
            made[:, ~solved] = np.nan
            yield Flow(first, solved, u, *made)


BRANCH = ["id", "p_from", "p_to", "s_from", "s_to"]


def _anchors(c: Circuits, on: np.ndarray, buses: int, supply: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which buses have a circuit, and the bus of every island that keeps its voltage."""
    live = np.zeros(buses, bool)
    live[c.start[on]] = live[c.end[on]] = True
    graph = sparse.csr_array((np.ones(int(on.sum())), (c.start[on], c.end[on])), shape=(buses, buses))
    _, island = connected_components(graph, directed=False)
    order = np.lexsort((np.arange(buses), -supply))
    slack: dict[int, int] = {}
    for bus in order:
        if live[bus]:
            slack.setdefault(int(island[bus]), int(bus))
    return live, np.array(sorted(slack.values()), int)
