"""What is known of the least objective f(F) by free set F, and what follows from it without a search.

f never rises with F. A plan that needs only N free is a plan for every F ⊇ N, so f(F) ≤ its objective. A
bound proven for F holds for every G ⊆ F. The duals of a relaxation bound every F at once (`Cut`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gridplan.solve.keys import Key

Free = frozenset[str]


@dataclass(frozen=True)
class Made:
    """A plan that was found.

    Attributes:
        value: its objective.
        needs: members that must be free for it.
        values: integer variables by key, to start searches from.
        told: what the study wants to know of it.
        tight: members that have a row at its bound in it.
    """

    value: float
    needs: Free
    values: Mapping[Key, float]
    told: Any = None
    tight: Free = frozenset()


@dataclass(frozen=True)
class Cut:
    """f(F) ≥ base + Σ_{m ∈ F} gain[m]: weak duality of the linear relaxation, with the duals of one F.

    Attributes:
        base: with all members held.
        gain: what freeing a member adds, ≤ 0 (−inf: nothing is known then); members not in it add 0.
    """

    base: float
    gain: Mapping[str, float]

    def at(self, free: Iterable[str]) -> float:
        """The bound for a free set, the same in whatever order its members come (of a set: by process)."""
        return self.base + math.fsum(self.gain.get(m, 0.0) for m in free)


@dataclass
class Known:
    """Plans, proven bounds and cuts so far."""

    plans: list[Made] = field(default_factory=list)
    proven: dict[Free, float] = field(default_factory=dict)
    cuts: list[Cut] = field(default_factory=list)

    def best(self, free: Free) -> Made | None:
        """The best plan that is one for this free set; of equals the first."""
        fits = [plan for plan in self.plans if plan.needs <= free]
        return min(fits, key=lambda plan: plan.value) if fits else None

    def upper(self, free: Free) -> float:
        """f(F) is at most this."""
        plan = self.best(free)
        return math.inf if plan is None else plan.value

    def lower(self, free: Free) -> float:
        """f(F) is at least this."""
        found = [bound for other, bound in self.proven.items() if free <= other]
        found += [cut.at(free) for cut in self.cuts]
        return max(found, default=-math.inf)

    def prove(self, free: Free, bound: float) -> None:
        """Take a bound."""
        self.proven[free] = max(bound, self.proven.get(free, -math.inf))
