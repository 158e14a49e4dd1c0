"""A folder to work in, stand-ins for case and solver, and a way to run the command line."""

from types import SimpleNamespace

import pytest

from gridplan.cli import main
from tests.plan_io import standin


@pytest.fixture
def place(tmp_path, tmp_path_factory, monkeypatch):
    """An empty working folder with one valid case `toy`."""
    standin.install(monkeypatch)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path_factory.mktemp("temporary")))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    make_case(tmp_path / "toy")
    return tmp_path


def make_case(folder, **more):
    folder.mkdir()
    lines = "".join(f"{key} = {str(value).lower()}\n" for key, value in more.items())
    (folder / "case.toml").write_text(f'[case]\nname = "{folder.name}"\n{lines}', encoding="utf-8")


@pytest.fixture
def run(place, capsys):
    """Run `gridplan` with arguments: code, out, err."""

    def call(*arguments):
        with pytest.raises(SystemExit) as end:
            main(list(arguments))
        said = capsys.readouterr()
        return SimpleNamespace(code=end.value.code or 0, out=said.out, err=said.err)

    return call
