"""`gridplan verify`, and a solve whose plan is not what it says."""

import json
from types import SimpleNamespace

import pytest

from gridplan.cli import main
from gridplan.plan.run import EXTRACT
from tests.verify.conftest import edit, edit_summary, plus, put


@pytest.fixture
def run(capsys):
    """Run `gridplan` with arguments: code, out, err."""

    def call(*arguments):
        with pytest.raises(SystemExit) as end:
            main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return SimpleNamespace(code=end.value.code or 0, out=said.out, err=said.err)

    return call


def test_a_verified_folder_ends_with_0(run, saved):
    end = run("verify", saved["tutorial"])
    assert end.code == 0 and end.err == ""
    assert end.out.startswith("Certificate of the plan for case tutorial (optimal)\nverified: ")
    quiet = run("verify", saved["tutorial"], "-q")
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")


def test_a_changed_folder_ends_with_1_and_names_the_row(run, copy):
    folder = copy()
    edit(folder, "flows", put("mw", plus(1.0), branch="KMP-HAV"))
    end = run("verify", folder)
    assert end.code == 1 and "NOT verified" in end.out
    assert "tables/flows.csv: branch=KMP-HAV, year=2026, day=" in end.out
    quiet = run("verify", folder, "-q")
    assert quiet.code == 1 and quiet.out == "" and "[kirchhoff]" in quiet.err


def test_the_certificate_as_json(run, copy):
    folder = copy()
    edit_summary(folder, "security", "violated", value=2)
    end = run("verify", folder, "--json")
    told = json.loads(end.out)
    assert end.code == 1 and told["ok"] is False
    (failure,) = told["failures"]
    assert (failure["check"], failure["file"], failure["column"]) == ("security", "summary.json", "violated")
    checks = {check["check"]: check for check in told["checks"]}
    assert checks["storages"]["values"] == 0 and checks["storages"]["difference"] is None
    assert told["values"] == sum(check["values"] for check in told["checks"])


def test_no_result_and_a_broken_case_end_with_3(run, copy, tmp_path):
    (tmp_path / "empty").mkdir()
    end = run("verify", tmp_path / "empty")
    assert end.code == 3 and "not a result of gridplan" in end.err
    folder = copy()
    (folder / "case" / "branches.csv").write_text("branch\nx\n", encoding="utf-8")
    end = run("verify", folder)
    assert end.code == 3 and "case cannot be read" in " ".join(end.err.split())


def test_wrong_use_ends_with_2(run, copy, tmp_path):
    assert run("verify", tmp_path / "nowhere").code == 2
    folder = copy()
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["results"] |= {"tables": {}, "columns": {}}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    end = run("verify", folder)
    assert end.code == 2 and "no plan to verify" in " ".join(end.err.replace("│", " ").split())


def test_a_solve_that_writes_a_wrong_table_ends_with_1(run, tmp_path, monkeypatch):
    flows = EXTRACT["flows"]
    monkeypatch.setitem(
        EXTRACT, "flows", lambda reader: flows(reader).assign(mw=lambda table: table["mw"] + 2)
    )
    end = run("solve", "tutorial", "--no-figures", "--threads", "1", "--out", tmp_path / "out")
    assert end.code == 1 and "Status: optimal" in end.out
    assert "NOT verified" in end.err and "tables/flows.csv: branch=" in end.err and "[kirchhoff]" in end.err
    told = json.loads((tmp_path / "out/summary.json").read_text(encoding="utf-8"))["verified"]
    assert told["ok"] is False and told["failures"] > 100
    assert "What failed" in (tmp_path / "out/certificate.txt").read_text(encoding="utf-8")
    assert run("verify", tmp_path / "out").code == 1
