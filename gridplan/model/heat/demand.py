"""What every heat sink needs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gridplan.model.frame import Frame


def sink_peaks(frame: Frame) -> dict[str, float]:
    """Peak MW of every sink; from annual_gwh and the profile where no peak is given."""
    peaks = {}
    for row in frame.rows("heat_sinks"):
        peak = row["peak_mw"]
        if pd.isna(peak):
            annual = 0.0 if pd.isna(row["annual_gwh"]) else row["annual_gwh"]
            peak = annual * 1000 / max(_full_hours(frame, row["profile"]), 1e-9)
        peaks[row["sink"]] = float(peak)
    return peaks


def _full_hours(frame: Frame, profile: str) -> float:
    if frame.case.profiles is not None:
        return float(frame.case.profiles[profile].sum()) if profile else float(len(frame.case.profiles))
    return float(frame.case.settings.time.hours)


def sink_demand(frame: Frame) -> dict[str, dict[int, np.ndarray]]:
    """MW of heat that every sink needs, by stage and period; energy periods are scaled to annual_gwh.

    Without profiles the one period is the peak hour, so a peak that is given is what is needed in it.
    """
    peaks, weights = sink_peaks(frame), np.array([item.weight for item in frame.periods.items])
    demand = {}
    for row in frame.rows("heat_sinks"):
        shape = peaks[row["sink"]] * frame.profile(row["profile"])
        energy = float((weights * shape).sum())  # all stages share the energy periods
        scaled = frame.periods.energy and frame.case.profiles is not None and energy > 0
        if scaled and pd.notna(row["annual_gwh"]) and pd.notna(row["peak_mw"]):
            shape = np.where(weights > 0, shape * row["annual_gwh"] * 1000 / energy, shape)
        start = row["from_year"]
        demand[row["sink"]] = {y: shape * (pd.isna(start) or y >= start) for y in frame.years}
    return demand


def largest_demand(frame: Frame) -> dict[str, float]:
    """MW of heat that every sink can want in any hour: bounds of what passes a link."""
    peaks, demand = sink_peaks(frame), sink_demand(frame)
    found = {}
    for row in frame.rows("heat_sinks"):
        k, profile = row["sink"], row["profile"]
        top = 1.0 if frame.case.profiles is None or not profile else float(frame.case.profiles[profile].max())
        scaled = max((float(mw.max(initial=0.0)) for mw in demand[k].values()), default=0.0)
        found[k] = max(peaks[k] * max(top, 1.0), scaled)
    return found
