"""Electrical data of the groups of circuits that are in service in a stage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gridplan.case import Case, CaseError, Problem
from gridplan.network import reactance
from gridplan.solve.topology import STIFF, Topology


@dataclass(frozen=True)
class Circuits:
    """Every group of like circuits in parallel, per unit on 100 MVA.

    Attributes:
        corridor: id of the branch (or of the reinforcement that made the corridor).
        start, end: positions of its buses.
        r, x: of all its circuits together.
        tap: turns ratio at the start.
        shift: phase shift at the start, radians.
        mva: rating of all of them; inf: none.
        count: number of circuits.
    """

    corridor: tuple[str, ...]
    start: np.ndarray
    end: np.ndarray
    r: np.ndarray
    x: np.ndarray
    tap: np.ndarray
    shift: np.ndarray
    mva: np.ndarray
    count: np.ndarray

    def without_one(self, group: int) -> Circuits:
        """The same with one circuit of a group out; the last one leaves a group that carries nothing."""
        left = self.count.astype(float)
        left[group] -= 1
        with np.errstate(divide="ignore"):
            scale = np.where(left > 0, self.count / left, np.inf)
        return Circuits(
            self.corridor, self.start, self.end, self.r * scale, self.x * scale, self.tap, self.shift,
            self.mva * left / self.count, left.astype(int),
        )  # fmt: skip


def circuits(case: Case, topology: Topology) -> Circuits:
    """Circuits of a stage.

    A circuit that a reinforcement adds has the ratio R/X of its corridor; a blank `r_pu` is 0.

    Raises:
        CaseError: where a reactance is not known, though the grid is more than transport.
    """
    rows = {str(row["branch"]): row for row in case.table("branches").to_dict("records")}
    convention = case.settings.physics.susceptance
    parts, missing = [], []
    for group in topology.groups:
        row = rows.get(group.corridor)
        own = reactance(row, convention) if row is not None else group.x
        x, r, tap, shift = group.x, 0.0, 1.0, 0.0
        if row is not None and own:
            scale = group.x / own
            x, r = row["x_pu"] * scale, 0.0 if pd.isna(row["r_pu"]) else row["r_pu"] * scale
            if convention == "1/(x*tap)":
                tap, shift = row["tap_ratio"], float(np.deg2rad(row["shift_deg"]))
        if row is not None and pd.isna(row["x_pu"]) and row["kind"] != "tie" and not group.x:
            missing.append(group.corridor)
        if abs(x) < STIFF:
            x = STIFF
        mva = group.mw / case.settings.case.power_factor
        parts.append((r / group.count, x / group.count, tap, shift, mva, group.count))
    if missing and not topology.dc:
        raise CaseError(
            Problem("branches.csv", None, "x_pu", "", f"branch {name} has none", "a reactance", check="ac")
            for name in dict.fromkeys(missing)
        )
    rs, xs, taps, shifts, mvas, counts = np.array(parts, float).reshape(-1, 6).T
    names = tuple(group.corridor for group in topology.groups)
    ends = topology.start, topology.end
    return Circuits(names, *ends, rs, xs, taps, shifts, mvas, counts.astype(int))
