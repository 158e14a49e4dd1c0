"""A minimal conflict: no item of it can be left out without a solution coming back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from gridplan.explain.why.items import FACT, WISH, Item
from gridplan.explain.why.oracle import Oracle

SETS = 3  # conflicts that are looked for


@dataclass(frozen=True)
class Conflict:
    """Items that cannot hold together.

    Attributes:
        items: the items, wishes first.
        minimal: every one of them was left out in a test, and a solution came back.
    """

    items: tuple[Item, ...]
    minimal: bool


def conflicts(oracle: Oracle, most: int = SETS) -> list[Conflict]:
    """Minimal conflicts one by one: what limits the first is lifted before the next is looked for."""
    found: list[Conflict] = []
    lifted: set[Item] = set()
    every = set(oracle.wide.items)
    while len(found) < most and not oracle.clock.over:
        one = conflict(oracle, every - lifted)
        if one is None:
            break
        found.append(one)
        limits = {i for i in one.items if i.role not in (WISH, FACT)}
        lifted |= limits or set(one.items)
    return found


def conflict(oracle: Oracle, items: Collection[Item]) -> Conflict | None:
    """One minimal conflict among items; None where they can hold together, or that is not known.

    Load that is there is taken as given first. Only where no wish stands in the conflict, or load alone has
    no solution, it is named too.
    """
    facts = [i for i in items if i.role == FACT]
    others = [i for i in items if i.role != FACT]
    if facts:
        one = _shrink(oracle, facts, others)
        if one is None or any(i.role == WISH for i in one.items):
            return one
        others = list(one.items)  # none, where load alone has no solution
    return _shrink(oracle, [], [*facts, *others])


def _shrink(oracle: Oracle, given: list[Item], items: list[Item]) -> Conflict | None:
    """Leave items out, many at a time while that goes well; those that are shown last go first."""
    verdict = oracle.test([*given, *items])
    if verdict.feasible is not False:
        return None
    todo = sorted((i for i in items if i in verdict.core), key=lambda i: i.order, reverse=True)
    kept: list[Item] = []
    sure = True
    size = max(1, len(todo) // 2)
    while todo:
        chunk, rest = todo[:size], todo[size:]
        verdict = oracle.test([*given, *kept, *rest])
        if verdict.feasible is False:
            todo = [i for i in rest if i in verdict.core]
            kept = [i for i in kept if i in verdict.core]
            size = max(1, min(size, len(todo)))
        elif size > 1:
            size = max(1, size // 2)
        else:
            sure = sure and verdict.feasible is True
            kept.append(chunk[0])
            todo = rest
            size = max(1, len(todo) // 2)
    return Conflict(tuple(sorted(kept, key=lambda i: i.order)), sure)
