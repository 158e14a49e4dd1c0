"""Rights of datacenters: their shares of a site, and when they are off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo

from gridplan.model.frame import Frame
from gridplan.model.limited import curves, open_name, steady_name, sure_name
from gridplan.model.offers import BLOCK, DEMAND, FIRM, Offer, contract, may_have, offers
from gridplan.model.rows import constrain
from gridplan.model.stages import keep
from gridplan.model.terms import DISPATCH, Terms
from gridplan.model.withdrawal import places

Key = tuple[str, str, str, str]  # station, side, site, right


@dataclass(frozen=True)
class Held:
    """A right of a site at one of its stations, by period.

    Attributes:
        offer: the right.
        row: the site.
        share: σ.
        whole: a, MW per MW IT by period.
        draw: a·W.
        sure: G by stage and period.
        steady: a·G by stage and period.
        contract: â, MW per MW IT.
    """

    offer: Offer
    row: dict[str, Any]
    share: float
    whole: np.ndarray
    draw: np.ndarray
    sure: dict[int, np.ndarray]
    steady: dict[int, np.ndarray]
    contract: float


def holdings(frame: Frame) -> dict[Key, Held]:
    """Rights that sites may hold at their stations."""
    found: dict[Key, Held] = {}
    offered = offers(frame.case, DEMAND)
    for row in frame.rows("datacenters") if offered else []:
        factor, most = row["pue"] * row["utilisation"], contract(frame.case, row)
        whole = factor * frame.profile(row["profile"])
        for offer in offered:
            if not may_have(offer, row):
                continue
            draw = factor * frame.profile(open_name(offer, row["profile"]))
            for (n, side), share in frame.places(row["zone"], row["substation"], row["side"]):
                sure, steady = surely(frame, offer, n, side, row["profile"])
                steady = {y: factor * values for y, values in steady.items()}
                key = (n, side, row["site"], offer.right)
                found[key] = Held(offer, row, share, whole, draw, sure, steady, most)
    return found


def surely(
    frame: Frame, offer: Offer, station: str, side: str, profile: str
) -> tuple[dict[int, np.ndarray], dict[int, np.ndarray]]:
    """G, and G times a profile, by stage and period: 1 where a right may not be off."""
    if offer.limited < 0:
        none = dict.fromkeys(frame.years, np.zeros(len(frame.periods.items)))
        return none, none
    if offer.limited == 0:
        names = (open_name(offer), open_name(offer, profile))
        first, second = (dict.fromkeys(frame.years, frame.profile(name)) for name in names)
        return first, second
    at = curves(frame.case).limiting(station, side, offer.direction)
    return (
        {y: frame.profile(sure_name(offer, at, y)) for y in frame.years},
        {y: frame.profile(steady_name(offer, at, y, profile)) for y in frame.years},
    )


def add(m: Any, b: Any, frame: Frame, terms: Terms) -> dict[Key, Held]:
    """Variables `it` and `cut`, and the withdrawal that is avoided."""
    held = holdings(frame)
    if not held:
        return held
    first = {(s, r): h for (_, _, s, r), h in held.items()}
    b.RIGHT = pyo.Set(dimen=2, initialize=list(first))
    b.SITE = pyo.Set(dimen=1, initialize=list(dict.fromkeys(s for s, _ in first)))
    b.rights_of = pyo.Set(b.SITE, dimen=1, initialize={s: [r for q, r in first if q == s] for s in b.SITE})
    room = m.datacenters.room
    b.it = pyo.Var(b.RIGHT, m.Y, bounds=lambda _, s, r, y: (0, room[s]))
    constrain(b, "splits", b.SITE, m.Y, rule=_splits)
    partly = {k: h.offer.max_share for k, h in first.items() if h.offer.max_share < 1}
    b.PARTLY = pyo.Set(dimen=2, initialize=list(partly))
    b.max_share = pyo.Param(b.PARTLY, initialize=partly)
    constrain(b, "shares", b.PARTLY, m.Y, rule=_shares)
    b.FIRM = pyo.Set(dimen=2, initialize=[k for k in first if k[1] == FIRM])
    keep(b, "firm_stays", b.it, b.FIRM)
    _cuts(m, b, held)
    _withdraws(m, b, held)
    _steady(m, b, frame, held)
    _count(b, frame, terms, first)
    return held


def _splits(b: Any, s: Any, y: Any) -> Any:
    """Σ_r it[s,r] = it[s] (MW IT): every MW of a site has its right."""
    return sum(b.it[s, r, y] for r in b.rights_of[s]) == b.model().datacenters.it[s, y]


def _shares(b: Any, s: Any, r: Any, y: Any) -> Any:
    """it[s,r] ≤ max_share·it[s] (MW IT): no more of a site than the table allows under this right."""
    return b.it[s, r, y] <= b.max_share[s, r] * b.model().datacenters.it[s, y]


def _cuts(m: Any, b: Any, held: dict[Key, Held]) -> None:
    flexible = {k: h for k, h in held.items() if h.offer.flexible}
    if not flexible:
        return
    b.CUT = pyo.Set(dimen=4, initialize=list(flexible))
    b.cut = pyo.Var(b.CUT, m.YP, domain=pyo.NonNegativeReals)
    b.off_mw = pyo.Param(
        b.CUT,
        m.YP,
        initialize={
            (*k, y, p): float(h.share * (h.draw[p] - h.steady[y][p]))
            for k, h in flexible.items()
            for y, p in m.YP
        },
    )
    constrain(b, "cut_limit", b.CUT, m.YP, rule=_cut_limit)


def _cut_limit(b: Any, n: Any, side: Any, s: Any, r: Any, y: Any, p: Any) -> Any:
    """cut ≤ σ·(a·W − a·G)·it (MW): off only in the limited hours of the station, by what would be drawn."""
    return b.cut[n, side, s, r, y, p] <= b.off_mw[n, side, s, r, y, p] * b.it[s, r, y]


def _withdraws(m: Any, b: Any, held: dict[Key, Held]) -> None:
    blocks = {k: h for k, h in held.items() if h.offer.right == BLOCK}
    flexible = [k for k, h in held.items() if h.offer.flexible]
    if not (blocks or flexible):
        return
    places(m, b, {(n, side, ""): 1.0 for n, side, _, _ in [*flexible, *blocks]}, "any")
    b.off = pyo.Set(
        b.PLACE, dimen=2, initialize={at: [k[2:] for k in flexible if k[:2] == at] for at in b.PLACE}
    )
    b.shut_at = pyo.Set(
        b.PLACE, dimen=2, initialize={at: [k[2:] for k in blocks if k[:2] == at] for at in b.PLACE}
    )
    b.SHUT = pyo.Set(dimen=4, initialize=list(blocks))
    b.shut = pyo.Param(
        b.SHUT,
        m.P,
        initialize={
            (*k, p): float(h.share * (h.whole[p] - h.draw[p])) for k, h in blocks.items() for p in m.P
        },
    )
    cuts = [b.cut] if flexible else []  # a list, since a template cannot sum a generator of nothing

    def rule(b: Any, n: Any, side: Any, y: Any, p: Any) -> Any:
        """withdrawal = −Σ cut − Σ σ·a·(1−W)·it (MW): what is not drawn of what datacenters state."""
        return b.withdrawal[n, side, y, p] == -sum(
            [sum(cut[n, side, s, r, y, p] for s, r in b.off[n, side]) for cut in cuts]
        ) - sum(b.shut[n, side, s, r, p] * b.it[s, r, y] for s, r in b.shut_at[n, side])

    constrain(b, "withdraw", b.PLACE, m.YP, rule=rule)


def _steady(m: Any, b: Any, frame: Frame, held: dict[Key, Held]) -> None:
    """`steady[s,r,y,p]`: MW per MW IT that may not be off, on which heat can count."""
    found: dict[Any, float] = {}
    for (_, _, s, r), h in held.items():
        for y, p in m.YP if h.row["heat_share"] > 0 else []:
            found[s, r, y, p] = found.get((s, r, y, p), 0.0) + float(h.share * h.steady[y][p])
    if not found:
        return
    keys = list(dict.fromkeys(key[:2] for key in found))
    b.WARM = pyo.Set(dimen=2, initialize=keys)
    b.steady = pyo.Param(b.WARM, m.YP, initialize=found)


def tags_of(row: dict[str, Any], right: str) -> tuple[str, ...]:
    """Words by which a policy may select what a site holds."""
    alone = "standalone" if row["standalone"] else ""
    return (row["site"], row["class"], row["status"], row["owner"], alone, right)


def cheapest(offers: list[Offer]) -> float:
    """EUR/MWh of the energy that is given up first."""
    return min((offer.price for offer in offers if offer.flexible), default=0.0)


def _count(b: Any, frame: Frame, terms: Terms, first: dict[tuple[str, str], Held]) -> None:
    least = cheapest([h.offer for h in first.values()])
    for (s, r), h in first.items():
        zone, tags = frame.zone_at(h.row["zone"], h.row["substation"]), tags_of(h.row, r)
        off = h.whole - h.draw
        for y in frame.years:
            terms.operate(zone, y, b.it[s, r, y], h.contract * h.offer.meur_per_mw_year, tags)
            name = "firm_mw" if r == FIRM else "flexible_mw"
            terms.add(name, zone, y, b.it[s, r, y], h.contract, tags)
            mwh = float(sum(frame.weight(p) * off[p] for q, p in frame.weighted if q == y))
            terms.operate(zone, y, b.it[s, r, y], mwh * h.offer.price / 1e6, tags)
            terms.add("demand_curtailed_gwh", zone, y, b.it[s, r, y], mwh / 1e3, tags)
    for key in b.CUT if hasattr(b, "CUT") else []:
        h = first[key[2:]]
        zone, tags = frame.zone_at(h.row["zone"], h.row["substation"]), tags_of(h.row, key[3])
        more = h.offer.price - least
        for y, p in frame.weighted:
            mwh = frame.weight(p) / 1e6
            terms.operate(zone, y, b.cut[(*key, y, p)], mwh * more, tags)
            terms.add(DISPATCH, zone, y, b.cut[(*key, y, p)], mwh * least, tags)
