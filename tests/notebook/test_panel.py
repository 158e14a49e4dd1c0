"""The what-if panel, driven from Python, on one station that two works may enlarge."""

from __future__ import annotations

import sys
from dataclasses import replace
from threading import Event

import pytest

import gridplan as gp
from gridplan.case import Case
from gridplan.notebook import NotebookError, board
from gridplan.notebook.choices import Switch
from gridplan.notebook.group import SEARCHED, Group
from gridplan.solve.status import SolveStatus
from gridplan.study import WhatIf
from tests.study.small import station_case, work

pytest.importorskip("ipywidgets", reason="the panel needs ipywidgets")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of ipywidgets

WORKS = [work("a", 30, 10), work("b", 50, 19)]


@pytest.fixture(scope="module")
def case() -> Case:
    cap = {"policy": "budget", "indicator": "capex_meur", "sense": "max", "value": 15.0}
    return station_case({2030: 100.0, 2040: 120.0}, WORKS).what_if({"policies.budget": cap})


@pytest.fixture
def panel(case):
    return gp.panel(case)


def picture(panel) -> bytes:
    return bytes(panel.picture.value)


def capex(plan) -> float:
    return plan.summary["indicators"]["capex_meur"]["total"]


def test_it_begins_with_the_case_and_its_map(case, panel):
    assert panel.plan is panel.base and panel.patch == {}
    assert panel.year.options == tuple(case.years)
    assert set(panel.policies) == {"budget"} and set(panel.reinforcements) == {"a", "b"}
    assert picture(panel).startswith(b"\x89PNG")
    assert panel.again.disabled
    assert "application/vnd.jupyter.widget-view+json" in panel._repr_mimebundle_()


def test_year_and_direction_draw_anew_and_solve_nothing(panel):
    seen = [picture(panel)]
    panel.year.value = panel.case.years[0]
    seen.append(picture(panel))
    panel.direction.value = "feedin"
    seen.append(picture(panel))
    assert len(set(seen)) == 3
    assert panel.plan is panel.base


def test_a_switch_waits_for_the_button_and_the_answer_is_that_of_the_case(case, panel):
    panel.reinforcements["a"].value = False
    assert not panel.again.disabled and "Solve again" in panel.message.value
    assert panel.plan is panel.base
    panel.again.click()
    patch = {"reinforcements.a.max_units": 0}
    assert panel.patch == patch and panel.again.disabled
    alone = case.what_if(patch).solve()
    assert capex(panel.plan) == pytest.approx(capex(alone), abs=1e-6)
    assert capex(panel.plan) != pytest.approx(capex(panel.base))
    panel.policies["budget"].value = False
    panel.again.click()
    assert panel.patch == patch | {"policies.budget.value": None}
    assert capex(panel.plan) == pytest.approx(19.0)  # b alone is let in, and the budget does not stop it
    assert "+" in panel.figures.value and "M€" in panel.figures.value


def test_what_was_solved_before_is_not_solved_again(panel, monkeypatch):
    panel.policies["budget"].value = False
    first = panel.solve()
    panel.policies["budget"].value = True
    assert panel.solve() is panel.base
    monkeypatch.setattr(panel.session, "solve", None)
    panel.policies["budget"].value = False
    assert panel.solve() is first
    assert "solved before" in panel.message.value


def test_without_a_plan_it_says_why():
    """100 MW are wanted, 60 fit, nothing may fall short, and what would help is switched off."""
    hard = station_case({2030: 100.0}, [work("a", 60, 10)]).what_if({"objective.minimise": ["capex_meur"]})
    panel = gp.panel(hard)
    assert panel.plan.has_plan
    panel.reinforcements["a"].value = False
    panel.again.click()
    assert panel.plan.status == "infeasible"
    assert picture(panel) == b"" and len(panel.figures.value) > 20
    panel.reinforcements["a"].value = True
    panel.again.click()
    assert panel.plan is panel.base and picture(panel)


def test_plans_of_a_session_serve(case):
    session = WhatIf(case)
    plan = session.base()
    assert gp.panel(session).plan is plan
    mine = gp.panel(plan)
    assert mine.plan is plan and mine.session is not session


def test_an_interrupt_leaves_the_plan_before(panel, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(panel.session, "solve", stop)
    panel.policies["budget"].value = False
    with pytest.raises(KeyboardInterrupt):
        panel.solve()
    assert panel.plan is panel.base and not panel.again.disabled


def test_without_ipywidgets_the_message_says_what_to_install(case, monkeypatch):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    with pytest.raises(NotebookError, match=r"pip install 'gridplan\[notebook\]'"):
        gp.panel(case)


def test_labels_say_what_is_bounded_with_its_unit_and_where(panel):
    assert panel.policies["budget"].description == "budget · capex_meur at most 15 M€ (all)"
    assert "first stage to the end" in panel.policies["budget"].tooltip
    assert panel.reinforcements["a"].description == "a · 10 M€"
    panel.reinforcements["a"].value = False
    assert "1 of 2" in panel.groups["reinforcements"].box.children[0].value
    panel.direction.value = "feedin"
    assert panel.direction.label == "feed-in"


def test_the_map_keeps_its_shape_and_stays_in_its_column(panel):
    """Browsers stretch what a box aligns by default, and cut what is wider than the page."""
    assert panel.box.layout.align_items == "flex-start" and "wrap" in panel.box.layout.flex_flow
    assert panel.picture.layout.max_width == "100%"


def test_the_case_has_one_column_and_a_what_if_says_what_moved(panel):
    assert "what if" not in panel.figures.value and "as is" in panel.figures.value
    panel.policies["budget"].value = False
    panel.again.click()
    assert "what if" in panel.figures.value and "difference" in panel.figures.value
    assert "off: budget" in panel.message.value and "solved in" in panel.message.value


def test_while_it_solves_only_stop_can_be_pressed(panel, monkeypatch):
    seen = []

    def watched(patch, bar, interrupt):
        seen.append(
            (panel.again.disabled, panel.year.disabled, panel.direction.disabled, panel.halt.disabled)
        )
        seen.append("<progress" in panel.message.value)
        panel.again.click()  # a second click: nothing
        panel.policies["budget"].value = False  # for the next one
        panel.halt.click()
        seen.append(interrupt.is_set())
        return panel.base

    monkeypatch.setattr(panel.session, "solve", watched)
    panel.reinforcements["a"].value = False
    panel.again.click()
    assert seen == [(True, True, True, False), True, True]
    assert not panel.again.disabled and "Not solved yet" in panel.message.value
    assert not panel.year.disabled and panel.halt.disabled


def test_a_plan_that_was_stopped_can_be_solved_again(panel, monkeypatch):
    stopped = replace(panel.base, status=SolveStatus.INTERRUPTED)
    monkeypatch.setattr(panel.session, "solve", lambda *given: stopped)
    panel.policies["budget"].value = False
    panel.again.click()
    assert panel.plan is stopped and "interrupted" in panel.message.value and not panel.again.disabled
    monkeypatch.undo()
    panel.again.click()
    assert panel.plan.status == "optimal" and panel.again.disabled


def test_an_error_is_told_in_the_panel(panel, monkeypatch):
    def broken(*given):
        raise RuntimeError("no <memory>")

    monkeypatch.setattr(panel.session, "solve", broken)
    panel.policies["budget"].value = False
    with pytest.raises(RuntimeError):
        panel.solve()
    assert "RuntimeError: no &lt;memory&gt;" in panel.message.value
    assert panel.plan is panel.base and not panel.again.disabled and not panel.year.disabled


def test_in_a_notebook_the_button_does_not_wait(panel, monkeypatch):
    """Else the thread that serves the widgets is taken, and stop is heard when all is over."""
    free, begun = Event(), Event()

    def slow(patch, bar, interrupt):
        begun.set()
        assert interrupt.wait(10)
        free.set()
        return replace(panel.base, status=SolveStatus.INTERRUPTED)

    monkeypatch.setattr(board, "in_notebook", lambda: True)
    monkeypatch.setattr(panel.session, "solve", slow)
    panel.policies["budget"].value = False
    panel.again.click()
    assert begun.wait(10) and panel.again.disabled and not free.is_set()
    panel.halt.click()
    assert free.wait(10)


def test_long_lists_are_searched_and_switched_together():
    widgets = pytest.importorskip("ipywidgets")
    moved = []
    rows = [Switch(f"p{k}", f"Zone {k} · at most {k} MW", "municipality", f"k{k}", None) for k in range(30)]
    group = Group(widgets, "Policies", rows, lambda: moved.append(1))
    group.search.value = "zone 2"
    assert group.shown() == ["p2", "p12", *(f"p{k}" for k in range(20, 30))]
    assert group.boxes["p3"].layout.display == "none" and group.boxes["p2"].layout.display is None
    group.all_off.click()
    assert len(moved) == 1
    assert [name for name, box in group.boxes.items() if not box.value] == group.shown()
    group.search.value = ""
    assert "18 of 30" in group.box.children[0].value
    assert all(box.layout.display is None for box in group.boxes.values())
    short = Group(widgets, "Policies", rows[:SEARCHED], lambda: None)
    assert short.search is None and short.all_off is None
