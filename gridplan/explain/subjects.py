"""A case without heat or masts, for studies of the grid in which they only cost time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gridplan.case import Case
from gridplan.case.frozen import Frames

TABLES = {
    "heat": (
        "heat_sources", "heat_sinks", "heat_links", "heat_pumps", "heat_storages", "junctions", "pipe_types",
    ),
    "telecom": ("masts", "cells", "coverage"),
}  # fmt: skip
INDICATORS = {
    "heat": ("heat_reused_tj", "heat_delivered_tj", "heat_backup_tj", "heat_pump_mw"),
    "telecom": (
        "covered_share", "masts", "telecom_mw", "telecom_battery_mwh", "edge_sites", "edge_mw",
        "edge_covered_share",
    ),
}  # fmt: skip


def without(case: Case, subjects: Sequence[str]) -> Case:
    """The case without the tables of subjects, and without policies on what they count.

    Raises:
        ValueError: unknown subject.
    """
    for name in subjects:
        if name not in TABLES:
            raise ValueError(f"subject '{name}' cannot be left out; there are {', '.join(TABLES)}")
    if not subjects:
        return case
    gone = {table for name in subjects for table in TABLES[name]}
    frames = {name: case.tables[name] for name in case.tables if name not in gone}
    if "policies" in frames:
        counted = [indicator for name in subjects for indicator in INDICATORS[name]]
        rows = frames["policies"]
        frames["policies"] = rows[~rows["indicator"].isin(counted)].reset_index(drop=True)
    return replace(case, tables=Frames(frames))
