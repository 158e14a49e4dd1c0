"""Masts, sites, cells and edge sites as the program wants them: what reaches what, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from gridplan.case.reach import Reach, edge_reach, mast_reach
from gridplan.model.frame import Frame

Row = dict[str, Any]
EDGE = ("edge_sites", "edge_mw", "edge_covered_share")  # indicators that ask for edge sites


@dataclass(frozen=True)
class Task:
    """Cells that something must or may cover.

    Attributes:
        reach: candidates that reach each cell.
        sure: first stage from which a cell is covered whatever is built: something that stands reaches it, or
            it is required (in a wide frame it may not be).
        must: first stage in which a row must see to it.
        counted: rows must see to it that what is reached counts as covered, for somebody may gain by less.
    """

    reach: Mapping[str, list[str]]
    sure: Mapping[str, int]
    must: Mapping[str, int]
    counted: bool

    def open(self, years: list[int]) -> list[tuple[str, int]]:
        """(cell, stage) that is not covered whatever is built."""
        return [(c, y) for c in self.reach for y in years if y < self.sure.get(c, y + 1)]


@dataclass(frozen=True)
class Net:
    """The masts and cells of a case.

    Attributes:
        masts, cells: rows by id.
        cover: what masts must and may cover.
        edges: the same for edge sites; None where nobody asks for any.
        hosts: masts that may host an edge site.
    """

    masts: dict[str, Row]
    cells: dict[str, Row]
    cover: Task
    edges: Task | None
    hosts: list[str]

    @cached_property
    def shared(self) -> dict[str, list[str]]:
        """Sites with a cost that several candidates share, and none that stands has paid: their masts."""
        return {s: on for s, on in self._sites.items() if len(on) > 1 and self.site_keur(on[0]) > 0}

    @cached_property
    def _sites(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for k, row in self.masts.items():
            if row["site"]:
                found.setdefault(row["site"], []).append(k)
        return found

    def site_keur(self, mast: str) -> float:
        """Cost of the site that a mast stands on (k€); 0 where a mast stands there already."""
        on = [self.masts[k] for k in self._sites.get(self.masts[mast]["site"], [mast])]
        stated = [row["site_capex_keur"] for row in on if not np.isnan(row["site_capex_keur"])]
        return 0.0 if any(row["existing"] for row in on) or not stated else float(stated[0])

    def battery_kwh(self, mast: str) -> float:
        """Battery of the mast alone."""
        return float(self.masts[mast]["battery_h"] * self.masts[mast]["power_kw"])

    def edge_battery_kwh(self, mast: str) -> float:
        """What an edge site adds to the battery."""
        return float(self.masts[mast]["battery_h"] * self.masts[mast]["edge_kw"])

    def mast_keur(self, mast: str) -> float:
        """What a new mast costs with its battery, and its site where no other candidate stands there (k€)."""
        row = self.masts[mast]
        own = 0.0 if row["site"] in self.shared else self.site_keur(mast)
        keur = row["capex_keur"] + own + self.battery_kwh(mast) * row["battery_capex_keur_per_kwh"]
        return 0.0 if row["existing"] else float(keur)

    def edge_keur(self, mast: str) -> float:
        """What an edge site costs with its battery (k€)."""
        row = self.masts[mast]
        battery = self.edge_battery_kwh(mast) * row["battery_capex_keur_per_kwh"]
        return float(row["edge_capex_keur"] + battery)


def telecom_net(frame: Frame) -> Net:
    """The masts and cells of a case."""
    tables = [frame.case.table(name) for name in ("masts", "cells", "coverage")]
    masts = {r["mast"]: r for r in frame.rows("masts")}
    cells = {r["cell"]: r for r in frame.rows("cells")}
    standing = {k for k, row in masts.items() if row["existing"]}
    near = _named(mast_reach(*tables), masts, cells)
    cover = _task(frame, cells, "required", near, standing, "covered_share")
    hosts = [k for k, row in masts.items() if row["hosts_edge"]]
    if not _asked(frame, cells):
        return Net(masts, cells, cover, None, [])
    near = _named(edge_reach(*tables), masts, cells)
    edges = _task(frame, cells, "edge_required", near, set(), "edge_covered_share")
    return Net(masts, cells, cover, edges, hosts)


def _named(reach: Reach, masts: dict[str, Row], cells: dict[str, Row]) -> dict[str, list[str]]:
    names = list(masts)
    return {c: [names[k] for k in near] for c, near in zip(cells, reach, strict=True)}


def _task(
    frame: Frame,
    cells: dict[str, Row],
    column: str,
    reach: dict[str, list[str]],
    standing: set[str],
    share: str,
) -> Task:
    years = frame.years
    asked = {}
    for c, row in cells.items():
        late = [y for y in years if row[column] > 0 and y >= row[column]]
        if late:
            asked[c] = late[0]
    free = {c: years[0] for c, near in reach.items() if not standing.isdisjoint(near)}
    must = {c: y for c, y in asked.items() if c not in free}
    sure = free if frame.wide else asked | free
    return Task(reach, sure, must, _counted(frame, share))


def _counted(frame: Frame, share: str) -> bool:
    """Whether somebody may gain by a share that is less than what is reached: an upper bound, a price that
    the objective may not see, or an objective that wants less of it.
    """
    policies, objective = frame.case.table("policies"), frame.case.settings.objective
    on = policies[(policies["indicator"] == share) & policies["value"].notna()]
    weight = objective.weights.get(share, float(share in objective.minimise))
    return bool(weight > 0 or (on["sense"] == "max").any() or (on["price"] > 0).any())


def _asked(frame: Frame, cells: dict[str, Row]) -> bool:
    """Whether anybody wants an edge site: a cell, a policy, or the objective."""
    policies = frame.case.table("policies")
    objective = frame.case.settings.objective
    wanted = {*policies["indicator"], *objective.minimise, *objective.weights}
    return any(row["edge_required"] > 0 for row in cells.values()) or not wanted.isdisjoint(EDGE)
