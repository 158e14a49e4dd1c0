"""Checks of telecom: cells out of reach, sites that contradict themselves, masts that no station feeds."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gridplan.case.check_places import stations_of
from gridplan.case.draft import Draft, check
from gridplan.case.problem import Problem
from gridplan.case.reach import edge_reach, km_between, mast_reach

APART_KM = 0.2  # masts farther from each other can hardly stand on one site


@check("cells-in-reach", "masts", "cells", "coverage")
def cells_in_reach(draft: Draft) -> Iterator[Problem]:
    """A place that must be covered can be covered by some mast, and by an edge site where it asks for one."""
    masts, cells, coverage = (draft.table(name) for name in ("masts", "cells", "coverage"))
    if (cells["required"] > 0).any():
        near = mast_reach(masts, cells, coverage)
        hint = "add a mast, or a row to coverage.csv"
        yield from _lost(draft, "required", near, "must be covered, but no mast reaches it", hint)
    if (cells["edge_required"] > 0).any():
        near = edge_reach(masts, cells, coverage)
        message = "must have an edge site in reach, but no mast with hosts_edge reaches it"
        yield from _lost(draft, "edge_required", near, message, "set hosts_edge of a mast near it")


def _lost(draft: Draft, column: str, near: list[np.ndarray], message: str, hint: str) -> Iterator[Problem]:
    cells = draft.table("cells")
    for i in (cells[column] > 0).to_numpy(dtype=bool).nonzero()[0]:
        if not len(near[i]):
            words = f"cell {cells['cell'].iloc[int(i)]!r} {message}"
            yield draft.problem("cells", int(i), column, words, "", hint)


@check("mast-sites", "masts")
def mast_sites(draft: Draft) -> Iterator[Problem]:
    """Masts on one site name one cost and one zone, and stand at one place."""
    frame = draft.table("masts")
    for site, rows in frame[frame["site"] != ""].groupby("site", sort=False):
        first = rows.iloc[0]
        for i in rows.index[rows["zone"] != first["zone"]]:
            message = f"site {site!r} is in {first['zone']!r} by mast {first['mast']!r}"
            yield draft.problem("masts", int(i), "zone", message, "one zone for all masts on a site")
        lat, lon = rows["lat"].to_numpy(float), rows["lon"].to_numpy(float)
        far = km_between(first["lat"], first["lon"], lat, lon)
        for i, km in zip(rows.index[far > APART_KM], far[far > APART_KM], strict=True):
            message = f"stands {km:.1f} km from {first['mast']!r}, on the same site {site!r}"
            allowed = f"at most {APART_KM:g} km"
            yield draft.problem("masts", int(i), "site", message, allowed, "", "warning")
        stated = rows["site_capex_keur"].dropna()
        keur = stated.iloc[0] if len(stated) else 0.0
        for i in stated.index[stated != keur]:
            message = f"site {site!r} costs {keur:g} kEUR by another mast on it"
            allowed = f"{keur:g}, or blank: a site has one cost"
            yield draft.problem("masts", int(i), "site_capex_keur", message, allowed)


@check("masts-without-station", "masts", "service_areas", "substations", "zones")
def masts_without_station(draft: Draft) -> Iterator[Problem]:
    """Power of masts lands on a station; where none feeds their zone, it is in no balance."""
    frame, fed = draft.table("masts"), stations_of(draft)
    kw = frame["power_kw"] + frame["edge_kw"].where(frame["hosts_edge"], 0.0)
    for i, zone in enumerate(frame["zone"].tolist()):
        if kw.iloc[i] > 0 and zone not in fed:
            message = f"no station feeds it, so its {kw.iloc[i]:g} kW are drawn nowhere"
            allowed = "a zone in service_areas, or one that is a station"
            yield draft.problem("masts", i, "zone", message, allowed, "", "warning")


@check("edge-without-host", "masts")
def edge_without_host(draft: Draft) -> Iterator[Problem]:
    """What is said of an edge site counts only at a mast that may host one."""
    frame = draft.table("masts")
    idle = ~frame["hosts_edge"].to_numpy(bool)
    for column in ("edge_kw", "edge_capex_keur", "edge_radius_km"):
        for i in (idle & (frame[column] > 0).to_numpy(bool)).nonzero()[0]:
            message = "hosts_edge is false, so no edge site comes here"
            yield draft.problem("masts", int(i), column, message, "", "set hosts_edge = true", "warning")
