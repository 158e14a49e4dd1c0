"""`gridplan solve`: exit codes, what is written, what is said."""

import json
import os
import signal
from dataclasses import replace

import pytest

from gridplan.plan.load import load_plan
from gridplan.plan.verify.certificate import certificate
from gridplan.plan.verify.ledger import Ledger
from tests.cli.conftest import make_case
from tests.plan_io import standin


def solver(monkeypatch, status="optimal", with_tables=True, seen=None, raises=None, **summary):
    """Let the solver end with this status."""

    def solve(case, **options):
        if seen is not None:
            seen.update(options, case=case)
        if raises:
            raise raises
        plan = standin.plan(status, case, with_tables)
        return replace(plan, summary={**plan.summary, **summary})

    standin.install(monkeypatch, solve)


@pytest.mark.parametrize(
    ("status", "with_tables", "code"),
    [
        ("optimal", True, 0),
        ("infeasible", False, 4),
        ("limit", True, 5),
        ("no_plan", False, 6),
        ("interrupted", True, 130),
        ("interrupted", False, 130),
    ],
)
def test_every_end_has_its_code_and_its_folder(run, place, monkeypatch, status, with_tables, code):
    solver(monkeypatch, status, with_tables)
    end = run("solve", "toy")
    assert end.code == code, end.err
    back = load_plan(place / "results/toy")
    assert (back.status, back.has_plan) == (status, with_tables)
    assert f"Status: {status}" in end.out and "Files: results" in end.out
    assert (place / "results/toy/log.txt").read_text(encoding="utf-8").startswith("first line")


def test_an_invalid_case_ends_with_3_and_shows_everything(run, place):
    make_case(place / "bad", broken=True)
    end = run("solve", "bad")
    assert end.code == 3
    assert "zones.csv:3" in end.out and "lat = 'abc'" in end.out and "did you mean 52.3?" in end.out
    assert "horizon.years" in end.out and "2 errors, 1 warning" in end.err
    assert not (place / "results").exists()


def test_an_invalid_case_as_json(run, place):
    make_case(place / "bad", broken=True)
    end = run("solve", "bad", "--json", "-q")
    told = json.loads(end.out)
    assert (end.code, told["status"], len(told["problems"])) == (3, "invalid_case", 3)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["solve"], "CASE"),
        (["solve", "nowhere"], "no case folder 'nowhere'"),
        (["solve", "toy", "--gap", "-1"], "--gap"),
        (["solve", "toy", "--gap", "nan"], "--gap"),
        (["solve", "toy", "--time-limit", "inf"], "not a finite number"),
        (["solve", "toy", "--time-limit", "soon"], "--time-limit"),
        (["solve", "toy", "--threads", "-2"], "--threads"),
        (["solve", "toy", "--set", "no-equals-sign"], "table.id.column=value"),
        (["solve", "toy", "--set", "a..b=1"], "table.id.column=value"),
        (["solve", "toy", "--set", "a.b.c=1", "--set", "a.b.c=2"], "set twice"),
        (["solve", "toy", "--lang", "fr"], "--lang"),
        (["solve", "toy", "--out", "toy"], "left alone"),
        (["solve", "toy", "--out", "."], "left alone"),
        (["solve", "toy", "--colour"], "--colour"),
        (["dance"], "dance"),
    ],
)
def test_wrong_use_ends_with_2_before_anything_is_solved(run, place, monkeypatch, arguments, said):
    solver(monkeypatch, raises=AssertionError("solved"))
    end = run(*arguments)
    assert end.code == 2, end.err
    assert said in " ".join(end.err.replace("│", " ").split()) and end.out == ""
    assert sorted(path.name for path in place.iterdir()) == ["toy"]


def test_a_bug_ends_with_1_and_keeps_the_traceback(run, place, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(place))
    solver(monkeypatch, raises=ZeroDivisionError("oops"))
    end = run("solve", "toy")
    assert end.code == 1 and "ZeroDivisionError: oops" in end.err and "Traceback" not in end.err
    (kept,) = place.glob("gridplan-error-*.txt")
    assert str(kept) in end.err and "Traceback" in kept.read_text(encoding="utf-8")
    assert "Traceback" in run("solve", "toy", "-v").err


def test_pictures_that_fail_do_not_lose_the_plan(run, place, monkeypatch):
    def broken(*_args, **_options):
        raise ValueError("no ink")

    monkeypatch.setattr(standin.Plots, "save", broken)
    end = run("solve", "toy")
    assert end.code == 1 and "no ink" in end.err and "without them" in end.err
    assert load_plan(place / "results/toy").has_plan


def test_a_plan_whose_folder_was_touched_meanwhile_goes_beside_it(run, place, monkeypatch):
    run("solve", "toy")

    def solve(case, **_options):
        (place / "results/toy/notes.txt").write_text("mine")
        return standin.plan("limit", case)

    standin.install(monkeypatch, solve)
    end = run("solve", "toy")
    assert end.code == 5 and "notes.txt" in end.err and "Files: results/toy-2" in end.out
    assert load_plan(place / "results/toy-2").status == "limit"
    assert load_plan(place / "results/toy").status == "optimal"


def test_pictures_in_the_language_asked_for_or_none(run, place):
    run("solve", "toy", "--lang", "nl")
    assert [path.name for path in (place / "results/toy/figures").iterdir()] == ["map_nl.png"]
    run("solve", "toy", "--no-figures")
    assert not (place / "results/toy/figures").exists()


def test_options_reach_the_solver_and_the_case(run, monkeypatch):
    seen = {}
    solver(monkeypatch, seen=seen)
    end = run("solve", "toy", "--gap", "0.05", "--time-limit", "60", "--threads", "2", "--seed", "3",
        "-s", "high", "--set", "a.b.c=1", "--set", "policies.ban.value=")  # fmt: skip
    assert (seen["gap"], seen["time_limit_s"], seen["threads"], seen["seed"]) == (0.05, 60.0, 2, 3)
    assert seen["case"].scenario == "high" and "scenario high (2 cells changed)" in end.out
    assert [(change.key, change.new) for change in seen["case"].changes] == [
        ("a.b.c", "1"),
        ("policies.ban.value", ""),
    ]
    run("solve", "toy")
    assert (seen["gap"], seen["time_limit_s"], seen["threads"], seen["seed"]) == (None, None, None, None)


def test_a_what_if_does_not_take_the_place_of_the_plan(run, place):
    run("solve", "toy")
    run("solve", "toy", "--scenario", "high/low")
    run("solve", "toy", "--set", "a.b.c=1")
    run("solve", "toy", "--out", "deep/er")
    found = sorted(path.parent.relative_to(place).as_posix() for path in place.rglob("manifest.json"))
    assert found == ["deep/er", "results/toy", "results/toy-high-low", "results/toy-what-if"]


def test_the_summary_has_what_a_planner_asks_for(run):
    said = " ".join(run("solve", "toy").out.split())
    for part in (
        "total_cost_meur 1,235 M€ bound 1,230 M€ gap 0.364 %",
        "unserved load 0 MW·yr",
        "investment, overnight, undiscounted -",
        "heat reused in 2030 150 TJ/yr",
        "zone 2026 2030 north 12 MW 0 MW south 0 MW 30 MW all zones 12 MW 30 MW",
        "IT power colo all 2030 4.5 MW",
        "Tightest stations A 2030 demand 72.5 MW of 80 MW 90.6 % =B 2030 feedin 0.333 MW of 100 MW 0.333 %",
        "Checked: 17,520 hours, 4 outages, 70,080 pairs of hour and outage; violated: 0 pairs",
    ):
        assert part in said, said
    assert "nan" not in said.lower() and "C 2030" not in said


def test_a_plan_that_was_not_checked_says_so(run, monkeypatch):
    solver(monkeypatch, security={"hours": 0, "outages": 0, "checked": 0, "violated": 0})
    assert "Checked hours: none" in run("solve", "toy").out


def test_an_explanation_is_shown(run, monkeypatch):
    solver(monkeypatch, "infeasible", False, explanation=["station A is full", "land is short"])
    end = run("solve", "toy")
    assert end.code == 4 and "station A is full\n  land is short" in end.out


def test_json_is_alone_on_stdout(run, place):
    make_case(place / "odd", doubtful=True)
    end = run("solve", "odd", "--json")
    told = json.loads(end.out)
    assert (told["status"], told["exit_code"], told["folder"]) == ("optimal", 0, "results/odd")
    assert told["indicators"]["capex_meur"]["total"] is None
    assert told["warnings"][0]["file"] == "demands.csv"
    assert "read" in end.err


def test_quiet_says_nothing(run, place):
    make_case(place / "odd", doubtful=True)
    end = run("solve", "odd", "--quiet")
    assert (end.code, end.out, end.err) == (0, "", "")


def test_warnings_and_the_log_go_to_stderr(run, place):
    make_case(place / "odd", doubtful=True)
    end = run("solve", "odd", "--verbose")
    assert "demands.csv:7" in end.err and "first line" in end.err and "demands.csv" not in end.out


@pytest.mark.skipif(os.name == "nt", reason="sends a POSIX signal")
def test_ctrl_c_stops_the_solver_which_keeps_its_plan(run, place, monkeypatch):
    def solve(case, *, interrupt, **_options):
        assert not interrupt.is_set()
        os.kill(os.getpid(), signal.SIGINT)
        assert interrupt.wait(5)
        return standin.plan("interrupted", case)

    before = signal.getsignal(signal.SIGINT)
    standin.install(monkeypatch, solve)
    end = run("solve", "toy")
    assert end.code == 130 and load_plan(place / "results/toy").has_plan
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_while_writing_leaves_nothing(run, place, monkeypatch):
    def interrupted(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(standin.Case, "write", interrupted)
    end = run("solve", "toy")
    assert end.code == 130 and "nothing was written" in end.err
    assert list((place / "results").iterdir()) == []


def verified(**failures):
    """A certificate with one check, and a failure of it for each keyword."""
    book = Ledger("balance")
    book.same(("flows", "mw"), {"branch": "AB"}, 1.0, 1.0, "MW", 1e-4)
    for row, text in failures.items():
        book.holds(("flows", "mw"), {"branch": row}, False, text)
    return certificate("Certificate", [(book, "what arrives is taken")])


@pytest.mark.parametrize("status", ["optimal", "limit"])
def test_a_plan_that_is_not_verified_is_written_and_ends_with_1(run, place, monkeypatch, status):
    def solve(case, **_options):
        found = verified(AB="12 MW, withdrawn 13 MW")
        plan = standin.plan(status, case)
        return replace(plan, summary={**plan.summary, "verified": found.brief}, certificate=found)

    standin.install(monkeypatch, solve)
    end = run("solve", "toy", "--quiet")
    assert end.code == 1 and end.out == ""
    assert "tables/flows.csv: branch=AB, mw: 12 MW, withdrawn 13 MW [balance]" in end.err
    assert load_plan(place / "results/toy").summary["verified"]["ok"] is False
    assert "NOT verified: 1 of 2 values" in (place / "results/toy/certificate.txt").read_text(
        encoding="utf-8"
    )
    assert json.loads(run("solve", "toy", "--json").out)["exit_code"] == 1


def test_a_verified_plan_says_so_in_one_line(run, place, monkeypatch):
    def solve(case, **_options):
        return replace(standin.plan("optimal", case), certificate=verified())

    standin.install(monkeypatch, solve)
    end = run("solve", "toy")
    assert end.code == 0
    assert "\nverified: 1 values in 1 checks, largest difference 0 of 0.0001 MW allowed\n" in end.out
