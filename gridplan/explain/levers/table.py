"""The tables of an unlock study."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from gridplan.case import Case
from gridplan.explain.game import Found, Game
from gridplan.explain.levers.course import NONE
from gridplan.model.frame import Frame
from gridplan.model.reinforcements import first_year

SINGLES = (
    "reinforcement", "name", "kind", "owner", "year", "units", "capex_meur", "extra_mw", "within_mw",
    "mw_per_meur", "exact", "note",
)  # fmt: skip
PAIRS = (
    "first", "second", "owners", "year", "capex_meur", "extra_mw", "within_mw", "first_mw", "second_mw",
    "interaction_mw", "mw_per_meur", "only_together", "exact",
)  # fmt: skip
LATE = "comes after the last stage, or needs what cannot be built"
Needed = Mapping[str, Collection[str]]


def gained(game: Game, found: Found) -> tuple[float, float]:
    """(extra MW, to within how many MW it is known)."""
    base = game.found(NONE)
    best, least = base.upper - found.lower, max(0.0, base.lower - found.upper)
    extra = min(max(base.upper - found.upper, least), best)
    return (0.0 if extra <= game.recipe.within else extra), max(best - extra, extra - least, 0.0)


def singles_of(game: Game, case: Case, names: list[str], late: list[str], needed: Needed) -> pd.DataFrame:
    """A row per reinforcement, the most MW first; of equals in the order of the case."""
    about = _about(game, case)
    rows: list[dict[str, Any]] = []
    for name in names:
        found = game.found(frozenset({name}))
        extra, within = gained(game, found)
        units, capex = _paid(found, case, {name, *needed.get(name, ())} if extra else {name}, extra)
        rows.append(
            about[name]
            | {"units": units, "capex_meur": capex, "extra_mw": extra, "within_mw": within}
            | {"mw_per_meur": _rate(extra, capex), "exact": found.exact}
            | {"note": "with " + ", ".join(needed[name]) if needed.get(name) else ""}
        )
    for name in late:
        capex = float(_row(case, name)["capex_meur"])
        rows.append(
            about[name]
            | {"units": 0, "capex_meur": capex, "extra_mw": 0.0, "within_mw": 0.0}
            | {"mw_per_meur": 0.0, "exact": True, "note": LATE}
        )
    table = pd.DataFrame(rows, columns=list(SINGLES))
    return table.sort_values("extra_mw", ascending=False, kind="stable", ignore_index=True)


def pairs_of(game: Game, case: Case, names: list[str], needed: Needed) -> pd.DataFrame:
    """A row per pair, the most MW first."""
    about = _about(game, case)
    alone = {n: gained(game, game.found(frozenset({n})))[0] for n in names}
    rows: list[dict[str, Any]] = []
    for a, b in combinations(names, 2):
        found = game.found(frozenset({a, b}))
        extra, within = gained(game, found)
        both = {a, b, *needed.get(a, ()), *needed.get(b, ())}
        _, capex = _paid(found, case, both if extra else {a, b}, extra)
        owners = dict.fromkeys(str(about[n]["owner"]) for n in (a, b) if about[n]["owner"])
        more = extra > max(alone[a], alone[b]) + 2 * game.recipe.within
        helped = [n for n in (a, b) if more and alone[n] <= game.recipe.within]
        rows.append(
            {"first": a, "second": b, "owners": " + ".join(owners), "capex_meur": capex}
            | {"year": max(about[a]["year"], about[b]["year"]), "extra_mw": extra, "within_mw": within}
            | {"first_mw": alone[a], "second_mw": alone[b], "exact": found.exact}
            | {"interaction_mw": extra - alone[a] - alone[b], "mw_per_meur": _rate(extra, capex)}
            | {"only_together": ";".join(helped)}
        )
    table = pd.DataFrame(rows, columns=list(PAIRS))
    return table.sort_values("extra_mw", ascending=False, kind="stable", ignore_index=True)


def _row(case: Case, name: str) -> dict[str, Any]:
    table = case.table("reinforcements")
    return {str(k): v for k, v in table[table["reinforcement"] == name].iloc[0].items()}


def _about(game: Game, case: Case) -> dict[str, dict[str, Any]]:
    """What the case says of every reinforcement, and the first stage in which it can be in service."""
    frame: Frame = game.compiled.program.frame
    found = {}
    for row in frame.rows("reinforcements"):
        first = first_year(row, frame)
        stage = next((y for y in frame.years if y >= first), None)
        name = str(row["reinforcement"])
        found[name] = {
            "reinforcement": name,
            "name": str(row["name"] or name),
            "kind": row["kind"],
            "owner": row["owner"],
            "year": int(np.ceil(first)) if stage is None else stage,
        }
    return found


def _paid(found: Found, case: Case, names: Collection[str], extra: float) -> tuple[int, float]:
    """(units in service of the first, M€ of all) in the plan that was found; of one unit where none helps."""
    units = found.plan.told.units if extra and found.plan is not None else {}
    count = {n: units.get(n, 0 if units else 1) for n in names}
    meur = sum(count[n] * float(_row(case, n)["capex_meur"]) for n in names)
    return (sum(count.values()) if extra else 0), meur


def _rate(extra: float, capex: float) -> float:
    """MW per M€; nan where it costs nothing."""
    return extra / capex if capex > 0 else (np.nan if extra else 0.0)
