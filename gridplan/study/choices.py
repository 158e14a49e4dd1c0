"""What two plans can differ in: sites that are used, and reinforcements that stand, at the last stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from gridplan.case import Case
from gridplan.plan.plan import Plan
from gridplan.solve.keys import Key

OF = ("sites", "reinforcements", "both")
SITE, WORK = "site", "reinforcement"
TINY_MW = 1e-6
LEAST_MW = 1.0  # new IT power from which a site without a smallest size counts as another choice


@dataclass(frozen=True)
class Choices:
    """The binaries of choices.

    Attributes:
        year: the last stage.
        keys: (kind, item) by key of its binary.
        names: label by (kind, item).
        used: by site, (key, factor) of a form ≥ 0: what is open is used, see `_least`.
    """

    year: int
    keys: Mapping[Key, tuple[str, str]]
    names: Mapping[tuple[str, str], str]
    used: Mapping[str, tuple[tuple[Key, float], ...]]

    def at(self, plan: Plan) -> dict[Key, int]:
        """1 for what a plan chooses, 0 for the rest, by key."""
        chosen = self.chosen(plan)
        return {key: int(item in chosen) for key, item in self.keys.items()}

    def chosen(self, plan: Plan) -> set[tuple[str, str]]:
        """(kind, item) that a plan's tables show in use at the last stage."""
        found: set[tuple[str, str]] = set()
        for kind, table, column, value, least in (
            (SITE, "datacenters", "site", "it_mw", TINY_MW),
            (WORK, "reinforcements", "reinforcement", "units_in_service", 0.5),
        ):
            rows = plan.table(table)
            amounts = rows[rows["year"] == self.year].groupby(column)[value].sum()
            found |= {(kind, str(item)) for item, amount in amounts.items() if amount > least}
        return found

    def table(self, plans: Mapping[int, Plan]) -> pd.DataFrame:
        """A row per choice that some plan makes; a column of true and false per plan."""
        chosen = {number: self.chosen(plan) for number, plan in plans.items()}
        rows = [
            {"kind": kind, "item": item, "name": self.names[kind, item]}
            | {str(n): (kind, item) in made for n, made in chosen.items()}
            for kind, item in self.names
            if any((kind, item) in made for made in chosen.values())
        ]
        return pd.DataFrame(rows, columns=["kind", "item", "name", *map(str, plans)])


def choices_of(case: Case, of: str) -> Choices:
    """The choices of a case.

    Raises:
        ValueError: there are none.
    """
    year = case.years[-1]
    keys: dict[Key, tuple[str, str]] = {}
    names: dict[tuple[str, str], str] = {}
    used: dict[str, tuple[tuple[Key, float], ...]] = {}
    if of in ("sites", "both"):
        for row in case.table("datacenters").to_dict("records"):
            site, key = str(row["site"]), ("datacenters.open", (row["site"], year))
            keys[key] = (SITE, site)
            used[site] = ((("datacenters.it", (row["site"], year)), 1.0), (key, -_least(row)))
            names[SITE, site] = _name(row, site)
    if of in ("reinforcements", "both"):
        for row in case.table("reinforcements").to_dict("records"):
            if row["max_units"] >= 1:
                name = str(row["reinforcement"])
                keys["reinforcements.units", (row["reinforcement"], 1, year)] = (WORK, name)
                names[WORK, name] = _name(row, name)
    if not keys:
        raise ValueError(
            f"case '{case.name}' has no {of if of != 'both' else 'sites or reinforcements'} to choose"
        )
    return Choices(year, keys, names, used)


def _least(row: Mapping[Any, Any]) -> float:
    """IT MW from which a site counts: a module, its smallest size, else LEAST_MW or what it can have."""
    sizes = [float(row[c]) for c in ("module_it_mw", "min_it_mw") if row[c] > 0]
    room = row["max_it_mw"] - row["existing_it_mw"]
    return max(sizes) if sizes else min(LEAST_MW, room) if room > 0 else LEAST_MW


def _name(row: Mapping[Any, object], fallback: str) -> str:
    name = row.get("name")
    return name if isinstance(name, str) and name else fallback


def differences(table: pd.DataFrame, plans: list[int]) -> pd.DataFrame:
    """Plan by plan, number of choices made by one and not by the other."""
    made = table[[str(n) for n in plans]].to_numpy(bool)
    counts = [[int((made[:, i] != made[:, j]).sum()) for j in range(len(plans))] for i in range(len(plans))]
    return pd.DataFrame(counts, index=plans, columns=plans).rename_axis("plan")
