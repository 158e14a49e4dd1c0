"""Transport rights: shares of a site, contracts, and who is off when."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from gridplan.plan.verify import tolerance
from gridplan.plan.verify.busy import offered
from gridplan.plan.verify.facts import Facts
from gridplan.plan.verify.holds import DEMAND, FEEDIN, ID, Hold, sizes
from gridplan.plan.verify.ledger import Ledger

OFF = ("curtailments", "mw")
NAN = float("nan")


def rights(f: Facts, book: Ledger) -> None:
    """Rights are those that the case offers, in shares that it allows; contracts, hours and money follow."""
    v = f.view
    demand, table = offered(v, DEMAND), v.table("datacenters")
    keys, at = table[["site", "year", "right"]], ("datacenters", "right")
    known = table["right"].isin(list(demand) or ["firm"]).to_numpy()
    book.holds(at, keys, known, "is not offered")
    members = {row["site"] for row in v.rows("datacenters") if row["group"]}
    alone = (table["right"] == "group") & (table["it_mw"] > tolerance.UNIT) & ~table["site"].isin(members)
    book.deny(at, keys, alone.to_numpy(), "is in no group")
    if v.rows("transport_rights"):
        _shares(f, book, DEMAND, ("datacenters", "it_mw"), v.of_sites("it_mw"))
        _shares(
            f, book, FEEDIN, ("rights", "contracted_mw"), v.stated("supplies", ["supply", "year"], "new_mw")
        )
        for direction in (DEMAND, FEEDIN):
            for hold in f.holds[direction]:
                _contract(book, hold)
                _year(book, hold, direction)
        _fed(f, book)


def _shares(f: Facts, book: Ledger, direction: str, column: tuple[str, str], whole: dict) -> None:
    """No right has more than its share, and firm rights stay."""
    rights = offered(f.view, direction)
    before: dict[str, float] = {}
    for (name, right, year), mw in sorted(sizes(f.view, direction).items()):
        at = {"holder": name, "right": right, "year": year}
        if right in rights:
            most = rights[right]["max_share"] * whole.get((name, year), 0.0)
            book.at_most(column, at, mw, most, "MW", tolerance.MW, "share of the whole")
        if right == "firm":
            least, before[name] = before.get(name, 0.0), mw
            book.at_least(column, at, mw, least, "MW", tolerance.MW, "stays: at least")


def _contract(book: Ledger, hold: Hold) -> None:
    """Contract, tariff and discount of one row."""
    paid, discount = hold.contract * hold.right["tariff_eur_per_kw_year"] / 1000, hold.right["discount"]
    for column, right, unit, allowed in (
        ("contracted_mw", hold.contract, "MW", tolerance.MW),
        ("tariff_meur_per_year", paid * (1 - discount), "MEUR", tolerance.EXACT),
        ("discount_meur_per_year", paid * discount, "MEUR", tolerance.EXACT),
    ):
        stated = hold.told.get(column, NAN)
        book.same(("rights", column), hold.id, stated, right, unit, allowed, "by the case")


def _year(book: Ledger, hold: Hold, direction: str) -> None:
    """Hours and energy of one row, where the case knows the hours."""
    if len(hold.whole) == 1:
        return
    at, told = hold.id, hold.told
    energy, off = told.get("curtailed_mwh", NAN), ("rights", "curtailed_mwh")
    hours, share = float((1 - hold.sure).sum()), energy / float(hold.whole.sum())
    column = ("rights", "limited_hours")
    book.same(column, at, told.get("limited_hours", NAN), hours, "h", tolerance.EXACT, "by the case")
    column = ("rights", "curtailed_share")
    book.same(column, at, told.get("curtailed_share", NAN), share, "of 1", tolerance.EXACT)
    column, most = ("rights", "curtailed_hours"), float((hold.most > tolerance.KEPT_MW).sum())
    book.at_most(column, at, told.get("curtailed_hours", NAN), most, "h", tolerance.EXACT)
    most = float(hold.most.sum())
    book.at_most(off, at, energy, most, "MWh", tolerance.RIGHT_MWH, "of what may be off,")
    if direction == DEMAND:
        least, said = float(hold.shut.sum()), "outside its hours"
        book.at_least(off, at, energy, least, "MWh", tolerance.RIGHT_MWH, said)


def _fed(f: Facts, book: Ledger) -> None:
    """What is added to a supply stands under its rights."""
    v = f.view
    under: dict[tuple[str, int], float] = defaultdict(float)
    for (name, _, year), mw in sizes(v, FEEDIN).items():
        under[name, year] += mw
    first = v.by_id("supplies", "supply")
    for (name, year), mw in v.stated("supplies", ["supply", "year"], "new_mw").items():
        if offered(v, FEEDIN) and first.get(name, {}).get("technology") != "grid_supply":
            at, said = {"supply": name, "year": year}, "under its rights"
            book.same(("supplies", "new_mw"), at, mw, under[name, year], "MW", tolerance.MW, said)


def curtailments(f: Facts, book: Ledger) -> None:
    """Rights are off only in hours in which they may be, no more than they draw; a block always outside."""
    v = f.view
    at, table = f.hours.of("curtailments"), v.table("curtailments")
    names = {tuple(h.told[key] for key in ID): h for h in f.holds[DEMAND]}
    hour = (table["day"] * 24 + table["hour"]).to_numpy()
    exact = (table["weight_hours"] == 0).to_numpy() & (v.case.profiles is not None)
    energy: dict[tuple, float] = defaultdict(float)
    seen: dict[tuple, dict[int, float]] = defaultdict(dict)
    for k, r in enumerate(v.records("curtailments")):
        key = (r["site"], r["right"], r["substation"], r["year"])
        row, hold = dict(zip(ID, key, strict=True)) | f.hours.row(at[k]), names.get(key)
        if hold is None:
            book.at_most(OFF, row, r["mw"], 0.0, "MW", tolerance.MW, "not held: at most")
            continue
        most = hold.most[int(hour[k])] if exact[k] else hold.contract
        book.at_most(OFF, row, r["mw"], most, "MW", tolerance.MW, "may be off:")
        book.at_least(OFF, row, r["mw"], 0.0, "MW", tolerance.EXACT)
        energy[key] += r["mw"] * r["weight_hours"]
        if exact[k]:
            seen[key][at[k]] = r["mw"]
    for key, hold in names.items():
        if len(hold.whole) > 1:
            _closed(f, book, hold, seen[key])
            spent, row = energy[key], hold.id
            most = float(hold.contract * (1 - hold.sure).sum())
            book.at_most(OFF, row, spent, most, "MWh", tolerance.RIGHT_MWH)
            least = float(hold.shut.sum())
            book.at_least(OFF, row, spent, least, "MWh", tolerance.RIGHT_MWH, "outside its hours")


def _closed(f: Facts, book: Ledger, hold: Hold, seen: dict[int, float]) -> None:
    """Outside the hours of a block nothing is drawn."""
    if not hold.shut.any():
        return
    place = (f.hours.table["day"] * 24 + f.hours.table["hour"]).to_numpy(int)
    own = f.hours.in_year(hold.told["year"])
    own = own[f.hours.weight[own] == 0]
    told = np.array([seen.get(int(p), 0.0) for p in own])

    def row(position: int) -> dict[str, object]:
        return {**hold.id, **f.hours.row(int(own[position]))}

    book.at_least(OFF, row, told, hold.shut[place[own]], "MW", tolerance.MW, "outside its hours")
