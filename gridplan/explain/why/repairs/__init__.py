"""The cheapest repairs, one of each kind; what does not solve is not shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from gridplan.case import CaseError
from gridplan.explain.why.question import Question, cost_of, room_of
from gridplan.explain.why.repairs.build import new_circuit, new_transformer
from gridplan.explain.why.repairs.candidate import Candidate, Maker, Repair
from gridplan.explain.why.repairs.fewer import fewer, given_up
from gridplan.explain.why.repairs.later import later
from gridplan.explain.why.repairs.numbers import numbers
from gridplan.explain.why.repairs.rights import rights
from gridplan.explain.why.repairs.rules import rules
from gridplan.explain.why.repairs.site import another_site
from gridplan.explain.why.repairs.together import together
from gridplan.solve.rounds import Solution
from gridplan.solve.status import SolveStatus

AGAIN = 3  # times that a kind is looked at, as hours come to light
LEAST_S = 0.5  # seconds below which nothing more is tried
__all__ = ["Candidate", "Repair", "Tried", "repairs"]


@dataclass(frozen=True)
class Tried:
    """What became of all candidates.

    Attributes:
        repairs: those that solve, cheapest first.
        untried: candidates that there was no time for.
    """

    repairs: tuple[Repair, ...]
    untried: int


def _single(make: Callable[[Question], Iterator[Candidate]]) -> Maker:
    def several(question: Question) -> Iterator[list[Candidate]]:
        yield list(make(question))

    return several


def _each(make: Callable[[Question], Iterator[Candidate]]) -> Maker:
    def several(question: Question) -> Iterator[list[Candidate]]:
        for candidate in make(question):
            yield [candidate]

    return several


MAKERS: tuple[Maker, ...] = (
    _single(fewer),
    _single(later),
    rules,
    numbers,
    _each(given_up),
    _single(new_transformer),
    _single(new_circuit),
    _single(rights),
    _single(another_site),
)


def repairs(question: Question, base_meur: float | None = None) -> Tried:
    """Try candidates of every kind: of a kind the first that solves.

    Args:
        question: what has "no" for an answer, its conflicts named.
        base_meur: cost that repairs are compared with; None: that of the repair with fewer MW, if any.
    """
    run = _Run(question)
    for _ in range(AGAIN):
        before = question.periods
        run.round()
        if question.periods is before:
            break
    if all(r.mw_less for r in run.found):
        run.try_first([candidate for candidate in together(question, MAKERS, not run.found) if candidate])
    found = list(run.found)
    base = base_meur
    if base is None:
        base = next((r.cost_meur for r in found if r.mw_less), None)
    if base is not None:
        found = [replace(r, extra_meur=r.cost_meur - base) for r in found]
    return Tried(tuple(sorted(found, key=_cheap)), run.untried)


def _cheap(repair: Repair) -> tuple[bool, float, float]:
    """Cheapest first; last what leaves nothing of what was asked."""
    return repair.values.get("fits") == 0, repair.cost_meur, repair.mw_less


class _Run:
    """The course of a search for repairs: what was found, and what need not be tried again."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.found: list[Repair] = []
        self.tried: set[str] = set()
        self.untried = 0

    def round(self) -> None:
        """All kinds that have no repair yet."""
        self.untried = 0
        for make in MAKERS:
            for group in make(self.question):
                if not {c.kind for c in group} & {r.kind for r in self.found}:
                    self.try_first(group)

    def try_first(self, group: list[Candidate]) -> None:
        """Keep the first candidate that solves; hours that refute one are learned."""
        fresh = [c for c in group if repr(c.patch) not in self.tried]
        for k, candidate in enumerate(fresh):
            if self.question.clock.left < LEAST_S:
                self.untried += len(fresh) - k
                return
            self.tried.add(repr(candidate.patch))
            repair, solution = attempt(self.question, candidate)
            if repair is not None:
                self.found.append(repair)
                return
            refuted = solution is not None and solution.status == SolveStatus.INFEASIBLE
            if (
                solution is not None
                and refuted
                and not any(key.startswith("horizon") for key in candidate.patch)
            ):
                self.question.learn(solution.compiled.program.frame.periods)


def attempt(question: Question, candidate: Candidate) -> tuple[Repair | None, Solution | None]:
    """The repair, where the case with the candidate has a plan that serves what was asked."""
    try:
        case = question.case.what_if(candidate.patch)
    except CaseError:
        return None, None
    solution = question.try_(case)
    if not question.serves(solution):
        return None, solution
    values = dict(candidate.values)
    stations = question.of("station_demand")
    if candidate.kind == "later" and stations:
        values["room"] = room_of(solution, str(stations[0].key[0]), values["year"])
        values["station"] = str(stations[0].key[0])
    whole = replace(candidate, values=values)
    return Repair(
        **vars(whole), cost_meur=cost_of(solution), within_meur=question.gap * abs(cost_of(solution))
    ), solution
