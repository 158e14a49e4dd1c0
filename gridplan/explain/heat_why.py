"""What the grid makes of every heat link: the same, more, less or nothing, and why."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gridplan.case import Case

BOTH, MORE, LESS, ONLY_WITH, ONLY_WITHOUT = "both", "more", "less", "only_with", "only_without"
STATUSES = (BOTH, MORE, LESS, ONLY_WITH, ONLY_WITHOUT)
STATION, FREES, INSTEAD, POWER = "station", "frees", "instead", "power"
LINK_COLUMNS = (
    "link", "from", "to", "length_km", "status", "year_with", "year_without", "pipe_with", "pipe_without",
    "mw_with", "mw_without", "tj_with", "tj_without", "reason", "station", "needs_mw", "room_mw", "by",
)  # fmt: skip
WORK_COLUMNS = (
    "reinforcement", "target", "year_with", "year_without", "units_with", "units_without", "capex_meur",
)  # fmt: skip
SAME = 0.02  # of TJ a year, or so many MW of peak: no difference
LEAST_TJ = 1.0  # TJ a year below which nothing is used
LEAST_MW = 0.05  # MW of electricity below which no station is in the way


@dataclass(frozen=True)
class Side:
    """One of the two searches.

    Attributes:
        tables: heat_links, heat_business, stations, reinforcements.
        meur: of the last objective.
        open_meur: by which it may be less.
    """

    tables: dict[str, pd.DataFrame]
    meur: float
    open_meur: float

    def used(self) -> pd.DataFrame:
        """By link: year of first use; pipe, MW and TJ of the last stage."""
        table = self.tables["heat_links"]
        moved = table[table["heat_tj"].abs() + table["forward_tj"] + table["backward_tj"] > LEAST_TJ]
        last = moved[moved["year"] == table["year"].max()].set_index("link")
        tj = last[["forward_tj", "backward_tj"]].max(axis=1)
        found = pd.DataFrame({"pipe": last["pipe"], "mw": last["peak_mw"], "tj": tj})
        return found.assign(year=moved.groupby("link")["year"].min())

    def pairs(self, link: str) -> pd.DataFrame:
        """Connections of the last stage that use a link."""
        table = self.tables["heat_business"]
        uses = [link in str(links).split("; ") for links in table["links"]]
        return table[np.array(uses, bool) & (table["year"] == table["year"].max())]

    @property
    def price(self) -> float:
        """EUR/MWh of what connections draw in the last stage, on average; nan where they draw nothing."""
        table = self.tables["heat_business"]
        last = table[table["year"] == table["year"].max()]
        gwh = float(last["electricity_gwh"].sum())
        return 1000 * float(last["electricity_meur"].sum()) / gwh if gwh > 0 else float("nan")

    def drawn(self, station: str) -> float:
        """MW that heat of connections draws from a station when it presses it most, in the last stage."""
        table = self.tables["heat_business"]
        own = table[(table["year"] == table["year"].max()) & (table["station"] == station)]
        return float(own["extra_mw"].sum())

    def room(self, station: str) -> float:
        """MW of demand that a station has left in the last stage."""
        table = self.tables["stations"]
        own = table[(table["substation"] == station) & (table["direction"] == "demand")]
        own = own[own["year"] == own["year"].max()]
        return float(own["headroom_mw"].min()) if len(own) else float("nan")


def links_of(case: Case, on: Side, off: Side) -> pd.DataFrame:
    """A row for every link that either search uses; what differs most first."""
    rows = {str(r["link"]): r for r in case.table("heat_links").to_dict("records")}
    a, b = on.used(), off.used()
    only = {n for n in b.index if n not in a.index}
    found = []
    for name, row in rows.items():
        if name not in a.index and name not in b.index:
            continue
        mine = {"link": name, "from": row["from"], "to": row["to"], "length_km": row["length_km"]}
        for side, table in (("with", a), ("without", b)):
            for column in ("year", "pipe", "mw", "tj"):
                blank = "" if column == "pipe" else np.nan if column == "year" else 0.0
                value = table.loc[name, column] if name in table.index else blank
                mine[f"{column}_{side}"] = "" if column == "pipe" and not isinstance(value, str) else value
        mine["status"] = _status(mine)
        found.append(mine | _why(name, str(mine["status"]), on, off, only))
    table = pd.DataFrame(found, columns=list(LINK_COLUMNS))
    order = {name: k for k, name in enumerate((ONLY_WITHOUT, LESS, ONLY_WITH, MORE, BOTH))}
    change = (table["tj_with"] - table["tj_without"]).abs()
    keys = table.assign(order=table["status"].map(order), change=-change)
    return table.loc[keys.sort_values(["order", "change", "link"]).index].reset_index(drop=True)


def _status(row: dict[str, object]) -> str:
    """What the grid makes of a link."""
    a, b = float(str(row["tj_with"])), float(str(row["tj_without"]))
    if not a:
        return ONLY_WITHOUT
    if not b:
        return ONLY_WITH
    if abs(a - b) <= SAME * max(a, b) and row["year_with"] == row["year_without"]:
        return BOTH
    return MORE if a > b else LESS


def _why(link: str, status: str, on: Side, off: Side, only: set[str]) -> dict[str, object]:
    """Why the grid takes a link away or brings it: a full station, room that it frees, another link, or what
    electricity costs there.
    """
    none: dict[str, object] = {"reason": "", "station": "", "needs_mw": np.nan, "room_mw": np.nan, "by": ""}
    if status == BOTH:
        return none
    if status in (ONLY_WITHOUT, LESS):
        return none | _pressed(link, on, off)
    freed = on.pairs(link).sort_values("freed_mw", ascending=False)
    instead = [n for n in sorted(only) if set(off.pairs(n)["to"]) & set(on.pairs(link)["to"])]
    if instead:
        return none | {"reason": INSTEAD, "by": "; ".join(instead)}
    if len(freed) and freed["freed_mw"].iloc[0] > LEAST_MW:
        station = str(freed["freed_station"].iloc[0])
        return none | {
            "reason": FREES,
            "station": station,
            "needs_mw": -float(freed["freed_mw"].iloc[0]),
            "room_mw": on.room(station),
        }
    return none | {"reason": POWER}


def _pressed(link: str, on: Side, off: Side) -> dict[str, object]:
    """The station that lacks room for what a link draws without the grid; else the price of electricity."""
    pairs = off.pairs(link)
    stations = [str(n) for n in pairs.loc[pairs["extra_mw"] > LEAST_MW, "station"] if n]
    found: list[tuple[float, str, float, float]] = []
    for station in dict.fromkeys(stations):
        own = pairs[pairs["station"] == station]
        needs, room = float(own["extra_mw"].sum()), on.room(station)
        more = off.drawn(station) - on.drawn(station)  # what heat would draw on top of what it does
        if not np.isnan(room) and more > room + LEAST_MW:
            found.append((more - room, station, min(needs, more), room))
    if not found:
        return {"reason": POWER}
    _, station, needs, room = max(found)
    return {"reason": STATION, "station": station, "needs_mw": needs, "room_mw": room}


def works_of(case: Case, on: Side, off: Side) -> pd.DataFrame:
    """A row for every reinforcement that is not the same in both."""
    rows = {str(r["reinforcement"]): r for r in case.table("reinforcements").to_dict("records")}
    found = []
    for name, row in rows.items():
        units, first = {}, {}
        for side, tables in (("with", on.tables), ("without", off.tables)):
            own = tables["reinforcements"]
            own = own[own["reinforcement"] == name]
            units[side] = float(own["units_in_service"].max()) if len(own) else 0.0
            first[side] = own.loc[own["units_in_service"] > 0, "year"].min()
        if units["with"] == units["without"] and str(first["with"]) == str(first["without"]):
            continue
        more = units["with"] - units["without"]
        found.append(
            {
                "reinforcement": name,
                "target": str(row["target"]) or f"{row['from']}-{row['to']}",
                **{f"year_{side}": first[side] for side in first},
                **{f"units_{side}": units[side] for side in units},
                "capex_meur": more * float(row["capex_meur"]),
            }
        )
    return pd.DataFrame(found, columns=list(WORK_COLUMNS))
