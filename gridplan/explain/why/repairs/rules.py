"""Rules that give way whole: what comes sooner, more units, sizes, distance, links between reinforcements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from gridplan.explain.why.cells import cell_of, ident, row_of, rows_of
from gridplan.explain.why.elastic import Relief
from gridplan.explain.why.holds import Wide
from gridplan.explain.why.items import Item
from gridplan.explain.why.question import Question
from gridplan.explain.why.repairs.candidate import Candidate, down

USED = 1e-6
SOONER = ("timing", "site_year", "link_year", "source_year", "storage_year")
BLANKED = ("requires", "excludes", "module")


def rules(question: Question) -> Iterator[list[Candidate]]:
    """For each kind in the conflict one change."""
    for kind in SOONER:
        yield list(_sooner(question, kind))
    yield list(_more(question))
    for kind in BLANKED:
        items = question.of(kind)
        yield [_blank(question, kind, items)] if items else []
    yield list(_smaller(question))
    yield list(_reach(question))
    if question.of("security"):
        yield [Candidate("security", {"physics.security": "n-0"})]


def _used(wide: Wide, relief: Relief, item: Item) -> list[tuple[Any, ...]]:
    """Indices of the columns that an item held back, and that the least repair uses."""
    held = [
        h.column for h in wide.columns if item in h.items and h.upper <= 0.0 and relief.x[h.column] > USED
    ]
    found = [wide.compiled.columns[k].index() for k in held]
    return [key if isinstance(key, tuple) else (key,) for key in found]


def _sooner(question: Question, kind: str) -> Iterator[Candidate]:
    """What comes too late, in service as soon as it is needed."""
    items = question.of(kind)
    relief = question.least(kind, lifted=True) if items else None
    if relief is None:
        return
    patch: dict[str, Any] = {}
    years = []
    for item in items:
        used = _used(question.wide, relief, item)
        stages = [part for key in used for part in key if part in question.case.years]
        if stages:
            year = int(min(stages))
            years.append((item, year))
            patch.update(_by(question, item, year))
    if patch:
        item, year = years[0]
        first = cell_of(question.case, item)
        values = {"name": first.name, "year": year, "others": len(years) - 1}
        yield Candidate("sooner", patch, values)


def _by(question: Question, item: Item, year: int) -> dict[str, Any]:
    row = row_of(question.case, item)
    patch: dict[str, Any] = {}
    for column in ("earliest_year", "from_year"):
        if column in row and pd.notna(row[column]) and row[column] > year:
            patch[f"{item.table}.{item.ident}.{column}"] = year
    left = year - question.case.years[0]
    for column in ("lead_time_years", "lead_time_p90_years"):
        if column in row and row[column] > left:
            patch[f"{item.table}.{item.ident}.{column}"] = left
    return patch


def _more(question: Question) -> Iterator[Candidate]:
    """More units of reinforcements that the case has."""
    items = question.of("max_units")
    relief = question.least("max_units", lifted=True) if items else None
    if relief is None:
        return
    patch: dict[str, Any] = {}
    for item in items:
        numbers = [int(key[1]) for key in _used(question.wide, relief, item)]
        if numbers:
            patch[f"{item.table}.{item.ident}.max_units"] = max(numbers)
    if patch:
        cell = cell_of(question.case, items[0])
        new = next(iter(patch.values()))
        values = {"name": cell.name, "new": new, "old": cell.value, "others": len(patch) - 1}
        yield Candidate("more_units", patch, values)


def _blank(question: Question, kind: str, items: list[Item]) -> Candidate:
    patch = {f"{i.table}.{i.ident}.{i.column}": None for i in items}
    cell = cell_of(question.case, items[0])
    return Candidate(kind, patch, {"name": cell.name, "old": cell.value, "others": len(items) - 1})


def _smaller(question: Question) -> Iterator[Candidate]:
    """A smaller least size: what the least repair builds at the site."""
    items = question.of("min_size")
    relief = question.least("min_size", lifted=True) if items else None
    if relief is None:
        return
    it, compiled = question.wide.compiled.program.model.datacenters.it, question.wide.compiled
    patch: dict[str, Any] = {}
    for item in items:
        site = item.key[0]
        at = [
            compiled.position[id(it[site, y])]
            for y in question.case.years
            if id(it[site, y]) in compiled.position
        ]
        built = [float(relief.x[k]) for k in at if relief.x[k] > USED]
        if built:
            patch[f"{item.table}.{item.ident}.{item.column}"] = down(min(built))
    if patch:
        cell = cell_of(question.case, items[0])
        values = {"name": cell.name, "old": cell.value, "new": next(iter(patch.values())), "unit": "MW"}
        yield Candidate("min_size", patch, values)


def _reach(question: Question) -> Iterator[Candidate]:
    """Sites elsewhere: in another region, or further away."""
    for kind in ("region", "rtt"):
        items = question.of(kind)
        relief = question.least(kind, lifted=True) if items else None
        if relief is None:
            continue
        sites = list(dict.fromkeys(str(key[0]) for i in items for key in _used(question.wide, relief, i)))
        if not sites:
            continue
        patch, values = _elsewhere(question, kind, items, sites)
        yield Candidate(kind, patch, {**values, "sites": ", ".join(sites)})


def _elsewhere(
    question: Question, kind: str, items: list[Item], sites: list[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    patch: dict[str, Any] = {}
    case = question.case
    frame = question.wide.compiled.program.frame
    places = case.table("datacenters").set_index("site").loc[sites]
    zones = [frame.zone_at(z, n) for z, n in zip(places["zone"], places["substation"], strict=True)]
    for item in items:
        rows = rows_of(case, item.table, item.key)
        if kind == "rtt":
            latency = case.table("zones").set_index("zone")["rtt_ms"]
            new: Any = float(latency.loc[zones].max())
            for row in (r for r in rows if r["max_rtt_ms"] < new):
                patch[f"{item.table}.{ident(item.table, row)}.max_rtt_ms"] = new
        else:
            new = "all"
            for row in rows:
                patch[f"{item.table}.{ident(item.table, row)}.region"] = new
    cell = cell_of(case, items[0])
    name = str(row_of(case, items[0])["class"])
    return patch, {"name": name, "old": cell.value, "new": new, "zones": ", ".join(dict.fromkeys(zones))}
