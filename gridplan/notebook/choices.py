"""What the switches of a panel mean: a patch of the case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from gridplan.case import Case
from gridplan.notebook.figures import measured


@dataclass(frozen=True)
class Switch:
    """A row of the case that can be switched off.

    Attributes:
        name: its id.
        label: what the reader sees.
        tip: more of the row, shown where the mouse rests.
        key: what a patch changes.
        off: the value that switches it off.
    """

    name: str
    label: str
    tip: str
    key: str
    off: Any


def policies(case: Case) -> list[Switch]:
    """Policies in force: those with a value. Off is a blank value, which lifts the row."""
    rows = case.table("policies")
    return [
        Switch(row["policy"], _policy(row), _rule(row), f"policies.{row['policy']}.value", None)
        for row in rows[rows["value"].notna()].to_dict("records")
    ]


def reinforcements(case: Case) -> list[Switch]:
    """Reinforcements that may be built. Off is no unit; what requires it then cannot be built either."""
    rows = case.table("reinforcements")
    return [
        Switch(
            row["reinforcement"], _work(row), _how(row), f"reinforcements.{row['reinforcement']}.max_units", 0
        )
        for row in rows[rows["max_units"] > 0].to_dict("records")
    ]


def patch_of(switches: list[Switch], on: Mapping[str, bool]) -> dict[str, Any]:
    """The patch that switches off what is not on; `on` is by key, and what it does not name stays."""
    return {switch.key: switch.off for switch in switches if not on.get(switch.key, True)}


def _policy(row: Mapping[Any, Any]) -> str:
    """Name, what is bounded and where: `noordveld_ban · datacenter_mw at most 0 MW (noordveld)`."""
    name, scope = _name(row, "policy"), str(row["scope"])
    bound = "at most" if row["sense"] == "max" else "at least"
    value = measured(float(row["value"]), row["indicator"])
    where = "" if scope in name else f" ({scope})"
    return f"{name} · {row['indicator']} {bound} {value}{where}"


def _rule(row: Mapping[Any, Any]) -> str:
    """Id, who decides, years, narrowed to what, and whether money buys it off."""
    until = _year(row["until_year"])
    years = f"{_year(row['from_year']) or 'first stage'} to {until or 'the end'}"
    soft = "hard" if pd.isna(row["price"]) else f"soft, {float(row['price']):g} M€ per unit and year past it"
    return _joined(row["policy"], row["level"], years, row["applies_to"], soft)


def _work(row: Mapping[Any, Any]) -> str:
    """Name, cost and first year: `Third transformer · 6.5 M€ a unit, at most 2, from 2030`."""
    count = int(row["max_units"])
    most = f" a unit, at most {count}" if count > 1 else ""
    since = f", from {_year(row['earliest_year'])}" if _year(row["earliest_year"]) else ""
    cost = measured(float(row["capex_meur"]), "capex_meur")
    return f"{_name(row, 'reinforcement')} · {cost}{most}{since}"


def _how(row: Mapping[Any, Any]) -> str:
    """Id, kind, owner, lead time, and what it requires."""
    lead = "" if pd.isna(row["lead_time_years"]) else f"lead time {row['lead_time_years']:g} years"
    needs = f"requires {row['requires']}" if _text(row["requires"]) else ""
    return _joined(row["reinforcement"], row["kind"], row["owner"], lead, needs)


def _name(row: Mapping[Any, Any], key: str) -> str:
    return _text(row["name"]) or str(row[key])


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _year(value: Any) -> str:
    return "" if pd.isna(value) else str(int(value))


def _joined(*parts: object) -> str:
    return "; ".join(text for part in parts if (text := _text(part)))
