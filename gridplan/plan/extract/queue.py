"""Tables of the queue: what is served when, by request and class, and when each station has room for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
import pandas as pd

from gridplan.case import Case
from gridplan.network import Network
from gridplan.plan.columns import TABLES
from gridplan.plan.queue import TINY, Request, Turn, class_order, simulate

DIRECTIONS = ("demand", "feedin")
Room = dict[tuple[str, str], np.ndarray]


def queue_tables(
    case: Case,
    tables: Mapping[str, pd.DataFrame],
    network: Network | None = None,
    overtaking: bool | None = None,
) -> dict[str, pd.DataFrame]:
    """Tables `queue`, `queue_classes` and `alleviation` of a plan.

    Args:
        case: the case.
        tables: tables of the plan, of which `stations` and `unserved` are read.
        network: network of the case, where it is known.
        overtaking: whether a request may take room that an earlier one waits for; None: as the case says.
    """
    allowed = case.settings.rules.queue_overtaking if overtaking is None else overtaking
    net = network or Network(case)
    requests, room = requests_of(case, net), rooms_of(case, tables["stations"])
    turns = simulate(requests, room, case.years, allowed)
    ordered = sorted(requests, key=lambda q: (DIRECTIONS.index(q.direction), *q.order))
    return {
        "queue": _queue(ordered, turns),
        "queue_classes": _classes(ordered, turns, case.years),
        "alleviation": _alleviation(case, net, tables, requests, room),
    }


def requests_of(case: Case, network: Network) -> list[Request]:
    """Requests of a case, each with its stations and those above them."""
    found = []
    for row in case.table("queue").to_dict("records"):
        shares: dict[str, float] = defaultdict(float)
        for station, share in network.feeds(row["zone"], row["substation"]):
            shares[station] += share
        passes: dict[str, float] = defaultdict(float)
        for station, share in shares.items():
            for at in above(network, station):
                passes[at] += share
        mw = float(row["mw"])
        found.append(
            Request(
                row["request"], row["direction"], row["class"], row["date"], mw, dict(shares), dict(passes)
            )
        )
    return found


def above(network: Network, station: str) -> list[str]:
    """A station and those whose transformers also carry it."""
    found = [station]
    while found[-1] in network.parent:
        found.append(network.parent[found[-1]])
    return found


def rooms_of(case: Case, stations: pd.DataFrame) -> Room:
    """Headroom by station, direction and stage, MW; inf where there is no limit."""
    years = {y: k for k, y in enumerate(case.years)}
    found = {
        (str(n), d): np.full(len(years), np.inf)
        for n in case.table("substations")["substation"]
        for d in DIRECTIONS
    }
    columns = ["substation", "direction", "year", "headroom_mw"]
    for n, direction, year, mw in stations[columns].itertuples(index=False, name=None):
        found[n, direction][years[year]] = np.inf if pd.isna(mw) else mw
    return found


def _queue(requests: list[Request], turns: dict[str, Turn]) -> pd.DataFrame:
    rows = [
        (
            q.name,
            ";".join(q.stations),
            q.direction,
            q.kind,
            q.date,
            q.mw,
            _blank(turns[q.name].served),
            turns[q.name].waited,
            turns[q.name].blocked_by,
        )
        for q in requests
    ]
    return pd.DataFrame(rows, columns=list(TABLES["queue"]))


def _blank(year: int | None) -> float:
    return np.nan if year is None else float(year)


def _classes(requests: list[Request], turns: dict[str, Turn], years: tuple[int, ...]) -> pd.DataFrame:
    rows = []
    kinds = sorted({(DIRECTIONS.index(q.direction), *class_order(q.kind), q.kind) for q in requests})
    for way, *_, kind in kinds:
        own = [q for q in requests if q.direction == DIRECTIONS[way] and q.kind == kind]
        for y in years:
            done = [(q.mw, turns[q.name].waited) for q in own if (turns[q.name].served or y + 1) <= y]
            asked = sum(q.mw for q in own if q.year is None or q.year <= y)
            served = sum(mw for mw, _ in done)
            mean = sum(mw * waited for mw, waited in done) / served if served else np.nan
            rows.append((kind, DIRECTIONS[way], y, served, asked - served, mean))
    return pd.DataFrame(rows, columns=list(TABLES["queue_classes"]))


def _alleviation(
    case: Case, network: Network, tables: Mapping[str, pd.DataFrame], requests: list[Request], room: Room
) -> pd.DataFrame:
    years = case.years
    queued = {key: np.zeros(len(years)) for key in room}
    for q in requests:
        late = np.array([q.year is not None and q.year > y for y in years])
        for n, part in q.passes.items():
            queued[n, q.direction] += np.where(late, 0.0, q.mw * part)
    lost = {
        (n, y): mw
        for n, y, mw in tables["unserved"][["substation", "year", "mw"]].itertuples(index=False, name=None)
    }
    unserved = {
        (n, d): np.array([lost.get((n, y), 0.0) if d == "demand" else 0.0 for y in years]) for n, d in room
    }
    fits = {key: room[key] >= queued[key] + unserved[key] - TINY for key in room}
    rows = []
    for n, d in room:
        whole = np.logical_and.reduce([fits[at, d] for at in above(network, n)])
        full, relief = _first(years, ~whole), _first(years, whole)
        for k, y in enumerate(years):
            headroom = np.nan if np.isinf(room[n, d][k]) else room[n, d][k]
            rows.append((n, y, d, headroom, queued[n, d][k], unserved[n, d][k], full, relief))
    return pd.DataFrame(rows, columns=list(TABLES["alleviation"]))


def _first(years: tuple[int, ...], found: np.ndarray) -> float:
    """First stage in which something is so; nan: in none."""
    return float(years[int(found.argmax())]) if found.any() else np.nan
