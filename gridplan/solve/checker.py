"""The check of every hour, stage and outage under a plan, and the worst of what does not fit."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import dataclass, field

import numpy as np

from gridplan.case import Case
from gridplan.model.limited import hourly_values, of_year
from gridplan.model.periods import Critical
from gridplan.model.prices import mean_price
from gridplan.network import Network
from gridplan.outages import cut_off
from gridplan.solve.certify import Certificate, certify
from gridplan.solve.hourly import CLEAR, HourlyProgram
from gridplan.solve.keys import Key
from gridplan.solve.progress import Progress
from gridplan.solve.survive import Survival, Survivor, cut_buses
from gridplan.solve.topology import Topology

MORE = 4  # hours per stage that one round adds at most
PAIRS = 6  # pairs of hour and outage per stage that one round adds at most
UNLIMITED = 1e9  # MW


@dataclass(frozen=True)
class Check:
    """Result of checking every hour of every stage.

    Attributes:
        certificates: by stage.
        survivals: what became of the outages, by stage; empty where none was looked at.
        topologies: circuits in service, by stage.
        index: hours of the year that were looked at.
        quick: of outages that some hours do not survive, the other hours are not known.
        programs: operation of an hour, by stage.
        values: those hours × profiles, by stage.
    """

    certificates: dict[int, Certificate]
    survivals: dict[int, Survival]
    topologies: dict[int, Topology]
    index: np.ndarray
    quick: bool = False
    programs: dict[int, HourlyProgram] = field(default_factory=dict)
    values: dict[int, np.ndarray] = field(default_factory=dict)

    @property
    def checked(self) -> int:
        """Hours, and pairs of hour and outage, all stages together."""
        return len(self.index) * len(self.certificates) + sum(s.pairs for s in self.survivals.values())

    @property
    def combinations(self) -> int:
        """Hours times outages times groups of circuits, all stages together."""
        return sum(s.pairs * len(self.topologies[y].groups) for y, s in self.survivals.items())

    @property
    def violated(self) -> int:
        """Hours, and pairs of hour and outage, in which the plan does not fit."""
        hours = sum(int((c.excess > CLEAR).sum()) for c in self.certificates.values())
        return hours + sum(s.violated for s in self.survivals.values())

    @property
    def worst(self) -> float:
        """MW in the worst of them."""
        found = [float(c.excess.max(initial=0.0)) for c in self.certificates.values()]
        found += [float(mw.max()) for s in self.survivals.values() for _, mw in s.excess.values()]
        return max(found, default=0.0)

    @property
    def outages(self) -> int:
        """Circuits whose loss was looked at."""
        return len({name for y in self.survivals for name in self.topologies[y].lost})


class Checker:
    """Checks every hour; the program of an hour is compiled once for each stage."""

    def __init__(self, case: Case, network: Network, profiles: tuple[str, ...], threads: int = 0) -> None:
        """Compile the operation of an hour in every stage; stages take `threads` (0: one a core)."""
        self.case, self.network = case, network
        self.threads = threads or os.cpu_count() or 1
        self.names = profiles
        self.known: Mapping[int, Certificate] = {}  # of all hours of a stage, under an earlier plan
        names = {y: of_year(profiles, y) for y in case.settings.horizon.years}
        self.values = {y: hourly_values(case, names[y]) for y in names}
        self.programs = {y: HourlyProgram(case, network, names[y], y) for y in names}
        self.price = mean_price(case)
        self.weight = supply_by_bus(case, network)

    def check(
        self,
        built: dict[Key, float],
        progress: Progress,
        label: str = "",
        only: np.ndarray | None = None,
        quick: bool = False,
    ) -> Check:
        """Dispatch all hours of all stages under a plan, and look at every outage.

        Args:
            built: value of every variable of the plan by key.
            progress: told of every hour and pair.
            label: added to the name of the phase.
            only: hours to look at; None: all.
            quick: of an outage that some hours do not survive, the others need not be known.
        """
        index = np.arange(len(next(iter(self.values.values())))) if only is None else only
        count, physics = len(index), self.case.settings.physics
        secured = physics.security == "n-1"
        shapes = {y: Topology(self.network, built, y, physics.flow == "dc") for y in self.programs}
        pairs = sum(len(t.lost) for t in shapes.values()) if secured else 0
        total = count * (len(self.programs) + pairs)
        progress.phase(f"check {'hours and outages' if secured else 'hours'}{label}", total)
        done = dict.fromkeys(self.programs, 0)

        def one(year: int) -> tuple[Certificate, Survival]:
            def step(steps: int) -> None:
                done[year] = steps
                progress.advance(sum(done.values()))

            values = self.values[year][index]
            certificate = self._certify(year, built, values, step)
            if not secured:
                return certificate, Survival()
            served, rating = physics.islanding == "forbid", physics.emergency_rating
            followers = _followers(self.case, self.network, year)
            survivor = Survivor(
                certificate, shapes[year], values, rating, self.weight, served, quick, followers
            )
            return certificate, survivor.look(lambda steps: step(count + steps))

        with ThreadPoolExecutor(max_workers=max(1, min(self.threads, len(self.programs)))) as pool:
            found = dict(zip(self.programs, pool.map(one, self.programs), strict=True))
        progress.advance(total)
        survivals = {y: s for y, (_, s) in found.items()} if secured else {}
        certificates = {y: c for y, (c, _) in found.items()}
        values = {y: every[index] for y, every in self.values.items()}
        return Check(certificates, survivals, shapes, index, quick, self.programs, values)

    def _certify(
        self, year: int, built: dict[Key, float], values: np.ndarray, step: Callable[[int], None]
    ) -> Certificate:
        """Dispatch of a stage; the last one again, where nothing of its hours has moved."""
        hourly = self.programs[year].under(built)
        known = self.known.get(year)
        if known is not None and len(known.dispatch) == len(values) and known.hourly.alike(hourly):
            step(len(values))
            return known
        return certify(hourly, values, self.price, step)

    def take(self, check: Check) -> None:
        """Remember the dispatch of a check of all hours, for plans that differ in few stages."""
        if len(check.index) == len(next(iter(self.values.values()))):
            self.known = check.certificates

    def over(self, case: Case, network: Network) -> Checker:
        """The check of a case that has the same hours and programs of hours."""
        other = copy(self)
        other.case, other.network = case, network
        return other

    def again(self, case: Case, network: Network) -> Checker:
        """The check of a case that has the same hours; what was dispatched of them is remembered."""
        other = Checker(case, network, self.names, self.threads)
        other.known = self.known
        return other

    def worst(self, check: Check) -> dict[int, list[Critical]]:
        """Hours, and pairs of hour and outage, to take into the program, by stage.

        Of each place and of each outage the hour with the largest excess; the largest go first.
        """
        result = {}
        for year, certificate in check.certificates.items():
            slack = certificate.dispatch[:, certificate.hourly.slack]
            tops = sorted(((float(c.max()), int(c.argmax())) for c in slack.T), reverse=True)
            hours = list(dict.fromkeys(int(check.index[row]) for mw, row in tops if mw > CLEAR))[:MORE]
            if not hours and certificate.excess.max(initial=0.0) > CLEAR:  # little at each of many places
                hours = [int(check.index[certificate.excess.argmax()])]
            wanted = [Critical(hour) for hour in hours]
            if year in check.survivals:
                wanted += self._pairs(check, year)
            if wanted:
                result[year] = wanted
        return result

    def cut(self, built: dict[Key, float], year: int, outage: str) -> tuple[str, ...]:
        """Buses that an outage may cut off under a plan; none without an outage."""
        if not outage:
            return ()
        shape = Topology(self.network, built, year, self.case.settings.physics.flow == "dc")
        return self._cut(shape, outage) if outage in shape.lost else ()

    def _pairs(self, check: Check, year: int) -> list[Critical]:
        topology, tops = check.topologies[year], []
        broken = check.certificates[year].excess > CLEAR
        for name, (rows, excess) in check.survivals[year].excess.items():
            own = np.where(broken[rows], 0.0, excess)
            if own.max() > CLEAR:
                tops.append((float(own.max()), name, int(check.index[rows[own.argmax()]])))
        tops.sort(key=lambda top: -top[0])
        return [Critical(hour, name, self._cut(topology, name)) for _, name, hour in tops[:PAIRS]]

    def _cut(self, topology: Topology, name: str) -> tuple[str, ...]:
        """Buses that an outage may cut off: in this plan, in the grid of today, or without a new corridor."""
        if self.case.settings.physics.islanding == "forbid":
            return ()
        outage, network = topology.lost[name][0], topology.network
        corridor = network.corridors[outage.corridor]
        cut = cut_buses(topology, name, self.weight) if topology.splits(name) else frozenset()
        if not corridor.circuits:
            cut |= cut_buses(topology, name, self.weight, outage.corridor)
        elif corridor.circuits == 1 and not outage.reinforcement:
            ends = (corridor.start, corridor.end)
            today = [(c.start, c.end) for c in network.existing if c.name != corridor.name]
            cut |= cut_off(topology.buses, today, ends, self.weight)
        return tuple(sorted(cut))


def supply_by_bus(case: Case, network: Network) -> dict[str, float]:
    """MW of supply that can follow demand, by bus."""
    found: dict[str, float] = {}
    table = case.table("supplies")
    for row in table[(table["profile"] == "") | (table["technology"] == "grid_supply")].to_dict("records"):
        mw = row["capacity_mw"]
        for station, share in network.feeds(row["zone"], row["substation"]):
            bus = network.bus[station]
            found[bus] = found.get(bus, 0.0) + share * (UNLIMITED if np.isnan(mw) else mw)
    return found


def _followers(case: Case, network: Network, year: int) -> list[tuple[Key, str]]:
    """Columns of supplies on the high-voltage side of one station, which no limit of a station binds."""
    found = []
    table = case.table("supplies").drop_duplicates("supply")
    for row in table[(table["side"] == "hv") & ~(table["max_new_mw"] > 0)].to_dict("records"):
        feeds = network.feeds(row["zone"], row["substation"])
        if len(feeds) == 1 and feeds[0][0] not in network.parent:
            found.append((("supplies.output", (row["supply"], year)), network.bus[feeds[0][0]]))
    return found
