"""Every example of every help page runs, on the bundled case and with the real solver."""

import re
import shlex
from pathlib import Path

import pytest

from gridplan.cli import main
from gridplan.cli.bundled import bundled_cases

pytest.importorskip("gridplan.case", reason="the reader of cases is not there yet")
pytest.importorskip("gridplan.plan.run", reason="the solver is not there yet")

QUICK = ("new", "validate", "solve", "verify", "plot", "import", "doctor")
STUDIED = ("explain", "headroom", "bottlenecks", "unlock", "policy-cost", "heat")
VERBS = (*QUICK[:5], "report", *STUDIED, "import", "export", "ac-check", "doctor")
DOCS = ("explain-bottlenecks", "explain-unlock", "explain-policy-cost", "report")
FOLDER = Path(__file__).parents[2] / "docs"


def test_the_tutorial_comes_along():
    assert "tutorial" in bundled_cases()


@pytest.mark.parametrize("verbs", [QUICK, pytest.param(VERBS, marks=pytest.mark.slow)], ids=["quick", "all"])
def test_every_example_of_the_help_runs(verbs, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    seen = []
    for verb in verbs if verbs is QUICK else (*verbs, None):
        with pytest.raises(SystemExit):
            main([*([verb] if verb else []), "--help"])
        examples = re.findall(r"^\s*gridplan (.+?)\s*$", capsys.readouterr().out, flags=re.M)[-2:]
        for example in examples[: 1 if verb == "solve" and verbs is QUICK else None]:
            if example in seen:
                continue
            with pytest.raises(SystemExit) as end:
                main(shlex.split(example))
            assert not end.value.code, (example, capsys.readouterr().err)
            seen.append(example)
    assert len(seen) >= 9


def examples(name):
    """Commands of a page of the docs that need no more than the bundled tutorial and a plan of it."""
    text = (FOLDER / f"{name}.md").read_text(encoding="utf-8").replace("\\\n", " ")
    found = re.findall(r"^ {4}gridplan (.+?)\s*(?:#.*)?$", text, flags=re.M)
    return [line for line in found if "cases/mra" not in line]


@pytest.mark.slow
def test_every_example_of_the_docs_of_explanations_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    lines = ["solve tutorial --quiet", *dict.fromkeys(line for name in DOCS for line in examples(name))]
    assert len(lines) > 2 * len(DOCS)
    for line in lines:
        with pytest.raises(SystemExit) as end:
            main(shlex.split(line))
        assert not end.value.code, (line, capsys.readouterr().err)
