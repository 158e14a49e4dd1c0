"""A plan that was found before, perhaps elsewhere: its hours and its program, as its search left them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import numpy as np

from gridplan.model.periods import Critical
from gridplan.plan.extract.decisions import decided
from gridplan.plan.plan import Plan
from gridplan.solve.checker import Checker
from gridplan.solve.fixed import kept, layout, operate
from gridplan.solve.highs import Options
from gridplan.solve.keys import Key
from gridplan.solve.lexicographic import Answer, Goal, objectives
from gridplan.solve.progress import Progress, Silent
from gridplan.solve.rounds import Rounds, Solution
from gridplan.solve.status import SolveStatus

HOURLY = ("supplies", "flows", "withdrawals")  # tables that name the hours of the program
DECISIONS = "decisions"


def resumed(plan: Plan, options: Options, progress: Progress | None = None) -> tuple[Rounds, Solution | None]:
    """The search that a plan came from, as it ended.

    Args:
        plan: a plan with tables.
        options: of the searches that follow.
        progress: watcher.

    Returns:
        The search with the hours of the plan, and its solution: what the plan decides, operated again, with
        the bounds that its summary tells. None where the plan does not say what is built (an older version
        wrote it), or where it cannot be operated in the program as this version builds it.
    """
    rounds = Rounds(plan.case, options, progress or Silent())
    if DECISIONS not in plan.tables:
        return rounds, None
    built = decided(plan.tables[DECISIONS])
    if rounds.checked:
        rounds.checker = Checker(plan.case, rounds.network, rounds.periods.profiles, options.threads)
        rounds.periods = rounds.periods.with_hours(plan.case, _hours(plan, rounds.checker, built))
    compiled = rounds.base()
    goals = objectives(compiled)
    known = {name: Goal(**goal) for name, goal in plan.summary["objective"].items()}
    if [goal.name for goal in goals] != list(known) or any(goal.value is None for goal in known.values()):
        return rounds, None
    x = np.array([built.get(key, 0.0) for key in compiled.column_keys])
    values = [float(known[goal.name].value or 0.0) - goal.constant for goal in goals[:-1]]
    bounds = kept(compiled, x, layout(compiled))
    found = operate(compiled, goals, values, bounds, replace(options, threads=1))
    if found is None:
        return rounds, None
    rounds.scouted = True
    return rounds, Solution(compiled, Answer(SolveStatus.OPTIMAL, found.x, known, 0), None, 0, rounds.seconds)


def _hours(plan: Plan, checker: Checker, built: dict[Key, float]) -> dict[int, list[Critical]]:
    """The critical hours of the program, by stage: those of weight 0 in the tables by hour."""
    found: dict[int, dict[Critical, None]] = defaultdict(dict)
    for name in HOURLY:
        table = plan.tables[name].assign(outage=plan.tables[name]["outage"].fillna(""))
        table = table[table["weight_hours"] == 0].drop_duplicates(["year", "day", "hour", "outage"])
        for year, day, hour, outage in table[["year", "day", "hour", "outage"]].itertuples(index=False):
            found[int(year)][Critical(24 * int(day) + int(hour), str(outage))] = None
    return {
        year: [one._replace(cut=checker.cut(built, year, one.outage)) for one in hours]
        for year, hours in sorted(found.items())
    }
