"""The AC check of a plan: voltages, loading, losses, and where AC and the plan's own flows differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from gridplan.ac.circuits import circuits
from gridplan.ac.flow import Grid
from gridplan.ac.gather import Gather, branch_rows, station_rows
from gridplan.ac.hours import YearHours, year_hours
from gridplan.case import CaseError, Problem
from gridplan.network import Network
from gridplan.plan import Plan

TABLES = ("ac_years", "ac_branches", "ac_stations")
LOW, HIGH = 0.9, 1.1  # pu; outside of them an hour counts as out of range
DIFFERENT = 0.05  # of the largest flow of the plan on a branch


@dataclass
class AcResult:
    """Tables of an AC check.

    Attributes:
        years: one row per stage: hours, hours without a solution, losses, voltages, counts.
        branches: one row per branch and stage.
        stations: one row per station and stage.
        reactive: how much a bus takes, Mvar per MW.
    """

    years: pd.DataFrame
    branches: pd.DataFrame
    stations: pd.DataFrame
    reactive: float = 0.0
    notes: list[str] = field(default_factory=list)

    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by name."""
        return dict(zip(TABLES, (self.years, self.branches, self.stations), strict=True))


def ac_check(
    plan: Plan,
    years: Sequence[int] | None = None,
    outages: bool = False,
    voltage: float = 1.0,
    power_factor: float | None = None,
) -> AcResult:
    """Load flow of every hour of every stage.

    Every bus takes the net MW of the plan and, where that is positive, MW · tan(acos(power factor)) Mvar;
    what it gives, it gives at power factor 1. One bus of each island (the one with most supply) keeps its
    voltage and covers the losses; nothing else supports the voltage. Circuits have series resistance and
    reactance only: charging is not in a case.

    Args:
        plan: the plan.
        years: stages; None: all.
        outages: also every outage that does not split the network, in the hours that load it most.
        voltage: pu at the bus that keeps it.
        power_factor: of what is taken; None: that of the case.

    Raises:
        CaseError: where the case has no branches or no reactances.
        ValueError: for an unknown year, or a voltage or power factor out of range.
    """
    case = plan.case
    chosen = tuple(case.years if years is None else years)
    for year in chosen:
        if year not in case.years:
            raise ValueError(f"year {year} is not a stage; there are {', '.join(map(str, case.years))}")
    factor = case.settings.case.power_factor if power_factor is None else power_factor
    if not 0 < factor <= 1 or not 0.5 <= voltage <= 1.5:
        raise ValueError(f"power factor {factor:g} (above 0 to 1) or voltage {voltage:g} pu (0.5 to 1.5)")
    if not len(case.table("branches")):
        message = "has no branches, so there is no AC flow to check"
        raise CaseError([Problem("branches.csv", None, "", "", message, "branches with x_pu", check="ac")])
    reactive = float(np.tan(np.arccos(factor)))
    network = Network(case)
    found: list[tuple[dict, list, list]] = []
    for stage in year_hours(plan, chosen):
        found.append(_stage(plan, network, stage, reactive, voltage, outages))
    return AcResult(
        pd.DataFrame([row for row, _, _ in found]),
        pd.DataFrame([row for _, rows, _ in found for row in rows]),
        pd.DataFrame([row for _, _, rows in found for row in rows]),
        reactive,
    )


def _stage(
    plan: Plan, network: Network, stage: YearHours, reactive: float, voltage: float, outages: bool
) -> tuple[dict, list, list]:
    topology = stage.topology
    data = circuits(plan.case, topology)
    supply = np.array([stage.supply.get(bus, 0.0) for bus in topology.buses])
    mvar = np.maximum(stage.taken, 0.0) * reactive
    grid = Grid(data, len(topology.buses), supply, voltage)
    intact = Gather(data, len(topology.buses), stage.flows)
    for flow in grid.solve(stage.taken, mvar):
        intact.add(flow)
    worst: dict[str, Gather] = {}
    skipped = 0
    if outages:
        hours = _worst_hours(stage)
        for name in topology.lost:
            if topology.splits(name):
                skipped += 1
                continue
            lost, shift, _ = topology.after(name)
            flows = stage.flows[hours] + np.outer(stage.flows[hours, lost], shift)
            after = Gather(data.without_one(lost), len(topology.buses), flows, hours)
            try:
                lame = Grid(data.without_one(lost), len(topology.buses), supply, voltage)
            except Exception:  # of power-grid-model: what is left is no network
                skipped += 1
                continue
            for flow in lame.solve(stage.taken[hours], mvar[hours]):
                after.add(flow)
            worst[name] = after
    weight = plan.case.settings.time.hours / len(stage.flows) if len(stage.flows) == 1 else 1.0
    branches = branch_rows(stage.year, data, intact, worst, weight, DIFFERENT)
    stations = station_rows(stage.year, topology.buses, network.bus, intact, worst)
    year = intact.year_row(stage.year, stage.taken, weight, LOW, HIGH)
    limit = [row for row in branches if row["ac_loading"] > 1.0]
    year |= {
        "overloaded_branches": len(limit),
        "differing_branches": sum(row["differing_hours"] > 0 for row in branches),
        "outages": len(worst),
        "skipped_outages": skipped,
        "unsolved_outages": sum(int((~after.solved).any()) for after in worst.values()),
    }
    return year, branches, stations


def _worst_hours(stage: YearHours) -> np.ndarray:
    """The hours in which some group, or the whole grid, carries most."""
    peaks = np.abs(stage.flows).argmax(axis=0)
    taken = np.maximum(stage.taken, 0.0).sum(axis=1)
    return np.unique([*peaks.tolist(), int(taken.argmax()), int(taken.argmin())])
