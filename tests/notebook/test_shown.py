"""What a notebook shows of plans, pictures and long runs."""

from __future__ import annotations

import time
from threading import Event
from threading import enumerate as enumerate_threads
from types import SimpleNamespace

import pandas as pd
import pytest

import gridplan as gp
from gridplan.cli.watch import Lines
from gridplan.explain.files import ROWS
from gridplan.explain.files import html as explained
from gridplan.notebook.bars import Bar
from gridplan.plan.html_table import number, table_html
from gridplan.study import frontier, sweep
from gridplan.study.html import readable
from tests.study.small import station_case, work


def test_a_plan_shows_status_units_and_what_is_built():
    case = station_case({2030: 100.0, 2040: 120.0}, [work("a", 30, 10), work("b", 50, 19)])
    plan = case.solve()
    html = plan._repr_html_()
    assert "optimal" in html and "M€" in html and "MW·years" in html
    built = plan.reinforcements.query("units_in_service > 0")["reinforcement"].unique()
    assert len(built) and all(f">{one}<" in html for one in built)
    assert plan.certificate.line[:20] in html
    assert repr(plan) == f"Plan({case.name!r}, optimal, years=[2030, 2040])"
    assert plan.plot.map()._repr_png_().startswith(b"\x89PNG")


def test_without_a_plan_the_reason_is_shown():
    case = station_case({2030: 100.0}, []).what_if({"objective.minimise": ["capex_meur"]})
    plan = case.solve()
    assert not plan.has_plan
    assert plan.summary["explanation"][0][:20] in plan._repr_html_()


def test_a_plan_saves_itself(tmp_path):
    plan = station_case({2030: 100.0}, [work("a", 60, 10)]).solve()
    folder = plan.save(tmp_path / "kept", figures=False)
    assert (folder / "summary.json").exists() and not (folder / "figures").exists()


def test_a_bundled_case_is_known_by_name():
    assert gp.load("tutorial").name == "tutorial"
    assert gp.study.sweep is not None and gp.explain.policy_cost is not None


def test_a_bar_is_drawn_seldom_and_ends_in_one_line():
    shown, now = [], [0.0]
    bar = Bar(shown.append, every_s=1.0, clock=lambda: now[0])
    bar.phase("check <hours>", 100)
    for done in range(1, 101):
        now[0] = done / 10
        bar.advance(done)
    bar.search(5.0, 4.0, 0.2, 10, 3.0)
    now[0] = 12.0
    bar.search(5.0, 4.0, 0.2, 1000, 12.0)
    bar.close()
    assert 10 <= len(shown) <= 13
    assert "check &lt;hours&gt;" in shown[0] and "max='100'" in shown[5]
    assert "gap 20 %, 1,000 nodes" in shown[-2]
    assert shown[-1] == "<small>done in 12.0 s</small>"


def test_a_front_end_that_has_gone_does_not_end_the_run():
    def gone(html):
        raise OSError("closed")

    bar = Bar(gone)
    bar.phase("solve")
    bar.close()


def test_outside_a_notebook_lines_are_written():
    assert isinstance(gp.progress(), Lines)


def test_a_new_phase_is_drawn_at_once_and_a_second_run_begins_at_0():
    shown, now = [], [0.0]
    bar = Bar(shown.append, every_s=1.0, clock=lambda: now[0])
    now[0] = 100.0  # made long before it is used
    bar.phase("check", 10)
    now[0] = 100.1
    bar.phase("verify")
    assert "verify" in shown[-1] and "(0 s)" in shown[-1]
    bar.close()
    now[0] = 300.0
    bar.phase("check", 10)
    assert "(0 s)" in shown[-1]


def test_tables_leave_blank_what_is_missing_and_never_say_1e4():
    table = pd.DataFrame(
        {
            "name": ["<a>", None], "unit": ["MEUR", "MEUR/year"], "mw": [12971.6, 0.12346],
            "year": pd.array([2035, None], dtype="Int64"),
        }
    )  # fmt: skip
    html = table_html(table)
    assert "&lt;a&gt;" in html and ">12,972<" in html and ">0.1235<" in html and ">2035<" in html
    assert ">M€<" in html and ">M€/year<" in html
    assert "NA" not in html and "nan" not in html and "None" not in html
    assert html.count("<td style='text-align:left'>") == 4
    assert html.count("<td style='text-align:right'>") == 4


def test_numbers_are_never_in_powers_of_ten():
    shown = [number(v) for v in (0.0, -0.0, -1e-9, 9e-6, 0.00012, 0.123456, -3.2, 12345.6, 1e7)]
    assert shown == ["0", "0", "0", "0", "0.00012", "0.1235", "-3.2", "12,346", "10,000,000"]


def test_what_is_shown_of_a_plan_has_units():
    html = station_case({2030: 100.0}, [work("a", 60, 10)]).solve()._repr_html_()
    assert "loading (%)" in html and "gap (%)" in html and "MEUR" not in html
    assert "text-align:right'>unit" not in html


def test_a_long_explanation_is_cut_and_says_so():
    told = SimpleNamespace(
        sentences=lambda lang="en": ["a & b"],
        tables={"long": pd.DataFrame({"mw": range(ROWS + 3)}), "none": pd.DataFrame({"mw": []})},
    )
    html = explained(told)
    assert html.count("<tr>") == ROWS + 1 and "a &amp; b" in html
    assert "3 more rows in .tables['long']" in html and "'none'" not in html


def test_the_seconds_go_on_while_the_run_says_nothing():
    """One long search without a word, of a run that has been told to stop."""
    shown, drawn = [], Event()

    def show(html):
        shown.append(html)
        if len(shown) >= 4:
            drawn.set()

    bar = Bar(show)
    with bar.ticking(every_s=0.01):
        time.sleep(0.05)
        assert not shown  # nothing has begun
        bar.phase("solve <cost>", 9)
        assert drawn.wait(10)
        bar.ending()
        assert "stopping; solve" in shown[-1]
        bar.close()
        over = len(shown)
        assert shown[-1].startswith("<small>done in")
        bar.ending()  # heard too late
        time.sleep(0.05)
    assert len(shown) == over
    assert all("solve &lt;cost&gt; (0 s)" in html for html in shown[:4])


def test_ticks_draw_only_where_the_run_is_silent_and_end_with_it():
    shown = []
    with pytest.raises(RuntimeError), Bar(shown.append, every_s=0.0).ticking(every_s=30.0) as bar:
        bar.phase("solve")
        raise RuntimeError
    assert len(shown) == 1
    assert not [thread for thread in enumerate_threads() if thread.name == "gridplan bar"]


def test_studies_show_units_and_the_indicators_that_matter():
    """A row of all indicators is several screens wide; they are told of, and in the tables."""
    case = station_case({2030: 100.0}, [work("a", 60, 10)])
    found = sweep(case, grid={"reinforcements.a.max_units": [0, 1]}, workers=0)
    html = found._repr_html_()
    assert "capex_meur (M€)</th>" in html and "gap (%)</th>" in html and "MEUR" not in html
    assert "reinforcements.<wbr>a.<wbr>max_units</th>" in html
    assert html.count("<th ") < 16 < len(found.points.columns) and "more indicators in .points" in html
    curve = frontier(case, "capex_meur", "unserved_mw_years", points=2, plans=False)._repr_html_()
    assert "capex_meur (M€)</th>" in curve and "unserved_mw_years (MW·years)</th>" in curve


def test_shares_are_shown_in_per_cent_and_the_table_is_left_alone():
    table = pd.DataFrame(
        {"gap": [0.015, None], "above": [0.0, 0.25], "covered_share": [0.9, 1], "plan": [1, 2]}
    )
    shown = readable(table)
    assert list(shown) == ["gap (%)", "above (%)", "covered_share (%)", "plan"]
    assert shown.iloc[1, 1:].tolist() == [25, 100, 2] and shown.iloc[0, 0] == pytest.approx(1.5)
    assert list(table) == ["gap", "above", "covered_share", "plan"] and table.loc[1, "above"] == 0.25
