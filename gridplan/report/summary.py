"""The first screen: six figures, and what they mean in sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from gridplan.plots.text import Words
from gridplan.report.facts import Facts

TOP = 5  # names in a sentence


@dataclass(frozen=True)
class Tile:
    """One figure: what it is, the number, its unit, and a line on it."""

    label: str
    number: str
    unit: str
    note: str
    alarm: bool = False


def tiles(facts: Facts, words: Words) -> list[Tile]:
    """Six figures of the plan."""
    last, year = facts.last, str(facts.last)
    placed, missing = facts.value("datacenter_mw", last), facts.value("shortfall_mw", last)
    unserved = sum(float(row["mw"]) for row in facts.unserved if row["year"] == last)
    full, full_first = facts.full(last), facts.full(facts.first)
    units = sum(float(row["units"]) for row in facts.built)
    linked = sum(1 for row in facts.reuse if row["verdict"] == "linked")
    cost = sum(float(row["capex_meur"]) for row in facts.built)
    number, mw = words.number, words.mw
    return [
        Tile(
            words("tile.placed", year=year),
            mw(placed),
            "MW IT",
            words("tile.placed_note", mw=mw(0.0 if math.isnan(missing) else missing)),
            missing > 0.05,
        ),
        Tile(
            words("tile.unserved", year=year),
            mw(unserved),
            "MW",
            words("tile.unserved_some" if facts.unserved else "tile.unserved_none"),
            bool(facts.unserved),
        ),
        Tile(
            words("tile.full", year=year),
            number(len(full)),
            words("tile.of", n=number(len(facts.stations))),
            words("tile.full_note", year=str(facts.first), n=number(len(full_first))),
            bool(full),
        ),
        Tile(
            words("tile.built", year=year),
            number(units),
            words("tile.unit" if units == 1 else "tile.units"),
            words("tile.built_note", meur=mw(cost)),
        ),
        Tile(
            words("tile.heat", year=year),
            mw(facts.value("heat_reused_tj", last)),
            words("tile.tj"),
            words("tile.heat_note", n=number(linked), all=number(len(facts.reuse))),
        ),
        Tile(
            words("tile.cost"),
            mw(facts.total("capex_meur")),
            "M€",
            words("tile.cost_note", meur=mw(facts.total("total_cost_meur"))),
        ),
    ]


def sentences(facts: Facts, words: Words) -> list[str]:
    """What fits, where it is tight, what is built, what does not fit, and how sure this is."""
    return [*_fits(facts, words), *_tight(facts, words), *_missing(facts, words), *_sure(facts, words)]


def _fits(facts: Facts, words: Words) -> Iterator[str]:
    year = facts.last
    at = sorted(
        ((facts.value("datacenter_mw", year, z), z) for z in facts.zones), key=lambda p: (-p[0], p[1])
    )
    named = [f"{facts.zone_names[z]} {words.mw(mw)} MW" for mw, z in at if mw > 0.05]
    total = facts.value("datacenter_mw", year)
    if named:
        rest = len(named) - TOP
        more = words("summary.more", n=words.number(rest)) if rest > 0 else ""
        yield words("summary.fits", year=str(year), mw=words.mw(total), zones=", ".join(named[:TOP]) + more)
    else:
        yield words("summary.fits_none", year=str(year))


def _tight(facts: Facts, words: Words) -> Iterator[str]:
    for direction in ("demand", "feedin"):
        full = [facts.station_names[s] for s in facts.full(facts.last, direction)]
        way = words(f"directions.{direction}")
        if full:
            shown = ", ".join(full[:TOP]) + (
                words("summary.more", n=words.number(len(full) - TOP)) if len(full) > TOP else ""
            )
            yield words("summary.full", year=str(facts.last), way=way, names=shown)
            continue
        loads = [r for r in facts.loads if r["year"] == facts.last and r["direction"] == direction]
        known = [r for r in loads if math.isfinite(r["loading"])]
        if known:
            most = max(known, key=lambda r: r["loading"])
            name, loading = facts.station_names[most["substation"]], words.percent(most["loading"])
            yield words("summary.fullest", year=str(facts.last), way=way, name=name, loading=loading)


def _missing(facts: Facts, words: Words) -> Iterator[str]:
    lacking = [row for row in facts.shortfall if row["year"] == facts.last]
    if lacking:
        parts = [f"{row['class']} {words.mw(float(row['it_mw']))} MW" for row in lacking]
        total = sum(float(row["it_mw"]) for row in lacking)
        yield words("summary.short", year=str(facts.last), mw=words.mw(total), parts=", ".join(parts))
    else:
        yield words("summary.nothing_short", year=str(facts.last))
    if facts.unserved:
        worst = max(facts.unserved, key=lambda row: float(row["mw"]))
        name = facts.station_names.get(str(worst["substation"]), str(worst["substation"]))
        yield words("summary.unserved", n=words.number(len(facts.unserved)), name=name,
                    year=str(int(worst["year"])), mw=words.mw(float(worst["mw"])))  # fmt: skip
    else:
        yield words("summary.served")


def _sure(facts: Facts, words: Words) -> Iterator[str]:
    status = facts.plan.status.value
    yield words("summary.status", status=words(f"status.{status}"))
    security = facts.plan.summary.get("security") or {}
    if security.get("checked"):
        counts = {k: words.number(float(security.get(k) or 0)) for k in ("hours", "outages", "violated")}
        yield words("summary.checked", **counts, stages=words.number(len(facts.years)))
    else:
        yield words("summary.unchecked")
