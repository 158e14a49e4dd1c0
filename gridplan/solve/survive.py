"""Whether a plan survives every outage in every hour of a stage.

A dispatch is sought under which no outage overloads anything (`prevent.py`). Its flows are shifted (shift
factors, `topology.py`): where all stay within their emergency ratings, the hour survives as it is. Only in
the other hours the operation after the outage is dispatched anew (`after_loss.py`): storages, supplies that
can be curtailed or follow, heat. What then still does not fit is the excess.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from gridplan.outages import cut_off
from gridplan.solve.after_loss import after_loss
from gridplan.solve.certify import Certificate, redispatch
from gridplan.solve.days import has_storages
from gridplan.solve.hourly import CLEAR
from gridplan.solve.keys import Key
from gridplan.solve.prevent import prevent
from gridplan.solve.topology import Topology

NEAR = 1e-4  # MW above an emergency rating that count as within it
PASSES = 3  # times that a stage is dispatched to spare what outages would overload
FEW = 3  # hours of each outage that a quick look dispatches first


@dataclass(frozen=True)
class Island:
    """What an outage cuts off: buses, and the most MW that they then lack (or cannot send)."""

    buses: frozenset[str]
    mw: float


@dataclass
class Survival:
    """Outages of one stage.

    Attributes:
        pairs: hours times outages looked at.
        excess: MW that do not fit by outage: (positions of hours, MW).
        islands: what is cut off, by outage.
        worst: of every rated group of circuits, its highest loading after an outage and that outage, with MW.
        solved: linear programs solved.
        redispatched: pairs in which the dispatch at hand did not do.
    """

    pairs: int = 0
    excess: dict[str, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)
    islands: dict[str, Island] = field(default_factory=dict)
    worst: dict[int, tuple[float, str, float]] = field(default_factory=dict)
    solved: int = 0
    redispatched: int = 0

    @property
    def violated(self) -> int:
        """Pairs that do not fit."""
        return sum(int((mw > CLEAR).sum()) for _, mw in self.excess.values())


class Survivor:
    """Looks at the outages of a stage one by one."""

    def __init__(
        self,
        certificate: Certificate,
        topology: Topology,
        values: np.ndarray,
        rating: float,
        weight: dict[str, float],
        served: bool,
        quick: bool,
        followers: list[tuple[Key, str]],
    ) -> None:
        """Take the dispatch with everything in service.

        Args:
            certificate: dispatch of the hours.
            topology: circuits in service.
            values: hours × profiles.
            rating: emergency rating, as a factor.
            weight: MW of supply by bus, which tells which part of a split network is the grid.
            served: what is cut off must be served all the same.
            followers: columns of supplies that may give more or less, and their buses.
            quick: of an outage that some hours do not survive, the others need not be known.
        """
        self.certificate, self.topology, self.values, self.rating = certificate, topology, values, rating
        self.weight, self.served, self.quick, self.followers = weight, served, quick, followers
        self.rates = topology.rates(certificate.hourly.profiles, values)
        self.least = np.ones(len(topology.groups)) if self.rates is None else self.rates.min(axis=0)
        columns = {key: k for k, key in enumerate(certificate.hourly.columns)}
        self.columns = np.array([columns.get(g.key, -1) for g in topology.groups], int)
        self.flows = self._flows(certificate.dispatch)
        self.highest = np.abs(self.flows).max(axis=0, initial=0.0)

    def look(self, step: Callable[[int], None]) -> Survival:
        """Every outage of the stage; `step` is told the number of pairs done."""
        found = Survival()
        self.spare(found)
        for name in self.topology.lost:
            found.pairs += len(self.values)
            if self.topology.splits(name):
                self._split(name, found)
            else:
                self._shifted(name, found)
            step(found.pairs)
        return found

    def spare(self, found: Survival) -> None:
        """Dispatch anew the hours in which some outage would overload something, all outages together."""
        program, pairs = self.certificate.hourly, dict[tuple[str, int], None]()
        if has_storages(program):
            return  # their hours hang together
        hours = np.arange(len(self.values))
        for _ in range(PASSES):
            bad, more = self._overloaded(hours)
            hours, before = hours[bad], len(pairs)
            pairs.update(dict.fromkeys(more))
            if not len(hours) or len(pairs) == before:
                break
            watched = prevent(program, self.topology, self.rating, list(pairs))
            order = hours[np.argsort(-self.values[hours].sum(axis=1), kind="stable")]
            dispatch, solved = redispatch(watched, self.certificate, self.values, order)
            found.solved += solved
            dispatch = dispatch[:, : len(program.columns)]
            fits = dispatch[:, program.slack].sum(axis=1) <= self.certificate.excess[order] + CLEAR
            self.certificate.dispatch[order[fits]] = dispatch[fits]
            self.flows[order] = self._flows(self.certificate.dispatch[order])
        self.highest = np.abs(self.flows).max(axis=0, initial=0.0)

    def _rate(self, group: int, hours: np.ndarray | slice = slice(None)) -> float | np.ndarray:
        """Rating of a group in given hours, per unit."""
        if self.rates is None or not self.topology.groups[group].rating:
            return 1.0
        return np.asarray(self.rates[hours, group])

    def _overloaded(self, hours: np.ndarray) -> tuple[np.ndarray, list[tuple[str, int]]]:
        """Which of these hours some outage overloads, and the outages with what they overload."""
        flows, bad, pairs = self.flows[hours], np.zeros(len(hours), bool), []
        highest = np.abs(flows).max(axis=0, initial=0.0)
        for name in self.topology.lost:
            if self.topology.splits(name) or not self.topology.dc:
                continue
            lost, shift, left = self.topology.after(name)
            limit = self.rating * left
            most = highest + np.abs(shift) * highest[lost]
            near = np.isfinite(limit) & (most > limit * self.least + NEAR)
            for g in np.flatnonzero(near):
                rated = limit[g] * self._rate(int(g), hours)
                over = np.abs(flows[:, g] + shift[g] * flows[:, lost]) > rated + NEAR
                if over.any():
                    pairs.append((name, int(g)))
                    bad |= over
        return bad, pairs

    def _flows(self, dispatch: np.ndarray) -> np.ndarray:
        """MW on every group (hours × groups) of a dispatch."""
        return np.where(self.columns >= 0, dispatch[:, self.columns], 0.0)

    def _loadings(self, name: str, dispatch: np.ndarray, hours: np.ndarray, found: Survival) -> None:
        """Keep the highest loadings after an outage of hours that were dispatched anew."""
        if not len(dispatch):
            return
        lost, shift, left = self.topology.after(name)
        flows = self._flows(dispatch)
        after = np.abs(flows + shift * flows[:, [lost]])
        limit = self.rating * left
        for g in np.flatnonzero(np.isfinite(limit) & (limit > 0)):
            self._keep(int(g), after[:, g], limit[g], self._rate(int(g), hours), name, found)

    @staticmethod
    def _keep(
        group: int, mw: np.ndarray, limit: float, rate: float | np.ndarray, name: str, found: Survival
    ) -> None:
        """Keep the hour with the highest loading, if it is higher than those known."""
        if not len(mw):
            return
        rates = np.broadcast_to(rate, mw.shape)
        share = np.divide(mw, rates, out=np.zeros_like(mw), where=rates > 0)
        at = int(share.argmax())
        if share[at] / limit > found.worst.get(group, (0.0, "", 0.0))[0]:
            found.worst[group] = (float(share[at]) / limit, name, float(mw[at]))

    def _shifted(self, name: str, found: Survival) -> None:
        """An outage that leaves the network in one piece."""
        lost, shift, left = self.topology.after(name)
        limit = self.rating * left
        most = self.highest + np.abs(shift) * self.highest[lost]
        watched = np.flatnonzero(np.isfinite(limit))
        overload = np.zeros(len(self.values))
        for g in watched:
            known = found.worst.get(int(g), (0.0, "", 0.0))[0]
            low = limit[g] * self.least[g]
            if most[g] <= low and (low <= 0 or most[g] / low <= known):
                continue
            flow = np.abs(self.flows[:, g] + shift[g] * self.flows[:, lost])
            rate = self._rate(int(g))
            np.maximum(overload, flow - limit[g] * rate, out=overload)
            if limit[g] > 0:
                fine = np.where(flow <= limit[g] * rate + NEAR, flow, 0.0)
                self._keep(int(g), fine, limit[g], rate, name, found)
        self._dispatch(name, np.flatnonzero(overload > NEAR), overload, frozenset(), found)

    def _split(self, name: str, found: Survival) -> None:
        """An outage that splits the network: what is cut off is told, the rest must do without it."""
        lost = self.topology.lost[name][1]
        sent = np.abs(self.flows[:, lost])
        cut = cut_buses(self.topology, name, self.weight)
        found.islands[name] = Island(cut, float(sent.max(initial=0.0)))
        overload = np.where(sent > NEAR, sent, 0.0)
        if not self.served:
            overload[self._made_up(lost, cut)] = 0.0
        self._dispatch(
            name, np.flatnonzero(overload > 0), overload, frozenset() if self.served else cut, found
        )

    def _made_up(self, lost: int, cut: frozenset[str]) -> np.ndarray:
        """Hours in which one supply makes up for what is cut off, and nothing is overloaded by that."""
        group, program = self.topology.groups[lost], self.certificate.hourly
        outwards = group.ends[1] in cut
        side = group.ends[0] if outwards else group.ends[1]
        freed = self.flows[:, lost] * (1.0 if outwards else -1.0)  # MW that ran to what is cut off
        limit, fine = self.rating * self.topology.mw, np.zeros(len(freed), bool)
        limit[lost] = np.inf
        columns = {key: k for k, key in enumerate(program.columns)}
        for key, bus in self.followers:
            if bus in cut or key not in columns or fine.all():
                continue
            k, left = columns[key], np.flatnonzero(~fine)
            new = self.certificate.dispatch[left, k] - freed[left]
            low, up = (b.base[k] + self.values[left] @ b.slope[:, k] for b in (program.lower, program.upper))
            flows = self.flows[left] + freed[left, None] * self.topology.transfer(side, bus)
            fits = (np.abs(flows) <= rated(limit, self.rates, left) + NEAR).all(axis=1)
            fine[left] = fits & (new >= low) & (new <= up)
        return fine

    def _dispatch(
        self, name: str, hours: np.ndarray, overload: np.ndarray, cut: frozenset[str], found: Survival
    ) -> None:
        if not len(hours):
            return
        hours = hours[np.argsort(-overload[hours], kind="stable")]
        found.redispatched += len(hours)
        program = after_loss(self.certificate.hourly, self.topology, name, self.rating, cut)
        parts = [hours[:FEW], hours[FEW:]] if self.quick else [hours]
        for part in parts:
            if len(part):
                dispatch, solved = redispatch(program, self.certificate, self.values, part)
                found.solved += solved
                excess = np.asarray(dispatch[:, program.slack].sum(axis=1))
                fits = excess <= CLEAR
                self._loadings(name, dispatch[fits], part[fits], found)
                if (excess > CLEAR).any():
                    found.excess[name] = (part, excess)
                    return


def rated(limit: np.ndarray, rates: np.ndarray | None, hours: np.ndarray) -> np.ndarray:
    """Limits of groups (MW) in given hours: one row for all where no rating follows a profile."""
    if rates is None:
        return limit
    finite = np.isfinite(limit)
    return np.where(finite, np.where(finite, limit, 0.0) * rates[hours], np.inf)


def cut_buses(topology: Topology, name: str, weight: dict[str, float], corridor: str = "") -> frozenset[str]:
    """Buses that an outage (or the loss of a whole corridor) cuts off."""
    ends = topology.groups[topology.lost[name][1]].ends
    return cut_off(topology.buses, topology.edges(name, corridor), ends, weight)
