"""The large tables of the report, each with sorting, filter and download."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from gridplan.plots.about import case_rows, filled
from gridplan.plots.text import Words
from gridplan.report.decisions import added
from gridplan.report.facts import Facts, measure
from gridplan.report.tables import Column, Table, make


def all_tables(facts: Facts, words: Words) -> dict[str, Table]:
    """Name → table, in the order of the page."""
    found = [
        municipalities(facts, words),
        stations(facts, words),
        branches(facts, words),
        sites(facts, words),
        reinforcements(facts, words),
        policies(facts, words),
        indicators(facts, words),
    ]
    return {table.name: table for table in found}


def municipalities(facts: Facts, words: Words) -> Table:
    """New IT MW of every municipality and stage, with the sum of the region."""
    columns = [Column("name", "municipality"), Column("region", "region")]
    columns += [Column(f"mw_{y}", "new_it_in", "mw", {"year": str(y)}) for y in facts.years]
    columns += [
        Column(k, h, "mw", {"year": str(facts.last)}) for k, h in (("tj", "heat_in"), ("land", "land_in"))
    ]
    rows = [
        {
            "name": name,
            "region": facts.zones[zone]["res_region"] if filled(facts.zones[zone]["res_region"]) else "",
            "link": f"z{number}",
            "tj": facts.value("heat_reused_tj", facts.last, zone),
            "land": facts.value("land_ha", facts.last, zone),
        }
        | {f"mw_{y}": facts.value("datacenter_mw", y, zone) for y in facts.years}
        for number, (zone, name) in enumerate(facts.zone_names.items())
    ]
    total = {f"mw_{y}": facts.value("datacenter_mw", y) for y in facts.years}
    total |= {"tj": facts.value("heat_reused_tj", facts.last), "land": facts.value("land_ha", facts.last)}
    return make("municipalities", columns, rows, words, {"name": words("report.region"), **total})


def stations(facts: Facts, words: Words) -> Table:
    """Every station and direction: loading by stage, room and state in the last."""
    columns = [Column("name", "station"), Column("direction", "direction")]
    columns += [Column(f"loading_{y}", "loading_in", "percent", {"year": str(y)}) for y in facts.years]
    last = {"year": str(facts.last)}
    columns += [Column("peak", "peak_in", "mw", last), Column("limit", "limit_in", "mw", last)]
    columns += [Column("room", "room_in", "mw", last), Column("state", "state_in", "text", last)]
    return make("stations", columns, _stations(facts, words), words)


def _stations(facts: Facts, words: Words) -> Iterator[dict[str, Any]]:
    for station, name in facts.station_names.items():
        for direction in ("demand", "feedin"):
            load = facts.load(station, facts.last, direction)
            if not load:
                continue
            yield {
                "name": name,
                "link": str(facts.numbers[station]),
                "direction": words(f"directions.{direction}"),
                "peak": load["peak_mw"],
                "limit": load["limit_mw"] if math.isfinite(load["limit_mw"]) else None,
                "room": load["headroom_mw"],
                "state": words(f"state.{load['class']}"),
            } | {f"loading_{y}": facts.load(station, y, direction).get("loading") for y in facts.years}


def branches(facts: Facts, words: Words) -> Table:
    """Every line and cable: loading by stage, MW in the last."""
    columns = [Column("name", "branch")]
    columns += [Column(f"loading_{y}", "loading_in", "percent", {"year": str(y)}) for y in facts.years]
    last = {"year": str(facts.last)}
    columns += [Column("peak", "peak_in", "mw", last), Column("limit", "limit_in", "mw", last)]
    found: dict[str, dict[str, Any]] = {}
    for row in facts.lines:
        line = found.setdefault(row["branch"], {"name": row["name"]})
        line[f"loading_{row['year']}"] = row["loading"]
        if row["year"] == facts.last:
            line |= {"peak": row["peak_mw"], "limit": row["limit_mw"]}
    used = [line for line in found.values() if not math.isnan(line.get("limit", math.nan))]
    return make("branches", columns, used, words)


def sites(facts: Facts, words: Words) -> Table:
    """Every datacenter site: where, what stands, what comes by stage."""
    columns = [Column("name", "site"), Column("zone", "municipality"), Column("station", "station")]
    columns += [Column("class", "class"), Column("existing", "existing_it", "mw")]
    columns += [Column(f"mw_{y}", "new_it_in", "mw", {"year": str(y)}) for y in facts.years]
    rows = [
        {
            "name": site["name"],
            "zone": facts.zone_names.get(site["zone"], site["zone"]),
            "station": facts.station_names.get(site["substation"], site["substation"]),
            "class": site["class"],
            "existing": site["existing"],
        }
        | {f"mw_{year}": mw for year, mw in site["mw"].items()}
        for site in facts.sites
    ]
    return make("sites", columns, rows, words)


def reinforcements(facts: Facts, words: Words) -> Table:
    """What is built: by whom, from when, and what it costs."""
    columns = [Column("name", "reinforcement"), Column("what", "adds"), Column("owner", "owner")]
    columns += [Column("zone", "municipality"), Column("latest_start", "latest_start", "year")]
    columns += [Column("year", "service", "year"), Column("capex_meur", "cost", "money")]
    rows = [
        {**row, "what": added(row, words), "zone": facts.zone_names.get(row["zone"], row["zone"])}
        for row in sorted(facts.built, key=lambda r: (r["year"], r["name"]))
    ]
    total = {
        "name": words("report.together"),
        "capex_meur": sum(float(row["capex_meur"]) for row in facts.built),
    }
    return make("reinforcements", columns, rows, words, total)


def policies(facts: Facts, words: Words) -> Table:
    """Every policy and stage: what is asked, what is reached, whether it binds."""
    columns = [Column("policy", "policy"), Column("what", "measure"), Column("scope", "scope")]
    columns += [Column("year", "year", "year"), Column("sense", "sense"), Column("value", "asked", "mw")]
    columns += [Column("reached", "reached", "mw"), Column("binds", "binds")]
    rows = [
        {
            "policy": str(row["policy"]).replace("_", " "),
            "what": measure(str(row["indicator"]), words),
            "scope": _scope(facts, str(row["scope"]), words),
            "year": row["year"],
            "sense": words("place.most" if row["sense"] == "max" else "place.least"),
            "value": row["value"],
            "reached": row["reached"],
            "binds": words("report.yes" if bool(row["binding"]) else "report.no"),
        }
        for row in facts.policies
    ]
    return make("policies", columns, rows, words)


def _scope(facts: Facts, scope: str, words: Words) -> str:
    return words("report.region") if scope == "all" else facts.zone_names.get(scope, scope)


def indicators(facts: Facts, words: Words) -> Table:
    """Every indicator of the region by stage."""
    columns = [Column("what", "measure")]
    columns += [Column(f"value_{y}", "value_in", "mw", {"year": str(y)}) for y in facts.years]
    names = list(facts.plan.summary.get("indicators") or {})
    rows = [
        {"what": measure(name, words)} | {f"value_{y}": facts.value(name, y) for y in facts.years}
        for name in names
    ]
    return make("indicators", columns, rows, words)


def sources(facts: Facts) -> list[tuple[str, str]]:
    """Input files and their SHA-256."""
    return sorted((str(name), str(sha)) for name, sha in (facts.manifest.get("inputs") or {}).items())


def counts(facts: Facts) -> dict[str, int]:
    """Rows of the case by table, for the chapter on method."""
    names = ("zones", "substations", "branches", "datacenters", "heat_links", "masts", "policies")
    return {name: len(case_rows(facts.plan, name)) for name in names}
