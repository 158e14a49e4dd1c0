"""The tables of a policy-cost study."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from gridplan.case import Case
from gridplan.explain.game import Game
from gridplan.explain.ledger.shapley import Share, Worth
from gridplan.explain.ledger.told import ZERO, Told, moves
from gridplan.model.policies import holds

ROWS = (
    "policy", "name", "scope", "indicator", "sense", "value", "in_force", "binding", "leave_one_out_meur",
    "leave_one_out_within_meur", "shapley_meur", "shapley_within_meur", "shapley_error_meur", "displaced_mw",
    "shapley_displaced_mw", "heat_tj", "shapley_heat_tj", "note",
)  # fmt: skip
DISPLACED = ("policy", "attribution", "year", "class", "from", "to", "mw")
NOTES = {
    "lifted": "has no value: lifted",
    "years": "in force in no stage",
    "empty": "nothing counts in it",
    "slack": "never binds in a plan worth having, whichever of the rules looked at hold",
    "others": "not asked; in force throughout",
}


def rows_of(
    case: Case,
    game: Game,
    there: list[str],
    quiet: Mapping[str, str],
    full: Worth | None,
    alone: Mapping[str, Worth | None],
    shares: Mapping[str, Share] | None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(A row per policy, the dearest first; what each displaces)."""
    best = game.found(frozenset()).plan
    tight = best.tight if best is not None and full is not None else frozenset()
    rows: list[dict[str, Any]] = []
    displaced: list[tuple[Any, ...]] = []
    for row in case.table("policies").to_dict("records"):
        name = str(row["policy"])
        why = quiet.get(name) or _absent(case, {str(k): v for k, v in row.items()}, name in there)
        cells = _about({str(k): v for k, v in row.items()}, why, name in tight)
        if why == "others":
            rows.append(cells)
            continue
        own = alone.get(name)
        lone = _lone(full, own, name in alone)
        share = (shares or {}).get(name, Share(0.0, 0.0, 0.0, ZERO) if name not in alone else None)
        found = {"leave_one_out": lone[2], "shapley": share.told if share and shares is not None else None}
        moved = {way: moves(told.mw) for way, told in found.items() if told is not None}
        displaced += [(name, way, *move) for way, list_ in moved.items() for move in list_]
        cells |= {"leave_one_out_meur": lone[0], "leave_one_out_within_meur": lone[1]}
        cells |= {"displaced_mw": _most(moved.get("leave_one_out"))}
        cells |= {"shapley_displaced_mw": _most(moved.get("shapley"))}
        cells |= {"heat_tj": np.nan if lone[2] is None else lone[2].heat_tj}
        if share is not None and (shares is not None or name not in alone):
            cells |= {"shapley_meur": share.cost, "shapley_within_meur": share.within}
            cells |= {"shapley_error_meur": share.error, "shapley_heat_tj": share.told.heat_tj}
        rows.append(cells)
    table = pd.DataFrame(rows, columns=list(ROWS))
    key = table["leave_one_out_meur"].fillna(0) + table["shapley_meur"].fillna(0)
    order = key.sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True), pd.DataFrame(displaced, columns=list(DISPLACED))


def _about(row: dict[str, Any], why: str, binding: bool) -> dict[str, Any]:
    cells = {k: row[k] for k in ("policy", "scope", "indicator", "sense", "value")}
    cells |= {"name": str(row.get("name") or row["policy"]), "note": NOTES.get(why, "")}
    return cells | {"in_force": why not in ("lifted", "years"), "binding": binding}


def _absent(case: Case, row: dict[str, Any], there: bool) -> str:
    """Why a policy has no rows in the program; blank where it has."""
    if there:
        return ""
    if pd.isna(row["value"]):
        return "lifted"
    return "others" if any(holds(row, y) for y in case.years) else "years"


def _lone(full: Worth | None, own: Worth | None, live: bool) -> tuple[float, float, Told | None]:
    """(M€ saved by lifting it alone, to within how many, what it changes: with it less without it)."""
    if not live:
        return 0.0, 0.0, ZERO
    if full is None or own is None:
        return np.nan, np.nan, None
    return full.cost - own.cost, max(full.within, own.within), full.told.plus(own.told, -1.0)


def _most(moved: list[tuple[int, str, str, str, float]] | None) -> float:
    """MW displaced in the stage with the most; 0 where it moves nothing, nan where that is not known."""
    if moved is None:
        return np.nan
    by_year: dict[int, float] = {}
    for year, _, _, _, mw in moved:
        by_year[year] = by_year.get(year, 0.0) + mw
    return max(by_year.values(), default=0.0)
