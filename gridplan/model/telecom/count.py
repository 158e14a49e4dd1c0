"""What masts, sites and edge sites cost, draw and cover: terms of the indicators."""

from __future__ import annotations

from typing import Any

from gridplan.model.frame import Frame
from gridplan.model.telecom.net import Net
from gridplan.model.terms import Terms


def count(b: Any, frame: Frame, terms: Terms, net: Net) -> None:
    """Add the terms of every mast, shared site, edge site and cell."""
    _masts(b, frame, terms, net)
    _sites(b, frame, terms, net)
    _edges(b, frame, terms, net)
    _cells(b.covered, frame, terms, net, "covered_share")
    if net.edges is not None:
        _cells(b.edge_covered, frame, terms, net, "edge_covered_share")


def _tags(net: Net, mast: str) -> tuple[str, ...]:
    row = net.masts[mast]
    return (mast, row["type"], row["owner"], row["site"])


def _masts(b: Any, frame: Frame, terms: Terms, net: Net) -> None:
    for k, row in net.masts.items():
        zone, tags = frame.zone_at(row["zone"], ""), _tags(net, k)
        terms.invest(zone, {y: b.mast[k, y] for y in frame.years}, net.mast_keur(k) / 1000, tags)
        for y in frame.years:
            if not row["existing"]:
                terms.add("masts", zone, y, b.mast[k, y], 1.0, tags)
            terms.add("telecom_mw", zone, y, b.mast[k, y], row["power_kw"] / 1000, tags)
            terms.add("telecom_battery_mwh", zone, y, b.mast[k, y], net.battery_kwh(k) / 1000, tags)


def _sites(b: Any, frame: Frame, terms: Terms, net: Net) -> None:
    for s, on in net.shared.items():
        zone = frame.zone_at(net.masts[on[0]]["zone"], "")
        tags = {word for k in on for word in _tags(net, k)}
        terms.invest(zone, {y: b.site[s, y] for y in frame.years}, net.site_keur(on[0]) / 1000, tags)


def _edges(b: Any, frame: Frame, terms: Terms, net: Net) -> None:
    for h in net.hosts:
        row, tags = net.masts[h], _tags(net, h)
        zone = frame.zone_at(row["zone"], "")
        terms.invest(zone, {y: b.edge[h, y] for y in frame.years}, net.edge_keur(h) / 1000, tags)
        for y in frame.years:
            terms.add("edge_sites", zone, y, b.edge[h, y], 1.0, tags)
            for name in ("edge_mw", "telecom_mw"):
                terms.add(name, zone, y, b.edge[h, y], row["edge_kw"] / 1000, tags)
            terms.add("telecom_battery_mwh", zone, y, b.edge[h, y], net.edge_battery_kwh(h) / 1000, tags)


def _cells(covered: Any, frame: Frame, terms: Terms, net: Net, name: str) -> None:
    """The weight of each cell; of what is covered whatever is built as a constant."""
    unsettled = set(covered)
    for c, row in net.cells.items():
        zone = frame.zone_at(row["zone"], "")
        for y in frame.years:
            column = covered[c, y] if (c, y) in unsettled else None
            terms.add(name, zone, y, column, row["weight"], (c,))
