"""An unlock study in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.explain.why.say import Say

if TYPE_CHECKING:
    from gridplan.explain.levers.result import Unlock

MOST = 10  # sentences of each kind


def sentences(study: Unlock, say: Say) -> list[str]:
    """Reference, the best reinforcements, the best pairs, what helps only together, and what is not known."""
    unit = study.unit
    programme, load = _split(study)
    lines = [
        say("unlock.reference", short=study.reference.upper, unit=unit, year=study.year,
            programme=programme, load=load)
    ]  # fmt: skip
    lines.append(say("unlock.all", extra=study.reference.upper - study.together.upper, unit=unit))
    good = study.singles[study.singles["extra_mw"] > 0]
    lines += [
        say("unlock.single", unit=unit, **_named(row, say)) for row in good.head(MOST).to_dict("records")
    ]
    if len(good) > MOST:
        lines.append(say("unlock.more", n=len(good) - MOST))
    idle = study.singles[study.singles["extra_mw"] <= 0]
    if len(idle):
        lines.append(say("unlock.nothing", names=", ".join(idle["reinforcement"])))
    lines += _pairs(study, say)
    if study.options.get("leave_out"):
        subjects = ", ".join(say(f"unlock.{name}") for name in study.options["leave_out"])
        lines.append(say("unlock.left_out", subjects=subjects))
    if not study.complete:
        lines.append(say("unlock.open", unit=unit))
    if not study.checked and study.case.profiles is not None:
        lines.append(say("unlock.few_hours"))
    return lines


def _pairs(study: Unlock, say: Say) -> list[str]:
    if study.pairs is None or study.pairs.empty:
        return []
    name = dict(zip(study.singles["reinforcement"], study.singles["name"], strict=True))
    lines = []
    best = better(study)
    if best.empty:
        lines.append(say("unlock.no_pair"))
    for row in best.head(MOST).to_dict("records"):
        key = "unlock.pair_more" if row["interaction_mw"] > study.within else "unlock.pair"
        if row["interaction_mw"] < -study.within:
            key = "unlock.pair_less"
        lines.append(say(key, unit=study.unit, a=name[row["first"]], b=name[row["second"]],
                         less=-row["interaction_mw"], **_plain(row)))  # fmt: skip
    only = study.pairs[study.pairs["only_together"] != ""]
    for row in only.head(MOST).to_dict("records"):
        helped = str(row["only_together"]).split(";")
        if len(helped) == 2:
            lines.append(say("unlock.both", unit=study.unit, a=name[helped[0]], b=name[helped[1]],
                             extra=row["extra_mw"]))  # fmt: skip
        else:
            other = row["second"] if helped[0] == row["first"] else row["first"]
            alone = max(row["first_mw"], row["second_mw"])
            lines.append(say("unlock.only", unit=study.unit, a=name[helped[0]], b=name[other],
                             extra=row["extra_mw"], alone=alone))  # fmt: skip
    if len(only) > MOST:
        lines.append(say("unlock.more_only", n=len(only) - MOST))
    return lines


def better(study: Unlock) -> pd.DataFrame:
    """Pairs that give more than the better of the two alone."""
    assert study.pairs is not None
    alone = study.pairs[["first_mw", "second_mw"]].max(axis=1)
    return study.pairs[study.pairs["extra_mw"] > alone + 2 * study.within]


def _split(study: Unlock) -> tuple[float, float]:
    """MW of the programme and of load that the reference does not serve in the year."""
    told = study.reference.plan.told.short if study.reference.plan is not None else {}
    return told.get("programme", {}).get(study.year, 0.0), told.get("load", {}).get(study.year, 0.0)


def _plain(row: dict[Any, Any]) -> dict[str, Any]:
    names = {"extra": "extra_mw", "capex": "capex_meur", "year": "year", "interaction": "interaction_mw"}
    return {name: row[column] for name, column in names.items()}


def _named(row: dict[Any, Any], say: Say) -> dict[str, Any]:
    owner = str(row["owner"]) if row["owner"] else say("unlock.nobody")
    return {"name": row["name"], "id": row["reinforcement"], "owner": owner, "year": row["year"],
            "extra": row["extra_mw"], "capex": row["capex_meur"], "rate": row["mw_per_meur"]}  # fmt: skip
