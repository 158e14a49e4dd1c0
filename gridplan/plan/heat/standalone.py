"""The business case of one link by itself: what a site's unused heat could bring a sink, hour by hour.

For d MW delivered, everything on the way is affine in d, reckoned back from the sink: a link adds its loss, a
heat pump takes (COP − 1)/COP of what leaves it, and draws the rest. For a size D (MW delivered at most) every
new link gets the cheapest pipe that carries it and every heat pump its MW; d of an hour is the least of D, of
what the site gives and the sink wants, and (where asked) of the room that the stations leave. It runs in the
hours in which that pays. The best of a few sizes and first years is taken.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gridplan.plan.extract.heat import TJ_PER_MWH
from gridplan.plan.heat.market import Market, Stage
from gridplan.plan.heat.prices import Place
from gridplan.plan.heat.ways import Way

SIZES = (0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 1.0)  # of the largest size that makes sense
LEAST = 0.1  # share of the site's heat, or of what the sink wants if that is less, that makes a case
SMALL = 1e-6  # MW
BORNE = 0.05  # MW of pipe pumps that a full station bears: another pump can give way


@dataclass(frozen=True)
class Affine:
    """slope · d + base, MW."""

    slope: float
    base: float

    def at(self, d: Any) -> Any:
        """Value for d MW delivered."""
        return self.slope * d + self.base


@dataclass
class Chain:
    """A way with its pipes, as affine functions of what is delivered.

    Attributes:
        take: heat taken from the site.
        flows: through every link, in order of the way.
        lifts: heat that leaves every pump.
        drawn: electricity by place (station and side).
        meur: investment.
        pipes: by link.
        pump_mw: MW of heat of new pumps.
    """

    take: Affine
    flows: list[Affine]
    lifts: list[Affine]
    drawn: dict[Place, Affine]
    meur: float
    pipes: dict[str, str]
    pump_mw: float


@dataclass(frozen=True)
class Case:
    """A business case over the horizon; money in M€, heat in TJ a year of the last stage.

    Attributes:
        way: what it takes.
        year: first stage.
        size_mw: heat delivered at most.
        pump_mw: heat pumps.
        pipes: of new links.
        km: of new links.
        heat_tj, taken_tj: delivered and taken.
        invest_meur, eur_per_gj, npv_meur: money; discounted_tj: delivered over the horizon, discounted.
        station, needs_mw, room_mw: where electricity lacks most (or is needed most), and what is there.
        whole: the sink's whole demand was assumed, not what the plan leaves.
    """

    way: Way
    year: int
    size_mw: float
    pump_mw: float
    pipes: tuple[str, ...]
    km: float
    heat_tj: float
    taken_tj: float
    invest_meur: float
    eur_per_gj: float
    npv_meur: float
    discounted_tj: float
    station: str = ""
    needs_mw: float = 0.0
    room_mw: float = float("nan")
    whole: bool = False


@dataclass(frozen=True)
class Asked:
    """What a case may use: the sink's whole demand or what is left of it; the stations' room or any."""

    whole: bool = False
    room: bool = True


@dataclass
class _Year:
    """Money and energy of one stage."""

    cost: float = 0.0
    saved: float = 0.0
    tj: float = 0.0
    taken: float = 0.0


def best_case(market: Market, way: Way, asked: Asked) -> Case | None:
    """The best business case of a way, or None where too little heat could go."""
    years = [y for y in market.years if market.open(way, y)]
    stages = {y: market.stage(way, y, asked.whole) for y in years}
    most = max((float(np.minimum(s.gives, s.wants).max(initial=0.0)) for s in stages.values()), default=0.0)
    if most <= SMALL:
        return None
    last = stages[years[-1]]
    found: Case | None = None
    for size in _sizes(market, way, most):
        chain = chain_of(market, way, size)
        if chain is None:
            continue
        parts = {y: _stage(s, chain, size, asked.room) for y, s in stages.items()}
        if parts[years[-1]].taken < LEAST * min(last.site_tj, last.sink_tj):
            continue
        for k in range(len(years)):
            case = _whole(market, way, chain, size, years[k:], parts, asked)
            found = case if found is None or case.npv_meur > found.npv_meur else found
    return None if found is None else _placed(market, found, last)


def _sizes(market: Market, way: Way, most: float) -> list[float]:
    """Sizes to try, MW delivered: shares of the largest, and what fills each pipe."""
    found = {share * most for share in SIZES}
    for mw in market.capacities:
        chain = chain_of(market, way, 0.95 * mw)
        if chain is not None and chain.flows:
            full = min((mw - flow.base) / flow.slope for flow in chain.flows)
            found |= {full} if SMALL < full < most else set()
    return sorted(found)


def chain_of(market: Market, way: Way, size: float) -> Chain | None:
    """A way with everything on it large enough for `size` MW delivered; None where nothing is."""
    heat, flows, lifts = Affine(1.0, 0.0), [], []
    drawn: dict[Place, list[float]] = defaultdict(lambda: [0.0, 0.0])
    meur, pump_mw = market.connection(way), 0.0
    pipes: dict[str, str] = {}
    steps = sorted(
        [(k + 0.5, name) for k, name in enumerate(way.links)] + [(float(x.after), x) for x in way.lifts],
        key=lambda step: step[0],
        reverse=True,
    )
    for _, step in steps:
        if isinstance(step, str):
            pipe = market.pipe(step, heat.at(size))
            if pipe is None:
                return None
            flows.append(Affine(heat.slope, heat.base + pipe.loss_mw / 2))
            heat = Affine(heat.slope, heat.base + pipe.loss_mw)
            meur, pipes[step] = meur + pipe.meur, pipe.name
            for place, mw in pipe.drawn:
                drawn[place][1] += mw
        else:
            lifted = heat.at(size)
            if lifted > market.pump_room(step.pump) + SMALL:
                return None
            lifts.append(heat)
            meur, pump_mw = meur + market.pump_price(step.pump) * lifted, pump_mw + lifted
            for place, share in market.pump_places(step.pump):
                drawn[place][0] += share * heat.slope / step.cop
                drawn[place][1] += share * heat.base / step.cop
            part = (step.cop - 1) / step.cop
            heat = Affine(part * heat.slope, part * heat.base)
    at = {n: Affine(slope, base) for n, (slope, base) in drawn.items()}
    return Chain(heat, flows[::-1], lifts[::-1], at, meur, pipes, pump_mw)


def delivered(s: Stage, chain: Chain, size: float, room: bool) -> np.ndarray:
    """MW delivered in every hour."""
    d = np.minimum(s.wants, size)
    d = np.minimum(d, (s.available - chain.take.base) / chain.take.slope)
    for spare, flow in zip(s.spare, chain.flows, strict=True):
        d = np.minimum(d, (spare - flow.base) / flow.slope)
    if room:
        for place, need in chain.drawn.items():
            left = s.rooms[place] - need.base
            d = np.minimum(d, left / need.slope if need.slope > SMALL else np.where(left < -BORNE, 0.0, d))
    gain = s.value - sum(need.slope * s.prices[n] for n, need in chain.drawn.items())
    return np.where(gain > 0, np.maximum(d, 0.0), 0.0)


def _stage(s: Stage, chain: Chain, size: float, room: bool) -> _Year:
    d = delivered(s, chain, size, room)
    bought = sum(float((s.weight * need.at(d) * s.prices[n]).sum()) for n, need in chain.drawn.items())
    heat = float((s.weight * d).sum())
    taken = float((s.weight * chain.take.at(d)).sum())
    return _Year(
        bought / 1e6, float((s.weight * d * s.value).sum()) / 1e6, heat * TJ_PER_MWH, taken * TJ_PER_MWH
    )


def _whole(
    market: Market,
    way: Way,
    chain: Chain,
    size: float,
    years: list[int],
    parts: dict[int, _Year],
    asked: Asked,
) -> Case:
    discount = market.discount
    cost = sum(discount[y] * (parts[y].cost + market.annuity * chain.meur) for y in years)
    tj = sum(discount[y] * parts[y].tj for y in years)
    saved = sum(discount[y] * parts[y].saved for y in years)
    last = parts[years[-1]]
    return Case(
        way,
        years[0],
        size,
        chain.pump_mw,
        tuple(p for n in way.links if (p := chain.pipes[n])),
        sum(market.km(n) for n in way.links),
        last.tj,
        last.taken,
        chain.meur,
        1000 * cost / tj if tj > 0 else float("nan"),
        saved - cost,
        tj,
        whole=asked.whole,
    )


def _placed(market: Market, case: Case, s: Stage) -> Case:
    """The case with the station that its electricity presses most, in the hour in which that is so."""
    chain = chain_of(market, case.way, case.size_mw)
    assert chain is not None
    d = delivered(s, chain, case.size_mw, room=False)
    tight: tuple[float, str, float, float] | None = None
    for (station, side), need in chain.drawn.items():
        needs, room = need.at(d), s.rooms[station, side]
        over = np.where(np.isfinite(room), needs - room, needs - 1e9)
        hour = int(over.argmax())
        if tight is None or over[hour] > tight[0]:
            tight = (float(over[hour]), station, float(needs[hour]), float(room[hour]))
    if tight is None:
        return case
    room_mw = tight[3] if np.isfinite(tight[3]) else float("nan")
    return replace(case, station=tight[1], needs_mw=tight[2], room_mw=room_mw)
