"""Rights of feed-in: what is added to a supply, when it may be off, and what is kept for contracts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyomo.environ as pyo

from gridplan.model.frame import Frame
from gridplan.model.limited import open_name
from gridplan.model.offers import FEEDIN, FIRM, Offer, growing, offers, top
from gridplan.model.rights.demand import surely
from gridplan.model.rows import constrain
from gridplan.model.stages import keep
from gridplan.model.terms import Terms

Key = tuple[str, str, str, str]  # station, side, supply, right


@dataclass(frozen=True)
class Fed:
    """A right of a supply at one of its stations, by period: as `Held`, per MW that is added."""

    offer: Offer
    row: dict[str, Any]
    share: float
    gives: np.ndarray
    sure: dict[int, np.ndarray]
    steady: dict[int, np.ndarray]
    contract: float


def holdings(frame: Frame) -> dict[Key, Fed]:
    """Rights that supplies may hold at their stations."""
    found: dict[Key, Fed] = {}
    offered = offers(frame.case, FEEDIN)
    for g, row in growing(frame).items() if offered else []:
        for offer in offered:
            gives = frame.profile(open_name(offer, row["profile"]))
            for (n, side), share in frame.places(row["zone"], row["substation"], row["side"]):
                sure, steady = surely(frame, offer, n, side, row["profile"])
                most = top(frame.case, row["profile"])
                found[n, side, g, offer.right] = Fed(offer, row, share, gives, sure, steady, most)
    return found


def add(m: Any, b: Any, frame: Frame, terms: Terms) -> None:
    """Variables `new`, `unfed`, `kept_in` and `reserved_in`."""
    fed = holdings(frame)
    if not fed:
        return
    first = {(g, r): h for (_, _, g, r), h in fed.items()}
    names = list(dict.fromkeys(g for g, _ in first))
    b.FED = pyo.Set(dimen=2, initialize=list(first))
    b.SUPPLY = pyo.Set(dimen=1, initialize=names)
    b.feeds = pyo.Set(b.SUPPLY, dimen=1, initialize={g: [r for q, r in first if q == g] for g in names})
    b.new = pyo.Var(b.FED, m.Y, bounds=lambda _, g, r, y: (0, float(first[g, r].row["max_new_mw"])))
    constrain(b, "adds", b.SUPPLY, m.Y, rule=_adds)
    partly = {k: h.offer.max_share for k, h in first.items() if h.offer.max_share < 1}
    b.PART_FED = pyo.Set(dimen=2, initialize=list(partly))
    b.max_part = pyo.Param(b.PART_FED, initialize=partly)
    constrain(b, "feedin_shares", b.PART_FED, m.Y, rule=_feedin_shares)
    b.FIRM_FED = pyo.Set(dimen=2, initialize=[k for k in first if k[1] == FIRM])
    keep(b, "feedin_stays", b.new, b.FIRM_FED)
    _feeds(m, b, frame, first)
    _keeps(m, b, {k: h for k, h in fed.items() if h.offer.limited >= 0})
    for (g, r), h in first.items():
        zone = frame.zone_at(h.row["zone"], h.row["substation"])
        tags = (g, h.row["technology"], h.row["owner"], r)
        for y in frame.years:
            terms.operate(zone, y, b.new[g, r, y], h.contract * h.offer.meur_per_mw_year, tags)


def _adds(b: Any, g: Any, y: Any) -> Any:
    """Σ_r new[g,r] = new[g] (MW): every MW that is added has its right."""
    return sum(b.new[g, r, y] for r in b.feeds[g]) == b.model().supplies.new[g, y]


def _feedin_shares(b: Any, g: Any, r: Any, y: Any) -> Any:
    """new[g,r] ≤ max_share·new[g] (MW): no more of a supply than the table allows under this right."""
    return b.new[g, r, y] <= b.max_part[g, r] * b.model().supplies.new[g, y]


def _feeds(m: Any, b: Any, frame: Frame, first: dict[tuple[str, str], Fed]) -> None:
    b.unfed = pyo.Var(b.FED, m.YP, domain=pyo.NonNegativeReals)
    b.gives = pyo.Param(
        b.FED, m.P, initialize={(*k, p): float(h.gives[p]) for k, h in first.items() for p in m.P}
    )
    constrain(b, "unfed_limit", b.FED, m.YP, rule=_unfed_limit)
    table = frame.case.table("supplies")
    most: dict[Any, float] = {}
    least: dict[Any, float] = {}
    for g in b.SUPPLY:
        rows = table[table["supply"] == g]
        row, shape = rows.iloc[0], frame.profile(rows.iloc[0]["profile"])
        capacity, floor = (
            frame.until(rows, frame.by_year(rows, column)) for column in ("capacity_mw", "min_mw")
        )
        must = bool(row["profile"]) and not row["curtailable"]
        for y, p in m.YP:
            most[g, y, p] = float(capacity[y] * shape[p])
            low = capacity[y] if must else 0.0 if pd.isna(floor[y]) else floor[y]
            least[g, y, p] = float(low * shape[p])
    b.most = pyo.Param(b.SUPPLY, m.YP, initialize=most)
    b.floor = pyo.Param(b.SUPPLY, m.YP, initialize=least)
    constrain(b, "rest_most", b.SUPPLY, m.YP, rule=_rest_most)
    constrain(b, "rest_least", b.SUPPLY, m.YP, rule=_rest_least)


def _unfed_limit(b: Any, g: Any, r: Any, y: Any, p: Any) -> Any:
    """unfed ≤ a·W·new (MW): what is added cannot be off by more than it could give."""
    return b.unfed[g, r, y, p] <= b.gives[g, r, p] * b.new[g, r, y]


def _rest_most(b: Any, g: Any, y: Any, p: Any) -> Any:
    """output − Σ (a·W·new − unfed) ≤ a·capacity (MW): the rest comes from what exists."""
    return (
        b.model().supplies.output[g, y, p]
        - sum(b.gives[g, r, p] * b.new[g, r, y] - b.unfed[g, r, y, p] for r in b.feeds[g])
        <= b.most[g, y, p]
    )


def _rest_least(b: Any, g: Any, y: Any, p: Any) -> Any:
    """output − Σ (a·W·new − unfed) ≥ what of the existing capacity must run (MW)."""
    return (
        b.model().supplies.output[g, y, p]
        - sum(b.gives[g, r, p] * b.new[g, r, y] - b.unfed[g, r, y, p] for r in b.feeds[g])
        >= b.floor[g, y, p]
    )


def _keeps(m: Any, b: Any, kept: dict[Key, Fed]) -> None:
    b.KEPT_IN = pyo.Set(dimen=4, initialize=list(kept))
    b.kept_in = pyo.Var(b.KEPT_IN, m.YP, domain=pyo.NonNegativeReals)
    b.part_in = pyo.Param(b.KEPT_IN, initialize={k: h.share for k, h in kept.items()})
    every = [(k, h, y, p) for k, h in kept.items() for y, p in m.YP]
    b.off_in = pyo.Param(
        b.KEPT_IN,
        m.YP,
        initialize={(*k, y, p): float(h.share * (h.gives[p] - h.steady[y][p])) for k, h, y, p in every},
    )
    b.idle_in = pyo.Param(
        b.KEPT_IN,
        m.YP,
        initialize={
            (*k, y, p): float(h.share * (h.contract * h.sure[y][p] - h.steady[y][p])) for k, h, y, p in every
        },
    )
    constrain(b, "keeps", b.KEPT_IN, m.YP, rule=_keeps_rule)
    at = list(dict.fromkeys(k[:2] for k in kept))
    b.RESERVED_IN = pyo.Set(dimen=2, initialize=at)
    b.reserved_in = pyo.Var(b.RESERVED_IN, m.YP, domain=pyo.NonNegativeReals)
    b.kept_in_at = pyo.Set(
        b.RESERVED_IN, dimen=2, initialize={place: [k[2:] for k in kept if k[:2] == place] for place in at}
    )
    constrain(b, "feedin_reserves", b.RESERVED_IN, m.YP, rule=_feedin_reserves)


def _keeps_rule(b: Any, n: Any, side: Any, g: Any, r: Any, y: Any, p: Any) -> Any:
    """kept_in ≥ σ·unfed − σ·(a·W − a·G)·new (MW): what is not fed in leaves no room for others, but where
    the right may be off.
    """
    return (
        b.kept_in[n, side, g, r, y, p]
        >= b.part_in[n, side, g, r] * b.unfed[g, r, y, p] - b.off_in[n, side, g, r, y, p] * b.new[g, r, y]
    )


def _feedin_reserves(b: Any, n: Any, side: Any, y: Any, p: Any) -> Any:
    """reserved_in = Σ σ·(â·G − a·G)·new + Σ kept_in (MW): room for feed-in that contracts take, unused."""
    return b.reserved_in[n, side, y, p] == sum(
        b.idle_in[n, side, g, r, y, p] * b.new[g, r, y] + b.kept_in[n, side, g, r, y, p]
        for g, r in b.kept_in_at[n, side]
    )
