"""The course of a robust study: each scenario alone, plans tried in every scenario, and the large program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gridplan.case import Case
from gridplan.engine import Crew
from gridplan.solve.compile import Compiled
from gridplan.solve.extra import Extra
from gridplan.solve.form import Form
from gridplan.solve.keys import Key
from gridplan.solve.status import SolveStatus
from gridplan.study.axes import goals_of
from gridplan.study.each import Each, Wish
from gridplan.study.extensive import Extensive, Part, value_of
from gridplan.study.large import solve_large
from gridplan.study.runner import UNSERVED, Found, Runner, worst
from gridplan.study.scenarios import Scenario
from gridplan.study.starts import Unit, decided, given, starts

NOTHING = "nothing"
MONEY = ("total_cost_meur", "capex_meur", "operating_cost_meur")
TURNS = 6  # times that the large program is solved with more hours, at most


def cost_of(case: Case, price: float) -> Form:
    """Price · unserved_mw_years + the money that the case minimises (else total_cost_meur)."""
    named = {name for form in goals_of(case) for name, _ in form.factors}
    money = next((name for name in MONEY if name in named), MONEY[0])
    unserved = ((UNSERVED, price),) if UNSERVED in named and price > 0 else ()
    return Form((*unserved, (money, 1.0)))


@dataclass(frozen=True)
class Cell:
    """A plan in a scenario: its common decisions kept, everything else decided again.

    Attributes:
        cost, bound: M€; infinite where the decisions leave no plan.
        found: the plan.
    """

    cost: float
    bound: float
    found: Found


class Course:
    """What is known so far.

    Attributes:
        cells: by plan and scenario.
        decisions: start year by unit, of each plan.
        bounds: no plan has a smaller value of a criterion, M€, by criterion.
        made: the robust plan of each criterion.
    """

    def __init__(
        self,
        futures: list[Scenario],
        runners: Mapping[str, Runner],
        cost: Form,
        reveal: float,
        alpha: float,
        each: Each | None = None,
    ) -> None:
        """Nothing is searched yet; `each`: who searches for scenarios by themselves, else this process."""
        self.futures, self.runners, self.cost = futures, runners, cost
        self.each = each or Each(runners, Crew())
        self.reveal, self.alpha = reveal, alpha
        self.weights = {s.name: s.weight for s in futures}
        self.known = {s.name: starts(s.case) for s in futures}
        self.cells: dict[str, dict[str, Cell]] = {}
        self.decisions: dict[str, dict[Unit, float]] = {}
        self.bounds: dict[str, float] = {}
        self.made: dict[str, str] = {}
        self.statuses: list[SolveStatus] = []
        self.lone: dict[str, Cell] = {}
        self.program: Extensive | None = None
        self.compiled: list[Compiled] = []

    def run(self, criteria: list[str]) -> None:
        """All of it, up to where a scenario has no plan or the user stops."""
        if self.alone() and self.tried():
            for name in criteria:
                if not self.robust(name):
                    break

    def alone(self) -> bool:
        """The best plan of each scenario alone; False where one has none or the user stops."""
        extra, names = Extra(goals=(self.cost,)), [s.name for s in self.futures]
        found = self._ask({name: {name: Wish(extra, f"{name} alone", True)} for name in names})
        if found is None:
            return False
        for future in self.futures:
            cell = self.lone[future.name] = self._cell(future.name, found[future.name, future.name])
            if not cell.found.there:
                return False
            values = cell.found.values
            self.decisions[future.name] = decided(self.known[future.name], values, self.reveal)
        return True

    def tried(self) -> bool:
        """Doing nothing now, and each scenario's own decisions, in every scenario."""
        self.decisions[NOTHING] = {}
        return self._try([NOTHING, *(s.name for s in self.futures)])

    @property
    def status(self) -> SolveStatus:
        """How the study ended; without a robust plan, as the scenario did that stopped it."""
        stopped = [status for status in self.statuses if status != SolveStatus.OPTIMAL]
        return worst(self.statuses) if self.made or not stopped else stopped[-1]

    @property
    def best(self) -> dict[str, float]:
        """Least known cost of each scenario, M€."""
        found = {name: cell.cost for name, cell in self.lone.items()}
        for cells in self.cells.values():
            for name, cell in cells.items():
                found[name] = min(found[name], cell.cost)
        return found

    def value(self, criterion: str, plan: str) -> float:
        """A criterion of a plan, M€."""
        costs = {name: cell.cost for name, cell in self.cells[plan].items()}
        return value_of(criterion, costs, self.weights, self.best, self.alpha)

    def robust(self, criterion: str) -> bool:
        """The best common decisions by a criterion, until every hour of every scenario fits them."""
        name = f"robust {criterion}"
        for turn in range(TURNS):
            program = self._large()
            leader = min(self.cells, key=lambda plan: self.value(criterion, plan))
            start = program.start([self.cells[leader][s.name].found.values for s in self.futures])
            runner = self.runners[self.futures[0].name]
            runner.watcher.prefix = name if turn == 0 else f"{name} (turn {turn + 1})"
            options, watcher = runner.options, runner.watcher
            outcome = solve_large(program, criterion, options, watcher, runner.interrupt, start)
            self.statuses.append(outcome.status)
            if outcome.bound is not None:
                bound = program.bound(criterion, outcome.bound)
                self.bounds[criterion] = max(bound, self.bounds.get(criterion, bound))
            if outcome.x is None or runner.stopped:
                break
            self.decisions[name] = program.decided(outcome.x)
            if not self._try([name]):
                break
            if not self._grown() or self._near(criterion, name, options.gap):
                break
        if name not in self.cells and not self.cells:
            return False
        leader = min(self.cells, key=lambda plan: (self.value(criterion, plan), plan != name))
        self.cells[name], self.decisions[name] = self.cells[leader], self.decisions[leader]
        self.made[criterion] = name
        return self._tables(name) and not self.runners[self.futures[0].name].stopped

    def _tables(self, name: str) -> bool:
        """The tables of a plan in every scenario; False where the user stops."""
        bare = {s: cell for s, cell in self.cells[name].items() if cell.found.plan is None}
        found = self._ask({s: {s: self._kept(name, s, cell.found.values, True)} for s, cell in bare.items()})
        if found is None:
            return False
        for scenario, cell in bare.items():
            made = self._cell(scenario, found[scenario, scenario])
            if made.found.there:
                self.cells[name][scenario] = replace(made, bound=max(made.bound, cell.bound))
        return True

    def _near(self, criterion: str, name: str, gap: float) -> bool:
        """Whether hours that came later have made the plan dearer by no more than the gap (of its cost)."""
        room = gap * abs(self.value("expected", name))
        return self.value(criterion, name) - self.bounds.get(criterion, float("-inf")) <= room

    def _try(self, plans: list[str]) -> bool:
        """Decisions of plans in every scenario; those of another plan need not be tried again."""
        same = {plan: self._alike(plan, plans[:k]) for k, plan in enumerate(plans)}
        wishes = {
            s.name: {
                plan: self._kept(plan, s.name, self.lone[s.name].found.values)
                for plan in plans
                if same[plan] is None and s.name != plan
            }
            for s in self.futures
        }
        found = self._ask(wishes)
        if found is None:
            return False
        for plan in plans:
            other = same[plan]
            if other is None:
                self.cells[plan] = {
                    s: self.lone[s] if s == plan else self._cell(s, found[s, plan]) for s in wishes
                }
                continue
            mine = self.lone.get(plan)
            if mine is not None and mine.cost < self.cells[other][plan].cost:
                self.cells[other][plan] = mine
            self.cells[plan] = self.cells[other]
        return True

    def _alike(self, plan: str, before: list[str]) -> str | None:
        """An earlier plan with the same decisions."""
        known = [p for p in (*self.cells, *before) if p != plan]
        return next((p for p in known if self.decisions[p] == self.decisions[plan]), None)

    def _kept(self, plan: str, scenario: str, start: Mapping[Key, float], with_plan: bool = False) -> Wish:
        """A plan's decisions in a scenario, from a plan to start from."""
        fixed = given(self.known[scenario], self.decisions[plan], self.reveal)
        extra = Extra(goals=(self.cost,), fixed=fixed, start={**start, **fixed})
        return Wish(extra, f"{plan} in {scenario}", with_plan)

    def _ask(self, wishes: Mapping[str, Mapping[str, Wish]]) -> dict[tuple[str, str], Found] | None:
        """What is found by scenario and plan; None where the user stopped."""
        found = self.each.find({s: list(asked.values()) for s, asked in wishes.items()})
        answers = {
            (s, plan): one
            for s, asked in wishes.items()
            for plan, one in zip(asked, found.get(s, ()), strict=False)
        }
        if len(answers) < sum(map(len, wishes.values())):
            self.statuses.append(SolveStatus.INTERRUPTED)
            return None
        return answers

    def _cell(self, scenario: str, found: Found) -> Cell:
        """A cell of what was found; its status counts."""
        if not found.there:
            infinite = float("inf")
            proven = found.status == SolveStatus.INFEASIBLE
            self.statuses += [] if proven and scenario in self.lone else [found.status]
            return Cell(infinite, infinite if proven else float("-inf"), found)
        self.statuses.append(found.status)
        goal = found.goals[self.cost.name]
        assert goal.value is not None
        return Cell(goal.value, float("-inf") if goal.bound is None else goal.bound, found)

    def _grown(self) -> bool:
        """Whether hours have come in that the large program does not know."""
        now = [self.runners[s.name].rounds.base() for s in self.futures]
        return any(a is not b for a, b in zip(now, self.compiled, strict=True))

    def _large(self) -> Extensive:
        """The large program of the present hours; put together again only where there are more."""
        best = self.best
        bound = {name: min(cell.bound, best[name]) for name, cell in self.lone.items()}
        if self.program is None or self._grown():
            self.compiled = [self.runners[s.name].rounds.base() for s in self.futures]
            parts = [
                Part(s.name, s.weight, c, self.cost, self.known[s.name], best[s.name], bound[s.name])
                for s, c in zip(self.futures, self.compiled, strict=True)
            ]
            self.program = Extensive(parts, self.reveal, self.alpha)
        self.program.refer(best, bound)
        return self.program
