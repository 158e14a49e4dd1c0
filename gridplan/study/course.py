"""The course of a robust study: each scenario alone, plans tried in every scenario, and the large program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gridplan.case import Case
from gridplan.solve.compile import Compiled
from gridplan.solve.extra import Extra
from gridplan.solve.form import Form
from gridplan.solve.hourly import Key
from gridplan.solve.status import SolveStatus
from gridplan.study.axes import goals_of
from gridplan.study.extensive import Extensive, Part, value_of
from gridplan.study.large import solve_large
from gridplan.study.runner import UNSERVED, Found, Runner, worst
from gridplan.study.scenarios import Scenario
from gridplan.study.starts import Unit, decided, given, starts

NOTHING = "nothing"
MONEY = ("total_cost_meur", "capex_meur", "operating_cost_meur")
TURNS = 6  # times that the large program is solved with more hours, at most


def cost_of(case: Case, price: float) -> Form:
    """Money that the case minimises (total_cost_meur where it minimises none) + price · unserved_mw_years."""
    named = {name for form in goals_of(case) for name, _ in form.factors}
    money = next((name for name in MONEY if name in named), MONEY[0])
    unserved = ((UNSERVED, price),) if UNSERVED in named and price > 0 else ()
    return Form(((money, 1.0), *unserved))


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
        self, futures: list[Scenario], runners: Mapping[str, Runner], cost: Form, reveal: float, alpha: float
    ) -> None:
        """Nothing is searched yet."""
        self.futures, self.runners, self.cost = futures, runners, cost
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

    def alone(self) -> bool:
        """The best plan of each scenario alone; False where one has none or the user stops."""
        for future in self.futures:
            cell = self._cell(future.name, Extra(goals=(self.cost,)), f"{future.name} alone", True)
            if cell is None:
                return False
            self.lone[future.name] = cell
            if not cell.found.there:
                return False
            values = cell.found.values
            self.decisions[future.name] = decided(self.known[future.name], values, self.reveal)
        return True

    def tried(self) -> bool:
        """Doing nothing now, and each scenario's own decisions, in every scenario."""
        self.decisions[NOTHING] = {}
        return all(self._try(plan) for plan in (NOTHING, *(s.name for s in self.futures)))

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
            if not self._try(name):
                break
            if not self._grown() or self._near(criterion, name, options.gap):
                break
        if name not in self.cells and not self.cells:
            return False
        leader = min(self.cells, key=lambda plan: (self.value(criterion, plan), plan != name))
        self.cells[name], self.decisions[name] = self.cells[leader], self.decisions[leader]
        self.made[criterion] = name
        for scenario, cell in self.cells[name].items():
            if cell.found.plan is None:
                made = self._kept(name, scenario, cell.found.values, with_plan=True)
                if made is None:
                    return False
                if made.found.there:
                    self.cells[name][scenario] = replace(made, bound=max(made.bound, cell.bound))
        return not self.runners[self.futures[0].name].stopped

    def _near(self, criterion: str, name: str, gap: float) -> bool:
        """Whether hours that came later have made the plan dearer by no more than the gap (of its cost)."""
        room = gap * abs(self.value("expected", name))
        return self.value(criterion, name) - self.bounds.get(criterion, float("-inf")) <= room

    def _try(self, plan: str) -> bool:
        """A plan's decisions in every scenario; those of another plan need not be tried again."""
        same = next((p for p in self.cells if self.decisions[p] == self.decisions[plan] and p != plan), None)
        if same is not None:
            mine = self.lone.get(plan)
            if mine is not None and mine.cost < self.cells[same][plan].cost:
                self.cells[same][plan] = mine
            self.cells[plan] = self.cells[same]
            return True
        cells = {}
        for future in self.futures:
            name = future.name
            if name == plan:
                cells[name] = self.lone[name]
                continue
            cell = self._kept(plan, name, self.lone[name].found.values)
            if cell is None:
                return False
            cells[name] = cell
        self.cells[plan] = cells
        return True

    def _kept(
        self, plan: str, scenario: str, start: Mapping[Key, float], with_plan: bool = False
    ) -> Cell | None:
        """A plan's decisions in a scenario, from a plan to start from."""
        fixed = given(self.known[scenario], self.decisions[plan], self.reveal)
        extra = Extra(goals=(self.cost,), fixed=fixed, start={**start, **fixed})
        return self._cell(scenario, extra, f"{plan} in {scenario}", with_plan)

    def _cell(self, scenario: str, extra: Extra, part: str, with_plan: bool) -> Cell | None:
        runner = self.runners[scenario]
        if runner.stopped:
            self.statuses.append(SolveStatus.INTERRUPTED)
            return None
        found = runner.find(extra, part, with_plan)
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
