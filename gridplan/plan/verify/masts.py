"""5G masts and what they cover."""

from __future__ import annotations

import numpy as np

from gridplan.plan.verify import tolerance
from gridplan.plan.verify.facts import Facts
from gridplan.plan.verify.ledger import Ledger
from gridplan.plan.verify.stays import stays
from gridplan.plan.verify.view import View

EARTH_KM = 6371.0


def masts(f: Facts, book: Ledger) -> None:
    """Masts stay, existing ones stand, required cells are covered, covered_share is what masts reach."""
    v = f.view
    stays(book, v.table("masts"), "masts", "mast", "in_service", "masts")
    on = v.stated("masts", ["mast", "year"], "in_service")
    rows, cells = v.rows("masts"), v.rows("cells")
    reach = _reach(v)
    weight = np.array([cell["weight"] for cell in cells])
    for y in v.years:
        standing = np.array([bool(on.get((row["mast"], y), False)) for row in rows], dtype=bool)
        there = [
            row["mast"] for row, stands in zip(rows, standing, strict=True) if row["existing"] and not stands
        ]
        at = {"year": y}
        book.holds(("masts", "in_service"), at, not there, f"existing masts are off: {', '.join(there)}")
        covered = [bool(found.any()) for found in reach[:, standing]]
        for cell, is_covered in zip(cells, covered, strict=True):
            if cell["required"] == 1 or 1 < cell["required"] <= y:
                text = f"no mast in service covers cell {cell['cell']}, which is required"
                book.holds(("masts", "in_service"), {"cell": cell["cell"], "year": y}, is_covered, text)
        if weight.sum() > 0:
            row, share = (
                {"indicator": "covered_share", "zone": "all", "year": y},
                weight @ np.array(covered) / weight.sum(),
            )
            told = v.indicators.get(("covered_share", "all", y), 0.0)
            book.same(
                ("indicators", "value"), row, told, share, "of 1", tolerance.UNIT, "of cells that masts reach"
            )


def _reach(v: View) -> np.ndarray:
    """Whether a mast reaches a cell, cells by masts: by `coverage`, else by the chord of their distance."""
    masts, cells = v.case.table("masts"), v.case.table("cells")
    if v.case.has("coverage"):
        pairs = set(v.case.table("coverage")[["mast", "cell"]].itertuples(index=False, name=None))
        found = [[(mast, cell) in pairs for mast in masts["mast"]] for cell in cells["cell"]]
        return np.array(found, dtype=bool).reshape(len(cells), len(masts))
    points = [_point(table["lat"].to_numpy(float), table["lon"].to_numpy(float)) for table in (cells, masts)]
    chord = np.linalg.norm(points[0][:, None, :] - points[1][None, :, :], axis=2)
    km = 2 * EARTH_KM * np.arcsin(np.minimum(chord / 2, 1.0))
    reached: np.ndarray = km <= masts["radius_km"].fillna(0.0).to_numpy(float) + tolerance.EXACT
    return reached


def _point(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Points on a sphere of radius 1."""
    phi, lam = np.radians(lat), np.radians(lon)
    return np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])
