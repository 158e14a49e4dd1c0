"""A what-if panel for Jupyter: switches on the left, map and figures on the right.

Year and direction draw the map anew. Policies and reinforcements wait for the button, which solves; a set of
switches that was solved before is not solved again.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from gridplan.case import Case, CaseError
from gridplan.notebook.bars import Bar
from gridplan.notebook.choices import Switch, patch_of, policies, reinforcements
from gridplan.notebook.told import told
from gridplan.plan.plan import Plan
from gridplan.plots.shown import png
from gridplan.plots.text import Words
from gridplan.study.whatif import WhatIf

if TYPE_CHECKING:
    from types import ModuleType

DIRECTIONS = ("demand", "feedin")
WIDE = {"width": "340px"}


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
        again: the button that solves.
        message: what is going on, and how the last answer was found.
        picture: the map, as PNG.
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
        self._rows = [*policies(self.case), *reinforcements(self.case)]
        self.message: Any = self._widgets.HTML()
        self.base: Plan = self.session.base(Bar(self._say))
        self.plan = self.base
        self.patch: dict[str, Any] = {}
        self._plans: dict[frozenset[str], Plan] = {frozenset(): self.base}
        self._make()
        self._say(self.base.status.value)
        self._show()

    def _make(self) -> None:
        """All widgets, and what they do."""
        w = self._widgets
        years = list(self.case.years)
        self.year = w.Dropdown(options=years, value=years[-1], description="Year")
        self.direction = w.ToggleButtons(options=DIRECTIONS, value="demand", description="Direction")
        self.policies = {s.name: self._switch(s) for s in policies(self.case)}
        self.reinforcements = {s.name: self._switch(s) for s in reinforcements(self.case)}
        self.again = w.Button(description="Solve again", button_style="primary", disabled=True)
        self.picture = w.Image(format="png", layout={"max_width": "900px"})
        self.figures = w.HTML()
        self.year.observe(lambda change: self._draw(), names="value")
        self.direction.observe(lambda change: self._draw(), names="value")
        self.again.on_click(lambda button: self.solve())
        left = [
            self.year, self.direction,
            w.HTML("<b>Policies in force</b>"), *self.policies.values(),
            w.HTML("<b>Reinforcements allowed</b>"), *self.reinforcements.values(),
            self.again, self.message, self.figures,
        ]  # fmt: skip
        self.box = w.HBox([w.VBox(left, layout={"min_width": "380px"}), self.picture])

    def _switch(self, switch: Switch) -> Any:
        made = self._widgets.Checkbox(value=True, description=switch.label, indent=False, layout=WIDE)
        made.tooltip = switch.name
        made.observe(lambda change: self._moved(), names="value")
        return made

    def asked(self) -> dict[str, Any]:
        """The patch that the switches stand for."""
        on = {f"policies.{name}.value": box.value for name, box in self.policies.items()}
        on |= {f"reinforcements.{name}.max_units": box.value for name, box in self.reinforcements.items()}
        return patch_of(self._rows, on)

    def solve(self) -> Plan:
        """The plan for the switches as they stand; where there is none the message says why."""
        patch = self.asked()
        key = frozenset(patch)
        self.again.disabled = True
        try:
            if key not in self._plans:
                self._plans[key] = self.session.solve(patch, Bar(self._say))
                course = self.session.course
                took = "" if course is None else f", {course.seconds:.1f} s"
                self._say(f"{self._plans[key].status.value}{took}")
            else:
                self._say(f"{self._plans[key].status.value}, solved before")
        except CaseError as wrong:
            self._say(escape(str(wrong)))
            return self.plan
        except BaseException:
            self.again.disabled = False
            self._say("stopped; the plan before is shown")
            raise
        self.plan, self.patch = self._plans[key], patch
        self._show()
        return self.plan

    def _moved(self) -> None:
        """A switch was moved: say whether there is something to solve."""
        same = self.asked() == self.patch
        self.again.disabled = same
        self._say(self.plan.status.value if same else "changed; press “Solve again”")

    def _show(self) -> None:
        self.figures.value = told(self.plan, self.base)
        self._draw()

    def _draw(self) -> None:
        """The map of the plan; no picture where there is no plan."""
        if not self.plan.has_plan:
            self.picture.value = b""
            return
        axes = self.plan.plot.map(self.year.value, self.direction.value, lang=self._lang)
        self.picture.value = png(axes) or b""

    def _say(self, html: str) -> None:
        self.message.value = html

    def __repr__(self) -> str:
        """Case, patch and status."""
        return f"Panel({self.case.name!r}, patch={self.patch}, {self.plan.status.value})"

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """The widgets, for a notebook."""
        return self.box._repr_mimebundle_(**options)
