"""5G masts, their edge sites, and what they cover."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gridplan.plan.verify import tolerance
from gridplan.plan.verify.facts import Facts
from gridplan.plan.verify.ledger import Ledger
from gridplan.plan.verify.stays import stays
from gridplan.plan.verify.view import View

EARTH_KM = 6371.0
SERVICE, EDGE = ("masts", "in_service"), ("masts", "edge")


def masts(f: Facts, book: Ledger) -> None:
    """Masts stay, existing ones stand, required cells are covered, covered_share is what masts reach."""
    v = f.view
    stays(book, v.table("masts"), "masts", "mast", "in_service", "masts")
    on, existing = chosen(v, "in_service"), v.case.table("masts")["existing"].to_numpy(bool)
    names = v.case.table("masts")["mast"].to_numpy(object)
    for y, standing in on.items():
        off = ", ".join(names[existing & ~standing])
        book.holds(SERVICE, {"year": y}, not off, f"existing masts are off: {off}")
    _cover(v, book, on, reach(v), "required", "covered_share")


def edges(f: Facts, book: Ledger) -> None:
    """Edge sites stay, stand at a mast in service that may host one, and reach the cells that ask for one."""
    v = f.view
    stays(book, v.table("masts"), "masts", "mast", "edge", "edge sites")
    table = v.case.table("masts")
    hosts, names = table["hosts_edge"].to_numpy(bool), table["mast"].to_numpy(object)
    on, edge = chosen(v, "in_service"), chosen(v, "edge")
    for y in v.years:
        wrong = ", ".join(names[edge[y] & ~(on[y] & hosts)])
        book.holds(EDGE, {"year": y}, not wrong, f"no mast in service that may host one: {wrong}")
    own = table["edge_radius_km"].to_numpy(float)
    near = np.where(np.isnan(own), reach(v), _within(v, own)) & hosts
    _cover(v, book, edge, near, "edge_required", "edge_covered_share")


def chosen(v: View, column: str) -> dict[int, np.ndarray]:
    """By stage a flag of every mast of the case, in its order."""
    told = v.stated("masts", ["mast", "year"], column)
    names = v.case.table("masts")["mast"].tolist()
    return {y: np.array([bool(told.get((k, y), False)) for k in names], dtype=bool) for y in v.years}


def _cover(v: View, book: Ledger, on: dict[int, np.ndarray], near: np.ndarray, asks: str, share: str) -> None:
    """What is asked for is covered, and the share is that of the weight in reach, everywhere and by zone."""
    cells = v.rows("cells")
    names = np.array([cell["cell"] for cell in cells], dtype=object)
    weight = np.array([cell["weight"] for cell in cells])
    zone = np.array([v.zone_at(cell) for cell in cells], dtype=object)
    at = SERVICE if asks == "required" else EDGE
    for y, chosen_now in on.items():
        covered = np.asarray(near[:, chosen_now].any(axis=1))
        asked = np.array([0 < cell[asks] <= y for cell in cells], dtype=bool)
        rows = pd.DataFrame({"cell": names[asked], "year": y})
        book.holds(at, rows, covered[asked], f"{asks}, and nothing in service reaches it")
        for name in ("all", *v.zones):
            here = weight if name == "all" else weight * (zone == name)
            told = v.indicators.get((share, name, y))
            if here.sum() > 0 and (told is not None or share == "covered_share"):
                row = {"indicator": share, "zone": name, "year": y}
                right, said = here @ covered / here.sum(), "of the weight in reach"
                value = ("indicators", "value")
                book.same(value, row, told or 0.0, right, "of 1", tolerance.UNIT, said)


def reach(v: View) -> np.ndarray:
    """Whether a mast reaches a cell, cells by masts: by `coverage`, else by the chord of their distance."""
    masts, cells, pairs = (v.case.table(name) for name in ("masts", "cells", "coverage"))
    if not len(pairs):
        return _within(v, masts["radius_km"].to_numpy(float))
    column = {mast: k for k, mast in enumerate(masts["mast"].tolist())}
    row = {cell: k for k, cell in enumerate(cells["cell"].tolist())}
    found = np.zeros((len(row), len(column)), dtype=bool)
    found[[row[c] for c in pairs["cell"].tolist()], [column[k] for k in pairs["mast"].tolist()]] = True
    return found


def _within(v: View, radius: np.ndarray) -> np.ndarray:
    """Whether a mast is within a radius (km, by mast) of a cell, cells by masts."""
    masts, cells = v.case.table("masts"), v.case.table("cells")
    there, here = (_point(t["lat"].to_numpy(float), t["lon"].to_numpy(float)) for t in (masts, cells))
    chord = [np.linalg.norm(there - point, axis=1) for point in here]
    far = np.array(chord).reshape(len(cells), len(masts))
    km: np.ndarray = 2 * EARTH_KM * np.arcsin(np.minimum(far / 2, 1.0))
    return np.asarray(km <= radius + tolerance.EXACT)


def _point(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Points on a sphere of radius 1."""
    phi, lam = np.radians(lat), np.radians(lon)
    return np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])
