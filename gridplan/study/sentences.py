"""What a robust study comes to, in sentences, in Dutch and English."""

from __future__ import annotations

import math

import pandas as pd

from gridplan.plots.text import Words
from gridplan.study.course import NOTHING, Course
from gridplan.study.labels import DEPENDS, NO_REGRET, WAIT


def sentences(
    course: Course, criterion: str, works: pd.DataFrame, decisions: pd.DataFrame, within_years: int, lang: str
) -> tuple[str, ...]:
    """The sentences, the most important first; every number with its unit.

    Args:
        course: what was found.
        criterion: the leading one; its robust plan is there.
        works: reinforcements with their labels.
        decisions: what must be decided first.
        within_years: how many years that list covers.
        lang: `en` or `nl`.
    """
    words, plan = Words(lang), course.made[criterion]
    values = {
        "plan": words.mw(course.value("regret", plan)),
        "where": _where(course, plan),
        "none": words.mw(course.value("regret", NOTHING)),
        "none_where": _where(course, NOTHING),
        "units": words.number(len(course.decisions[plan])),
        "criterion": words(f"study.{criterion}"),
        "year": words.number(0) if math.isinf(course.reveal) else f"{course.reveal:.0f}",
    }
    late = "never" if math.isinf(course.reveal) else "reveal"
    told = [words(f"study.chosen_{late}", **values), words("study.regrets", **values)]
    for label, key in ((NO_REGRET, "no_regret"), (DEPENDS, "depends"), (WAIT, "wait")):
        part = works[works["label"] == label]
        if label == WAIT:
            part = part[part["needed_in"] != ""]
        names = ", ".join(part["name"]) or words("study.none")
        told.append(words(f"study.{key}", count=words.number(len(part)), names=names, year=values["year"]))
    first = course.futures[0].case.years[0]
    for owner, part in decisions.groupby("owner"):
        items = "; ".join(
            words(
                "study.item",
                name=r["name"],
                year=str(r["latest_decision_year"]),
                meur=words.mw(r["capex_meur"]),
            )
            for r in part.to_dict("records")
        )
        until = str(first + within_years - 1)
        told.append(words("study.owner", owner=str(owner) or words("study.nobody"), until=until, items=items))
    return tuple(told)


def _where(course: Course, plan: str) -> str:
    """Scenario in which a plan is regretted most."""
    best = course.best
    return max(course.cells[plan], key=lambda name: course.cells[plan][name].cost - best[name])
