"""The one-pager of a municipality: what comes, what fits, what is asked of whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from gridplan.plots.about import filled, rows
from gridplan.plots.text import Words
from gridplan.report.decisions import Decision, decisions
from gridplan.report.facts import Facts, Record, measure
from gridplan.report.tables import Column, Table, make

YEARS = (
    Column("year", "year", "year"),
    Column("datacenter_mw", "new_it", "mw"),
    Column("datacenter_total_mw", "all_it", "mw"),
    Column("datacenter_grid_mw", "grid_mw", "mw"),
    Column("heat_reused_tj", "heat_used", "mw"),
    Column("land_ha", "land", "mw"),
    Column("capex_meur", "capex", "mw"),
)
STATIONS = (
    Column("name", "station"),
    Column("share", "share", "percent"),
    Column("loading_first", "loading_in", "percent"),
    Column("room_first", "room_in", "mw"),
    Column("loading_last", "loading_in", "percent"),
    Column("room_last", "room_in", "mw"),
)


@dataclass(frozen=True)
class Place:
    """A municipality on one page."""

    number: int
    id: str
    name: str
    lines: tuple[str, ...]
    years: Table
    stations: Table
    sites: tuple[str, ...]
    heat: tuple[str, ...]
    rules: tuple[str, ...]
    decisions: tuple[Decision, ...]


def place(facts: Facts, zone: str, words: Words) -> Place:
    """Everything on one municipality."""
    row = facts.zones[zone]
    mine = tuple(d for d in decisions(facts, words) if d.zone == zone or d.owner == row["owner"])
    return Place(
        number=list(facts.zones).index(zone),
        id=zone,
        name=facts.zone_names[zone],
        lines=tuple(_lines(facts, zone, row, words)),
        years=make("place_years", YEARS, _years(facts, zone), words),
        stations=make("place_stations", _station_columns(facts), _stations(facts, zone), words),
        sites=tuple(_sites(facts, zone, words)),
        heat=tuple(_heat(facts, zone, words)),
        rules=tuple(_rules(facts, zone, words)),
        decisions=mine,
    )


def _years(facts: Facts, zone: str) -> Iterator[dict[str, Any]]:
    for year in facts.years:
        yield {"year": year} | {c.key: facts.value(c.key, year, zone) for c in YEARS[1:]}


def _station_columns(facts: Facts) -> list[Column]:
    year = {"first": str(facts.first), "last": str(facts.last)}
    return [
        replace(c, values={"year": year[c.key.rpartition("_")[2]]}) if c.heading.endswith("_in") else c
        for c in STATIONS
    ]


def _stations(facts: Facts, zone: str) -> Iterator[dict[str, Any]]:
    for station, share in facts.serves.get(zone, []):
        first, last = facts.load(station, facts.first), facts.load(station, facts.last)
        yield {
            "name": facts.station_names.get(station, station),
            "link": str(facts.numbers.get(station, "")),
            "share": share,
            "loading_first": first.get("loading"),
            "room_first": first.get("headroom_mw"),
            "loading_last": last.get("loading"),
            "room_last": last.get("headroom_mw"),
        }


def _lines(facts: Facts, zone: str, row: Record, words: Words) -> Iterator[str]:
    new, all_new = facts.value("datacenter_mw", facts.last, zone), facts.value("datacenter_mw", facts.last)
    key = "place.comes" if new > 1e-3 else "place.nothing"
    yield words(key, year=str(facts.last), mw=words.mw(new), all=words.mw(all_new))
    own = [s for s, _ in facts.serves.get(zone, [])]
    full = [facts.station_names[s] for s in facts.full(facts.last) if s in own]
    if full:
        yield words("place.full", year=str(facts.last), names=", ".join(full))
    elif own:
        rooms = [(float(facts.load(s, facts.last).get("headroom_mw", float("nan"))), s) for s in own]
        known = [(room, s) for room, s in rooms if room == room]
        if known:
            room, best = max(known)
            yield words(
                "place.room", year=str(facts.last), station=facts.station_names[best], mw=words.mw(room)
            )
    used = facts.value("heat_reused_tj", facts.last, zone)
    if used > 0.05:
        yield words("place.heat", year=str(facts.last), tj=words.mw(used))
    if filled(row["population"]):
        yield words("place.people", n=words.number(float(row["population"])))


def _sites(facts: Facts, zone: str, words: Words) -> Iterator[str]:
    for site in facts.sites:
        if site["zone"] != zone:
            continue
        stands = words("place.stands", mw=words.mw(site["existing"])) if site["existing"] > 0 else ""
        if site["opened"] is None:
            yield words("place.site_not", name=site["name"]) + stands
            continue
        steps = ", ".join(f"{year}: {words.mw(mw)} MW" for year, mw in site["mw"].items() if mw > 1e-3)
        yield words("place.site", name=site["name"], steps=steps) + stands


def _heat(facts: Facts, zone: str, words: Words) -> Iterator[str]:
    for row in facts.reuse:
        if str(row["zone"]) == zone:
            yield str(row[f"sentence_{words.lang}"])
    sinks = rows(facts.plan, "heat_sinks", facts.last)
    mine = (sinks["zone"].astype(str) == zone) & (sinks["connected"].astype(float) > 0.5)
    for row in sinks[mine].to_dict("records"):
        name = facts.sink_names.get(str(row["sink"]), str(row["sink"]))
        yield words("place.sink", name=name, tj=words.mw(float(row["heat_tj"])), year=str(facts.last))


def _rules(facts: Facts, zone: str, words: Words) -> Iterator[str]:
    """Policies of this municipality alone, one line for all their years."""
    found: dict[str, list[Record]] = {}
    for row in facts.policies:
        if str(row["scope"]) == zone:
            found.setdefault(str(row["policy"]), []).append(row)
    for policy, members in found.items():
        row = members[-1]
        years = ", ".join(str(int(member["year"])) for member in members)
        key = "place.rule_binds" if any(bool(member["binding"]) for member in members) else "place.rule"
        yield words(
            key,
            policy=policy.replace("_", " "),
            what=measure(str(row["indicator"]), words),
            sense=words("place.most" if row["sense"] == "max" else "place.least"),
            value=words.mw(float(row["value"])),
            years=years,
        )
