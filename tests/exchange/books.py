"""Workbooks made by hand, part by part, for what no spreadsheet would write."""

import io
import zipfile
from functools import cache

from gridplan.exchange import excel
from tests.invariants.random_cases import random_case

FLAT = (1, 2, 3, 9, 11, 14, 24, 29, 33, 35)


@cache
def flat_case(seed):
    """A random case of one hour: profiles take most of the time of reading and writing."""
    return random_case(FLAT[seed % len(FLAT)])


def workbook(case, path):
    """A case written as a workbook."""
    for target, data in excel.write(case, path).items():
        target.write_bytes(data)
    return path


def changed(path, part, change):
    """The workbook with one part changed by a function of its bytes; a new part where there is none."""
    old = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        for name in names:
            data = old.read(name)
            new.writestr(name, change(data) if name == part else data)
        if part not in names:
            new.writestr(part, change(b""))
    path.write_bytes(out.getvalue())
    return path
