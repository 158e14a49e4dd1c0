"""Every example of every help page runs, on the bundled case and with the real solver."""

import re
import shlex

import pytest

from gridplan.cli import main
from gridplan.cli.bundled import bundled_cases

pytest.importorskip("gridplan.case", reason="the reader of cases is not there yet")
pytest.importorskip("gridplan.plan.run", reason="the solver is not there yet")

QUICK = ("new", "validate", "solve", "verify", "plot", "import", "doctor")
VERBS = (*QUICK[:5], "report", "explain", "headroom", "heat", "import", "export", "ac-check", "doctor")


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
