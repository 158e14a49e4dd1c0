"""The fact sheet of a station: how full, why, and what unlocks it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from gridplan.plots.about import filled
from gridplan.plots.duration import LIMITED_HOURS, hours_above, load_at
from gridplan.plots.growth import label
from gridplan.plots.text import Words
from gridplan.report import load_flow, unlocked
from gridplan.report.decisions import added
from gridplan.report.facts import Facts, Record
from gridplan.report.tables import Column, Table, make

WARNING = 0.85
PARTS = 5  # categories that are named

COLUMNS = (
    Column("year", "year", "year"),
    Column("peak_mw", "peak", "mw"),
    Column("limit_mw", "limit", "mw"),
    Column("loading", "loading", "percent"),
    Column("headroom_mw", "room", "mw"),
    Column("state", "state"),
    Column("back_mw", "feedin_peak", "mw"),
    Column("back_limit", "feedin_limit", "mw"),
    Column("back_room", "feedin_room", "mw"),
)


@dataclass(frozen=True)
class Sheet:
    """A station on one page: facts, a table by year, and sentences."""

    number: int
    id: str
    name: str
    zone: str
    facts: tuple[str, ...]
    table: Table
    causes: tuple[str, ...]
    unlocks: tuple[str, ...]
    curve: tuple[str, ...]


def sheet(facts: Facts, station: str, words: Words) -> Sheet:
    """Everything on one station, computed once a language."""
    key = f"{words.lang}|{station}"
    if key not in facts.kept:
        facts.kept[key] = _sheet(facts, station, words)
    return facts.kept[key]


def _sheet(facts: Facts, station: str, words: Words) -> Sheet:
    row = facts.stations[station]
    zone = str(row["zone"]) if filled(row["zone"]) else ""
    return Sheet(
        number=facts.numbers[station],
        id=station,
        name=facts.station_names[station],
        zone=facts.zone_names.get(zone, zone),
        facts=tuple(_about(facts, station, row, words)),
        table=make("sheet", COLUMNS, _years(facts, station, words), words),
        causes=(*_causes(facts, station, words), *load_flow.at_station(facts, station, words)),
        unlocks=tuple(_unlocks(facts, station, words)),
        curve=tuple(_curve(facts, station, words)),
    )


def _about(facts: Facts, station: str, row: Record, words: Words) -> Iterator[str]:
    if filled(row["owner"]):
        yield words("sheet.owner", owner=str(row["owner"]))
    if filled(row["transformers"]) and filled(row["transformer_mva"]) and float(row["transformers"]) > 0:
        yield words(
            "sheet.transformers",
            n=words.number(float(row["transformers"])),
            mva=words.mw(float(row["transformer_mva"])),
        )
    fed = [
        f"{facts.zone_names.get(zone, zone)} ({words.percent(share)} %)"
        for zone, parts in facts.serves.items()
        for name, share in parts
        if name == station
    ]
    if fed:
        yield words("sheet.serves", zones=", ".join(fed))
    if filled(row["limited_by"]):
        parent = str(row["limited_by"])
        yield words("sheet.parent", station=facts.station_names.get(parent, parent))


def _years(facts: Facts, station: str, words: Words) -> Iterator[dict[str, Any]]:
    for year in facts.years:
        load, back = facts.load(station, year), facts.load(station, year, "feedin")
        if load or back:
            more = {"back_mw": back.get("peak_mw"), "back_limit": back.get("limit_mw")}
            state = words(f"state.{load.get('class', 'none')}")
            yield {**load, **more, "year": year, "back_room": back.get("headroom_mw"), "state": state}


def _causes(facts: Facts, station: str, words: Words) -> Iterator[str]:
    last, first = facts.parts.get((station, facts.last), []), facts.parts.get((station, facts.first), [])
    if not last:
        yield words("sheet.empty")
        return
    total = float(last[0]["total_mw"])
    yield words(
        "sheet.filled",
        year=str(facts.last),
        total=words.mw(total),
        parts=_named([(row["category"], float(row["mw"])) for row in last if row["mw"] > 0], words),
    )
    gives = [(row["category"], -float(row["mw"])) for row in last if row["mw"] < 0]
    if gives:
        yield words("sheet.less", parts=_named(sorted(gives, key=lambda p: -p[1]), words))
    before = {row["category"]: float(row["mw"]) for row in first}
    now = {row["category"]: float(row["mw"]) for row in last}
    change = {k: now.get(k, 0.0) - before.get(k, 0.0) for k in {**now, **before}}
    grown = sorted(((k, v) for k, v in change.items() if v > 0.5), key=lambda pair: (-pair[1], pair[0]))
    if grown and first:
        more = total - float(first[0]["total_mw"])
        key = "sheet.grown" if more >= 0 else "sheet.shrunk"
        yield words(
            key, year=str(facts.first), mw=words.mw(abs(more)), parts=_named(grown, words, signed=True)
        )
    for site in facts.sites:
        if site["substation"] == station and site["opened"] is not None:
            yield words(
                "sheet.site", name=site["name"], mw=words.mw(site["mw"][facts.last]), year=str(site["opened"])
            )
    for row in facts.unserved:
        if str(row["substation"]) == station:
            yield words("sheet.unserved", year=str(int(row["year"])), mw=words.mw(float(row["mw"])))


def _named(parts: list[tuple[str, float]], words: Words, signed: bool = False) -> str:
    shown = [f"{label(k, words)} {words.mw(v, signed)} MW" for k, v in parts[:PARTS]]
    rest = sum(v for _, v in parts[PARTS:])
    if rest > 0.05:
        shown.append(words("sheet.rest", mw=words.mw(rest, signed)))
    return ", ".join(shown)


def _unlocks(facts: Facts, station: str, words: Words) -> Iterator[str]:
    """What the plan builds here, what else the case would allow, and rights that are not firm."""
    chosen = [row for row in facts.built if row["target"] == station]
    for row in chosen:
        yield words(
            "sheet.built",
            name=row["name"],
            what=added(row, words),
            year=str(int(row["year"])),
            meur=words.mw(float(row["capex_meur"])),
            owner=row["owner"] or words("decide.nobody"),
            start=str(int(row["latest_start"])),
        )
    yield from _spare(facts, station, {row["reinforcement"] for row in chosen}, words)
    yield from _rights(facts, station, words)
    yield from unlocked.at_station(facts, station, words)
    full = [y for y in facts.years if facts.load(station, y).get("class") == "full"]
    last = facts.load(station, facts.last)
    room = float(last.get("headroom_mw", math.nan))
    if facts.last not in full and not math.isnan(room):
        yield words("sheet.left", year=str(facts.last), mw=words.mw(room))
    elif full:
        yield words("sheet.full", years=", ".join(map(str, full)))


def _spare(facts: Facts, station: str, chosen: set[str], words: Words) -> Iterator[str]:
    for row in facts.options.get(station, []):
        if str(row["reinforcement"]) in chosen:
            continue
        name = str(row["name"]) if filled(row["name"]) else str(row["reinforcement"])
        mva = f"+{words.mw(float(row['adds_mva']))} MVA, " if filled(row["adds_mva"]) else ""
        year = str(int(row["earliest_year"])) if filled(row["earliest_year"]) else str(facts.first)
        meur = words.mw(float(row["capex_meur"])) if filled(row["capex_meur"]) else "–"
        yield words("sheet.spare", name=name, mva=mva, meur=meur, year=year)


def _rights(facts: Facts, station: str, words: Words) -> Iterator[str]:
    for row in facts.rights_room.get(station, []):
        if row["right"] != "firm" and filled(row["room_mw"]) and float(row["room_mw"]) > 0.5:
            yield words(
                "sheet.right",
                right=str(row["right"]),
                mw=words.mw(float(row["room_mw"])),
                hours=words.number(float(row["limited_hours"])),
                year=str(facts.last),
            )


def _curve(facts: Facts, station: str, words: Words) -> Iterator[str]:
    """What the load-duration curve of the last stage says."""
    curve = facts.curves.get(station, pd.DataFrame())
    curve = curve[curve["year"] == facts.last] if len(curve) else curve
    limit = float(facts.load(station, facts.last).get("limit_mw", math.nan))
    if curve.empty:
        yield words("sheet.no_curve")
        return
    usual = load_at(curve, LIMITED_HOURS)
    if math.isfinite(limit) and limit > 0:
        yield words(
            "sheet.hours",
            year=str(facts.last),
            hours=words.number(hours_above(curve, WARNING * limit * (1 + 1e-9))),
            limit=words.mw(WARNING * limit),
        )
        yield words(
            "sheet.p15",
            hours=words.number(LIMITED_HOURS),
            mw=words.mw(usual),
            room=words.mw(max(limit - usual, 0.0)),
        )
    else:
        yield words("sheet.p15_only", hours=words.number(LIMITED_HOURS), mw=words.mw(usual))
