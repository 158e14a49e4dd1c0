"""What `gridplan heat` says: tables and sentences for a terminal, or data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.cli.text import columns
from gridplan.explain.heat_say import coupling_sentences, exact_sentence, say
from gridplan.plan.heat.sentences import number

if TYPE_CHECKING:
    from gridplan.explain.heat_coupling import Coupling
    from gridplan.plan.plan import Plan

MW = ("station", "extra_mw", "freed_station", "freed_mw")
SHOWN = (
    "from", "to", "year", "heat_tj", "length_km", "temperature_c", "invest_meur", "eur_per_gj", "npv_meur",
    "co2_avoided_kt", "extra_mw", "station", "freed_mw", "freed_station", "subsidy_meur",
)  # fmt: skip
PLAIN = ("from", "to", "year", "station", "freed_station")
LINKS = ("link", "length_km", "status", "tj_with", "tj_without", "pipe_with", "pipe_without")
Row = dict[str, Any]


class Report:
    """Connections and statements of a plan, with what was solved besides.

    Attributes:
        connections: `heat_connections` with the MW of the last stage, of `heat_business`.
        reuse: `heat_reuse`, of the sites asked for.
        exact: of `heat_value`, or None.
        coupling: of `coupling`, or None.
    """

    def __init__(self, plan: Plan, sites: Sequence[str] | None = None) -> None:
        """Take a plan and the sites asked for (None: all).

        Raises:
            ValueError: a plan without tables; an unknown site.
        """
        self.plan = plan
        self.last = plan.case.years[-1]
        self.connections = _connections(plan)
        self.reuse = plan.table("heat_reuse")
        self.exact: pd.DataFrame | None = None
        self.coupling: Coupling | None = None
        if sites:
            known = self.reuse["site"].astype(str).tolist()
            for name in sites:
                if name not in known:
                    there = ", ".join(known) or "none"
                    raise ValueError(f"site '{name}' is not there; datacenters above 1 MW: {there}")
            self.reuse = self.reuse[self.reuse["site"].isin(list(sites))].reset_index(drop=True)
            self.connections = self.connections[self.connections["from"].isin(list(sites))]

    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables by file name, without the picture's."""
        found = {"heat_connections": self.connections, "heat_reuse": self.reuse}
        if self.exact is not None:
            found["heat_exact"] = self.exact
        if self.coupling is not None:
            found |= {"heat_coupling": self.coupling.links, "heat_coupling_works": self.coupling.works}
        return found

    def as_data(self, lang: str) -> dict[str, Any]:
        """Everything as plain data; sentences in one language."""
        found: dict[str, Any] = {name: table.to_dict("records") for name, table in self.tables().items()}
        found["sentences"] = [line for _, *lines in self._statements(lang) for line in lines]
        if self.coupling is not None:
            found["coupling_sentences"] = coupling_sentences(self.coupling, lang)
            found["coupling_meur"] = dict(zip(("with", "without"), self.coupling.meur, strict=True))
        return found

    def lines(self, lang: str) -> list[str]:
        """Text for a terminal."""
        found = [say("connections", "title", lang, year=str(self.last))] if len(self.connections) else []
        found += _table(self.connections, "connections", SHOWN, lang)
        found += (found and [""]) or [say("connections", "none", lang), ""]
        found += [say("statements", "title" if len(self.reuse) else "none", lang)]
        found += [f"  {line}" for _, *lines in self._statements(lang) for line in lines]
        if self.coupling is not None:
            found += ["", say("coupling", "title", lang)]
            shown = self.coupling.links.assign(
                status=[say("status", str(name), lang) for name in self.coupling.links["status"]]
            )
            found += _table(shown, "coupling", LINKS, lang)
            found += [f"  {line}" for line in coupling_sentences(self.coupling, lang)]
        return found

    def _statements(self, lang: str) -> list[list[str]]:
        """Site, its sentence, and what solving again said."""
        more = {str(row["site"]): row for row in _records(self.exact)} if self.exact is not None else {}
        found = []
        for row in _records(self.reuse):
            name = str(row["site"])
            again = exact_sentence(more[name], lang) if name in more else ""
            found.append([name, str(row[f"sentence_{lang}"]), *([f"  {again}"] if again else [])])
        return found


def _connections(plan: Plan) -> pd.DataFrame:
    """Connections that bring heat, with the MW that they draw and free in the last stage."""
    table, stages = plan.table("heat_connections"), plan.table("heat_business")
    last = stages[stages["year"] == plan.case.years[-1]]
    joined = table[table["total_tj"] > 0].merge(last[["from", "to", *MW]], on=["from", "to"], how="left")
    joined[["extra_mw", "freed_mw"]] = joined[["extra_mw", "freed_mw"]].fillna(0.0)
    joined[["station", "freed_station"]] = joined[["station", "freed_station"]].fillna("")
    return joined.sort_values("heat_tj", ascending=False, ignore_index=True)


def _records(table: pd.DataFrame) -> list[Row]:
    return [{str(k): v for k, v in row.items()} for row in table.to_dict("records")]


def _table(table: pd.DataFrame, section: str, names: Sequence[str], lang: str) -> list[str]:
    """Aligned columns with their heads; numbers of three figures, years as they are."""
    if table.empty:
        return []
    texts = [name for name in names if name in PLAIN or not pd.api.types.is_numeric_dtype(table[name])]
    rows = [[say(section, name, lang) for name in names]]
    for row in _records(table):
        rows.append([str(row[n]) if n in texts else number(float(row[n]), lang) for n in names])
    return columns(rows, right=[k for k, name in enumerate(names) if name not in texts])
