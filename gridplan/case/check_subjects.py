"""Checks of datacenters and heat: sizes, sinks out of reach, programmes without sites."""

from __future__ import annotations

import math
from collections.abc import Iterator

from gridplan.case.draft import Draft, check
from gridplan.case.problem import Problem

HEAT = ("datacenters", "heat_sources", "heat_sinks", "heat_links", "junctions", "heat_pumps")


@check("datacenter-sizes", "datacenters")
def datacenter_sizes(draft: Draft) -> Iterator[Problem]:
    """Existing, least and module size fit in the largest size."""
    frame = draft.table("datacenters")
    names = {"min_it_mw": "the least size", "existing_it_mw": "the existing load"}
    for column, words in names.items():
        for i in (frame[column] > frame["max_it_mw"]).to_numpy().nonzero()[0]:
            size, most = frame[column].iloc[int(i)], frame["max_it_mw"].iloc[int(i)]
            message = f"{words} {size:g} MW is more than max_it_mw {most:g}"
            yield draft.problem("datacenters", int(i), column, message, f"at most {most:g} MW")
    new = frame["max_it_mw"] - frame["existing_it_mw"]
    for i in ((frame["module_it_mw"] > frame["max_it_mw"]) & (new > 0)).to_numpy().nonzero()[0]:
        size, most = frame["module_it_mw"].iloc[int(i)], frame["max_it_mw"].iloc[int(i)]
        message = f"one module of {size:g} MW is more than max_it_mw {most:g}"
        yield draft.problem("datacenters", int(i), "module_it_mw", message, f"at most {most:g} MW")


@check("programme-sites", "datacenter_demand", "datacenters", "zones", "substations")
def programme_sites(draft: Draft) -> Iterator[Problem]:
    """A programme has a site of its class (or of any) in its region."""
    zones, stations = draft.table("zones"), draft.table("substations")
    names = zones[["zone", "region", "res_region"]].itertuples(index=False, name=None)
    around = {zone: {zone, region, wider} for zone, region, wider in names}
    standing = dict(zip(stations["substation"].tolist(), stations["zone"].tolist(), strict=True))
    sites = draft.table("datacenters")
    there: list[tuple[str, set[str]]] = []
    for kind, zone, station in sites[["class", "zone", "substation"]].itertuples(index=False, name=None):
        place = zone if zone in around else standing.get(zone or station, "") or zone
        there.append((kind, around.get(place, {place}) | {"", "all"}))
    classes = sorted({kind for kind, _ in there if kind})
    seen = set()
    frame = draft.table("datacenter_demand")
    for i, key in enumerate(zip(frame["class"].tolist(), frame["region"].tolist(), strict=True)):
        kind, region = key
        if key in seen or any(own in ("", kind) and region in names for own, names in there):
            continue
        seen.add(key)
        where = f" in {region!r}" if region not in ("", "all") else ""
        message = f"no site of class {kind!r}{where}, so all of it falls short"
        yield draft.problem("datacenter_demand", i, "class", message, ", ".join(classes), severity="warning")


def _reach(draft: Draft) -> dict[str, set[str]]:
    """All places of heat that links join with each place."""
    near: dict[str, set[str]] = {}
    for start, end in draft.table("heat_links")[["from", "to"]].itertuples(index=False, name=None):
        near.setdefault(start, set()).add(end)
        near.setdefault(end, set()).add(start)
    found: dict[str, set[str]] = {}
    for place in near:
        if place in found:
            continue
        group, todo = {place}, [place]
        while todo:
            fresh = near[todo.pop()] - group
            group |= fresh
            todo += fresh
        found.update(dict.fromkeys(group, group))
    return found


@check("must-connect", *HEAT)
def must_connect(draft: Draft) -> Iterator[Problem]:
    """A sink that must be connected can be reached from a source of heat."""
    sites = draft.table("datacenters")
    warm = set(sites.loc[sites["heat_share"] > 0, "site"]) | set(draft.table("heat_sources")["source"])
    reach = _reach(draft)
    sinks = draft.table("heat_sinks")
    for i in sinks["must_connect"].to_numpy().nonzero()[0]:
        sink = sinks["sink"].iloc[int(i)]
        if not reach.get(sink, set()) & warm:
            message = f"sink {sink!r} must be connected, but no heat link leads to it from a source of heat"
            allowed = "a sink that links join with a heat source or a site with heat_share > 0"
            yield draft.problem("heat_sinks", int(i), "must_connect", message, allowed)


@check("cold-heat", *HEAT)
def cold_heat(draft: Draft) -> Iterator[Problem]:
    """Heat of a site that is colder than every sink in reach is only usable with a heat pump."""
    pumps = set(draft.table("heat_pumps")["at"])
    if not draft.has("heat_pumps"):
        return
    reach = _reach(draft)
    sinks = dict(
        zip(draft.table("heat_sinks")["sink"], draft.table("heat_sinks")["temperature_c"], strict=True)
    )
    frame = draft.table("datacenters")
    rows = zip(frame["site"].tolist(), frame["heat_share"].tolist(), frame["heat_c"].tolist(), strict=True)
    for i, (site, share, warmth) in enumerate(rows):
        group = reach.get(site, set())
        needed = [sinks[place] for place in group if place in sinks]
        if share > 0 and needed and warmth < min(needed) and not group & pumps:
            message = f"{warmth:g} °C is colder than every sink in reach, and there is no heat pump between"
            yield draft.problem(
                "datacenters", i, "heat_c", message, f"at least {min(needed):g} °C", "", "warning"
            )


@check("heat-demand", "heat_sinks")
def heat_demand(draft: Draft) -> Iterator[Problem]:
    """A sink states its peak, its heat a year, or both; and the heat fits under the peak."""
    frame = draft.table("heat_sinks")
    for i, (peak, heat) in enumerate(
        zip(frame["peak_mw"].tolist(), frame["annual_gwh"].tolist(), strict=True)
    ):
        if math.isnan(peak) and math.isnan(heat):
            message = "needs peak_mw or annual_gwh"
            yield draft.problem("heat_sinks", i, "peak_mw", message, "a number ≥ 0 MW")
        elif heat > peak * 8.784 + 1e-9:
            message = f"{heat:g} GWh a year does not fit under a peak of {peak:g} MW"
            yield draft.problem("heat_sinks", i, "annual_gwh", message, f"at most {peak * 8.76:g} GWh")
