"""Plans side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.plan.html_table import table_html
from gridplan.plan.plan import Plan
from gridplan.study.compare import results
from gridplan.study.compare.inputs import inputs
from gridplan.study.compare.results import CHANGE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TABLES = ("inputs", "indicators", "sites", "reinforcements", "zones", "cost")
SAME = 1e-6  # relative difference of values that are the same
ROWS = 40  # of a table in a notebook


@dataclass(frozen=True, eq=False)
class Comparison:
    """What differs between plans; the first is what the others are compared with.

    Attributes:
        plans: by name, in order.
    """

    plans: Mapping[str, Plan]

    @property
    def names(self) -> list[str]:
        """Names of the plans, in order."""
        return list(self.plans)

    @cached_property
    def inputs(self) -> pd.DataFrame:
        """Settings, rows, cells and profiles that are not the same in all: key, and text per plan."""
        return inputs({name: plan.case for name, plan in self.plans.items()})

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """Indicators by year (blank: total), in their unit: a column per plan, and the changes."""
        return results.indicators(self.plans)

    @cached_property
    def sites(self) -> pd.DataFrame:
        """New IT MW by site and year."""
        return results.sites(self.plans)

    @cached_property
    def reinforcements(self) -> pd.DataFrame:
        """Units in service by reinforcement and year."""
        return results.reinforcements(self.plans)

    @cached_property
    def zones(self) -> pd.DataFrame:
        """Indicators by zone and year, in their unit."""
        return results.zones(self.plans)

    @cached_property
    def cost(self) -> pd.DataFrame:
        """Parts of the total cost, M€ discounted over the horizon, and their total."""
        return results.cost(self.plans)

    def changed(self, table: str) -> pd.DataFrame:
        """Rows of a table that are not the same in all plans.

        Raises:
            ValueError: a table that is not there.
        """
        found = self.table(table)
        changes = [column for column in found.columns if str(column).startswith(CHANGE)]
        if table == "inputs" or not changes:
            return found
        size = found[self.names].abs().max(axis=1).clip(lower=1.0)
        gone = found[self.names].isna().any(axis=1) & found[self.names].notna().any(axis=1)
        return found[found[changes].abs().gt(SAME * size, axis=0).any(axis=1) | gone].reset_index(drop=True)

    def table(self, name: str) -> pd.DataFrame:
        """A table by its name.

        Raises:
            ValueError: a table that is not there.
        """
        if name not in TABLES:
            raise ValueError(f"table '{name}' is not there; there are {', '.join(TABLES)}")
        found: pd.DataFrame = getattr(self, name)
        return found

    def waterfall(
        self, of: str = "cost", plan: str | None = None, year: int | None = None,
        ax: Axes | None = None, lang: str = "en",
    ) -> Axes:  # fmt: skip
        """From the first plan to another, step by step: `cost` (M€ by part) or `mw` (new IT MW by zone).

        Raises:
            ValueError: an unknown kind, plan, year or language, or a plan without tables.
        """
        from gridplan.plots import waterfall

        return waterfall.plot(self, of, plan, year, ax, lang)

    def map(
        self, indicator: str = "datacenter_mw", plan: str | None = None, year: int | None = None,
        ax: Axes | None = None, lang: str = "en",
    ) -> Axes:  # fmt: skip
        """Map of what a plan has more or less than the first, by zone (last stage unless told).

        Raises:
            ValueError: an unknown indicator, plan, year or language, or a plan without tables.
        """
        from gridplan.plots import difference

        return difference.plot(self, indicator, plan, year, ax, lang)

    def save(self, folder: str | Path, lang: str = "en") -> Path:
        """Write tables, pictures and `comparison.html` to a folder, whole or not at all.

        Raises:
            FolderError: the folder holds something else; nothing was changed.
        """
        from gridplan.study.compare.save import save

        return save(self, folder, lang)

    def as_data(self) -> dict[str, Any]:
        """What differs, for JSON."""
        told = {name: _records(self.changed(name)) for name in TABLES}
        return {"plans": {name: plan.status for name, plan in self.plans.items()}, **told}

    def _repr_html_(self) -> str:
        """What differs, for notebooks."""
        return self.html()

    def html(self, rows: int | None = ROWS) -> str:
        """What differs as HTML tables, each cut to so many rows (None: whole)."""
        lines = [f"<h4>{escape(' · '.join(self.names))}</h4>"]
        lines += [
            f"<p>{escape(name)}: {escape(plan.status.value)}</p>"
            for name, plan in self.plans.items()
            if plan.status != "optimal"
        ]
        for name in TABLES:
            table = self.changed(name)
            lines.append(f"<h5>{escape(HEADINGS[name])}</h5>")
            if table.empty:
                lines.append("<p>the same</p>")
                continue
            shown = table.head(rows) if rows is not None else table
            lines.append(table_html(shown, digits=6))
            if len(shown) < len(table):
                lines.append(f"<p>{len(table) - len(shown)} more rows in .{name}</p>")
        return "\n".join(lines)


HEADINGS = {
    "inputs": "Inputs",
    "indicators": "Indicators, each in its unit; a blank year is the total",
    "sites": "New datacenters, MW IT",
    "reinforcements": "Reinforcements, units in service",
    "zones": "Zones, each indicator in its unit",
    "cost": "Cost, M€ discounted over the horizon",
}


def compare(*plans: Plan | Mapping[str, Plan]) -> Comparison:
    """Plans side by side: `compare(a, b)`, or with names `compare({"as is": a, "no ban": b})`.

    Raises:
        ValueError: fewer than two plans.
    """
    named: dict[str, Plan] = {}
    for item in plans:
        for name, plan in (item if isinstance(item, Mapping) else {_name(item, named): item}).items():
            named[str(name)] = plan
    if len(named) < 2:
        raise ValueError(f"{len(named)} plans were given; two or more are needed")
    return Comparison(named)


def _name(plan: Plan, taken: Mapping[str, Plan]) -> str:
    """A name for a plan: its scenario or case, with a number where that is taken."""
    name = plan.case.scenario or plan.case.name
    first, number = name, 2
    while name in taken:
        name, number = f"{first} {number}", number + 1
    return name


def _records(table: pd.DataFrame) -> list[dict[Any, Any]]:
    return table.astype(object).where(table.notna(), None).to_dict("records")
