"""Which reinforcements and pairs matter, with as few searches as their bounds allow.

f(F): MW not served with the reinforcements in F free. A bound on a large set holds for all its subsets, so
one search of a set S with f(S) = f(∅) answers every reinforcement and every pair in S. Where f(S) is less,
the plan found says which ones did it: these are looked at by halves, the others as one set again.

Groups that do not wait for each other are looked at together: relaxations at once, searches in waves.
"""

from __future__ import annotations

from itertools import combinations

from gridplan.explain.game import WAVE, Found, Game
from gridplan.explain.game.known import Free

NONE: Free = frozenset()


Group = tuple[Free, list[str]]  # what is free in any case, and candidates that are looked at beside it


class Course:
    """The order of searches of one study."""

    def __init__(self, game: Game, names: list[str], within: float) -> None:
        """Take candidates in the order of their table."""
        self.game, self.names, self.within = game, names, within

    def singles(self) -> None:
        """Know f of every reinforcement alone."""
        every = frozenset(self.names)
        self.game.relax(NONE, "without")
        self.game.settle(NONE, "without")
        self.game.relax(every, "all")
        if not self.game.recipe.all_hours:  # its hours serve all others
            self.game.settle(every, "all")
            self.game.settle(NONE, "without")
        self._clear([(NONE, self.names)])

    def pairs(self) -> None:
        """Know f of every pair."""
        useful = [n for n in self.names if self._better(frozenset({n}), NONE)]
        idle = [n for n in self.names if n not in useful]
        suspects: list[str] = []
        while len(idle) > 1 and not self.game.stopped:
            free = frozenset(idle)
            if self._open(NONE, free):
                self.game.settle(free, _label(free))
            if not self._lower(NONE, free):
                break
            plan = self.game.found(free).plan
            used = plan.needs if plan is not None else frozenset()
            more = [n for n in idle if n in used] or idle
            suspects += more
            idle = [n for n in idle if n not in more]
        gain = {n: -self.game.found(frozenset({n})).upper for n in self.names}
        order = sorted(useful, key=lambda n: -gain[n]) + suspects
        place = {n: k for k, n in enumerate([*order, *idle])}
        self._clear([(frozenset({n}), [m for m in self.names if place[m] > place[n]]) for n in order])

    def open_pairs(self) -> list[Free]:
        """Pairs of which f is not known."""
        every = (frozenset(pair) for pair in combinations(self.names, 2))
        return [pair for pair in every if not self.game.found(pair).exact]

    def _clear(self, groups: list[Group]) -> None:
        """Know f(base + one) for every one of every group."""
        left = groups[::-1]  # the last is the next
        while left and not self.game.stopped:
            wave: dict[Free, Group] = {}
            while left and len(wave) < WAVE:
                base, group = left.pop()
                group = [n for n in group if not self.game.found(base | {n}).exact]
                free = base | frozenset(group)
                if free in wave:  # what is found of it comes first
                    left.append((base, group))
                    break
                if group and self._open(base, free, alone=len(group) == 1):
                    wave[free] = base, group
                else:
                    left += self._parts(base, group)
            self.game.wave([(free, _label(free)) for free in wave])
            for base, group in reversed(wave.values()):
                left += self._parts(base, group)

    def _parts(self, base: Free, group: list[str]) -> list[Group]:
        """Groups to look at after one that is looked at: none, where no one in it helps; the next is last."""
        free = base | frozenset(group)
        if len(group) < 2 or not self._lower(base, free):
            return []
        plan = self.game.found(free).plan
        used = [n for n in group if plan is not None and n in plan.needs]
        rest = [n for n in group if n not in used]
        if not used or not rest:
            half = len(group) // 2
            used, rest = group[:half], group[half:]
        half = len(used) // 2
        parts = [rest, used[:half], used[half:]] if half else [rest, used]
        return [(base, part) for part in reversed(parts)]

    def _open(self, base: Free, free: Free, alone: bool = False) -> bool:
        """Whether a set must be searched, for neither what is known nor its relaxation says enough."""

        def unsure(found: Found) -> bool:
            told = self._better(free, base) or not self._lower(base, free)
            return not found.exact and (alone or not told)

        return unsure(self.game.found(free)) and unsure(self.game.relax(free, _label(free)))

    def _lower(self, base: Free, free: Free) -> bool:
        """Whether a set is better than its base, or may be."""
        return self.game.found(free).lower < self.game.found(base).upper - self.within

    def _better(self, free: Free, base: Free) -> bool:
        """Whether a plan is known that is better than any with the base."""
        return self.game.found(free).upper < self.game.found(base).lower - self.within


def _label(free: Free) -> str:
    """What the progress calls a set."""
    return " + ".join(sorted(free)) if len(free) < 3 else f"{len(free)} at once"
