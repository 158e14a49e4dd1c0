"""Checks of what is read but changes nothing: warnings, so that nobody plans on it."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from gridplan.case.draft import Draft, check
from gridplan.case.problem import Problem


@check("phase-shifts", "case.toml", "branches")
def phase_shifts(draft: Draft) -> Iterator[Problem]:
    """Phase shifts count with susceptance = "1/(x*tap)" only."""
    shifted = int((draft.table("branches")["shift_deg"] != 0).sum())
    convention = draft.settings.physics.susceptance
    if shifted and convention != "1/(x*tap)":
        message = f"{shifted} phase shifts are not looked at with susceptance = {convention!r}"
        yield draft.problem("branches", None, "shift_deg", message, "", severity="warning")


@check("works-without-effect", "branches", "reinforcements")
def works_without_effect(draft: Draft) -> Iterator[Problem]:
    """A branch out of service cannot be reinforced; a rating is raised only where circuits are."""
    branches = draft.table("branches")
    columns = branches[["branch", "from", "to", "circuits", "in_service"]]
    running = {name: n for name, _, _, n, on in columns.itertuples(index=False, name=None) if on}
    between: dict[frozenset[str], list[str]] = {}
    for name, start, end, _, on in columns.itertuples(index=False, name=None):
        if on:
            between.setdefault(frozenset((start, end)), []).append(name)
    frame = draft.table("reinforcements")
    frame = frame[frame["kind"] == "branch"]
    frame = frame[["target", "from", "to", "adds_circuits"]]
    for i, target, start, end, adds in frame.itertuples(name=None):
        if target and target not in running:
            message = f"branch {target!r} is out of service, so this is never built"
            yield draft.problem("reinforcements", int(i), "target", message, severity="warning")
        elif not pd.isna(adds) and adds == 0:
            there = [target] if target else between.get(frozenset((start, end)), [])
            if sum(running[name] for name in there) == 0:
                message = "raises the rating of a corridor without circuits, so it brings nothing"
                hint = "a rating is raised of the circuits in `branches`, not of those that are built"
                yield draft.problem(
                    "reinforcements", int(i), "adds_circuits", message, "at least 1", hint, "warning"
                )


@check("least-output", "supplies")
def least_output(draft: Draft) -> Iterator[Problem]:
    """What of a supply must run is no more than its capacity."""
    frame = draft.table("supplies")
    for i in (frame["min_mw"] > frame["capacity_mw"]).to_numpy(dtype=bool).nonzero()[0]:
        most = frame["capacity_mw"].iloc[int(i)]
        message = f"min_mw {frame['min_mw'].iloc[int(i)]:g} is more than capacity_mw {most:g}"
        yield draft.problem("supplies", int(i), "min_mw", message, f"at most {most:g} MW")


@check("growth-without-capacity", "supplies")
def growth_without_capacity(draft: Draft) -> Iterator[Problem]:
    """A supply without a limit has nothing to add capacity to."""
    frame = draft.table("supplies")
    limited = set(frame.loc[frame["capacity_mw"].notna(), "supply"])
    for i in (frame["max_new_mw"] > 0).to_numpy(dtype=bool).nonzero()[0]:
        if frame["supply"].iloc[int(i)] not in limited:
            message = "capacity_mw is blank, so there is no limit and nothing is ever added"
            hint = "write capacity_mw = 0 where there is none yet"
            yield draft.problem("supplies", int(i), "max_new_mw", message, "", hint, severity="warning")
