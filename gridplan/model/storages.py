"""Storages: batteries that shift power inside a day.

Sets: k storage, y stage, p period; days are cyclic. Variables ≥ 0: `charge`, `discharge` in MW, `level` in
MWh, `new_mw[k,y]`, `new_mwh[k,y]`. e is the round-trip efficiency, taken half on each way (√e); h[p] the
hours of a period.

    level[p+] = level[p] + h[p]·(√e·charge[p] − discharge[p]/√e)      p+ follows p, the first follows the last
    charge, discharge ≤ power + new_mw;  level ≤ energy + new_mwh

Where a case gives no price per MWh, new energy comes with new power in the proportion of the existing (4 h if
none).
"""

from __future__ import annotations

from math import sqrt
from typing import Any

import pandas as pd
import pyomo.environ as pyo

from gridplan.model.cyclic import following
from gridplan.model.frame import Frame
from gridplan.model.rows import constrain
from gridplan.model.stages import keep
from gridplan.model.terms import Terms
from gridplan.model.withdrawal import places


def add(m: Any, frame: Frame, terms: Terms) -> None:
    """Add block `storages`."""
    b = m.storages = pyo.Block()
    rows = {r["storage"]: r for r in frame.rows("storages")}
    b.STORAGE = pyo.Set(dimen=1, initialize=list(rows))
    for name in ("charge", "discharge", "level"):
        b.add_component(name, pyo.Var(b.STORAGE, m.YP, domain=pyo.NonNegativeReals))
    growth = {k: row["max_new_mw"] if row["max_new_mw"] > 0 else 0.0 for k, row in rows.items()}
    priced = {k: row["capex_meur_per_mwh"] > 0 for k, row in rows.items()}
    b.new_mw = pyo.Var(b.STORAGE, m.Y, bounds=lambda _, k, y: (0, growth[k]))
    b.new_mwh = pyo.Var(b.STORAGE, m.Y, domain=pyo.NonNegativeReals)
    keep(b, "power_stays", b.new_mw, b.STORAGE)
    keep(b, "energy_stays", b.new_mwh, b.STORAGE)
    ratio = {
        k: r["energy_mwh"] / r["power_mw"] if r["power_mw"] > 0 and r["energy_mwh"] > 0 else 4.0
        for k, r in rows.items()
    }
    b.hours_max = pyo.Param(b.STORAGE, initialize={k: 24.0 if priced[k] else ratio[k] for k in rows})
    constrain(b, "energy_room", b.STORAGE, m.Y, rule=_energy_room)
    b.power = pyo.Param(b.STORAGE, initialize={k: float(r["power_mw"]) for k, r in rows.items()})
    b.energy = pyo.Param(b.STORAGE, initialize={k: float(r["energy_mwh"]) for k, r in rows.items()})
    b.way = pyo.Param(b.STORAGE, initialize={k: sqrt(r["efficiency"]) for k, r in rows.items()})
    b.back = pyo.Param(b.STORAGE, initialize={k: 1 / sqrt(r["efficiency"]) for k, r in rows.items()})
    b.next = pyo.Param(m.P, initialize=following(frame), within=m.P)
    b.hours = pyo.Param(m.P, initialize={k: item.hours for k, item in enumerate(frame.periods.items)})
    constrain(b, "balance", b.STORAGE, m.YP, rule=_balance)
    constrain(b, "charge_limit", b.STORAGE, m.YP, rule=_charge_limit)
    constrain(b, "discharge_limit", b.STORAGE, m.YP, rule=_discharge_limit)
    constrain(b, "level_limit", b.STORAGE, m.YP, rule=_level_limit)
    shares = {
        (*place, k): share
        for k, row in rows.items()
        for place, share in frame.places(row["zone"], row["substation"], row["side"])
    }
    places(m, b, shares)
    constrain(b, "withdraw", b.PLACE, m.YP, rule=_withdraw)
    for k, row in rows.items():
        zone = frame.zone_at(row["zone"], row["substation"])
        terms.invest(zone, {y: b.new_mw[k, y] for y in frame.years}, row["capex_meur_per_mw"], (k,))
        terms.invest(zone, {y: b.new_mwh[k, y] for y in frame.years}, row["capex_meur_per_mwh"], (k,))
        for y in frame.years:
            if pd.notna(row["earliest_year"]) and y < row["earliest_year"]:
                b.new_mw[k, y].fix(0)


def _energy_room(b: Any, k: Any, y: Any) -> Any:
    """new_mwh ≤ hours · new_mw: new energy comes with new power."""
    return b.new_mwh[k, y] <= b.hours_max[k] * b.new_mw[k, y]


def _balance(b: Any, k: Any, y: Any, p: Any) -> Any:
    """level[p+] = level[p] + h·(√e·charge − discharge/√e) (MWh): energy is kept over a cyclic day."""
    return b.level[k, y, b.next[p]] == b.level[k, y, p] + b.hours[p] * (
        b.way[k] * b.charge[k, y, p] - b.back[k] * b.discharge[k, y, p]
    )


def _charge_limit(b: Any, k: Any, y: Any, p: Any) -> Any:
    """charge ≤ power + new_mw (MW)."""
    return b.charge[k, y, p] <= b.power[k] + b.new_mw[k, y]


def _discharge_limit(b: Any, k: Any, y: Any, p: Any) -> Any:
    """discharge ≤ power + new_mw (MW)."""
    return b.discharge[k, y, p] <= b.power[k] + b.new_mw[k, y]


def _level_limit(b: Any, k: Any, y: Any, p: Any) -> Any:
    """level ≤ energy + new_mwh (MWh)."""
    return b.level[k, y, p] <= b.energy[k] + b.new_mwh[k, y]


def _withdraw(b: Any, n: Any, s: Any, y: Any, p: Any) -> Any:
    """withdrawal = Σ charge − discharge (MW)."""
    return b.withdrawal[n, s, y, p] == sum(
        b.here_part[n, s, k] * (b.charge[k, y, p] - b.discharge[k, y, p]) for k in b.here[n, s]
    )
