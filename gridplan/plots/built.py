"""What a plan builds: one row per reinforcement and year in which units of it come into service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.plots.about import case_rows, filled, rows

if TYPE_CHECKING:
    from gridplan.plan.plan import Plan

COLUMNS = (
    "reinforcement",
    "kind",
    "target",
    "from",
    "to",
    "owner",
    "units",
    "start_year",
    "latest_start",
    "need_year",
    "short_year",
    "year",
    "circuits",
    "transformers",
    "bays",
    "capex_meur",
)
ASKED = (
    "reinforcement",
    "kind",
    "target",
    "from",
    "to",
    "owner",
    "adds_circuits",
    "adds_transformers",
    "adds_mva",
    "adds_bays",
    "lead_time_years",
    "lead_time_p90_years",
    "capex_meur",
)


def built(plan: Plan) -> pd.DataFrame:
    """Units that come into service, what they add (circuits, transformers, bays) and cost (M€, overnight).

    `year` is the first year in service, `start_year` as planned; `need_year` the year from which the plan
    would not fit without it (blank: it would), `latest_start` that (or else `year`) less the lead time;
    `short_year` when it would be short on a straight line between the stages.
    """
    table = rows(plan, "reinforcements")
    facts = {
        str(row["reinforcement"]): row for row in case_rows(plan, "reinforcements", *ASKED).to_dict("records")
    }
    stations = case_rows(plan, "substations", "substation", "transformer_mva").to_dict("records")
    unit_mva = {str(row["substation"]): row["transformer_mva"] for row in stations}
    if getattr(plan.case.settings.horizon, "lead_time", "p50") == "p90":
        for fact in facts.values():
            slow = _number(fact["lead_time_p90_years"], 0)
            fact["lead_time_years"] = max(_number(fact["lead_time_years"], 0), slow)
    found = []
    for name, steps in table.sort_values("year", kind="stable").groupby("reinforcement", sort=False):
        before = 0
        for step in steps.to_dict("records"):
            units = round(float(step["units_in_service"]))
            if units > before:
                found.append(_row(str(name), step, units - before, facts.get(str(name), {}), unit_mva))
            before = max(before, units)
    return pd.DataFrame(found, columns=list(COLUMNS)).sort_values(
        ["year", "reinforcement"], ignore_index=True
    )


def _row(name: str, step: dict, units: int, fact: dict, unit_mva: dict[str, Any]) -> dict[str, Any]:
    kind = str(_first(step.get("kind"), fact.get("kind"), default=""))
    target = str(_first(step.get("target"), fact.get("target"), default=""))
    year = int(step["year"])
    planned, lead = step.get("start_year"), fact.get("lead_time_years")
    begun = year - _number(lead, 0) if filled(lead) else _number(planned, year)
    latest = _number(step.get("latest_start_year"), begun)
    price = fact.get("capex_meur")
    return {
        "reinforcement": name,
        "kind": kind,
        "target": target,
        "from": str(_first(fact.get("from"), default="")),
        "to": str(_first(fact.get("to"), default="")),
        "owner": str(_first(step.get("owner"), fact.get("owner"), default="")),
        "units": units,
        "start_year": _number(planned, begun),
        "latest_start": latest,
        "need_year": _number(step.get("need_year"), float("nan")),
        "short_year": _number(step.get("short_year"), float("nan")),
        "year": year,
        "circuits": round(units * _number(fact.get("adds_circuits"), 1)) if kind == "branch" else 0,
        "transformers": round(units * _transformers(kind, target, fact, unit_mva)),
        "bays": round(units * _number(fact.get("adds_bays"), 1 if kind == "bay" else 0)),
        "capex_meur": units * _number(price, 0) if filled(price) else _number(step.get("capex_meur"), 0),
    }


def _transformers(kind: str, target: str, fact: dict, unit_mva: dict[str, Any]) -> float:
    """Transformers a unit adds (design.md: blank is 1, for a station adds_mva over the size of one)."""
    if kind not in ("transformer", "station"):
        return 0
    if filled(fact.get("adds_transformers")):
        return float(fact["adds_transformers"])
    size, mva = unit_mva.get(target), fact.get("adds_mva")
    if kind == "station" and filled(size) and filled(mva) and float(size or 0) > 0:
        return max(float(mva or 0) / float(size or 1), 1)
    return 1


def _first(*values: object, default: object = None) -> object:
    return next((value for value in values if filled(value)), default)


def _number(value: object, default: float) -> float:
    return float(value) if filled(value) else float(default)  # type: ignore[arg-type]
