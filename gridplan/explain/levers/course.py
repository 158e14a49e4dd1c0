"""Which reinforcements and pairs matter, with as few searches as their bounds allow.

f(F): MW not served with the reinforcements in F free. A bound on a large set holds for all its subsets, so
one search of a set S with f(S) = f(∅) answers every reinforcement and every pair in S. Where f(S) is less,
the plan found says which ones did it: these are looked at by halves, the others as one set again.
"""

from __future__ import annotations

from itertools import combinations

from gridplan.explain.game import Game
from gridplan.explain.game.known import Free

NONE: Free = frozenset()


class Course:
    """The order of searches of one study."""

    def __init__(self, game: Game, names: list[str], within: float) -> None:
        """Take candidates in the order of their table."""
        self.game, self.names, self.within = game, names, within

    def singles(self) -> None:
        """Know f of every reinforcement alone."""
        self._bound(NONE)
        self.game.label = "without"
        self.game.settle(NONE)
        self._bound(frozenset(self.names))
        if not self.game.all_hours:  # its hours serve all others
            self.game.settle(frozenset(self.names))
            self.game.settle(NONE)
        self._clear(NONE, self.names)

    def pairs(self) -> None:
        """Know f of every pair."""
        useful = [n for n in self.names if self._better(frozenset({n}), NONE)]
        idle = [n for n in self.names if n not in useful]
        suspects: list[str] = []
        while len(idle) > 1 and not self.game.stopped:
            if not self._lower(NONE, frozenset(idle)):
                break
            plan = self.game.found(frozenset(idle)).plan
            used = plan.needs if plan is not None else frozenset()
            more = [n for n in idle if n in used] or idle
            suspects += more
            idle = [n for n in idle if n not in more]
        gain = {n: -self.game.found(frozenset({n})).upper for n in self.names}
        order = sorted(useful, key=lambda n: -gain[n]) + suspects
        place = {n: k for k, n in enumerate([*order, *idle])}
        for name in order:
            base = frozenset({name})
            partners = [n for n in self.names if place[n] > place[name]]
            self._clear(base, partners)

    def open_pairs(self) -> list[Free]:
        """Pairs of which f is not known."""
        every = (frozenset(pair) for pair in combinations(self.names, 2))
        return [pair for pair in every if not self.game.found(pair).exact]

    def _clear(self, base: Free, group: list[str]) -> None:
        """Know f(base + one) for every one of a group."""
        group = [n for n in group if not self.game.found(base | {n}).exact]
        if not group or self.game.stopped:
            return
        free = base | frozenset(group)
        if len(group) == 1:
            self.game.label = " + ".join(sorted(free))
            if not self.game.relax(free).exact:
                self.game.settle(free)
            return
        if not self._lower(base, free):
            return
        plan = self.game.found(free).plan
        used = [n for n in group if plan is not None and n in plan.needs]
        rest = [n for n in group if n not in used]
        if not used or not rest:
            half = len(group) // 2
            used, rest = group[:half], group[half:]
        self._clear(base, rest)
        if len(used) > 1:
            half = len(used) // 2
            self._clear(base, used[:half])
            self._clear(base, used[half:])
        else:
            self._clear(base, used)

    def _lower(self, base: Free, free: Free) -> bool:
        """Whether a set is known to be better than its base, or may be; found out by as little as helps."""
        for step in (self.game.found, self.game.relax, self.game.settle):
            self.game.label = f"{len(free)} at once"
            step(free)
            if self._better(free, base):
                return True
            if self.game.found(free).lower >= self.game.found(base).upper - self.within:
                return False
        return True

    def _better(self, free: Free, base: Free) -> bool:
        """Whether a plan is known that is better than any with the base."""
        return self.game.found(free).upper < self.game.found(base).lower - self.within

    def _bound(self, free: Free) -> None:
        self.game.label = "all" if free else "without"
        self.game.relax(free)
