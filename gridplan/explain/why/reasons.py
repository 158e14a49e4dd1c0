"""From a question to a finding: conflicts named, repairs tried, bars measured."""

from __future__ import annotations

from gridplan.explain.why.bars import bars
from gridplan.explain.why.cells import cell_of
from gridplan.explain.why.details import described
from gridplan.explain.why.explanation import Finding, Row
from gridplan.explain.why.minimal import Conflict
from gridplan.explain.why.question import Question
from gridplan.explain.why.repairs import Tried, repairs
from gridplan.explain.why.say import Line

SHARE = 0.5  # of the time, at most, goes to naming the rows


def reasons(
    question: Question, head: Line | None, base_meur: float | None = None, tries: bool = True
) -> Finding:
    """Why the answer is no, and what would help.

    Args:
        question: what has no for an answer.
        head: what does not fit; None: there is no plan.
        base_meur: cost that repairs are compared with.
        tries: also look for repairs.
    """
    question.name()
    if not question.found:
        return Finding(head or Line("head.unnamed"), minimal=True)
    year = year_of(question)
    found = tuple(_rows(question, one, year) for one in question.found)
    if head is None:
        alone = len(question.found[0].items) == 1
        head = Line("head.infeasible_one" if alone else "head.infeasible")
    drawn = tuple(bars(question, year)) if not question.clock.over else ()
    tried = repairs(question, base_meur) if tries else Tried((), 0)
    minimal = all(c.minimal for c in question.found)
    return Finding(head, found, minimal, tried.repairs, tried.untried, drawn)


def year_of(question: Question) -> int:
    """Stage that a conflict is in: the first that an item of it speaks of."""
    return min((i.year for i in question.items if i.year), default=question.case.years[0])


def _rows(question: Question, conflict: Conflict, year: int) -> tuple[Row, ...]:
    frame = question.wide.compiled.program.frame
    rows = []
    for item in conflict.items:
        cell = cell_of(question.case, item)
        rows.append(Row(item, cell, described(frame, item, cell, item.year or year)))
    return tuple(rows)
