"""Electricity of heat where it is no load of the grid: paid at the mean price of supply."""

from __future__ import annotations

from typing import Any

from gridplan.model.frame import Frame
from gridplan.model.heat.net import HeatNet
from gridplan.model.prices import mean_carbon, mean_price
from gridplan.model.terms import Terms


def pay(b: Any, frame: Frame, terms: Terms, net: HeatNet) -> None:
    """Count what heat pumps, pumps of pipes, back-ups and all-electric sinks use, with `heat_on_grid = false`.

    cost = mean price · (Σ lift/COP + Σ pump_kw_per_km·km·pipe + Σ backup/backup_cop
           + Σ (demand − Σ intake − backup)/alternative_cop)
    """
    if frame.case.settings.physics.heat_on_grid:
        return
    bill = _Bill(frame, terms)
    for w, low, high in b.LIFT:
        zone, cop = net.nodes[net.pump_at[w]].zone, net.lifts[w, low, high]
        for y, p in frame.weighted:
            bill.add(zone, y, b.lift[w, low, high, y, p], frame.weight(p) / cop, (w,))
    year = {y: sum(frame.weight(p) for q, p in frame.weighted if q == y) for y in frame.years}
    for n in b.PIPED:
        row = net.links[n]
        for k in b.PIPE:
            mw = b.pump_kw[k] * row["length_km"] / 1000
            for y in frame.years:
                bill.add(net.nodes[row["from"]].zone, y, b.pipe[n, k, y], mw * year[y], (n, row["owner"], k))
    for row in frame.rows("heat_sinks"):
        _sink(b, frame, bill, row)


def _sink(b: Any, frame: Frame, bill: _Bill, row: dict[str, Any]) -> None:
    k, tags = row["sink"], (row["sink"], row["alternative"], row["owner"])
    saved = 1 / row["alternative_cop"] if row["alternative"] == "all_electric" else 0.0
    boiled = 1 / row["backup_cop"] if row["backup"] == "electric" else 0.0
    for y, p in frame.weighted:
        hours = frame.weight(p)
        bill.add(row["zone"], y, None, hours * saved * b.demand[k, y, p], tags)
        for level in b.intakes[k]:
            bill.add(row["zone"], y, b.intake[k, level, y, p], -hours * saved, tags)
        if k in b.BACKUP:
            bill.add(row["zone"], y, b.backup[k, y, p], hours * (boiled - saved), tags)


class _Bill:
    """Money and emissions per MWh."""

    def __init__(self, frame: Frame, terms: Terms) -> None:
        self.terms, self.price, self.carbon = terms, mean_price(frame.case), mean_carbon(frame)

    def add(self, zone: str, year: int, column: Any, mwh: float, tags: tuple[str, ...]) -> None:
        """So many MWh a year per unit of a column (None: a constant)."""
        self.terms.operate(zone, year, column, mwh * self.price / 1e6, tags)
        self.terms.add("co2_kt", zone, year, column, mwh * self.carbon[year] / 1e6, tags)
