"""Method, limits, explanations and manifest in words, and the words of the libraries."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from gridplan.plots.text import Words, glossary
from gridplan.report.facts import Facts

MODEBAR = (
    "Zoom in",
    "Zoom out",
    "Pan",
    "Zoom",
    "Reset axes",
    "Download plot as a PNG",
    "Download plot as a PNG file",
)


def shortfall(facts: Facts, words: Words) -> list[str]:
    """What of the programme found no place, a line each stage and class."""
    found = []
    for row in facts.shortfall:
        region = row["region"]
        where = (
            str(region) if isinstance(region, str) and region not in ("", "all") else words("report.region")
        )
        values = {
            "year": str(int(row["year"])),
            "class_": str(row["class"]),
            "mw": words.mw(float(row["it_mw"])),
        }
        found.append(words("report.short_line", where=where, **values))
    return found


def explained(facts: Facts, words: Words) -> list[str]:
    """Why in words: full stations with what fills them, policies that bind, demand that is not served."""
    return [*_stations(facts, words), *_policies(facts, words), *_served(facts, words)]


def _stations(facts: Facts, words: Words) -> Iterator[str]:
    from gridplan.plots.growth import label

    for station in facts.full(facts.last):
        parts = [row for row in facts.parts.get((station, facts.last), []) if row["mw"] > 0][:3]
        if parts:
            named = ", ".join(
                f"{label(row['category'], words)} {words.mw(float(row['mw']))} MW" for row in parts
            )
            yield words("why.full", name=facts.station_names[station], year=str(facts.last), parts=named)


def _policies(facts: Facts, words: Words) -> Iterator[str]:
    binding = {str(row["policy"]) for row in facts.policies if bool(row["binding"])}
    if binding:
        yield words(
            "why.policies",
            n=words.number(len(binding)),
            all=words.number(len({r["policy"] for r in facts.policies})),
        )


def _served(facts: Facts, words: Words) -> Iterator[str]:
    for row in facts.unserved:
        name = facts.station_names.get(str(row["substation"]), str(row["substation"]))
        yield words("why.unserved", name=name, year=str(int(row["year"])), mw=words.mw(float(row["mw"])))
    if not facts.unserved:
        yield words("summary.served")


def said(facts: Facts, year: int, direction: str, words: Words) -> str:
    """What the map shows, for those who cannot see it."""
    kinds = [r["class"] for r in facts.loads if r["year"] == year and r["direction"] == direction]
    counts = {kind: words.number(kinds.count(kind)) for kind in ("available", "limited", "tight", "full")}
    return words("report.said", year=str(year), way=words(f"directions.{direction}"), **counts)


def method(facts: Facts, words: Words) -> list[str]:
    """How the plan was made."""
    settings = facts.plan.case.settings
    found = [
        words("method.one"),
        words("method.stages", years=", ".join(map(str, facts.years)), last=str(settings.horizon.last_year)),
        words(f"method.flow_{settings.physics.flow}"),
        words("method.secure" if settings.physics.security == "n-1" else "method.intact"),
        *([words("method.hours")] if (facts.plan.summary.get("security") or {}).get("checked") else []),
        words(
            "method.money",
            rate=words.number(100 * settings.horizon.discount_rate, 1),
            price=str(settings.case.price_year),
        ),
        words(
            "method.goals", goals=", ".join(str(name) for name in facts.plan.summary.get("objective") or {})
        ),
    ]
    gaps = [goal.get("gap") for goal in (facts.plan.summary.get("objective") or {}).values()]
    known = [float(gap) for gap in gaps if gap is not None and math.isfinite(float(gap))]
    return [*found, words("method.gap", gap=words.number(100 * max(known), 2))] if known else found


def limits(facts: Facts, words: Words) -> list[str]:
    """What the plan does not say."""
    lines = [words(f"limits.{key}") for key in glossary()["limits"]]
    warnings = len(facts.plan.case.warnings)
    return [*lines, words("report.warnings", n=words.number(warnings))] if warnings else lines


def manifest(facts: Facts, words: Words) -> list[tuple[str, str]]:
    """What made this report, as pairs."""
    m = facts.manifest
    case: dict[str, Any] = m.get("case") or {}
    versions = ", ".join(f"{name} {version}" for name, version in (m.get("versions") or {}).items())
    pairs = {
        "case": str(case.get("name") or ""),
        "scenario": str(case.get("scenario") or "–"),
        "changes": "; ".join(_change(change) for change in case.get("changes") or []) or "–",
        "created": str(m.get("created") or ""),
        "versions": versions,
        "options": ", ".join(f"{k} = {v}" for k, v in (m.get("options") or {}).items()),
        "inputs_sha": facts.fingerprint,
        "results_sha": str((m.get("results") or {}).get("sha256") or ""),
    }
    return [(words(f"manifest.{key}"), value) for key, value in pairs.items()]


def _change(change: Any) -> str:
    if isinstance(change, dict):
        return " ".join(str(value) for value in change.values() if value is not None)
    return str(change)


def modebar(words: Words) -> dict[str, str]:
    """Words of plotly's buttons in the language of the report."""
    return {
        name: words(f"plotly.{key}")
        for name, key in zip(MODEBAR, ("zin", "zout", "pan", "zoom", "reset", "png", "png"), strict=True)
    }


def table_words(words: Words) -> dict[str, Any]:
    """Words of DataTables in the language of the report."""
    plain = {
        key: words(f"datatables.{key}").replace("[", "_").replace("]", "_")
        for key in glossary()["datatables"]
    }
    ways = ("first", "previous", "next", "last")
    found: dict[str, Any] = {
        key: text for key, text in plain.items() if key not in ways and not key.startswith("aria")
    }
    found["paginate"] = {"first": "«", "previous": "‹", "next": "›", "last": "»"}
    found["aria"] = {"orderable": plain["aria_order"], "paginate": {way: plain[way] for way in ways}}
    # no `decimal`: DataTables would read the plain numbers of data-order with it
    found["thousands"] = "." if words.lang == "nl" else ","
    return found
