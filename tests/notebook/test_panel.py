"""The what-if panel, driven from Python, on one station that two works may enlarge."""

from __future__ import annotations

import sys

import pytest

import gridplan as gp
from gridplan.case import Case
from gridplan.notebook import NotebookError
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
