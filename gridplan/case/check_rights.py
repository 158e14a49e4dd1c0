"""Checks of transport rights and of the groups that share one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gridplan.case.draft import Draft, check
from gridplan.case.problem import Problem, some_of

TABLE, GROUPS = "transport_rights", "transport_groups"
DIRECTIONS = ("demand", "feedin")
HOURLY = ("tdtr85", "block")
KEPT = ("firm", "group")


def _rows(draft: Draft, direction: str) -> list[tuple[int, dict[Any, Any]]]:
    """Rows that hold in a direction, with their positions."""
    rows = enumerate(draft.table(TABLE).to_dict("records"))
    return [(i, row) for i, row in rows if row["direction"] in (direction, "both")]


@check("rights-twice", TABLE)
def rights_twice(draft: Draft) -> Iterator[Problem]:
    """A right has one row in each direction."""
    told: set[int] = set()
    for direction in DIRECTIONS:
        seen: set[str] = set()
        for i, row in _rows(draft, direction):
            if row["right"] in seen and i not in told:
                told.add(i)
                message = f"right {row['right']!r} has another row for {direction}"
                hint = "write one row for demand and one for feedin, or one for both"
                yield draft.problem(TABLE, i, "direction", message, "one row a direction", hint)
            seen.add(row["right"])


@check("rights-hours", TABLE)
def rights_hours(draft: Draft) -> Iterator[Problem]:
    """Blocks have an end, firm rights are never off, and hours need profiles."""
    for i, row in enumerate(draft.table(TABLE).to_dict("records")):
        if row["right"] == "block" and row["block_from_hour"] % 24 == row["block_until_hour"] % 24:
            message = f"the block begins and ends at {row['block_from_hour']} h"
            yield draft.problem(TABLE, i, "block_until_hour", message, "another hour than block_from_hour")
        if row["right"] in KEPT and row["limited_hours"] > 0:
            message = f"a {row['right']} right is never off, so its limited hours are not looked at"
            yield draft.problem(TABLE, i, "limited_hours", message, "0 or blank", severity="warning")
        if row["right"] in HOURLY and draft.profiles is None:
            message = f"{row['right']!r} needs hourly profiles; without them it is not offered"
            hint = "name a profiles file in [time] profiles"
            yield draft.problem(TABLE, i, "right", message, "", hint, severity="warning")


@check("rights-shares", TABLE, "datacenters", "supplies")
def rights_shares(draft: Draft) -> Iterator[Problem]:
    """The rights of a direction can make up a whole site."""
    grows = bool((draft.table("supplies")["max_new_mw"] > 0).any())
    for direction in DIRECTIONS if grows else DIRECTIONS[:1]:
        rows = [row for _, row in _rows(draft, direction)]
        if direction == "feedin":
            rows = [row for row in rows if row["right"] != "group"]
        usable = [row for row in rows if draft.profiles is not None or row["right"] not in HOURLY]
        every = sum(row["max_share"] for row in usable)
        alone = sum(row["max_share"] for row in usable if row["right"] != "group")
        if rows and every < 1 - 1e-9:
            message = f"the shares of the rights for {direction} sum to {every:g}: nothing new can stand"
            hint = "raise max_share, or offer a firm right"
            yield draft.problem(TABLE, None, "max_share", message, "a sum of at least 1", hint)
        elif rows and alone < 1 - 1e-9 and (draft.table("datacenters")["group"] == "").any():
            message = f"without `group` the shares sum to {alone:g}: nothing new stands at sites without one"
            yield draft.problem(TABLE, None, "max_share", message, "a sum of at least 1", severity="warning")


@check("rights-price", TABLE, "supplies")
def rights_price(draft: Draft) -> Iterator[Problem]:
    """Energy that is not delivered costs more than energy, or users would be off to save fuel."""
    costs = draft.table("supplies")["cost_eur_per_mwh"]
    dearest = float(costs.max()) if len(costs) else 0.0
    for i, row in _rows(draft, "demand"):
        if row["right"] not in KEPT and row["curtailed_eur_per_mwh"] <= dearest and dearest > 0:
            price = f"{row['curtailed_eur_per_mwh']:g} EUR/MWh"
            message = f"{price} is not above the dearest supply, so users are off to save fuel"
            allowed = f"more than {dearest:g} EUR/MWh"
            yield draft.problem(TABLE, i, "curtailed_eur_per_mwh", message, allowed, severity="warning")


@check("rights-groups", TABLE, GROUPS, "datacenters", "substations", "service_areas")
def rights_groups(draft: Draft) -> Iterator[Problem]:
    """The right `group` and its groups are there together; members hang on the station of their group."""
    offered = [i for i, row in _rows(draft, "demand") if row["right"] == "group"]
    for i, row in enumerate(draft.table(TABLE).to_dict("records")):
        if row["right"] == "group" and row["direction"] == "feedin":
            message = "a group shares a contract for demand only"
            yield draft.problem(TABLE, i, "direction", message, "demand or both")
    if offered and not len(draft.table(GROUPS)):
        hint, message = "add transport_groups.csv and fill datacenters.group", "there is no group to hold it"
        yield draft.problem(TABLE, offered[0], "right", message, "", hint, "warning")
    if not offered and len(draft.table(GROUPS)):
        message = "nobody may share a contract: transport_rights has no row `group` for demand"
        yield draft.problem(GROUPS, None, "", message, severity="warning")
    yield from _members(draft)


def _members(draft: Draft) -> Iterator[Problem]:
    stations, groups, served = (draft.table(name) for name in ("substations", GROUPS, "service_areas"))
    above = dict(zip(stations["substation"], stations["limited_by"], strict=True))
    wanted = dict(zip(groups["group"], groups["substation"], strict=True))
    areas: dict[str, list[str]] = {}
    for zone, n in zip(served["zone"], served["substation"], strict=True):
        areas.setdefault(zone, []).append(n)
    frame = draft.table("datacenters")[["site", "zone", "substation", "group"]]
    for i, site, zone, own, group in frame.itertuples(name=None):
        at = wanted.get(group, "")
        for n in ([own] if own else areas.get(zone, [zone])) if at else []:
            if at not in _chain(n, above):
                message = f"site {site!r} is fed by {n!r}, which does not hang on {at!r} of its group"
                allowed = some_of(sorted(q for q in above if at in _chain(q, above)))
                yield draft.problem("datacenters", int(i), "group", message, allowed)


def _chain(station: str, above: dict[str, str]) -> list[str]:
    """A station and those above it."""
    found = [station]
    while above.get(found[-1]) and above[found[-1]] not in found:
        found.append(above[found[-1]])
    return found
