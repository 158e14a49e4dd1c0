"""Bottlenecks in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.explain.why.say import Say

if TYPE_CHECKING:
    from gridplan.explain.tight.result import Bottlenecks

MOST = 20


def sentences(found: Bottlenecks, say: Say) -> list[str]:
    """One for each station and direction that is full in some stage, the earliest first."""
    full = found.full.to_dict("records")
    lines = [line for row in full[:MOST] for line in _station(row, say)]
    if not full:
        lines.append(say("bottleneck.none"))
    if len(full) > MOST:
        lines.append(say("bottleneck.more", n=len(full) - MOST))
    lines.append(say("bottleneck.prices"))
    return lines


def _station(row: dict[Any, Any], say: Say) -> list[str]:
    if row["limited_by"] == "bay":
        return [say("bottleneck.bay", name=row["name"], id=row["station"], year=row["year"])]
    way = say(f"way.{row['direction']}")
    if row["meaning"] == "absent":
        return [say("bottleneck.absent", name=row["name"], id=row["station"], year=row["year"], way=way)]
    by = say(
        f"limited.{str(row['limited_by']).replace(' ', '_')}", element=row["element"], outage=row["outage"]
    )
    values = {"name": row["name"], "id": row["station"], "way": way, "year": row["year"], "by": by}
    lines = [say("bottleneck.full", **values)]
    if pd.notna(row["limit_mw"]) and pd.notna(row["binding_hours"]):
        lines.append(
            say("bottleneck.hours", peak=row["peak_mw"], limit=row["limit_mw"], n=row["binding_hours"])
        )
    causes = named(row, say)
    if causes:
        text = ", ".join(say("bottleneck.cause", what=what, mw=mw) for what, mw in causes)
        lines.append(say("bottleneck.causes", day=row["day"] + 1, hour=row["hour"], causes=text))
    if row["meaning"] == "scarce":
        lines.append(say("bottleneck.scarce", price=row["price_meur_per_mw_year"],
                         energy=row["energy_eur_per_mwh"],
                         scarcity=row["scarcity_meur_per_mw_year"]))  # fmt: skip
    elif row["meaning"] == "whole":
        lines.append(say("bottleneck.whole", energy=row["energy_eur_per_mwh"]))
    return lines


def named(row: dict[Any, Any], say: Say) -> list[tuple[str, float]]:
    """(words, MW) of the causes of a row."""
    found = []
    for k in (1, 2, 3):
        if isinstance(row[f"cause_{k}"], str):
            what = say(f"subject.{row[f'cause_{k}']}")
            kind = row[f"category_{k}"]
            found.append((f"{what}: {kind}" if kind else what, float(row[f"mw_{k}"])))
    return found
