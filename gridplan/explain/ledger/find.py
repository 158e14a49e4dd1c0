"""`policy-cost`: what every rule of a case costs, by solving it without the rule, and with all subsets."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial
from math import inf, isinf
from time import monotonic

from gridplan.case import Case
from gridplan.engine import Crew
from gridplan.explain.game import Game, Recipe, policies
from gridplan.explain.ledger.result import PolicyCost
from gridplan.explain.ledger.screen import idle
from gridplan.explain.ledger.shapley import InForce, Share, Worth, exact, sampled
from gridplan.explain.ledger.table import rows_of
from gridplan.explain.ledger.told import tell
from gridplan.explain.subjects import without
from gridplan.plan.run import options_of
from gridplan.solve.progress import Progress, Silent
from gridplan.solve.status import SolveStatus
from gridplan.study.course import cost_of

MOST_EXACT = 10  # rules up to which all subsets are looked at


def policy_cost(
    case: Case,
    *,
    only: list[str] | None = None,
    leave_out: Sequence[str] = (),
    shapley: bool = True,
    price: float = 1.0,
    exact_up_to: int = MOST_EXACT,
    samples: int = 100,
    all_hours: bool = True,
    gap: float | None = None,
    time_limit_s: float | None = None,
    threads: int | None = None,
    seed: int | None = None,
    workers: int | None = 0,
    scheduler: str | None = None,
    memory: str | None = None,
    progress: Progress | None = None,
    interrupt: threading.Event | None = None,
) -> PolicyCost:
    """What every policy costs: leave-one-out and Shapley, with the MW it displaces and the heat it takes.

    Args:
        case: the case. Cost is the money that it minimises (else total_cost_meur), charges for a shortfall
            and for a softened policy included, + price · unserved_mw_years where it minimises that.
        only: rules to look at; the others stay in force throughout; None: all.
        leave_out: `heat`, `telecom`: left out of the case, with policies on what they count; quicker.
        shapley: also shares over subsets; False: leave-one-out only.
        price: M€ per MW·year that is not served.
        exact_up_to: number of rules up to which all subsets are looked at; beyond, orders are sampled.
        samples: number of orders.
        all_hours: check every plan in all hours (and outages); False: critical hours alone.
        gap, time_limit_s: of each search; None: the case's. Costs are known to within the gap.
        threads, seed: of the solver (and of the orders); None: the case's, and one thread where processes may
            take part.
        workers, scheduler, memory: who searches, as of `gridplan.engine.Crew`: 0 this process, a number of
            others, None: this one, and one a core once it takes long. All come to the same tables.
        progress, interrupt: watcher, and what stops the study.

    Raises:
        ValueError: unknown policy, a case without policies, a price below 0, or a case that has no plan under
            its policies.
        EngineError: processes are missing, or a search failed in one.
    """
    begun = monotonic()
    _check(case, only, price, samples)
    case = without(case, leave_out)
    crew, form = Crew(workers, scheduler, memory, interrupt), cost_of(case, price)
    options = options_of(case, gap, time_limit_s, crew.threads(threads), seed)
    chosen = None if only is None else frozenset(only)
    recipe = Recipe(case, partial(policies, only=chosen), form.objective, tell, options, all_hours=all_hours)
    watcher = progress or Silent()
    try:
        with crew:
            game = Game(recipe, watcher, interrupt, crew)
            there = game.names()
            full = game.settle(frozenset(), "all rules")
            _there(game, full.lower == inf, isinf(full.upper))
            quiet = idle(game, full.upper)
            live = [n for n in there if n not in quiet]
            game.settle_all([(frozenset({n}), f"without {n}") for n in live])
            alone = {n: _worth(game, frozenset({n})) for n in live}
            made = _shares(game, live, exact_up_to, samples, options.seed) if shapley else (None, 0)
            shares, orders = made
    finally:
        watcher.close()
    rest = _of(game, frozenset(live)) if shares is not None or len(live) < 2 else None
    table, displaced = rows_of(case, game, there, quiet, _of(game, frozenset()), alone, shares)
    return PolicyCost(
        case, table, displaced, form.name, price, _of(game, frozenset()), rest, orders,
        _status(game, all(alone.values()), shapley and live and shares is None), game.searches,
        game.checked, monotonic() - begun,
        vars(options)
        | {"price": price, "samples": samples, "all_hours": all_hours, "leave_out": list(leave_out)},
    )  # fmt: skip


def _check(case: Case, only: list[str] | None, price: float, samples: int) -> None:
    known = [str(n) for n in case.table("policies")["policy"]]
    if not known:
        raise ValueError("the case has no policies.csv with rows to look at")
    for name in only or ():
        if name not in known:
            raise ValueError(f"policy '{name}' is not there; there are {', '.join(known)}")
    if price < 0 or samples < 2:
        raise ValueError(f"price = {price}, samples = {samples}: a price of 0 or more, 2 samples or more")


def _there(game: Game, none: bool, unknown: bool) -> None:
    if none:
        raise ValueError(
            "under its policies the case has no plan, so lifting one has no cost to compare with; "
            "`gridplan explain` names the rows in the way"
        )
    if unknown and not game.stopped:
        raise ValueError("no plan was found in time; give more with --time-limit")


def _of(game: Game, free: frozenset[str]) -> Worth | None:
    """What is known of a set of lifted rules; None where no plan is."""
    found = game.found(free)
    if found.plan is None:
        return None
    return Worth(found.upper, found.upper - found.lower, found.plan.told)


def _worth(game: Game, free: frozenset[str]) -> Worth | None:
    """The same, after it was searched for; None where the study was stopped before."""
    return _of(game, free) if game.found(free).exact or not game.stopped else None


def _shares(
    game: Game, live: list[str], exact_up_to: int, samples: int, seed: int
) -> tuple[dict[str, Share] | None, int]:
    """(Shares by rule, number of orders sampled: 0 where all subsets were looked at)."""
    every = frozenset(live)

    def value(in_force: InForce) -> Worth | None:
        return _worth(game, every - in_force)

    def ahead(sets: list[InForce]) -> None:
        lifted = dict.fromkeys(every - in_force for in_force in sets)
        game.settle_all([(free, f"{len(free)} of {len(every)} lifted") for free in lifted])

    if len(live) <= exact_up_to:
        return exact(live, value, ahead), 0
    found = sampled(live, value, ahead, samples, seed, lambda: game.stopped)
    return found if found is not None else (None, 0)


def _status(game: Game, known: bool, open_: object) -> SolveStatus:
    if game.stopped:
        return SolveStatus.INTERRUPTED
    return SolveStatus.OPTIMAL if known and not open_ else SolveStatus.LIMIT
