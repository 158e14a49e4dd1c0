"""A result folder is whole or not there, and nothing else is ever lost."""

import hashlib
import json
from pathlib import Path

import pytest

from gridplan.plan import csvtable
from gridplan.plan.load import load_plan
from gridplan.plan.manifest import neutral, tables_digest
from gridplan.plan.save import FolderError, save
from tests.plan_io import standin


@pytest.fixture(autouse=True)
def installed(monkeypatch):
    standin.install(monkeypatch)


def tree(folder):
    """Every file below a folder with its content."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_folder_holds_what_the_manual_says(tmp_path):
    save(standin.plan(), tmp_path / "plan", figures=True, lang="nl")
    files = {"summary.json", "manifest.json", "log.txt", "case/case.toml", "figures/map_nl.png"}
    files |= {f"tables/{name}.csv" for name in standin.tables()}
    assert {name.replace("\\", "/") for name in tree(tmp_path / "plan")} == files
    assert (tmp_path / "plan/log.txt").read_text(encoding="utf-8") == "first line\n\nlast line\n"
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


def test_a_case_without_a_plan_is_saved_too(tmp_path):
    save(standin.plan("infeasible", with_tables=False), tmp_path / "plan", figures=True)
    back = load_plan(tmp_path / "plan")
    assert back.status == "infeasible" and not back.has_plan and back.log[0] == "first line"
    assert not (tmp_path / "plan/figures").exists()


def fail_at(monkeypatch, place):
    """Make writing fail at the second table, the case, the pictures or the manifest."""

    def broken(*_args, **_kwargs):
        raise OSError(28, "disk full")

    if place == "table":
        real, calls = csvtable.write, []
        monkeypatch.setattr(
            csvtable, "write", lambda table: broken() if calls else (calls.append(1), real(table))[1]
        )
    targets = {"case": "tests.plan_io.standin.Case.write", "figures": "tests.plan_io.standin.Plots.save"}
    targets["manifest"] = "gridplan.plan.save.manifest"
    if place in targets:
        monkeypatch.setattr(targets[place], broken)


@pytest.mark.parametrize("place", ["table", "case", "figures", "manifest"])
@pytest.mark.parametrize("older", [False, True])
def test_writing_that_fails_half_way_leaves_nothing_new(tmp_path, monkeypatch, place, older):
    if older:
        save(standin.plan("limit"), tmp_path / "plan")
    before = tree(tmp_path)
    fail_at(monkeypatch, place)
    with pytest.raises(OSError, match="disk full"):
        save(standin.plan(), tmp_path / "plan", figures=True)
    assert tree(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == (["plan"] if older else [])


def test_an_interrupt_while_writing_leaves_nothing_new(tmp_path, monkeypatch):
    def interrupted(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(csvtable, "write", interrupted)
    with pytest.raises(KeyboardInterrupt):
        save(standin.plan(), tmp_path / "plan")
    assert list(tmp_path.iterdir()) == []


def test_an_older_result_is_replaced_as_a_whole(tmp_path):
    save(standin.plan("limit"), tmp_path / "plan", figures=True)
    save(standin.plan("optimal"), tmp_path / "plan")
    assert load_plan(tmp_path / "plan").status == "optimal"
    assert not (tmp_path / "plan/figures").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


def test_a_swap_that_fails_puts_the_older_result_back(tmp_path, monkeypatch):
    save(standin.plan("limit"), tmp_path / "plan")
    before, real = tree(tmp_path), Path.rename

    def rename(self, target):
        if self.name.startswith(".plan.new-"):
            raise PermissionError(13, "in use")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(FolderError, match=r"in use\); it is unchanged"):
        save(standin.plan("optimal"), tmp_path / "plan")
    assert tree(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


def test_a_file_that_appears_while_writing_is_not_lost(tmp_path, monkeypatch):
    folder, real = save(standin.plan("limit"), tmp_path / "plan"), standin.Case.write

    def write(self, target):
        (folder / "notes.txt").write_text("mine")
        real(self, target)

    monkeypatch.setattr(standin.Case, "write", write)
    with pytest.raises(FolderError, match=r"notes\.txt"):
        save(standin.plan("optimal"), folder)
    assert (folder / "notes.txt").read_text() == "mine" and load_plan(folder).status == "limit"


def test_a_folder_of_someone_else_is_left_alone(tmp_path):
    for content in (
        {"thesis.docx": "x"},
        {"manifest.json": '{"made_by": "webpack"}'},
        {"manifest.json": "[1]"},
    ):
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        for name, text in content.items():
            (folder / name).write_text(text)
        before = tree(tmp_path)
        with pytest.raises(FolderError, match="left alone"):
            save(standin.plan(), folder)
        assert tree(tmp_path) == before


def test_a_file_put_into_a_result_is_not_lost(tmp_path):
    folder = save(standin.plan(), tmp_path / "plan")
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(FolderError, match=r"notes\.txt"):
        save(standin.plan(), folder)
    assert (folder / "notes.txt").read_text() == "mine"


def test_a_file_in_the_way_and_an_empty_folder(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(FolderError, match="is a file"):
        save(standin.plan(), tmp_path / "file")
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty/.DS_Store").write_text("x")
    save(standin.plan(), tmp_path / "empty")
    assert load_plan(tmp_path / "empty").has_plan


def test_the_manifest_says_what_made_the_result(tmp_path):
    folder = save(standin.plan(), tmp_path / "plan", case_path=str(tmp_path / "cases" / "toy"))
    text = (folder / "manifest.json").read_text(encoding="utf-8")
    told = json.loads(text)
    assert str(tmp_path) not in text and told["case"]["path"] == "toy"
    assert set(told["versions"]) == {"gridplan", "python", "pyomo", "highspy", "pandas", "numpy"}
    assert all(told["versions"].values())
    assert (told["seed"], told["threads"], told["status"]) == (7, 1, "optimal")
    assert told["objective"]["total_cost_meur"] == {"value": 1234.6, "bound": 1230.0, "gap": 0.00364}
    assert told["created"].endswith("+00:00")
    for name, sha in told["results"]["tables"].items():
        assert hashlib.sha256((folder / f"tables/{name}.csv").read_bytes()).hexdigest() == sha
    assert told["results"]["sha256"] == tables_digest(told["results"]["tables"])


def test_one_changed_cell_changes_the_hash_of_the_results(tmp_path):
    plan = standin.plan()
    first = json.loads((save(plan, tmp_path / "a") / "manifest.json").read_text(encoding="utf-8"))
    again = json.loads((save(plan, tmp_path / "b") / "manifest.json").read_text(encoding="utf-8"))
    plan.tables["stations"].loc[0, "peak_mw"] += 1e-9
    other = json.loads((save(plan, tmp_path / "c") / "manifest.json").read_text(encoding="utf-8"))
    assert first["results"] == again["results"]
    assert first["results"]["sha256"] != other["results"]["sha256"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("cases/mra", "cases/mra"),
        ("cases\\mra", "cases/mra"),
        ("/home/jan/cases/mra", "mra"),
        ("C:\\Users\\jan\\mra", "mra"),
        ("C:mra", "mra"),
    ],
)
def test_paths_of_this_machine_stay_out(given, kept):
    assert neutral(given) == kept


def test_infinity_is_null_in_the_summary(tmp_path):
    folder = save(standin.plan(), tmp_path / "plan")

    def refuse(constant):
        raise AssertionError(constant)

    told = json.loads((folder / "summary.json").read_text(encoding="utf-8"), parse_constant=refuse)
    assert told["indicators"]["capex_meur"]["total"] is None
