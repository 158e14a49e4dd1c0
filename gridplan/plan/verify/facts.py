"""Everything that checks share: the tables, the periods and the network."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from gridplan.plan.verify.corridors import Corridors
from gridplan.plan.verify.holds import DEMAND, FEEDIN, Hold, holds
from gridplan.plan.verify.hours import Hours
from gridplan.plan.verify.view import View, ancestors

if TYPE_CHECKING:
    from gridplan.plan.plan import Plan


class Facts:
    """A plan, its periods and its network, each read once."""

    def __init__(self, plan: Plan) -> None:
        """Take a plan that has tables."""
        self.view = View(plan)

    @cached_property
    def hours(self) -> Hours:
        """Periods and hourly tables."""
        return Hours(self.view)

    @cached_property
    def corridors(self) -> Corridors:
        """The network."""
        return Corridors(self.view)

    @cached_property
    def holds(self) -> dict[str, tuple[Hold, ...]]:
        """Transport rights that the tables give MW, by direction."""
        return {direction: tuple(holds(self.view, direction)) for direction in (DEMAND, FEEDIN)}

    @cached_property
    def flows(self) -> np.ndarray:
        """MW on every corridor, periods by corridors."""
        return self.hours.spread("flows", "branch", self.corridors.index)

    @cached_property
    def served(self) -> np.ndarray:
        """Whether a station is part of the network that an outage leaves, periods by stations."""
        found = np.ones((len(self.hours), len(self.hours.station)), dtype=bool)
        for (year, outage), periods in self.hours.states.items():
            lost = self.corridors.state(year, outage).cut_off
            columns = [k for n, k in self.hours.station.items() if self.corridors.bus[n] in lost]
            found[np.ix_(periods, np.array(columns, dtype=int))] = False
        return found

    @cached_property
    def passable(self) -> np.ndarray:
        """Whether a station and all that hang on it are served, periods by stations."""
        found = self.served.copy()
        for child, k in self.hours.station.items():
            for above in ancestors(self.view, child):
                found[:, self.hours.station[above]] &= self.served[:, k]
        return found

    @property
    def simple(self) -> bool:
        """True where peaks are those of the periods of the program, for no other hours are looked at."""
        every = self.view.case.profiles is not None and self.view.settings.time.all_hours
        return not every and not any(self.hours.outage)
