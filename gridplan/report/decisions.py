"""Decisions by owner for the next two years: what must start, and what must get a place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gridplan.plots.about import case_rows, filled, names_of, rows
from gridplan.plots.text import Words
from gridplan.report.facts import Facts, Record

SPAN = 2  # years


@dataclass(frozen=True)
class Decision:
    """What one owner has to decide: a sentence, the year, M€ overnight, and the place."""

    owner: str
    text: str
    year: int
    meur: float
    zone: str


def decisions(facts: Facts, words: Words) -> list[Decision]:
    """Of the two years from the first stage, by owner and year.

    A reinforcement counts by its start (or the latest start, where that is later); what has no lead time in
    the case (sites, heat links, masts) where it is in service by the second stage.
    """
    if words.lang not in facts.kept:
        facts.kept[words.lang] = _all(facts, words)
    return facts.kept[words.lang]


def _all(facts: Facts, words: Words) -> list[Decision]:
    found = [*_built(facts, words), *_sites(facts, words), *_links(facts, words), *_masts(facts, words)]
    return sorted(found, key=lambda d: (d.owner.casefold(), d.year, d.text))


def soon(facts: Facts) -> int:
    """Stage by which something without a lead time must stand to be decided now: the second."""
    return facts.years[min(1, len(facts.years) - 1)]


def by_owner(found: list[Decision]) -> dict[str, list[Decision]]:
    """Owner → decisions, in the order given."""
    grouped: dict[str, list[Decision]] = {}
    for decision in found:
        grouped.setdefault(decision.owner, []).append(decision)
    return grouped


def _built(facts: Facts, words: Words) -> Iterator[Decision]:
    for row in facts.built:
        start = int(max(row["start_year"], min(row["latest_start"], row["year"])))
        if start >= facts.first + SPAN:
            continue
        text = words(
            "decide.build",
            name=row["name"],
            what=added(row, words),
            year=str(int(row["year"])),
            meur=words.mw(float(row["capex_meur"])),
        )
        owner = row["owner"] or words("decide.nobody")
        yield Decision(owner, text, start, float(row["capex_meur"]), row["zone"])


def added(row: Record, words: Words) -> str:
    """What a reinforcement adds, in words: circuits, transformers, bays."""
    found = []
    for key in ("circuits", "transformers", "bays"):
        number = int(row[key])
        if number:
            found.append(
                words(f"decide.{key}_one" if number == 1 else f"decide.{key}", n=words.number(number))
            )
    return ", ".join(found) or words("decide.units", n=words.number(float(row["units"])))


def _sites(facts: Facts, words: Words) -> Iterator[Decision]:
    for site in facts.sites:
        if site["opened"] is None or site["opened"] > soon(facts):
            continue
        year = site["opened"]
        zone = facts.zones.get(site["zone"], {})
        owner = str(zone["owner"]) if filled(zone.get("owner")) else words("decide.municipality")
        text = words("decide.site", name=site["name"], mw=words.mw(site["mw"][year]), year=str(year))
        yield Decision(owner, text, facts.first, 0.0, site["zone"])


def _links(facts: Facts, words: Words) -> Iterator[Decision]:
    table = rows(facts.plan, "heat_links")
    ends = names_of(facts.plan, "datacenters", "site") | names_of(facts.plan, "heat_sinks", "sink")
    ends |= names_of(facts.plan, "heat_sources", "source") | names_of(facts.plan, "junctions", "junction")
    for _, uses in table.sort_values("year").groupby("link", sort=False):
        row = uses.iloc[0].to_dict()
        cost = float(row["capex_meur"]) if filled(row["capex_meur"]) else 0.0
        if row["year"] > soon(facts) or cost <= 0:
            continue
        text = words(
            "decide.link",
            start=ends.get(str(row["from"]), str(row["from"])),
            end=ends.get(str(row["to"]), str(row["to"])),
            km=words.mw(float(row["length_km"])),
            pipe=f", {row['pipe']}" if filled(row["pipe"]) else "",
            year=str(int(row["year"])),
            meur=words.mw(cost),
        )
        zone = next((s["zone"] for s in facts.sites if s["site"] in (row["from"], row["to"])), "")
        yield Decision(words("decide.heat"), text, facts.first, cost, zone)


def _masts(facts: Facts, words: Words) -> Iterator[Decision]:
    case = case_rows(facts.plan, "masts", "mast", "existing", "zone").to_dict("records")
    stands = {str(row["mast"]) for row in case if bool(row["existing"]) and filled(row["existing"])}
    table = rows(facts.plan, "masts", soon(facts))
    on = table[(table["in_service"].astype(float) > 0.5) & ~table["mast"].astype(str).isin(stands)]
    for zone, members in on.groupby(on["zone"].astype(str)):
        meur = float(members["capex_keur"].fillna(0).sum()) / 1000
        text = words(
            "decide.masts" if len(members) > 1 else "decide.mast",
            n=words.number(len(members)),
            zone=facts.zone_names.get(str(zone), str(zone)),
            year=str(soon(facts)),
            meur=words.number(meur, 2),
        )
        yield Decision(words("decide.mobile"), text, facts.first, meur, str(zone))
