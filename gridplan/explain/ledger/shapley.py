"""Shapley shares of a game: of every order in which rules could come, the mean of what each adds.

    φ_m = Σ_{T ⊆ N∖m} |T|! (n − |T| − 1)! / n! · (v(T ∪ m) − v(T))

Exact over all subsets, or the mean over sampled orders with the standard error of that mean. v is a vector:
cost, heat and MW by class, zone and stage of the best plan known for T.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from math import factorial, sqrt

import numpy as np

from gridplan.explain.ledger.told import ZERO, Told

InForce = frozenset[str]


@dataclass(frozen=True)
class Worth:
    """v(T).

    Attributes:
        cost: M€ of the best plan known.
        within: M€ by which the best plan there is may be cheaper.
        told: the other quantities.
    """

    cost: float
    within: float
    told: Told


@dataclass(frozen=True)
class Share:
    """φ of one rule.

    Attributes:
        cost: M€.
        within: M€ that the gaps of the searches leave.
        error: M€, standard error of the sample; 0 where all subsets were looked at.
        told: the other quantities.
    """

    cost: float
    within: float
    error: float
    told: Told


Value = Callable[[InForce], Worth | None]
Ahead = Callable[[list[InForce]], None]  # told which sets are asked next, all at once
TOGETHER = 4  # orders that are walked at once


def exact(names: list[str], value: Value, ahead: Ahead) -> dict[str, Share] | None:
    """Shares over all subsets; None where some subset is not known."""
    count = len(names)
    sizes = [[frozenset(chosen) for chosen in combinations(names, size)] for size in range(count + 1)]
    for alike in sizes:  # few in force first: their plans often keep to more rules
        ahead(alike)
    every = [chosen for alike in sizes for chosen in alike]
    worth: dict[InForce, Worth] = {}
    for chosen in every:
        found = value(chosen)
        if found is None:
            return None
        worth[chosen] = found
    return {name: _share(name, every, worth, count) for name in names}


def _share(name: str, every: list[InForce], worth: dict[InForce, Worth], count: int) -> Share:
    cost, within, told = 0.0, 0.0, ZERO
    for chosen in every:
        if name in chosen:
            continue
        size = len(chosen)
        weight = factorial(size) * factorial(count - size - 1) / factorial(count)
        more, less = worth[chosen | {name}], worth[chosen]
        cost += weight * (more.cost - less.cost)
        within += weight * max(more.within, less.within)
        told = told.plus(more.told, weight).plus(less.told, -weight)
    return Share(cost, within, 0.0, told)


def sampled(
    names: list[str], value: Value, ahead: Ahead, samples: int, seed: int, stopped: Callable[[], bool]
) -> tuple[dict[str, Share], int] | None:
    """(Shares over so many random orders, number of orders); None where fewer than 2 could be walked."""
    draw = np.random.default_rng(seed)
    seen: dict[str, list[float]] = {name: [] for name in names}
    within = dict.fromkeys(names, 0.0)
    told = dict.fromkeys(names, ZERO)
    done = 0
    orders = [[names[k] for k in draw.permutation(len(names))] for _ in range(samples)]
    for number, order in enumerate(orders):
        if number % TOGETHER == 0:
            some = orders[number : number + TOGETHER]
            ahead([frozenset(each[:k]) for k in range(len(names) + 1) for each in some])
        walk = _walk(order, value)
        if walk is None or stopped():
            break
        done += 1
        for name, more, less in walk:
            seen[name].append(more.cost - less.cost)
            within[name] += max(more.within, less.within)
            told[name] = told[name].plus(more.told, 1.0).plus(less.told, -1.0)
    if done < 2:
        return None
    return {
        name: Share(
            float(np.mean(seen[name])),
            within[name] / done,
            float(np.std(seen[name], ddof=1)) / sqrt(done),
            ZERO.plus(told[name], 1.0 / done),
        )
        for name in names
    }, done


def _walk(order: list[str], value: Value) -> list[tuple[str, Worth, Worth]] | None:
    """(rule, v with it, v before it) along an order; None where some value is not known."""
    before = value(frozenset())
    found = []
    for k, name in enumerate(order):
        after = value(frozenset(order[: k + 1]))
        if before is None or after is None:
            return None
        found.append((name, after, before))
        before = after
    return found
