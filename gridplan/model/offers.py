"""Transport rights that a case offers, read once for everything that plans or reports on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from gridplan.case import Case
from gridplan.model.frame import Frame

DEMAND, FEEDIN = "demand", "feedin"
FIRM, TDTR85, BLOCK, NON_FIRM, GROUP = "firm", "tdtr85", "block", "non_firm", "group"
YEAR_HOURS = 8760
EVER = -1  # hours of a right that may be off in any hour


@dataclass(frozen=True)
class Offer:
    """A right in one direction.

    Attributes:
        right: kind.
        direction: `demand` or `feedin`.
        limited: busiest hours of the station in which it may be off; EVER: any hour.
        window: (first hour, hour after the last) of the day, or None: all day.
        max_share: largest share of a site.
        tariff: EUR/kW per year before the discount.
        discount: share of 1.
        price: EUR/MWh of energy that is not delivered.
    """

    right: str
    direction: str
    limited: int = 0
    window: tuple[int, int] | None = None
    max_share: float = 1.0
    tariff: float = 0.0
    discount: float = 0.0
    price: float = 200.0

    @property
    def flexible(self) -> bool:
        """Whether the plan decides in some hour if it is off."""
        return self.limited != 0

    @property
    def meur_per_mw_year(self) -> float:
        """Transport tariff on a MW of contract, MEUR a year."""
        return self.tariff * (1 - self.discount) / 1000

    def open_hours(self) -> np.ndarray:
        """W: 1 in the hours of the day in which it holds, for all hours of the year."""
        day = np.arange(YEAR_HOURS) % 24
        if self.window is None:
            return np.ones(YEAR_HOURS)
        first, end = self.window
        inside = (day >= first) & (day < end) if first < end else (day >= first) | (day < end)
        return inside.astype(float)


def offers(case: Case, direction: str) -> tuple[Offer, ...]:
    """Rights that a case offers in a direction; none where it has no table: all is firm, by use.

    Without hourly profiles there are no limited hours, so tdtr85 and block are not offered.
    """
    found: list[Offer] = []
    if not case.has("transport_rights"):
        return ()
    for row in case.table("transport_rights").to_dict("records"):
        if row["direction"] not in (direction, "both") or (direction == FEEDIN and row["right"] == GROUP):
            continue
        if case.profiles is None and row["right"] in (TDTR85, BLOCK):
            continue
        found.append(_offer(row, direction, case.profiles is not None))
    return tuple(found)


def _offer(row: dict[Any, Any], direction: str, hourly: bool) -> Offer:
    right, hours = row["right"], row["limited_hours"]
    limited = 0 if right in (FIRM, GROUP) or pd.isna(hours) else int(hours)
    if right == NON_FIRM and (pd.isna(hours) or hours >= YEAR_HOURS or not hourly):
        limited = EVER
    window = (int(row["block_from_hour"]), int(row["block_until_hour"])) if right == BLOCK else None
    return Offer(
        right,
        direction,
        limited,
        window,
        float(row["max_share"]),
        float(row["tariff_eur_per_kw_year"]),
        float(row["discount"]),
        float(row["curtailed_eur_per_mwh"]),
    )


def may_have(offer: Offer, row: dict[str, Any]) -> bool:
    """Whether an asset may hold a right: `group` only a member of a group."""
    return offer.right != GROUP or bool(row.get("group"))


def growing(frame: Frame) -> dict[str, dict[str, Any]]:
    """First rows of the supplies whose new capacity takes rights; the grid above needs none."""
    first: dict[str, dict[str, Any]] = {}
    for row in frame.rows("supplies"):
        first.setdefault(row["supply"], row)
    table = frame.case.table("supplies")
    limited = set(table.loc[table["capacity_mw"].notna(), "supply"])
    return {
        g: row
        for g, row in first.items()
        if row["max_new_mw"] > 0 and g in limited and row["technology"] != "grid_supply"
    }


def top(case: Case, profile: str) -> float:
    """Largest value of a profile over the year; 1 for a flat one."""
    if not profile or case.profiles is None:
        return 1.0
    return float(case.profiles[profile].max())


def contract(case: Case, row: dict[str, Any]) -> float:
    """â: MW of contract per MW IT of a site."""
    return float(row["pue"] * row["utilisation"] * top(case, row["profile"]))
