"""The verb `gridplan report`."""

import json

import pytest

from gridplan.cli import main


def test_the_verb_writes_a_dossier_and_the_pages_asked_for(folder, facts, tmp_path, capsys):
    target = tmp_path / "report"
    asked = ["--lang", "en", "--zone", "havenstad", "--zone", "HAV", "--out", str(target), "--json"]
    with pytest.raises(SystemExit) as end:
        main(["report", str(folder), *asked])
    assert not end.value.code
    said = json.loads(capsys.readouterr().out)
    names = {path.relative_to(target).as_posix() for path in target.rglob("*.html")}
    assert names == {"dossier.en.html", "en/zone-havenstad.html", "en/station-HAV.html"}
    assert len(said["files"]) == 3 and said["inputs_sha256"] == facts.fingerprint


def test_a_municipality_that_is_not_there_is_wrong_use(folder, tmp_path, capsys):
    with pytest.raises(SystemExit) as end:
        main(["report", str(folder), "--zone", "Atlantis", "--out", str(tmp_path / "x")])
    assert end.value.code == 2
    assert "Atlantis" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()
