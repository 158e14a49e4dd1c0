"""The tables themselves: complete, every row once, nothing blank where a number belongs, ids of the case."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from gridplan.plan.columns import TABLES
from gridplan.plan.verify.facts import Facts
from gridplan.plan.verify.hours import KEY
from gridplan.plan.verify.ledger import Ledger
from gridplan.plan.verify.view import FLAGS, HOURLY, TEXT, View

# What names a row of each table.
KEYS: dict[str, list[str]] = {
    "reinforcements": ["reinforcement", "year"],
    "stations": ["substation", "year", "direction"],
    "branches": ["branch", "year"],
    "datacenters": ["site", "year", "right"],
    "rights": ["holder", "right", "direction", "substation", "year"],
    "rights_room": ["substation", "year", "direction", "right"],
    "rights_groups": ["group", "year"],
    "shortfall": ["class", "region", "year"],
    "heat_links": ["link", "year"],
    "heat_sinks": ["sink", "year"],
    "heat_sources": ["source", "year"],
    "heat_pumps": ["heat_pump", "year"],
    "heat_storages": ["heat_storage", *KEY],
    "heat_seasons": ["network", "year", "month"],
    "heat_business": ["from", "to", "year"],
    "heat_connections": ["from", "to"],
    "heat_reuse": ["site"],
    "heat_flows": ["year", "from", "from_kind", "to", "to_kind"],
    "masts": ["mast", "year"],
    "mast_outages": ["outage", "year", "mast"],
    "supplies": ["supply", *KEY],
    "storages": ["storage", *KEY],
    "curtailments": ["site", "right", "substation", *KEY],
    "flows": ["branch", *KEY],
    "withdrawals": ["substation", "side", "subject", *KEY],
    "unserved": ["substation", "year"],
    "islanding": ["outage", "year"],
    "duration": ["substation", "year", "rank_hours"],
    "alleviation": ["substation", "year", "direction"],
    "queue": ["request"],
    "queue_classes": ["class", "direction", "year"],
    "policies": ["policy", "year"],
    "indicators": ["indicator", "zone", "year"],
}
# Tables of the case that the first key of a table of the plan refers to.
IDS: dict[str, tuple[tuple[str, str], ...]] = {
    "reinforcements": (("reinforcements", "reinforcement"),),
    "stations": (("substations", "substation"),),
    "datacenters": (("datacenters", "site"),),
    "rights": (("datacenters", "site"), ("supplies", "supply")),
    "rights_room": (("substations", "substation"),),
    "rights_groups": (("transport_groups", "group"),),
    "curtailments": (("datacenters", "site"),),
    "heat_links": (("heat_links", "link"),),
    "heat_sinks": (("heat_sinks", "sink"),),
    "heat_sources": (("heat_sources", "source"), ("datacenters", "site")),
    "heat_pumps": (("heat_pumps", "heat_pump"),),
    "heat_storages": (("heat_storages", "heat_storage"),),
    "heat_seasons": (("heat_sinks", "sink"),),
    "heat_reuse": (("datacenters", "site"),),
    "masts": (("masts", "mast"),),
    "supplies": (("supplies", "supply"),),
    "storages": (("storages", "storage"),),
    "withdrawals": (("substations", "substation"),),
    "unserved": (("substations", "substation"),),
    "duration": (("substations", "substation"),),
    "policies": (("policies", "policy"),),
    "alleviation": (("substations", "substation"),),
    "queue": (("queue", "request"),),
}
COMPLETE = ("reinforcements", "datacenters", "heat_sinks", "masts")  # a row for every asset and stage
MAY_BE_BLANK = frozenset(
    {
        *("limit_mw", "loading", "headroom_mw", "outage_mw", "outage_loading"),
        *("start_year", "need_year", "latest_start_year", "slack_years", "short_year"),
        *("first_congested_year", "alleviation_year"),
        *("served_year", "waiting_years", "mean_waiting_years"),
        # No heat goes, or its level is not known; a site without a case, a station without a limit.
        *("temperature_c", "eur_per_gj", "subsidy_eur_per_gj", "length_km", "npv_meur", "heat_reuse.room_mw"),
    }
)
SUBJECTS = ["supplies", "storages", "datacenters", "rights", "heat", "telecom", "unserved", "demands"]
SUBJECTS += ["existing_datacenters"]


def tables(f: Facts, book: Ledger) -> None:
    """Tables have their columns, every row once and with its numbers; ids and stages are of the case."""
    v = f.view
    for name, columns in TABLES.items():
        there = set(v.plan.tables[name].columns) if name in v.plan.tables else set()
        missing = [column for column in columns if column not in there and column != "outage"]
        book.holds((name, ""), {}, not missing, f"columns are missing: {', '.join(missing)}")
        if not missing and name in KEYS:  # `decisions` states nothing: it is what the others follow from
            _rows(v, book, name)
    for name in COMPLETE:
        _complete(v, book, name)
    known = [outage for outage in set(f.hours.outage) if f.corridors.knows(outage)]
    corridors = list(f.corridors.all)
    for name, column, allowed in (
        *((name, "outage", known) for name in HOURLY),
        ("flows", "branch", corridors),
        ("branches", "branch", corridors),
        ("withdrawals", "subject", SUBJECTS),
        ("withdrawals", "side", ["mv", "hv"]),
    ):
        table = v.table(name)
        if table.empty:
            continue
        strange = ~table[column].isin(allowed).to_numpy()
        book.deny((name, column), table[KEYS[name]], strange, f"{column} is not one the case knows")


def _rows(v: View, book: Ledger, name: str) -> None:
    table, keys = v.table(name), KEYS[name]
    if table.empty:
        return
    ids = table[keys]
    book.holds((name, keys[0]), ids, ~ids.duplicated().to_numpy(), "stands twice")
    if "year" in table:
        book.deny((name, "year"), ids, ~np.isin(table["year"].to_numpy(), v.years), "is no stage of the case")
    numbers = [c for c in table.columns if c != "year" and not _may_be_blank(name, c)]
    blanks = np.isnan(table[numbers].to_numpy(dtype=float))
    for k in np.flatnonzero(blanks.any(axis=0)):
        book.deny((name, numbers[k]), ids, blanks[:, k], "is blank, or no number")
    if name in IDS:
        known: set[Any] = set().union(*(v.case.table(t)[key] for t, key in IDS[name]))
        strange = np.array([i not in known for i in table[keys[0]]], dtype=bool)
        book.deny((name, keys[0]), ids, strange, "is not in the case")


@cache
def _may_be_blank(table: str, column: str) -> bool:
    """Whether a column has text or yes and no, or a number that a row need not have."""
    return column in TEXT or column in FLAGS or bool({column, f"{table}.{column}"} & MAY_BE_BLANK)


def _complete(v: View, book: Ledger, name: str) -> None:
    """A row for every asset of the case in every stage."""
    key = KEYS[name][0]
    table = v.table(name)
    there = set(zip(table[key], table["year"], strict=True))
    wanted = pd.DataFrame([(i, y) for i in v.case.table(name)[key] for y in v.years], columns=[key, "year"])
    found = [(i, y) in there for i, y in wanted.itertuples(index=False)]
    book.holds((name, key), wanted, np.array(found, dtype=bool), "has no row")
