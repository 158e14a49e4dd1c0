"""The pages as text: languages, escaping, sums, manifest, files."""

import csv
import html
import io
import json
import re
from collections import Counter
from urllib.parse import unquote

import pytest

from gridplan.case import read_case
from gridplan.plan.save import save
from gridplan.plots.text import Words
from gridplan.report import ReportError, chapters, read, write
from gridplan.report.decisions import decisions
from gridplan.report.tables import Column, make
from tests.report.conftest import EVIL, FORMULA

NUMBER = {"en": re.compile(r"\d[\d,]*(?:\.\d+)?"), "nl": re.compile(r"\d[\d.]*(?:,\d+)?")}


def text_of(path, whole=True):
    """What a reader sees: no tags, scripts and styles; unless `whole` no manifest, which has no language."""
    page = path.read_text(encoding="utf-8")
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.S)
    page = page if whole else re.sub(r'<section id="manifest">.*?</section>', " ", page, flags=re.S)
    return html.unescape(re.sub(r"<[^>]*>", " ", page))


def numbers_of(text, lang):
    """Every number in a text, whatever the order, as a float."""
    found = []
    for token in NUMBER[lang].findall(text):
        token = token.rstrip(".,")
        token = token.replace(",", "") if lang == "en" else token.replace(".", "").replace(",", ".")
        found.append(float(token))
    return Counter(found)


def downloads(path):
    """Table → rows of its CSV."""
    page = html.unescape(path.read_text(encoding="utf-8"))
    links = re.findall(r'download="([\w.]+)\.csv" href="data:text/csv;charset=utf-8,([^"]*)"', page)
    return {name: unquote(data) for name, data in links}


def test_both_languages_hold_identical_numbers(pages):
    dutch, english = (
        numbers_of(text_of(pages / f"dossier.{lang}.html", False), lang) for lang in ("nl", "en")
    )
    assert sum(dutch.values()) > 400
    assert not dutch - english
    assert not english - dutch


def test_every_page_has_its_twin_with_the_same_numbers(pages):
    names = sorted(path.name for path in (pages / "nl").iterdir())
    assert names == sorted(path.name for path in (pages / "en").iterdir())
    assert len(names) == 3 + 6
    for name in names:
        assert numbers_of(text_of(pages / "nl" / name), "nl") == numbers_of(
            text_of(pages / "en" / name), "en"
        ), name


def test_dutch_numbers_are_dutch(facts):
    table = make(
        "indicators", [Column("v", "value_in", "number", {"year": "2030"})], [{"v": 1234.5}], Words("nl")
    )
    assert table.rows[0][0].text == "1.234" and table.rows[0][0].order == "1234.5"
    assert Words("nl").number(1234.5, 1) == "1.234,5"


def test_names_of_the_case_stay_text(pages):
    for path in pages.rglob("*.html"):
        assert "<script>alert" not in path.read_text(encoding="utf-8"), path
    assert EVIL in text_of(pages / "dossier.nl.html")


def test_a_cell_is_never_a_formula(pages):
    for lang, mark in (("nl", ";"), ("en", ",")):
        found = downloads(pages / f"dossier.{lang}.html")
        rows = list(csv.reader(io.StringIO(found["stations"].removeprefix("\ufeff")), delimiter=mark))
        assert [row[0] for row in rows if row[0].endswith(FORMULA)] == ["'" + FORMULA] * 2
        cells = [
            cell
            for text in found.values()
            for row in csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=mark)
            for cell in row
        ]
        risky = [
            c
            for c in cells
            if re.match(r"[=+@\t\r]", c) or (c.startswith("-") and not re.fullmatch(r"-[\d.,e+-]+", c))
        ]
        assert not risky


def test_municipalities_sum_to_the_region(facts, pages):
    table = chapters.municipalities(facts, Words("en"))
    columns = [k for k, heading in enumerate(table.headings) if heading.startswith("New in")]
    assert len(columns) == len(facts.years)
    for k, year in zip(columns, facts.years, strict=True):
        total = float(table.total[k].order)
        assert sum(float(row[k].order) for row in table.rows) == pytest.approx(total, abs=1e-9)
        assert total == pytest.approx(facts.value("datacenter_mw", year), abs=1e-12)
    assert total > 50
    rows = list(
        csv.reader(io.StringIO(downloads(pages / "dossier.nl.html")["municipalities"]), delimiter=";")
    )
    sums = sum(float(row[columns[-1]].replace(",", ".")) for row in rows[1:])
    assert sums == pytest.approx(total, abs=1e-3)


def test_one_changed_cell_changes_the_hash_of_all_inputs(folder, facts, tmp_path):
    case = tmp_path / "case"
    read_case("cases/tutorial").write(case)
    file = case / "zones.csv"
    hashes = []
    for change in (None, ("31000", "31001")):
        if change:
            text = file.read_text(encoding="utf-8")
            assert text.count(change[0]) == 1
            file.write_text(text.replace(*change), encoding="utf-8")
        sources = dict(read_case(case).sources)
        hashes.append(type(facts)(facts.plan, {**facts.manifest, "inputs": sources}).fingerprint)
    assert hashes[0] != hashes[1]
    assert read(folder).fingerprint == facts.fingerprint


def test_the_manifest_stands_on_the_page(facts, pages):
    said = text_of(pages / "dossier.en.html")
    assert facts.fingerprint in said
    assert facts.manifest["results"]["sha256"] in said
    for sha in facts.manifest["inputs"].values():
        assert sha in said


def test_decisions_of_two_years_name_owner_and_year(facts):
    found = decisions(facts, Words("en"))
    built = [d for d in found if "Third transformer at Noordveld" in d.text]
    assert [(d.owner, d.year, d.meur) for d in built] == [("DSO", 2026, 6.5)]
    assert all(2026 <= d.year < 2028 for d in found)
    assert {"municipality of Westerpolder", "heat companies"} <= {d.owner for d in found}


def test_the_file_is_small_and_self_contained(pages):
    for path in pages.glob("*.html"):
        assert path.stat().st_size < 8e6
        page = path.read_text(encoding="utf-8")
        assert not re.search(r'<(?:script|img|link|iframe)[^>]+(?:src|href)="(?!data:)', page)


def test_a_report_is_replaced_and_other_files_are_left_alone(facts, tmp_path):
    target = tmp_path / "mine"
    target.mkdir()
    (target / "letter.txt").write_text("keep me", encoding="utf-8")
    with pytest.raises(ReportError, match="left alone"):
        write(facts, target, langs=["en"])
    assert (target / "letter.txt").read_text(encoding="utf-8") == "keep me"
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_an_unknown_municipality_names_those_there_are(facts, tmp_path):
    with pytest.raises(ReportError, match=r"no municipality or station 'Atlantis'.*Havenstad"):
        write(facts, tmp_path / "x", zones=["Atlantis"])


def test_a_folder_without_a_plan_says_why(folder, tmp_path):
    plan = read_case("cases/tutorial", patch={"time.energy_days": 1, "time.all_hours": False})
    from dataclasses import replace

    from gridplan.solve.status import SolveStatus

    empty = replace(
        read(folder).plan,
        case=plan,
        tables={},
        status=SolveStatus.INFEASIBLE,
        summary={"status": "infeasible"},
    )
    save(empty, tmp_path / "none")
    with pytest.raises(ReportError, match="holds no plan to report on: infeasible"):
        read(tmp_path / "none")
    assert (
        json.loads((tmp_path / "none" / "manifest.json").read_text(encoding="utf-8"))["status"]
        == "infeasible"
    )
