"""A policy-cost study in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridplan.explain.ledger.table import NOTES
from gridplan.explain.why.say import Say

if TYPE_CHECKING:
    from gridplan.explain.ledger.result import PolicyCost

SMALL = 0.005  # M€ and MW that are worth a word


def sentences(study: PolicyCost, say: Say) -> list[str]:
    """What all cost together, what each costs and moves, and which cost nothing."""
    lines = [cost(study, say)]
    if study.full is not None and study.bare is not None:
        lines.append(
            say("policy_cost.all", full=study.full.cost, bare=study.bare.cost,
                extra=study.full.cost - study.bare.cost)
        )  # fmt: skip
    for row in study.table.to_dict("records"):
        if row["note"]:
            continue
        lines += _policy(study, say, row)
    for key, note in NOTES.items():
        named = study.table.loc[study.table["note"] == note, "policy"]
        if len(named):
            lines.append(say(f"policy_cost.{key}", names=", ".join(named)))
    within = study.table["leave_one_out_within_meur"].max()
    if within > SMALL:
        lines.append(say("policy_cost.within", within=within))
    if study.orders:
        error = study.table["shapley_error_meur"].max()
        lines.append(say("policy_cost.sampled", n=study.orders, error=error))
    if study.options.get("leave_out"):
        subjects = ", ".join(say(f"unlock.{name}") for name in study.options["leave_out"])
        lines.append(say("unlock.left_out", subjects=subjects))
    if not study.checked and study.case.profiles is not None:
        lines.append(say("unlock.few_hours"))
    return lines


def cost(study: PolicyCost, say: Say) -> str:
    """What is meant by cost."""
    key = "policy_cost.cost_unserved" if "unserved" in study.objective else "policy_cost.cost"
    return say(key, objective=study.objective, price=study.price)


def _policy(study: PolicyCost, say: Say, row: dict[Any, Any]) -> list[str]:
    values = {"name": row["name"], "id": row["policy"], "alone": row["leave_one_out_meur"]}
    share = row["shapley_meur"]
    if share == share:
        lines = [say("policy_cost.both", share=share, **values)]
    else:
        lines = [say("policy_cost.alone", **values)]
    within = row["leave_one_out_within_meur"]
    if within > SMALL and within >= row["leave_one_out_meur"]:
        return [*lines, say("policy_cost.unsure", within=within)]
    if abs(row["heat_tj"]) >= SMALL:
        lines.append(say("policy_cost.more_heat" if row["heat_tj"] > 0 else "policy_cost.less_heat",
                         tj=abs(row["heat_tj"])))  # fmt: skip
    own = study.displaced
    own = own[(own["policy"] == row["policy"]) & (own["attribution"] == "leave_one_out")]
    if len(own):
        year = own.groupby("year")["mw"].sum().idxmax()
        both = own[own["year"] == year].groupby(["from", "to"], sort=False)["mw"].sum()
        nowhere = say("policy_cost.nowhere")
        largest = both.sort_values(ascending=False).head(5).reset_index().to_dict("records")
        parts = [
            say("policy_cost.move", mw=m["mw"], a=m["from"] or nowhere, b=m["to"] or nowhere) for m in largest
        ]
        lines.append(say("policy_cost.moves", year=year, mw=both.sum(), moves="; ".join(parts)))
    return lines
