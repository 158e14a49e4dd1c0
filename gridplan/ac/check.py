"""The AC check of a plan: voltages, loading, losses, and where AC and the plan's own flows differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from gridplan.ac.circuits import Circuits, circuits
from gridplan.ac.collapse import COLUMNS as UNSOLVED
from gridplan.ac.collapse import unsolved_rows
from gridplan.ac.flow import Grid
from gridplan.ac.gather import Gather, branch_rows, station_rows
from gridplan.ac.hours import YearHours, year_hours
from gridplan.ac.reactive import COLUMNS as SUPPORT
from gridplan.ac.reactive import holding, support_rows
from gridplan.case import CaseError, Problem
from gridplan.network import Network
from gridplan.plan import Plan

TABLES = ("ac_years", "ac_branches", "ac_stations", "ac_support", "ac_unsolved")
HOLD = ("grid", "one")
LOW, HIGH = 0.9, 1.1  # pu; outside of them an hour counts as out of range
DIFFERENT = 0.05  # of the largest flow of the plan on a branch


@dataclass
class AcResult:
    """Tables of an AC check.

    Attributes:
        years: one row per stage: hours, hours without a solution, losses, voltages, counts.
        branches: one row per branch and stage.
        stations: one row per station and stage.
        support: one row per station that keeps its voltage, or lacks compensation, and stage.
        unsolved: one row per hour (and outage) without a solution.
        reactive: how much a bus takes, Mvar per MW.
    """

    years: pd.DataFrame
    branches: pd.DataFrame
    stations: pd.DataFrame
    support: pd.DataFrame
    unsolved: pd.DataFrame
    reactive: float = 0.0
    notes: list[str] = field(default_factory=list)

    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by name."""
        found = (self.years, self.branches, self.stations, self.support, self.unsolved)
        return dict(zip(TABLES, found, strict=True))


def ac_check(
    plan: Plan,
    years: Sequence[int] | None = None,
    outages: bool = False,
    voltage: float = 1.0,
    power_factor: float | None = None,
    hold: str = "grid",
) -> AcResult:
    """Load flow of every hour of every stage.

    Every bus takes the net MW of the plan and, where that is positive, MW · tan(acos(power factor)) Mvar;
    what it gives, it gives at power factor 1. One bus of each island (the one with most supply) is its
    anchor: it keeps its voltage and covers the losses. With `hold = "grid"` every station that a grid above
    feeds keeps its voltage too, by reactive power, while its MW stay those of the plan. Circuits have series
    resistance and reactance only: charging is not in a case.

    Args:
        plan: the plan.
        years: stages; None: all.
        outages: also every outage that does not split the network, in the hours that load it most.
        voltage: pu at the stations that keep it.
        power_factor: of what is taken; None: that of the case.
        hold: "grid" (stations with a supply of technology grid_supply, and anchors) or "one" (anchors only).

    Raises:
        CaseError: where the case has no branches or no reactances.
        ValueError: for an unknown year or `hold`, or a voltage or power factor out of range.
    """
    case = plan.case
    chosen = tuple(case.years if years is None else years)
    for year in chosen:
        if year not in case.years:
            raise ValueError(f"year {year} is not a stage; there are {', '.join(map(str, case.years))}")
    factor = case.settings.case.power_factor if power_factor is None else power_factor
    if not 0 < factor <= 1 or not 0.5 <= voltage <= 1.5:
        raise ValueError(f"power factor {factor:g} (above 0 to 1) or voltage {voltage:g} pu (0.5 to 1.5)")
    if hold not in HOLD:
        raise ValueError(f"hold is {hold!r}; allowed: {', '.join(HOLD)}")
    if not len(case.table("branches")):
        message = "has no branches, so there is no AC flow to check"
        raise CaseError([Problem("branches.csv", None, "", "", message, "branches with x_pu", check="ac")])
    reactive = float(np.tan(np.arccos(factor)))
    network = Network(case)
    found = _Found()
    for stage in year_hours(plan, chosen):
        data = circuits(case, stage.topology)
        held = holding(case, network, stage.year, stage.topology.buses) if hold == "grid" else None
        _Stage(plan, network, stage, data, reactive, voltage, held).into(found, outages)
    return AcResult(
        pd.DataFrame(found.years),
        pd.DataFrame(found.branches),
        pd.DataFrame(found.stations),
        pd.DataFrame(found.support, columns=list(SUPPORT)),
        pd.DataFrame(found.unsolved, columns=list(UNSOLVED)),
        reactive,
    )


@dataclass
class _Found:
    """Rows so far."""

    years: list[dict] = field(default_factory=list)
    branches: list[dict] = field(default_factory=list)
    stations: list[dict] = field(default_factory=list)
    support: list[dict] = field(default_factory=list)
    unsolved: list[dict] = field(default_factory=list)


@dataclass
class _Stage:
    """One stage and what is assumed."""

    plan: Plan
    network: Network
    stage: YearHours
    data: Circuits
    reactive: float
    voltage: float
    held: np.ndarray | None

    def into(self, found: _Found, outages: bool) -> None:
        """Load flow of all hours; add the rows."""
        stage, buses = self.stage, self.stage.topology.buses
        mvar = np.maximum(stage.taken, 0.0) * self.reactive
        grid = self._grid(self.data)
        intact = Gather(self.data, len(buses), stage.flows, floor=LOW)
        for flow in grid.solve(stage.taken, mvar):
            intact.add(flow)
        self._unsolved(found, grid, intact, mvar)
        worst, skipped = self._outages(found, mvar) if outages else ({}, 0)
        weight = self.plan.case.settings.time.hours / len(stage.flows) if len(stage.flows) == 1 else 1.0
        branches = branch_rows(stage.year, self.data, intact, worst, weight, DIFFERENT)
        support, said = support_rows(stage.year, grid, buses, intact, stage.taken, mvar, LOW)
        found.branches += branches
        found.stations += station_rows(stage.year, buses, self.network.bus, intact, worst)
        found.support += support
        found.years.append(
            intact.year_row(stage.year, stage.taken, weight, LOW, HIGH)
            | said
            | {
                "overloaded_branches": sum(row["ac_loading"] > 1.0 for row in branches),
                "differing_branches": sum(row["differing_hours"] > 0 for row in branches),
                "outages": len(worst),
                "skipped_outages": skipped,
                "unsolved_outages": sum(int((~after.solved).any()) for after in worst.values()),
            }
        )

    def _grid(self, data: Circuits) -> Grid:
        buses = self.stage.topology.buses
        supply = np.array([self.stage.supply.get(bus, 0.0) for bus in buses])
        return Grid(data, len(buses), supply, self.voltage, self.held)

    def _outages(self, found: _Found, mvar: np.ndarray) -> tuple[dict[str, Gather], int]:
        """What every outage that leaves one network does in the worst hours, and how many do not."""
        stage, topology = self.stage, self.stage.topology
        hours, worst, skipped = _worst_hours(stage), dict[str, Gather](), 0
        for name in topology.lost:
            if topology.splits(name):
                skipped += 1
                continue
            lost, shift, _ = topology.after(name)
            flows = stage.flows[hours] + np.outer(stage.flows[hours, lost], shift)
            left = self.data.without_one(lost)
            after = Gather(left, len(topology.buses), flows, hours)
            try:
                lame = self._grid(left)
            except Exception:  # of power-grid-model: what is left is no network
                skipped += 1
                continue
            for flow in lame.solve(stage.taken[hours], mvar[hours]):
                after.add(flow)
            self._unsolved(found, lame, after, mvar, name)
            worst[name] = after
        return worst, skipped

    def _unsolved(self, found: _Found, grid: Grid, state: Gather, mvar: np.ndarray, outage: str = "") -> None:
        hours = state.hours[~state.solved]
        taken, buses = self.stage.taken[hours], self.stage.topology.buses
        found.unsolved += unsolved_rows(self.stage.year, grid, buses, taken, mvar[hours], hours, LOW, outage)


def _worst_hours(stage: YearHours) -> np.ndarray:
    """The hours in which some group, or the whole grid, carries most."""
    peaks = np.abs(stage.flows).argmax(axis=0)
    taken = np.maximum(stage.taken, 0.0).sum(axis=1)
    return np.unique([*peaks.tolist(), int(taken.argmax()), int(taken.argmin())])
