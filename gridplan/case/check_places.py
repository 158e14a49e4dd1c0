"""Checks of places and years: service areas, zones without a station, years against the horizon."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from gridplan.case.draft import Draft, check
from gridplan.case.problem import Problem

TOLERANCE = 1e-3
LOADS = ("demands", "supplies", "storages", "datacenters", "queue")


@check("service-area-shares", "service_areas")
def service_area_shares(draft: Draft) -> Iterator[Problem]:
    """The shares of a zone sum to 1."""
    frame = draft.table("service_areas")
    for zone, rows in frame.groupby("zone", sort=False):
        total = float(rows["share"].sum())
        if zone and abs(total - 1) > TOLERANCE:
            message = f"the shares of zone {zone!r} sum to {total:.6g}, not to 1"
            yield draft.problem(
                "service_areas", int(rows.index[-1]), "share", message, "shares that sum to 1"
            )


def stations_of(draft: Draft) -> dict[str, dict[str, float]]:
    """Stations that feed a zone, with shares; a station's own id serves as a zone too."""
    found: dict[str, dict[str, float]] = {}
    areas = draft.table("service_areas")
    for zone, station, share in areas[["zone", "substation", "share"]].itertuples(index=False, name=None):
        found.setdefault(zone, {})[station] = share
    for station in draft.ids("substations"):
        found.setdefault(station, {station: 1.0})
    return found


@check("zone-without-station", "service_areas", "substations", "zones", *LOADS)
def zone_without_station(draft: Draft) -> Iterator[Problem]:
    """What stands in a zone can be fed: the zone has service areas, or is itself a station."""
    fed = stations_of(draft)
    zones = draft.ids("zones")
    for name in LOADS:
        frame = draft.table(name)
        for i, (zone, station) in enumerate(
            zip(frame["zone"].tolist(), frame["substation"].tolist(), strict=True)
        ):
            if zone in zones and not station and zone not in fed:
                message = f"no station serves zone {zone!r}"
                allowed = "a zone in service_areas, or one that is a station"
                yield draft.problem(name, i, "zone", message, allowed, "add a row to service_areas.csv")


@check("all-electric-place", "heat_sinks")
def all_electric_place(draft: Draft) -> Iterator[Problem]:
    """A sink that heats itself with electricity, always or as a back-up, is a load, so it needs a zone."""
    frame = draft.table("heat_sinks")
    electric = (frame["alternative"] == "all_electric") | (frame["backup"] == "electric")
    for i in (electric & (frame["zone"] == "")).to_numpy().nonzero()[0]:
        what = (
            "an all-electric sink"
            if frame["alternative"].iloc[int(i)] == "all_electric"
            else "a sink with an electric back-up"
        )
        message = f"{what} needs a zone, whose station feeds it"
        yield draft.problem("heat_sinks", int(i), "zone", message, "a zone")


@check("horizon-rows", "case.toml", "demands", "supplies", "datacenter_demand")
def horizon_rows(draft: Draft) -> Iterator[Problem]:
    """A demand, supply or programme has a row by the last year; later rows only serve to interpolate."""
    last = draft.settings.horizon.last_year
    keys = {"demands": ["demand"], "supplies": ["supply"], "datacenter_demand": ["class", "region"]}
    for name, key in keys.items():
        frame = draft.table(name)
        dated = frame[frame["year"].notna()]
        for label, rows in dated.groupby(key, sort=False):
            if rows["year"].min() > last:
                message = f"all years of {label[0]!r} are after the horizon, which ends in {last}"
                yield draft.problem(name, int(rows.index[0]), "year", message, f"a year up to {last}")


@check("horizon-policies", "case.toml", "policies")
def horizon_policies(draft: Draft) -> Iterator[Problem]:
    """A policy begins before it ends, and holds in some stage."""
    years = draft.settings.horizon.years
    frame = draft.table("policies")
    for i, (start, end) in enumerate(zip(frame["from_year"], frame["until_year"], strict=True)):
        first = years[0] if pd.isna(start) else int(start)
        final = 9999 if pd.isna(end) else int(end)
        if not pd.isna(start) and first > final:
            message = f"from_year {first} is after until_year {final}"
            yield draft.problem("policies", i, "from_year", message, f"a year up to {final}")
        elif not any(first <= year <= final for year in years):
            message = f"holds in none of the stages {', '.join(map(str, years))}"
            yield draft.problem("policies", i, "from_year", message, severity="warning")


@check("horizon-earliest", "case.toml", "datacenters", "reinforcements", "heat_links", "heat_storages")
def horizon_earliest(draft: Draft) -> Iterator[Problem]:
    """What can only come after the last stage never comes."""
    last = draft.settings.horizon.years[-1]
    for name in ("datacenters", "reinforcements", "heat_links", "heat_storages"):
        years = draft.table(name)["earliest_year"]
        for i in (years > last).fillna(False).to_numpy(dtype=bool).nonzero()[0]:
            message = f"{years.iloc[int(i)]} is after the last stage {last}, so it is never built"
            yield draft.problem(
                name, int(i), "earliest_year", message, f"a year up to {last}", severity="warning"
            )
