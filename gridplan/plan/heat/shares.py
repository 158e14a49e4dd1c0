"""Whose heat an asset handles: shares of every pair of producer and sink in links, heat pumps and sinks.

An asset that several pairs use together is shared by the heat that each sends through it in the year. What a
link or a pump does only for losses is theirs for whom the rest is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridplan.plan.heat.trace import INTAKE, LIFT, TAKE, TANK, Trace

TINY = 1e-6  # MWh a year
NOISE = 1e-9  # share that is none


@dataclass(frozen=True)
class Shares:
    """One stage: producers × sinks.

    Attributes:
        producers, sinks: ids, in order.
        delivered: MWh a year from each producer to each sink.
        taken: MWh a year taken from each producer for each sink.
        idle: MWh a year taken from each producer of whose heat nothing reaches a sink: it keeps pipes warm.
        links, pumps: share of each pair in each of them, summing to 1; only where they handle heat.
        temperature: level at which most of that heat reaches the sink (°C), nan where there is none.
    """

    producers: list[str]
    sinks: list[str]
    delivered: np.ndarray
    taken: np.ndarray
    idle: np.ndarray
    links: dict[str, np.ndarray]
    pumps: dict[str, np.ndarray]
    temperature: np.ndarray

    def of_sink(self, sink: str) -> np.ndarray | None:
        """Share of each pair in a sink; None where it takes no heat."""
        return _only(self.delivered, self.sinks.index(sink), axis=1) if sink in self.sinks else None

    def of_producer(self, producer: str) -> np.ndarray | None:
        """Share of each pair in a producer; None where it gives no heat."""
        if producer not in self.producers:
            return None
        return _only(self.taken, self.producers.index(producer), axis=0)


def _only(matrix: np.ndarray, position: int, axis: int) -> np.ndarray:
    """The matrix with one row (axis 0) or column (axis 1), as shares of its sum."""
    found = np.zeros_like(matrix)
    at = (slice(None), position) if axis else (position, slice(None))
    found[at] = matrix[at]
    return _shared(found)


def _shared(matrix: np.ndarray) -> np.ndarray:
    total = matrix.sum()
    found = matrix / total if total > TINY else np.zeros_like(matrix)
    return np.where(found < NOISE, 0.0, found)


def shares(t: Trace) -> Shares:
    """Shares of all pairs in one stage."""
    takes, lifts, intakes = t.at(t.entries, TAKE), t.at(t.entries, LIFT), t.at(t.exits, INTAKE)
    origin = _origins(t, list(takes.values()))
    goal = _goals(t, list(intakes.values()))
    useful = _rows(t.moved @ goal)  # of every entry: where its heat ends, losses left aside
    producers, sinks = list(takes), list(intakes)
    delivered = origin.T @ t.moved[:, list(intakes.values())]
    whole = np.array([t.moved[k].sum() for k in takes.values()])
    taken = (whole[:, None] * useful[list(takes.values())]).reshape(delivered.shape)

    links = {n: _shared(origin.T @ part @ goal) for n, part in t.carried.items()}
    pumps = {w: np.outer(origin[k], useful[k]) for w, k in lifts.items()}
    return Shares(
        producers,
        sinks,
        delivered,
        taken,
        np.where(taken.any(axis=1), 0.0, whole),
        {n: v for n, v in links.items() if v.any()},
        {w: v for w, v in pumps.items() if v.any()},
        _temperature(t, origin, sinks),
    )


def _temperature(t: Trace, origin: np.ndarray, sinks: list[str]) -> np.ndarray:
    """Producers × sinks: the temperature level of most of the heat (°C)."""
    found = np.full((origin.shape[1], len(sinks)), np.nan)
    most = np.zeros_like(found)
    for j, sink in enumerate(sinks):
        levels = sorted({lv for (_, k), at in t.levels.items() if k == sink for lv in at})
        for level in levels:
            mwh = [t.levels.get((e, sink), {}).get(level, 0.0) for e in t.entries]
            amount = np.array(mwh) @ origin
            warmer = amount > np.maximum(most[:, j], TINY)
            found[warmer, j], most[warmer, j] = level, amount[warmer]
    return found


def _origins(t: Trace, takes: list[int]) -> np.ndarray:
    """Entries × producers: what leaves a pump (or a tank) is of those whose heat entered it."""
    into = {p: k for k, p in enumerate(t.exits) if p[0] in (LIFT, TANK)}
    feeds = np.zeros((len(t.entries), len(t.entries)))
    for k, point in enumerate(t.entries):
        if point in into:
            feeds[k] = t.moved[:, into[point]]
    own = np.zeros((len(t.entries), len(takes)))
    own[takes, np.arange(len(takes))] = 1.0
    return _settled(_rows(feeds), own)


def _goals(t: Trace, intakes: list[int]) -> np.ndarray:
    """Exits × sinks: what enters a pump (or a tank) goes where that sends its heat, losses left aside."""
    out = {p: k for k, p in enumerate(t.entries) if p[0] in (LIFT, TANK)}
    feeds = np.zeros((len(t.exits), len(t.exits)))
    for k, point in enumerate(t.exits):
        if point in out:
            feeds[k] = t.moved[out[point]] * np.array([kind != "lost" for kind, _ in t.exits])
    own = np.zeros((len(t.exits), len(intakes)))
    own[intakes, np.arange(len(intakes))] = 1.0
    return _settled(_rows(feeds), own)


def _rows(matrix: np.ndarray) -> np.ndarray:
    """Rows as shares of their sums; rows of nothing stay so."""
    total = matrix.sum(axis=1, keepdims=True)
    return np.divide(matrix, total, out=np.zeros_like(matrix), where=total > TINY)


def _settled(feeds: np.ndarray, own: np.ndarray) -> np.ndarray:
    """x = own + feeds · x."""
    system = np.eye(len(feeds)) - feeds
    try:
        found = np.linalg.solve(system, own)
    except np.linalg.LinAlgError:  # two tanks or pumps that only feed each other
        found = np.linalg.lstsq(system, own, rcond=None)[0]
    return np.where(found < NOISE, 0.0, np.minimum(found, 1.0))
