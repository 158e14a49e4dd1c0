"""`gridplan import` on the command line: folders, options, exit codes, and solving what was written."""

import json
import shutil

import pytest

from gridplan.case import read_case
from gridplan.cli import main
from gridplan.exchange.kinds import EXAMPLES, KINDS, options_of


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as end:
        main([str(a) for a in arguments])
    said = capsys.readouterr()
    return end.value.code or 0, said.out, said.err


def test_import_then_solve(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, _ = run(capsys, "import", "matpower", "three_bus.m", "dispatch")
    assert (code, "gridplan solve dispatch" in out) == (0, True)
    code, out, _ = run(capsys, "solve", "dispatch", "--json", "--threads", 1)
    summary = json.loads(out)
    assert code == 0
    assert 1e6 * summary["objective"]["operating_cost_meur"]["value"] == pytest.approx(5780, rel=1e-6)


def test_a_folder_that_holds_something_is_left_alone(tmp_path, capsys):
    target = tmp_path / "case"
    assert run(capsys, "import", "tnep", "three_bus", target, "-q") == (0, "", "")
    code, _, err = run(capsys, "import", "tnep", "three_bus", target, "--dispatch", "fixed")
    assert (code, "--force" in err) == (2, True)
    assert len(read_case(target).table("supplies")) == 2
    assert run(capsys, "import", "tnep", "three_bus", target, "--dispatch", "fixed", "--force")[0] == 0
    assert len(read_case(target).table("supplies")) == 1
    other = tmp_path / "other"
    other.mkdir()
    (other / "mine.txt").write_text("mine")
    for more in ((), ("--force",)):
        code, _, err = run(capsys, "import", "tnep", "three_bus", other, *more)
        assert (code, "holds no case" in err) == (2, True)
    assert [f.name for f in other.iterdir()] == ["mine.txt"]


def test_a_broken_source_ends_with_3_and_writes_nothing(tmp_path, capsys):
    text = (EXAMPLES / "three_bus.m").read_text().replace("	3	2	50", "	2	2	50")
    (tmp_path / "grid.m").write_text(text)
    code, out, _ = run(capsys, "import", "matpower", tmp_path / "grid.m", tmp_path / "case")
    assert code == 3
    assert "grid.m:10" in out
    assert not (tmp_path / "case").exists()
    code, out, _ = run(capsys, "import", "matpower", tmp_path / "grid.m", tmp_path / "case", "--json")
    assert (code, json.loads(out)["problems"][0]["row"]) == (3, 10)
    assert run(capsys, "import", "matpower", tmp_path / "nothing.m", tmp_path / "case")[0] == 3


def test_wrong_kinds_and_options_are_told(tmp_path, capsys):
    code, _, err = run(capsys, "import", "matpowr", "three_bus.m", tmp_path / "case")
    assert (code, "matpower" in err) == (2, True)
    code, _, err = run(capsys, "import", "matpower", "three_bus.m", tmp_path / "case", "--dispatch", "G1")
    assert (code, "--susceptance" in err) == (2, True)
    assert run(capsys, "import", "tnep", "three_bus", tmp_path / "case", "--dispatch", "G1")[0] == 3


def test_json_says_what_was_read(tmp_path, capsys):
    code, out, _ = run(capsys, "import", "tnep", "three_bus", tmp_path / "case", "--json")
    assert (code, json.loads(out)["rows"]["branches"]) == (0, 3)


def test_a_file_is_no_target(tmp_path, capsys):
    shutil.copy(EXAMPLES / "three_bus.m", tmp_path / "case")
    assert run(capsys, "import", "tnep", "three_bus", tmp_path / "case")[0] == 2


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_read_in_python(kind):
    assert "source" not in options_of(kind)
