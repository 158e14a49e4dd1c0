"""What the switches of a panel mean: a patch of the case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from gridplan.case import Case


@dataclass(frozen=True)
class Switch:
    """A row of the case that can be switched off.

    Attributes:
        name: its id.
        label: what the reader sees.
        key: what a patch changes.
        off: the value that switches it off.
    """

    name: str
    label: str
    key: str
    off: Any


def policies(case: Case) -> list[Switch]:
    """Policies in force: those with a value. Off is a blank value, which lifts the row."""
    rows = case.table("policies")
    return [
        Switch(row["policy"], _policy(row), f"policies.{row['policy']}.value", None)
        for row in rows[rows["value"].notna()].to_dict("records")
    ]


def reinforcements(case: Case) -> list[Switch]:
    """Reinforcements that may be built. Off is no unit; what requires it then cannot be built either."""
    rows = case.table("reinforcements")
    return [
        Switch(row["reinforcement"], _work(row), f"reinforcements.{row['reinforcement']}.max_units", 0)
        for row in rows[rows["max_units"] > 0].to_dict("records")
    ]


def patch_of(switches: list[Switch], on: Mapping[str, bool]) -> dict[str, Any]:
    """The patch that switches off what is not on; `on` is by key, and what it does not name stays."""
    return {switch.key: switch.off for switch in switches if not on.get(switch.key, True)}


def _policy(row: Mapping[Any, Any]) -> str:
    from gridplan.notebook.figures import figure, unit_of

    name = row["name"] if isinstance(row["name"], str) and row["name"] else row["policy"]
    bound = "at most" if row["sense"] == "max" else "at least"
    return f"{name}: {bound} {figure(float(row['value']))} {unit_of(row['indicator'])} ({row['indicator']})"


def _work(row: Mapping[Any, Any]) -> str:
    from gridplan.notebook.figures import figure

    name = row["name"] if isinstance(row["name"], str) and row["name"] else row["reinforcement"]
    year = row["earliest_year"]
    since = "" if pd.isna(year) else f", from {int(year)}"
    return f"{name}: {figure(float(row['capex_meur']))} M€ a unit{since}"
