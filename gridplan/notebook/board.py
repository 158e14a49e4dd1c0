"""A what-if panel for Jupyter: switches on the left, map and figures on the right.

Year and direction draw the map anew. Policies and reinforcements wait for the button, which solves; a set of
switches that was solved before is not solved again.
"""

from __future__ import annotations

from html import escape
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from gridplan.case import Case, CaseError
from gridplan.notebook.bars import Bar, displayed, in_notebook
from gridplan.notebook.choices import patch_of, policies, reinforcements
from gridplan.notebook.group import Group
from gridplan.notebook.looks import STYLE, answer, switched, wrong
from gridplan.notebook.told import told
from gridplan.plan.plan import Plan
from gridplan.plots.shown import png
from gridplan.plots.text import Words
from gridplan.solve.status import SolveStatus
from gridplan.study.whatif import WhatIf

if TYPE_CHECKING:
    from types import ModuleType

DIRECTIONS = [("demand", "demand"), ("feed-in", "feedin")]
SHARP = 120  # dots per inch; the picture is as wide as its column, at most as it is drawn
WAYS = ["Load on stations and connections by demand", "The same by feed-in of supplies"]


def _session(given: Case | Plan | WhatIf) -> WhatIf:
    """What-ifs on what is given."""
    if isinstance(given, WhatIf):
        return given
    return WhatIf.of(given) if isinstance(given, Plan) else WhatIf(given)


class Panel:
    """The panel. Its widgets may be driven from Python: `panel.year.value = 2030`, `panel.again.click()`.

    Attributes:
        year, direction: which map is drawn.
        policies, reinforcements: switches by id.
        groups: the two lists of switches, with their search.
        again: the button that solves; in a notebook in the background, `solve()` waits.
        halt: the button that ends a solve with the best plan so far.
        message: what is going on, and how the last answer was found.
        picture: the map, as PNG.
        nothing: what stands in the place of the map where there is no plan.
        figures: indicators of the plan shown beside those of the case, as HTML.
        box: all of it.
        base: plan of the case itself.
        plan: the plan shown.
        patch: the patch of the plan shown, as of `Case.what_if`.
    """

    def __init__(self, case: Case | Plan | WhatIf, lang: str = "en") -> None:
        """Solves the case, unless there is a plan already."""
        from gridplan.notebook.need import need

        Words(lang)
        self._widgets: ModuleType = need("ipywidgets", "the panel")
        self._lang = lang
        self.session = _session(case)
        self.case = self.session.case
        # Nobody sees the panel yet, so the bar of this solve is one of the cell.
        self.base: Plan = self.session.base(Bar(displayed()) if in_notebook() else None)
        self.plan = self.base
        self.patch: dict[str, Any] = {}
        self._interrupt = Event()
        self._working = False
        self._plans: dict[frozenset[str], Plan] = {frozenset(): self.base}
        self._rows = [*policies(self.case), *reinforcements(self.case)]
        self._make()
        self._told = answer(self.base, "plan of the case", ())
        self._say(self._told)
        self._show()

    def _make(self) -> None:
        """All widgets, and what they do."""
        w = self._widgets
        years = list(self.case.years)
        near, narrow = {"description_width": "40px"}, {"width": "130px"}
        self.year = w.Dropdown(options=years, value=years[-1], description="Year", style=near, layout=narrow)
        self.direction = w.ToggleButtons(
            options=DIRECTIONS, value="demand", tooltips=WAYS, style={"button_width": "90px"}
        )
        rules = Group(w, "Policies in force", policies(self.case), self._moved)
        works = Group(w, "Reinforcements allowed", reinforcements(self.case), self._moved)
        self.groups = {"policies": rules, "reinforcements": works}
        self.policies, self.reinforcements = rules.boxes, works.boxes
        self.again = w.Button(
            description="Solve again", button_style="primary", disabled=True,
            tooltip="Solves the case with the switches as they stand; first move a switch",
        )  # fmt: skip
        self.halt = w.Button(
            description="Stop", disabled=True, layout={"width": "80px"},
            tooltip="Ends the solve with the best plan found so far",
        )  # fmt: skip
        self.halt.on_click(lambda button: self._interrupt.set())
        self.message: Any = w.HTML(layout={"min_height": "62px", "width": "100%"})
        self.picture = w.Image(format="png", layout={"max_width": "100%", "object_fit": "contain"})
        self.nothing = w.HTML("There is no plan, so there is no map. The message says why.")
        self.figures = w.HTML()
        self.year.observe(lambda change: self._draw(), names="value")
        self.direction.observe(lambda change: self._draw(), names="value")
        self.again.on_click(lambda button: self._pressed())
        buttons = w.HBox([self.again, self.halt], layout={"margin": "6px 0 0 0"})
        left = [rules.box, works.box, buttons, self.message, self.figures]
        top = w.HBox([self.year, self.direction], layout={"flex_flow": "row wrap"})
        beside = {"flex_flow": "row wrap", "align_items": "flex-start", "width": "100%"}
        self.box = w.HBox(
            [
                w.VBox([w.HTML(STYLE, layout={"display": "none"}), *left], layout={"flex": "1 1 340px"}),
                w.VBox([top, self.nothing, self.picture], layout={"flex": "3 1 480px", "min_width": "0"}),
            ],
            layout=beside,
        )
        self.box.add_class("gridplan-panel")

    def asked(self) -> dict[str, Any]:
        """The patch that the switches stand for."""
        on = {f"policies.{name}.value": box.value for name, box in self.policies.items()}
        on |= {f"reinforcements.{name}.max_units": box.value for name, box in self.reinforcements.items()}
        return patch_of(self._rows, on)

    def solve(self) -> Plan:
        """The plan for the switches as they stand; where there is none the message says why."""
        patch = self.asked()
        self._busy(True)
        try:
            plan, how = self._answer(patch)
        except CaseError as invalid:
            self._say(wrong(str(invalid)))
            return self.plan
        except BaseException as stop:
            self.again.disabled = False
            what = "Stopped" if isinstance(stop, KeyboardInterrupt) else f"{type(stop).__name__}: {stop}"
            self._say(wrong(f"{what}. The plan before is shown."))
            raise
        finally:
            self._busy(False)
        self.plan, self.patch = plan, patch
        self.again.disabled = plan.status != SolveStatus.INTERRUPTED
        self._told = answer(plan, how, self._off(patch))
        self._say(self._told)
        self._show()
        if self.asked() != patch:
            self._moved()
        return self.plan

    def _answer(self, patch: dict[str, Any]) -> tuple[Plan, str]:
        """The plan under a patch, and how it was found."""
        key = frozenset(patch)
        if key in self._plans:
            return self._plans[key], "solved before"
        bar = Bar(self._say)
        bar.phase("begin")
        plan = self.session.solve(patch, bar, self._interrupt)
        if plan.status != SolveStatus.INTERRUPTED:  # that one is worth another try
            self._plans[key] = plan
        done = "stopped after" if plan.status == SolveStatus.INTERRUPTED else "solved in"
        course = self.session.course
        return plan, "solved" if course is None else f"{done} {course.seconds:.1f} s"

    def _pressed(self) -> None:
        """The button; a second click that came while the first was at work counts for nothing."""
        if self.again.disabled:
            return
        if not in_notebook():
            self.solve()
            return
        # A thread of its own: whatever thread serves the widgets must be free for the stop button.
        self.again.disabled = True
        Thread(target=self.solve, daemon=True, name="gridplan panel").start()

    def _busy(self, at_work: bool) -> None:
        """While a solve runs nothing else can be answered; switches may be moved for the next one."""
        if at_work:
            self.again.disabled = True
            self._interrupt = Event()
        self._working = at_work
        self.halt.disabled = not at_work
        for widget in (self.year, self.direction):
            widget.disabled = at_work

    def _moved(self) -> None:
        """A switch was moved: say whether there is something to solve."""
        if self._working:
            return  # the end of the solve says what has moved since
        asked = self.asked()
        same = asked == self.patch
        self.again.disabled = same and self.plan.status != SolveStatus.INTERRUPTED
        if same:
            self._say(self._told)
        else:
            off = escape(switched(self._off(asked)))
            self._say(f"Not solved yet: press “Solve again”<br>{off}")

    def _off(self, patch: dict[str, Any]) -> list[str]:
        """Ids of what a patch switches off."""
        return [switch.name for switch in self._rows if switch.key in patch]

    def _show(self) -> None:
        self.figures.value = told(self.plan, self.base)
        self._draw()

    def _draw(self) -> None:
        """The map of the plan; no picture where there is no plan."""
        self.picture.layout.display = None if self.plan.has_plan else "none"
        self.nothing.layout.display = "none" if self.plan.has_plan else None
        if not self.plan.has_plan:
            self.picture.value = b""
            return
        axes = self.plan.plot.map(self.year.value, self.direction.value, lang=self._lang)
        self.picture.value = png(axes, SHARP) or b""

    def _say(self, html: str) -> None:
        self.message.value = html

    def __repr__(self) -> str:
        """Case, patch and status."""
        return f"Panel({self.case.name!r}, patch={self.patch}, {self.plan.status.value})"

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """The widgets, for a notebook."""
        return self.box._repr_mimebundle_(**options)
