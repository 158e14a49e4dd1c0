"""Checks of policies and the programme: indicators, scopes, and words that select something."""

from __future__ import annotations

from collections.abc import Iterator

from gridplan.case.cells import split_ids
from gridplan.case.draft import Draft, check
from gridplan.case.problem import Problem, did_you_mean, some_of
from gridplan.case.tables import indicators

# Columns whose words an asset of a table carries in the program.
WORDS = {
    "substations": ("substation",),
    "supplies": ("supply", "technology", "owner"),
    "storages": ("storage",),
    "reinforcements": ("reinforcement", "kind", "owner"),
    "datacenters": ("site", "class", "status", "owner"),
    "datacenter_demand": ("class",),
    "transport_rights": ("right",),
    "heat_sources": ("source",),
    "heat_sinks": ("sink", "alternative", "backup", "owner"),
    "heat_links": ("link", "owner"),
    "heat_pumps": ("heat_pump",),
    "heat_storages": ("heat_storage",),
    "pipe_types": ("pipe",),
    "masts": ("mast", "type", "owner", "site"),
    "cells": ("cell",),
}
BUILT = ("reinforcements", "supplies", "storages", "datacenters", "masts")
HEAT = ("heat_links", "pipe_types", "heat_pumps", "heat_storages", "heat_sources", "heat_sinks")
NO_FUEL = {"alternative", "none"}  # words of a back-up that select nothing
RUN = ("supplies", "heat_sources", "heat_sinks", "transport_rights")
# Tables whose assets an indicator counts.
COUNTED = {
    "datacenter_mw": ("datacenters",),
    "datacenter_total_mw": ("datacenters",),
    "datacenter_grid_mw": ("datacenters",),
    "datacenter_growth_mw_per_year": ("datacenters",),
    "shortfall_mw": ("datacenter_demand",),
    "unserved_mw_years": ("substations", "datacenter_demand"),
    "unserved_mwh": ("substations",),
    "heat_reused_tj": ("datacenters",),
    "heat_delivered_tj": ("heat_sinks",),
    "heat_backup_tj": ("heat_sinks",),
    "heat_pump_mw": ("heat_pumps",),
    "land_ha": ("datacenters",),
    "capex_meur": (*BUILT, *HEAT),
    "investment_meur_per_year": (*BUILT, *HEAT),
    "operating_cost_meur": (*RUN, "datacenters", "substations"),
    "total_cost_meur": (*BUILT, *HEAT, "substations", "datacenter_demand", "transport_rights"),
    "co2_kt": RUN,
    "crew_fte": ("reinforcements",),
    "res_gwh": ("supplies",),
    "curtailed_gwh": ("supplies",),
    "firm_mw": ("datacenters", "transport_rights"),
    "flexible_mw": ("datacenters", "transport_rights"),
    "demand_curtailed_gwh": ("datacenters", "transport_rights", "substations"),
    "covered_share": ("cells",),
    "masts": ("masts",),
    "telecom_mw": ("masts",),
    "telecom_battery_mwh": ("masts",),
    "edge_sites": ("masts",),
    "edge_mw": ("masts",),
    "edge_covered_share": ("cells",),
    "new_circuits": ("reinforcements",),
    "new_transformers": ("reinforcements",),
}
ONLY_IDS = {"heat_reused_tj"}  # indicators that know their assets by id alone


def words_of(draft: Draft, indicator: str) -> set[str]:
    """Words by which `applies_to` can select assets of an indicator."""
    found: set[str] = set()
    for table in COUNTED[indicator]:
        columns = WORDS[table][:1] if indicator in ONLY_IDS else WORDS[table]
        frame = draft.table(table)
        for column in columns:
            found.update(word for word in frame[column] if column != "backup" or word not in NO_FUEL)
        if table == "datacenters" and indicator not in ONLY_IDS and draft.table(table)["standalone"].any():
            found.add("standalone")
    if indicator == "total_cost_meur":
        found.update(draft.ids("policies"))
    return found - {""}


def scopes(draft: Draft) -> list[str]:
    """Words that a scope, or the region of a programme, may be."""
    zones = draft.table("zones")
    words = {word for name in ("zone", "region", "res_region") for word in zones[name].tolist() if word}
    bare = {
        word for name in ("demands", "datacenters") for word in draft.table(name)["zone"].tolist() if word
    }
    return ["all", *sorted(words | bare)]


@check("policies", "policies", "zones", "demands", "datacenters")
def policies(draft: Draft) -> Iterator[Problem]:
    """A policy names a known indicator and a scope that exists."""
    frame = draft.table("policies")
    allowed, names = scopes(draft), list(indicators())
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


@check("policy-words", "policies", "demands", *WORDS)
def policy_words(draft: Draft) -> Iterator[Problem]:
    """What a policy applies to is there, and among what its indicator counts."""
    frame = draft.table("policies")
    every = {word for name in COUNTED for word in words_of(draft, name)} | _others(draft)
    rows = frame[["policy", "indicator", "applies_to"]].itertuples(index=False, name=None)
    for i, (policy, indicator, cell) in enumerate(rows):
        for word in split_ids(cell):
            if word not in every:
                message = f"{word!r} is no id, class, status, technology, kind or owner in this case"
                hint = did_you_mean(word, sorted(every))
                yield draft.problem("policies", i, "applies_to", message, some_of(sorted(every)), hint)
            elif indicator in COUNTED and word not in words_of(draft, indicator):
                words = sorted(words_of(draft, indicator))
                message = (
                    f"policy {policy!r}: {word!r} is nothing that {indicator} counts, so it selects nothing"
                )
                yield draft.problem("policies", i, "applies_to", message, some_of(words), severity="warning")


def _others(draft: Draft) -> set[str]:
    """Words of the case that no indicator counts by."""
    found = {"standalone", *draft.table("demands")["demand"], *draft.table("demands")["category"]}
    for table in ("branches", "heat_sources", "heat_pumps", "substations"):
        found.update(draft.table(table)["owner"])
    for table in ("branches", "transport_rights", "transport_groups"):
        found.update(draft.ids(table))
    return found | set(draft.table("branches")["kind"])


@check("programme-region", "datacenter_demand", "zones", "demands", "datacenters")
def programme_region(draft: Draft) -> Iterator[Problem]:
    """The region of a programme is a zone, a region or res_region of some zone, `all` or blank."""
    known = scopes(draft)
    for i, region in enumerate(draft.table("datacenter_demand")["region"].tolist()):
        if region and region not in known:
            message = f"{region!r} is no zone, region or res_region"
            yield draft.problem(
                "datacenter_demand", i, "region", message, some_of(known), did_you_mean(region, known)
            )
