"""Several changes at once, where no single kind of change is enough."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from gridplan.explain.why.elastic import Relief, least, measured
from gridplan.explain.why.items import FACT, WISH
from gridplan.explain.why.question import Question
from gridplan.explain.why.repairs.candidate import Candidate, Maker

CHARGED = ("timing", "site_year", "link_year", "source_year", "max_units", "region", "rtt")
PARTS = (
    "fewer_programme",
    "fewer_demand",
    "sooner",
    "more_units",
    "region",
    "rtt",
    "new_transformer",
    "new_circuit",
    "policy",
)


def together(question: Question, makers: tuple[Maker, ...], less: bool) -> Iterator[Candidate]:
    """The least mix of changes of all kinds in the conflicts.

    Args:
        question: what has no for an answer.
        makers: who makes a change of what gives way.
        less: also with less of what is asked, where nothing else will do.
    """
    kinds = {i.kind for i in question.items}
    limits = {i.kind for i in question.items if i.role not in (WISH, FACT)}
    for chosen in (limits, kinds) if less else (limits,):
        candidate = _mixed(question, makers, chosen)
        if candidate is not None:
            yield candidate


def _mixed(question: Question, makers: Iterable[Maker], kinds: set[str]) -> Candidate | None:
    loosened = {i for i in measured(question.wide) if i.kind in kinds}
    lifted = {i for i in question.items if i.kind in CHARGED and i.kind in kinds}
    mix = least(question.wide, loosened, lifted, question.clock, question.options.threads)
    if mix is None:
        return None
    for kind in {i.kind for i in question.items}:
        part = Relief({i: v for i, v in mix.by.items() if i.kind == kind}, mix.x)
        question.preset(kind, part)
    patch: dict[str, Any] = {}
    parts: list[Candidate] = []
    for make in makers:
        for group in make(question):
            for candidate in group[:1]:
                if candidate.kind in PARTS or _number(candidate):
                    patch.update(candidate.patch)
                    parts.append(candidate)
    if len(parts) < 2:
        return None
    return Candidate(
        "together",
        patch,
        {"parts": parts},
        sum(p.mw_less for p in parts),
        assumption=any(p.assumption for p in parts),
    )


def _number(candidate: Candidate) -> bool:
    return {"old", "new", "by"} <= set(candidate.values)
