"""Checks of references: every id that a cell names must be there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gridplan.case.cells import split_ids
from gridplan.case.draft import Draft, check
from gridplan.case.problem import Problem, did_you_mean, some_of
from gridplan.case.tables import Column, indicators, tables

HEAT_PLACES = ("datacenters", "heat_sources", "heat_sinks", "junctions")
ASSET_WORDS = {
    "demands": ("demand", "category"),
    "supplies": ("supply", "technology"),
    "storages": ("storage",),
    "branches": ("branch", "kind", "owner"),
    "substations": ("substation", "owner"),
    "reinforcements": ("reinforcement", "kind", "owner"),
    "datacenters": ("site", "class", "status", "owner"),
    "heat_sources": ("source", "owner"),
    "heat_sinks": ("sink", "alternative", "owner"),
    "heat_links": ("link", "owner"),
    "heat_pumps": ("heat_pump", "owner"),
    "heat_storages": ("heat_storage",),
    "pipe_types": ("pipe",),
    "masts": ("mast", "type", "owner"),
    "cells": ("cell",),
    "datacenter_demand": ("class",),
    "transport_rights": ("right",),
}


def _known(draft: Draft, column: Column) -> set[str]:
    if column.refers == ("profiles",):
        return set() if draft.profiles is None else set(map(str, draft.profiles.columns))
    return {key for table in column.refers for key in draft.ids(table) if key}


def _names(cells: Iterable[str]) -> Iterator[tuple[int, str]]:
    for i, cell in enumerate(cells):
        for name in split_ids(cell):
            yield i, name


@check("references")
def references(draft: Draft) -> Iterator[Problem]:
    """Ids of stations, zones, branches, profiles, masts, ... exist in the tables they refer to."""
    for name in draft.frames:
        for column in tables()[name].columns.values():
            if not column.refers or not draft.unsound.isdisjoint(column.refers):
                continue
            known = _known(draft, column)
            where = "the profiles file" if column.refers == ("profiles",) else " or ".join(column.refers)
            for i, word in _names(draft.table(name)[column.name].tolist()):
                if word not in known:
                    message = f"{word!r} is not in {where}"
                    yield draft.problem(
                        name,
                        i,
                        column.name,
                        message,
                        some_of(sorted(known)),
                        did_you_mean(word, sorted(known)),
                    )


@check("heat-ids", *HEAT_PLACES)
def heat_ids(draft: Draft) -> Iterator[Problem]:
    """Sites, heat sources, sinks and junctions share one set of ids, because links name them alike."""
    seen: dict[str, str] = {}
    for name in HEAT_PLACES:
        for key, i in draft.ids(name).items():
            if key in seen:
                message = f"id {key!r} is in {seen[key]} too; heat links could mean either"
                yield draft.problem(
                    name, i, tables()[name].key[0], message, "an id that no other place of heat has"
                )
            seen.setdefault(key, name)


def scopes(draft: Draft) -> list[str]:
    """Words a policy's scope may be."""
    zones = draft.table("zones")
    words = {word for name in ("zone", "region", "res_region") for word in zones[name].tolist() if word}
    bare = {
        word for name in ("demands", "datacenters") for word in draft.table(name)["zone"].tolist() if word
    }
    return ["all", *sorted(words | bare)]


@check("policies", "policies", "zones", "demands", "datacenters")
def policies(draft: Draft) -> Iterator[Problem]:
    """A policy names a known indicator and a scope that exists, and what it applies to exists."""
    frame = draft.table("policies")
    allowed = scopes(draft)
    names = list(indicators())
    for i, (indicator, scope) in enumerate(
        zip(frame["indicator"].tolist(), frame["scope"].tolist(), strict=True)
    ):
        if indicator not in indicators():
            hint = did_you_mean(indicator, names)
            yield draft.problem(
                "policies", i, "indicator", f"unknown indicator {indicator!r}", ", ".join(names), hint
            )
        if scope not in allowed:
            hint = did_you_mean(scope, allowed)
            message = f"{scope!r} is no zone, region or res_region"
            yield draft.problem("policies", i, "scope", message, some_of(allowed), hint)
    words = {"standalone"}
    for table, columns in ASSET_WORDS.items():
        for column in columns:
            words.update(draft.table(table)[column].tolist())
    for i, word in _names(frame["applies_to"].tolist()):
        if word not in words:
            message = f"{word!r} is no id, class, status, technology, category, kind or owner in this case"
            hint = did_you_mean(word, sorted(words))
            yield draft.problem("policies", i, "applies_to", message, some_of(sorted(words)), hint)


@check("programme-region", "datacenter_demand", "zones")
def programme_region(draft: Draft) -> Iterator[Problem]:
    """The region of a programme is a region of some zone."""
    known = sorted({word for word in draft.table("zones")["region"].tolist() if word})
    for i, region in enumerate(draft.table("datacenter_demand")["region"].tolist()):
        if region and region not in known:
            message = f"{region!r} is not the region of any zone"
            yield draft.problem(
                "datacenter_demand", i, "region", message, some_of(known), did_you_mean(region, known)
            )
