"""Who fills a station: the withdrawals of every subject, against what the case says of its assets."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gridplan.plan.verify import tolerance
from gridplan.plan.verify.electricity import heat_mwh
from gridplan.plan.verify.facts import Facts
from gridplan.plan.verify.ledger import Ledger
from gridplan.plan.verify.shed import unserved
from gridplan.plan.verify.view import Record

PROFILED = ("demands", "existing_datacenters", "datacenters")
AT = ("withdrawals", "mw")
Asset = tuple[Record, str, dict[int, float]]  # where it stands, its profile, its peak MW by stage


def withdrawals(f: Facts, book: Ledger) -> None:
    """Every subject draws what the case says of its assets, in known hours and over a year."""
    subject = f.view.table("withdrawals")["subject"]
    stated = {
        name: f.hours.spread("withdrawals", "substation", f.hours.station, subject == name)
        for name in (*PROFILED, "supplies", "storages", "telecom", "heat", "rights", "unserved")
    }
    for name in PROFILED:
        assets = list(_profiled(f, name))
        _same(f, book, name, stated[name], profiled_mw(f, assets))
        _yearly(f, book, name, stated[name], assets)
    _same(f, book, "supplies", stated["supplies"], _listed(f, "supplies", "supply"))
    _same(f, book, "storages", stated["storages"], _listed(f, "storages", "storage"))
    _same(f, book, "telecom", stated["telecom"], _telecom(f))
    _same(f, book, "rights", stated["rights"], -f.hours.spread("curtailments", "substation", f.hours.station))
    _heat(f, book, stated["heat"])
    firm = profiled_mw(f, [asset for asset in _profiled(f, "demands") if asset[0]["critical"]])
    unserved(f, book, stated["unserved"], stated["demands"] + stated["existing_datacenters"], firm)


def _same(f: Facts, book: Ledger, subject: str, stated: np.ndarray, right: np.ndarray) -> None:
    """Compare where something is drawn, the case can tell, and the station is served."""
    mask = ((stated != 0) | (np.nan_to_num(right) != 0)) & ~np.isnan(right) & f.served
    cells = f.hours.cells(list(f.hours.station), "substation", mask)

    def row(position: int) -> Record:
        return {"subject": subject, **cells(position)}

    book.same(AT, row, stated[mask], right[mask], "MW", tolerance.MW, "by the case")


def _profiled(f: Facts, subject: str) -> Iterator[Asset]:
    """Assets of a subject that follow a profile."""
    v = f.view
    if subject == "demands":
        first = v.by_id("demands", "demand")
        for name, rows in v.groups("demands", "demand").items():
            yield first[name], first[name]["profile"], v.by_year(rows, "peak_mw")
        return
    new = v.of_sites("it_mw")
    for row in v.rows("datacenters"):
        if subject == "existing_datacenters":
            yield row, row["profile"], existing_mw(f, row)
        else:
            factor = row["pue"] * row["utilisation"]
            peak = {y: float(new.get((row["site"], y), np.nan)) * factor for y in v.years}
            yield row, row["profile"], peak


def existing_mw(f: Facts, row: Record) -> dict[int, float]:
    """Peak MW that a site's existing IT draws, by stage: it grows, but never past full use."""
    grown = {y: (1 + row["existing_growth"]) ** (y - f.view.years[0]) for y in f.view.years}
    used = {y: min(1.0, row["existing_utilisation"] * factor) for y, factor in grown.items()}
    return f.view.ending([row], {y: row["existing_it_mw"] * row["pue"] * used[y] for y in f.view.years})


def profiled_mw(f: Facts, assets: list[Asset]) -> np.ndarray:
    """MW of assets that follow a profile, periods by stations; nan where a mean is not known."""
    found = np.zeros((len(f.hours), len(f.hours.station)))
    shapes: dict[str, np.ndarray] = {}
    for place, profile, peak in assets:
        if profile not in shapes:
            shapes[profile] = f.hours.profile(profile)
        mw = f.hours.stock(peak) * shapes[profile]
        for station, share in f.view.places(place):
            found[:, f.hours.station[station]] += share * mw
    return found


def _yearly(f: Facts, book: Ledger, subject: str, stated: np.ndarray, assets: list[Asset]) -> None:
    """MWh of a subject at every station and stage."""
    names = list(f.hours.station)
    right = np.zeros((len(f.view.years), len(names)))
    for place, profile, peak in assets:
        hours = f.view.full_hours(profile)
        for station, share in f.view.places(place):
            right[:, f.hours.station[station]] += [share * peak[y] * hours for y in f.view.years]
    energy = _energy(f, stated)
    mask = (energy != 0) | (right != 0)
    rows = [
        {"subject": subject, "substation": names[k], "year": f.view.years[y]}
        for y, k in zip(*np.nonzero(mask), strict=True)
    ]
    book.same(AT, rows.__getitem__, energy[mask], right[mask], "MWh", tolerance.MWH, "by the case")


def _energy(f: Facts, mw: np.ndarray) -> np.ndarray:
    """MWh a year, stages by stations."""
    mwh = mw * f.hours.weight[:, None]
    return np.array([mwh[f.hours.in_year(y)].sum(axis=0) for y in f.view.years])


def _listed(f: Facts, table: str, key: str) -> np.ndarray:
    """Supplies or storages: their own hourly table, by the shares of their place."""
    rows = f.view.by_id(table, key)
    index = {name: k for k, name in enumerate(rows)}
    mw = f.hours.spread(table, key, index)
    shares = np.zeros((len(index), len(f.hours.station)))
    for name, row in rows.items():
        for station, share in f.view.places(row):
            shares[index[name], f.hours.station[station]] += share
    return -(mw @ shares)


def _telecom(f: Facts) -> np.ndarray:
    found = np.zeros((len(f.hours), len(f.hours.station)))
    on = f.view.stated("masts", ["mast", "year"], "in_service")
    edge = f.view.stated("masts", ["mast", "year"], "edge")
    for row in f.view.rows("masts"):
        keys = [(row["mast"], y) for y in f.view.years]
        kw = [row["power_kw"] * on.get(key, False) + row["edge_kw"] * edge.get(key, False) for key in keys]
        mw = f.hours.stock(dict(zip(f.view.years, np.array(kw) / 1000, strict=True)))
        for station, share in f.view.places({"zone": row["zone"]}):
            found[:, f.hours.station[station]] += share * np.nan_to_num(mw)
    return found


def _heat(f: Facts, book: Ledger, stated: np.ndarray) -> None:
    """Over the year: what heat uses, where it draws from the grid at all."""
    v = f.view
    used = heat_mwh(v) if v.settings.physics.heat_on_grid else dict.fromkeys(v.years, 0.0)
    rows = [{"subject": "heat", "year": y} for y in v.years]
    drawn = _energy(f, stated).sum(axis=1)
    right = [used[y] for y in v.years]
    book.same(AT, rows.__getitem__, drawn, right, "MWh", tolerance.SUM_MWH, "by pumps and sinks")
