"""Load flow of many hours at once, by power-grid-model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from gridplan.ac.circuits import Circuits
from gridplan.ac.support import Support
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
        mvar: hours × buses, what keeps voltages (given: positive), that of the anchors included.
    """

    first: int
    solved: np.ndarray
    u: np.ndarray
    p: np.ndarray
    s: np.ndarray
    loss: np.ndarray
    mvar: np.ndarray


class Grid:
    """A grid ready for many hours: one bus of every island is its anchor and takes what losses ask."""

    def __init__(
        self,
        circuits: Circuits,
        buses: int,
        supply: np.ndarray,
        voltage: float = 1.0,
        holds: np.ndarray | None = None,
    ) -> None:
        """Make the model.

        Args:
            circuits: circuits in service; those with no circuit left are out.
            buses: number of buses.
            supply: MW of supply by bus; the bus with most of an island is its anchor.
            voltage: of the anchors, and of all that keep it, pu.
            holds: by bus, whether it keeps its voltage too, with as much reactive power as that takes.
        """
        self._tools = need("power_grid_model", "ac")
        self._errors = need("power_grid_model.errors", "ac")
        self.circuits, self._buses, self.voltage = circuits, buses, voltage
        self._on = circuits.count > 0
        self.live, self.slack = _anchors(circuits, self._on, buses, supply)
        self._nodes = np.flatnonzero(self.live)
        fixed = np.isin(self._nodes, self.slack)
        self._loads = self._nodes[~fixed]
        self._model = self._tools.PowerGridModel(self._input(voltage))
        self.target = np.where(np.zeros(buses, bool) if holds is None else holds, voltage, np.nan)
        self._support = Support(self, self.target)

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
        for first in range(0, len(mw), CHUNK):
            part = slice(first, first + CHUNK)
            given, kept = self._support.find(mw[part], mvar[part])
            yield self.block(first, mw[part], mvar[part], given, kept)

    def block(
        self, first: int, mw: np.ndarray, mvar: np.ndarray, given: np.ndarray, kept: np.ndarray
    ) -> Flow:
        """Load flow of some hours in which buses are given Mvar; hours that are not kept have no solution."""
        groups = np.flatnonzero(self._on)
        found, solved = self._run(mw, mvar - given, {"node": ["id", "u_pu"], "generic_branch": BRANCH})
        solved &= kept
        count = len(mw)
        u = np.full((count, self._buses), np.nan)
        u[:, self._nodes] = found["node"]["u_pu"]
        made = np.full((3, count, len(self._on)), 0.0)
        branch = found["generic_branch"]
        with np.errstate(invalid="ignore", divide="ignore"):  # what has no solution is not defined
            made[0][:, groups] = branch["p_from"] / 1e6
            made[1][:, groups] = np.maximum(branch["s_from"], branch["s_to"]) / 1e6
            made[2][:, groups] = (branch["p_from"] + branch["p_to"]) / 1e6
            made[:, ~solved], u[~solved] = np.nan, np.nan
            total = given.copy()
            total[:, self.slack] = mvar[:, self.slack]
            for bus in self.slack:
                total[:, bus] += branch["q_from"][:, self.circuits.start[groups] == bus].sum(axis=1) / 1e6
                total[:, bus] += branch["q_to"][:, self.circuits.end[groups] == bus].sum(axis=1) / 1e6
        total[~solved] = np.nan
        return Flow(first, solved, u, made[0], made[1], made[2], total)

    def voltages(self, mw: np.ndarray, mvar: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Voltage of every bus (NaN without circuits) in every hour, pu, and whether there is a solution."""
        found, solved = self._run(mw, mvar, {"node": ["id", "u_pu"]})
        u = np.full((len(mw), self._buses), np.nan)
        u[:, self._nodes] = found["node"]["u_pu"]
        return u, solved

    def _run(
        self, mw: np.ndarray, mvar: np.ndarray, output: dict[str, list[str]]
    ) -> tuple[dict[str, Any], np.ndarray]:
        """What power-grid-model finds, and in which hours."""
        update = self._tools.initialize_array("update", "sym_load", (len(mw), len(self._loads)))
        update["id"] = self._load_ids
        update["p_specified"] = mw[:, self._loads] * 1e6
        update["q_specified"] = mvar[:, self._loads] * 1e6
        found = self._model.calculate_power_flow(
            update_data={"sym_load": update}, threading=-1, continue_on_batch_error=True,
            output_component_types=output,
        )  # fmt: skip
        solved = np.ones(len(mw), bool)
        error = self._model.batch_error
        if error is not None:
            solved[np.asarray(error.failed_scenarios, int)] = False
        return found, solved


BRANCH = ["id", "p_from", "p_to", "q_from", "q_to", "s_from", "s_to"]


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
