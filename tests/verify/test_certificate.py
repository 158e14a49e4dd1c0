"""The certificate: what it counts, what it says, and that it needs no solver."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gridplan.plan.load import load_plan
from gridplan.plan.save import save
from gridplan.plan.verify import CHECKS, NoPlanError, verify, verify_folder
from gridplan.plan.verify.ledger import Ledger

ROOT = Path(__file__).parents[2]


def test_no_program_and_no_solver_is_loaded(saved):
    code = (
        "import sys\nfrom gridplan.plan.verify import verify_folder\n"
        f"assert verify_folder({str(saved['tutorial'])!r}).ok\n"
        "bad = [name for name in sys.modules if name.split('.')[0] in ('pyomo', 'highspy')]\n"
        "own = [name for name in sys.modules if name.startswith(('gridplan.model', 'gridplan.network'))]\n"
        "own += [name for name in sys.modules if name.startswith('gridplan.solve.')]\n"
        "assert not bad and own == ['gridplan.solve.status'], (bad, own)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_check_that_looked_at_nothing_says_so(saved):
    checks = verify_folder(saved["tutorial"]).checks.set_index("check")
    unused = ["storages", "heat_storages", "contracts", "groups"]  # rights are of users with a flat load
    for idle in unused:
        assert checks.loc[idle, "values"] == 0 and np.isnan(checks.loc[idle, "difference"])
    assert (checks.drop(unused)["values"] > 0).all()
    assert set(checks.index) == {*CHECKS, "files"}


def test_a_plan_carries_its_certificate(saved):
    plan = load_plan(saved["tutorial"])
    found = verify(plan)
    told = plan.summary["verified"]
    assert told == found.brief and told["ok"] and told["failures"] == 0
    assert told["checks"] == len(CHECKS) and told["values"] == found.checks["values"].sum()
    text = (saved["tutorial"] / "certificate.txt").read_text(encoding="utf-8")
    assert text.splitlines()[1].startswith(
        f"verified: {found.values:,} values in {len(CHECKS)} checks, largest"
    )
    assert all(f"\n{name} " in text for name in CHECKS)


def test_a_plan_that_was_loaded_keeps_its_certificate_when_saved(saved, tmp_path):
    again = save(load_plan(saved["tutorial"]), tmp_path / "again")
    assert (again / "certificate.txt").is_file()


def test_a_long_list_of_failures_is_cut_off_where_it_is_printed(saved):
    plan = load_plan(saved["tutorial"])
    flows = plan.table("flows").assign(mw=lambda table: table["mw"] + 1.0)
    found = verify(replace(plan, tables={**plan.tables, "flows": flows}), ["kirchhoff"])
    assert len(found.failures) > 100
    assert found.line.startswith("NOT verified: ") and len(found.shown()) == 11
    assert found.shown()[-1] == f"... and {len(found.failures) - 10:,} more [kirchhoff]"


def test_without_a_plan_there_is_nothing_to_verify(saved):
    plan = replace(load_plan(saved["tutorial"]), tables={})
    with pytest.raises(NoPlanError, match="no plan to verify"):
        verify(plan)


def test_a_table_that_is_gone_is_a_failure_and_no_crash(saved):
    plan = load_plan(saved["tutorial"])
    for name in list(plan.tables)[::3]:
        rest = {other: table for other, table in plan.tables.items() if other != name}
        found = verify(replace(plan, tables=rest))
        assert any(failure.check == "tables" and failure.table == name for failure in found.failures), name


@pytest.mark.parametrize(
    ("stated", "right", "failures"),
    [
        (1.0, 1.0 + 5e-5, 0),
        (1.0, 1.1, 1),
        (np.nan, np.nan, 0),
        (np.nan, 1.0, 1),
        (1.0, np.nan, 1),
        (np.inf, np.inf, 0),
        (np.inf, 1.0, 1),
        (1e9, 1e9 + 100, 0),
    ],
)
def test_two_numbers_are_the_same_or_not(stated, right, failures):
    book = Ledger("x")
    book.same(("t", "c"), {"id": "a"}, stated, right, "MW", 1e-4)
    assert (book.values, len(book.failures)) == (1, failures)


def test_a_blank_limit_is_none_and_a_blank_number_fails():
    book = Ledger("x")
    rows = pd.DataFrame({"id": ["a", "b", "c"], "hour": [1.0, np.nan, 2.0]})
    book.at_most(("t", "c"), rows, [1.0, np.nan, 3.0], [np.nan, 1.0, 2.0], "MW", 1e-4)
    assert [str(failure) for failure in book.failures] == [
        "tables/t.csv: id=b, c: nothing, at most 1 MW [x]",
        "tables/t.csv: id=c, hour=2, c: 3 MW, at most 2 MW [x]",
    ]
