"""CSV as a Dutch Excel saves it."""

import pytest

from gridplan.case import CaseError
from gridplan.exchange import dutch_csv


def folder(tmp_path, **files):
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_bytes(text.replace("\n", "\r\n").encode("cp1252"))
    return tmp_path


GOOD = {
    "settings": "key;value\nhorizon.years;2030\ncase.power_factor;0,9\n",
    "zones": "sep=;\nzone;name;land_ha\nz;Curaçao één;1.234,5\n",
    "queue": "request;substation;mw;date\nr;s;2,5;31-3-2026\n",
    "substations": "substation\ns\n",
}


def test_comma_dates_groups_and_encoding(tmp_path):
    case = dutch_csv.read(folder(tmp_path, **GOOD))
    assert case.settings.case.power_factor == 0.9
    assert case.table("zones")["name"].tolist() == ["Curaçao één"]
    assert case.table("zones")["land_ha"].tolist() == [1234.5]
    assert case.table("queue")[["mw", "date"]].values.tolist() == [[2.5, "2026-03-31"]]


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("zones", "zone;land_ha\nz;1.234\n", "thousands"),
        ("queue", "request;substation;mw;date\nr;s;2,5;31-13-2026\n", "not a date"),
        ("zone", "zone\nz\n", "unknown table"),
        ("settings", "key;value\nhorizon.year;2030\n", "unknown key"),
    ],
)
def test_what_is_not_clear_is_told(tmp_path, file, text, said):
    with pytest.raises(CaseError, match=said):
        dutch_csv.read(folder(tmp_path, **{**GOOD, file: text}))


def test_a_file_is_no_folder(tmp_path):
    with pytest.raises(CaseError, match="is no folder"):
        dutch_csv.read(tmp_path / "zones.csv")
