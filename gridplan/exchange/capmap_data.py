"""The fields of the official capacity map (im-capaciteitskaart v1.3.0) that gridplan reads and writes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from gridplan.case.cells import MAX_ID
from gridplan.exchange.jsonfile import JsonFile

CONFORMS_TO = "http://data.netbeheernederland.nl/capaciteitskaart/v1.3.0"
COLOURS = ("transparant", "yellow", "amber", "red")
SIDES = {"demand": "demand", "feedin": "generation"}  # gridplan's word: the map's
KINDS = ("energy_area", "congestion_area")
POSTCODE = re.compile(r"\d{4}[A-Z]{2}")
YEAR = re.compile(r"(\d{4})-\d{2}-\d{2}")
SAFE = re.compile(r"[,;|\n\r\t\"%]|^=")


@dataclass
class Side:
    """One direction of an area, MW; None where the file says nothing."""

    available: float | None = None
    queue: float | None = None
    requests: int | None = None
    quoted: float | None = None
    forecast: float | None = None
    alleviation_year: int | None = None
    colour: str = ""


@dataclass
class Work:
    """A work: name, words, year of completion."""

    name: str
    description: str = ""
    year: int | None = None


@dataclass
class Postcode:
    """A postcode of an area: colours of both directions, TenneT station that feeds it."""

    postcode: str
    demand: str
    feedin: str
    station: str = ""


@dataclass
class Area:
    """An area that a station feeds."""

    code: str
    description: str = ""
    kind: str = ""
    sides: dict[str, Side] = field(default_factory=lambda: {side: Side() for side in SIDES})
    works: list[Work] = field(default_factory=list)
    postcodes: list[Postcode] = field(default_factory=list)


def parse(source: JsonFile) -> tuple[int, list[Area]]:
    """Year and areas of a file; problems are noted in the source, and raised."""
    top = source.mapping(source.content, "")
    if top and top.get("conforms_to") != CONFORMS_TO:
        source.wrong("conforms_to", top.get("conforms_to"), "is not the schema that is read", CONFORMS_TO)
    if "energy_areas" not in top:
        source.wrong("energy_areas", "", "is missing", "a list of areas")
    areas: dict[str, Area] = {}
    for place, item in source.items(top, "energy_areas"):
        area = _area(source, item, place)
        if area.code in areas:
            source.wrong(f"{place}.short_code", area.code, "is there already", "each area once")
        areas[area.code] = area
    year = _year(source, top)
    source.end()
    return year, list(areas.values())


def _year(source: JsonFile, top: dict[str, Any]) -> int:
    """The year a file is about: from when it is valid, else its date, else the day it was issued."""
    valid = top.get("valid") if isinstance(top.get("valid"), dict) else {}
    found = [str(valid.get(key, "")) for key in ("start", "end")] if valid else []
    for texts in (found, [str(top.get("date", ""))], [str(top.get("issued", ""))]):
        years = [int(match.group(1)) for text in texts if (match := YEAR.fullmatch(text))]
        if years and 1900 <= min(years) <= 2200:
            return min(years)
    source.wrong("issued", top.get("issued"), "says no year", "a date YYYY-MM-DD")
    return 2000


def _area(source: JsonFile, item: dict[str, Any], place: str) -> Area:
    area = Area(source.text(item, "short_code", place, needed=True), source.text(item, "description", place))
    if len(to_id(area.code)) > MAX_ID:
        source.wrong(f"{place}.short_code", area.code, "is too long", f"at most {MAX_ID} characters")
    area.kind = source.text(item, "type", place)
    if area.kind and area.kind not in KINDS:
        source.wrong(f"{place}.type", area.kind, "is not known", ", ".join(KINDS))
    for side, word in SIDES.items():
        area.sides[side] = _side(source, item, place, word)
    if "works" not in item:
        source.wrong(f"{place}.works", "", "is missing", "a list of works, perhaps empty")
    for at, work in source.items(item, "works", place):
        area.works.append(_work(source, work, at))
    for at, code in source.items(item, "postcode_areas", place):
        postcode = source.text(code, "postcode", at, needed=True)
        if postcode and not POSTCODE.fullmatch(postcode):
            source.wrong(f"{at}.postcode", postcode, f"{postcode!r} is no postcode", "1234AB")
        colours = [_colour(source, code, at, f"{word}_constraint") for word in SIDES.values()]
        station = source.text(code, "substation_short_code", at)
        area.postcodes.append(Postcode(postcode, colours[0], colours[1], station))
    return area


def _side(source: JsonFile, item: dict[str, Any], place: str, word: str) -> Side:
    numbers = {
        name: source.number(item, f"{word}_{key}", place, 0.0)
        for name, key in (
            ("available", "available_capacity"),
            ("queue", "capacity_in_queue"),
            ("quoted", "quoted_capacity"),
            ("forecast", "forecast_capacity"),
        )
    }
    requests = source.number(item, f"{word}_requests_in_queue", place, 0.0, whole=True)
    year = source.number(item, f"{word}_alleviation_year", place, 0.0, whole=True)
    colour = _colour(source, item, place, f"{word}_constraint") if f"{word}_constraint" in item else ""
    return Side(
        requests=None if requests is None else int(requests),
        alleviation_year=None if year is None else int(year),
        colour=colour,
        **numbers,
    )


def _colour(source: JsonFile, item: dict[str, Any], place: str, key: str) -> str:
    colour = source.text(item, key, place, needed=True)
    if colour and colour not in COLOURS:
        source.wrong(f"{place}.{key}", colour, f"{colour!r} is no colour of the map", ", ".join(COLOURS))
    return colour


def _work(source: JsonFile, item: dict[str, Any], place: str) -> Work:
    work = Work(
        source.text(item, "project_name", place, needed=True), source.text(item, "description", place)
    )
    for at, schedule in source.items(item, "time_schedules", place):
        interval = source.mapping(schedule.get("schedule_interval"), f"{at}.schedule_interval")
        year = source.number(interval, "year", f"{at}.schedule_interval", 1900.0, whole=True)
        end = YEAR.fullmatch(source.text(interval, "end", f"{at}.schedule_interval"))
        found = int(year) if year is not None else int(end.group(1)) if end else None
        work.year = work.year or found
    return work


def to_id(code: str) -> str:
    """A short code as an id: what an id may not hold is written as %2C."""
    return SAFE.sub(lambda found: f"%{ord(found.group()):02X}", code)


def to_code(name: str) -> str:
    """An id as a short code."""
    return re.sub(r"%([0-9A-F]{2})", lambda found: chr(int(found.group(1), 16)), name)


def dump(year: int, areas: list[Area], head: dict[str, Any]) -> dict[str, Any]:
    """A file as the schema asks; `head` holds creator, identifier, issued and such."""
    valid = {"start": f"{year}-01-01", "end": f"{year + 1}-01-01"}
    return {
        "conforms_to": CONFORMS_TO,
        **head,
        "valid": valid,
        "energy_areas": [_dumped(area) for area in areas],
    }


def _dumped(area: Area) -> dict[str, Any]:
    made: dict[str, Any] = {"short_code": area.code}
    for side, word in SIDES.items():
        of = area.sides[side]
        made |= {
            f"{word}_available_capacity": of.available,
            f"{word}_capacity_in_queue": of.queue,
            f"{word}_requests_in_queue": of.requests,
            f"{word}_quoted_capacity": of.quoted,
            f"{word}_forecast_capacity": of.forecast,
            f"{word}_alleviation_year": of.alleviation_year,
            f"{word}_constraint": None if area.postcodes else of.colour or None,
        }
    made |= {"description": area.description or None, "type": area.kind or None}
    made = {key: value for key, value in made.items() if value is not None}
    made["works"] = [
        {
            "project_name": work.name,
            "time_schedules": [{"schedule_interval": {"year": work.year}}] if work.year else [],
            **({"description": work.description} if work.description else {}),
        }
        for work in area.works
    ]
    if area.postcodes:
        made["postcode_areas"] = [
            {
                "postcode": code.postcode,
                "demand_constraint": code.demand,
                "generation_constraint": code.feedin,
            }
            | ({"substation_short_code": code.station} if code.station else {})
            for code in area.postcodes
        ]
    return made
