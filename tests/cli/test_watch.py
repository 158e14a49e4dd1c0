"""Watchers of a long run, and the second Ctrl-C."""

import io
import os
import signal
import subprocess
import sys
import time

import pytest

from gridplan.cli.text import columns, number, percent, unit_of
from gridplan.cli.watch import Bar, Lines, watcher
from gridplan.solve.progress import Silent


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_the_watcher_suits_the_stream():
    assert isinstance(watcher(quiet=True), Silent)
    assert isinstance(watcher(stream=io.StringIO()), Lines)
    bar = watcher(stream=Terminal())
    assert isinstance(bar, Bar)
    bar.close()


def test_lines_come_at_most_every_few_seconds():
    stream, now = io.StringIO(), [0.0]
    watch = Lines(stream, every_s=5, clock=lambda: now[0])
    watch.phase("solve unserved_mw_years")
    for second in range(1, 13):
        now[0] = float(second)
        watch.search(100.0 - second, 80.0, 0.01, 1000 * second, second)
    watch.phase("check hours", 8760)
    watch.advance(8760)
    watch.close()
    assert stream.getvalue().splitlines() == [
        "[   0.0 s] solve unserved_mw_years",
        "[   5.0 s] solve unserved_mw_years: best 95 MW·yr, bound 80 MW·yr, gap 1 %, 5,000 nodes, 5 s",
        "[  10.0 s] solve unserved_mw_years: best 90 MW·yr, bound 80 MW·yr, gap 1 %, 10,000 nodes, 10 s",
        "[  12.0 s] check hours: 8,760 of 8,760",
    ]


def test_lines_survive_a_reader_that_has_gone():
    stream = io.StringIO()
    watch = Lines(stream)
    stream.close()
    watch.phase("read")
    watch.close()


def test_the_search_before_the_first_plan():
    stream = io.StringIO()
    watch = Lines(stream, every_s=0)
    watch.phase("solve total_cost_meur")
    watch.search(None, None, None, 0, 0.2)
    assert "best -, bound -, gap -, 0 nodes, 0 s" in stream.getvalue()


def test_the_bar_leaves_one_line_a_phase():
    stream = Terminal()
    bar = Bar(stream)
    bar.advance(1)
    bar.phase("solve total_cost_meur")
    bar.search(1234.0, 1200.0, 0.0275, 17, 2.0)
    bar.phase("check hours", 8760)
    bar.advance(100)
    bar.close()
    said = stream.getvalue()
    assert "solve total_cost_meur: best 1,234 M€, bound 1,200 M€, gap 2.75 %, 17 nodes, 2 s (" in said
    assert "check hours: 100 of 8,760 (" in said
    assert said.endswith("\x1b[?25h") or "\x1b[?25h" in said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "0 MW"), (-0.0, "0 MW"), (1 / 3, "0.333 MW"), (72.46, "72.5 MW"), (4.5, "4.5 MW"),
        (1234.56, "1,235 MW"), (1e-9, "0 MW"),
        (-1e-9, "0 MW"), (float("nan"), "-"), (float("inf"), "-"), (None, "-"), (True, "-"), (80.0, "80 MW"),
    ],
)  # fmt: skip
def test_numbers_carry_their_unit(value, said):
    assert number(value, "MW") == said


def test_percentages_and_units():
    assert [percent(value) for value in (0.0123, 0.0, 0.90625, 1.5, None)] == [
        "1.23 %",
        "0 %",
        "90.6 %",
        "150 %",
        "-",
    ]
    names = ("capex_meur", "unserved_mw_years", "shortfall_mw", "covered_share", "spirit")
    assert [unit_of(name) for name in names] == ["M€", "MW·yr", "MW", "of 1", ""]


def test_every_indicator_of_the_schema_has_a_unit():
    schema = pytest.importorskip("gridplan.case.tables")
    assert [name for name in schema.indicators() if not unit_of(name)] == []


def test_columns_line_up():
    assert columns([("a", "1"), ("bbb", "22")], right=(1,)) == ["  a     1", "  bbb  22"]
    assert columns([]) == []


@pytest.mark.skipif(os.name == "nt", reason="sends POSIX signals")
def test_the_second_ctrl_c_ends_the_run_at_once():
    code = (
        "import time\nfrom gridplan.cli.interrupt import stopping\n"
        "with stopping() as event:\n"
        "    print('ready', flush=True)\n    event.wait()\n"
        "    print('asked', flush=True)\n    time.sleep(60)\n"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    begin = time.monotonic()
    for said in ("ready\n", "asked\n"):
        assert run.stdout.readline() == said
        run.send_signal(signal.SIGINT)
    _, errors = run.communicate(timeout=20)
    assert run.returncode == 130 and time.monotonic() - begin < 20
    assert "again to abort" in errors and "Aborted" in errors
