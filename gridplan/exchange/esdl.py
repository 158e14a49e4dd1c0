"""ESDL (Energy System Description Language): a case or plan out; areas, cables and demands in.

Written as plain XML; files are opened by pyESDL in the tests. docs/exchange.md says what maps to what.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pandas as pd

from gridplan.case import Case
from gridplan.exchange.esdl_read import ESDL, XSI, read
from gridplan.exchange.geo_places import Places, case_texts
from gridplan.model.frame import Frame
from gridplan.model.loads import existing_mw
from gridplan.model.periods import snapshot
from gridplan.network import Network
from gridplan.plan import Plan

__all__ = ["read", "write"]
MEGA = 1e6
PRODUCERS = {
    "pv": "PVInstallation",
    "solar": "PVInstallation",
    "wind": "WindTurbine",
    "grid_supply": "Import",
}
POWER, HEAT = "electricity", "heat"
NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
APART = re.compile(r"[\s%]|" + NO_XML.pattern)  # of an id: lists of ids are separated by blanks


def told(text: str) -> str:
    """A text without characters that XML cannot hold."""
    return NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def one_word(name: str) -> str:
    """An id without blanks: they and % are written as %20 and such."""
    return APART.sub(lambda found: quote(found.group(), safe="", errors="replace"), name)


def write(what: Case | Plan, target: Path, year: int | None = None) -> dict[Path, bytes]:
    """The energy system of one year.

    Args:
        what: case or plan; of a plan ratings of branches, new datacenters and pipes are those of the year.
        target: the file.
        year: stage; None: the first.
    """
    from gridplan.case import CaseError, Problem

    case = what if isinstance(what, Case) else what.case
    stage = case.years[0] if year is None else year
    if stage not in case.years:
        allowed = ", ".join(map(str, case.years))
        found = Problem("--year", None, "", str(stage), f"{stage} is no stage", allowed, check="export")
        raise CaseError([found])
    maker = _Maker(case, what if isinstance(what, Plan) else None, stage)
    ElementTree.indent(maker.system)
    return {target: ElementTree.tostring(maker.system, encoding="utf-8", xml_declaration=True) + b"\n"}


class _Maker:
    """The tree under construction; every asset has a port per end, joined in pairs both ways."""

    def __init__(self, case: Case, plan: Plan | None, year: int) -> None:
        ElementTree.register_namespace("esdl", ESDL)
        ElementTree.register_namespace("xsi", XSI)
        self.case, self.plan, self.year = case, plan, year
        self.frame = Frame(case, Network(case), snapshot(case))
        self.rows = case_texts(case)
        self.places = Places(self.rows)
        title = told(case.settings.case.title or case.name)
        self.system = ElementTree.Element(
            f"{{{ESDL}}}EnergySystem", id=one_word(case.name), name=title, esdlVersion="v2401"
        )
        about = ElementTree.SubElement(self.system, "energySystemInformation", id="information")
        carriers = ElementTree.SubElement(about, "carriers", id="carriers")
        for kind, name in (("ElectricityCommodity", POWER), ("HeatCommodity", HEAT)):
            self._typed(carriers, "carrier", kind, id=name, name=name)
        instance = ElementTree.SubElement(self.system, "instance", id="instance", name=str(year))
        self.area = ElementTree.SubElement(instance, "area", id="region", name=title)
        self.hubs: dict[str, tuple[ElementTree.Element, ElementTree.Element]] = {}
        self._zones()
        self._power()
        self._heat()

    def _typed(self, parent: ElementTree.Element, tag: str, kind: str, **cells: str) -> ElementTree.Element:
        return ElementTree.SubElement(parent, tag, {f"{{{XSI}}}type": f"esdl:{kind}", **cells})

    def _asset(self, kind: str, table: str, name: str, title: str = "", **cells: str) -> ElementTree.Element:
        cells |= {"id": f"{table}:{one_word(name)}", "name": told(title or name)}
        return self._typed(self.area, "asset", kind, **cells)

    def _port(self, asset: ElementTree.Element, kind: str, end: str, carrier: str) -> ElementTree.Element:
        return self._typed(asset, "port", kind, id=f"{asset.get('id')}:{end}", name=end, carrier=carrier)

    def _join(self, one: ElementTree.Element, other: ElementTree.Element) -> None:
        for a, b in ((one, other), (other, one)):
            a.set("connectedTo", " ".join([*a.get("connectedTo", "").split(), str(b.get("id"))]))

    def _hub(
        self, kind: str, table: str, name: str, carrier: str, row: Mapping[str, str], **cells: str
    ) -> None:
        """A place that others are joined to; a name that lies in another list too is told apart by it."""
        asset = self._asset(kind, table, name, row.get("name", ""), **cells)
        self.hubs[f"{table}:{name}"] = (
            self._port(asset, "InPort", "in", carrier),
            self._port(asset, "OutPort", "out", carrier),
        )
        self._point(asset, table, row)

    def _point(self, asset: ElementTree.Element, table: str, row: Mapping[str, str]) -> None:
        point = self.places.point(table, dict(row))
        if point:
            self._typed(asset, "geometry", "Point", lat=repr(point[1]), lon=repr(point[0]), CRS="WGS84")

    def _line(self, asset: ElementTree.Element, table: str, row: dict[str, str]) -> None:
        line = self.places.line(table, row)
        if line:
            shape = self._typed(asset, "geometry", "Line", CRS="WGS84")
            for lon, lat in line:
                ElementTree.SubElement(shape, "point", lat=repr(lat), lon=repr(lon))

    def _zones(self) -> None:
        for row in self.rows.get("zones", []):
            cells = {"id": f"zones:{one_word(row['zone'])}", "name": told(row.get("name") or row["zone"])}
            area = ElementTree.SubElement(self.area, "area", cells)
            self._point(area, "zones", row)

    def _of_plan(self, table: str, key: str, column: str) -> dict[str, float]:
        """A column of the plan in this year, summed by asset; nothing without a plan."""
        if self.plan is None or not len(self.plan.tables[table]):
            return {}
        rows = self.plan.table(table)
        rows = rows[(rows["year"] == self.year) & rows[column].notna()]
        return {str(name): float(value) for name, value in rows.groupby(key)[column].sum().items()}

    def _power(self) -> None:
        for row in self.rows.get("substations", []):
            volts = {"voltage": repr(1e3 * float(row["kv"]))} if row.get("kv") else {}
            self._hub("Bus", "substations", row["substation"], POWER, row, **volts)
        pf, limits = self.case.settings.case.power_factor, self._of_plan("branches", "branch", "limit_mw")
        for line in self.case.table("branches").to_dict("records"):
            mw = limits.get(line["branch"], pf * line["circuit_mva"] * line["circuits"])
            if not line["in_service"] or not (line["circuits"] > 0 or mw > 0):
                continue
            cells = {"length": repr(1000.0 * line["length_km"])}
            cells |= {"capacity": repr(mw * MEGA)} if pd.notna(mw) else {}
            asset = self._asset("ElectricityCable", "branches", line["branch"], line["name"], **cells)
            self._join(self._port(asset, "InPort", "in", POWER), self.hubs[f"substations:{line['from']}"][1])
            self._join(self._port(asset, "OutPort", "out", POWER), self.hubs[f"substations:{line['to']}"][0])
            self._line(asset, "branches", {"from": line["from"], "to": line["to"]})
        for name, rows in self.case.table("demands").groupby("demand", sort=False):
            mw = self.frame.by_year(rows, "peak_mw")[self.year]
            self._user("ElectricityDemand", "demands", str(name), rows.iloc[0].to_dict(), mw)
        new = self._of_plan("datacenters", "site", "grid_mw")
        for row in self.frame.rows("datacenters"):
            mw = existing_mw(row, self.frame)[self.year] + new.get(row["site"], 0.0)
            self._user("ElectricityDemand", "datacenters", row["site"], row, mw)
        for name, rows in self.case.table("supplies").groupby("supply", sort=False):
            first = rows.iloc[0].to_dict()
            mw = self.frame.by_year(rows, "capacity_mw")[self.year]
            kind = PRODUCERS.get(
                first["technology"].partition("_")[0], PRODUCERS.get(first["technology"], "GenericProducer")
            )
            self._user(kind, "supplies", str(name), first, mw, gives=True)

    def _user(
        self, kind: str, table: str, name: str, row: Mapping[Any, Any], mw: float, gives: bool = False
    ) -> None:
        """What draws or gives power at its station (of several, at the one with the largest share)."""
        cells = {"power": repr(mw * MEGA)} if pd.notna(mw) else {}
        asset = self._asset(kind, table, name, row.get("name", ""), **cells)
        feeds = self.frame.places(row["zone"], row["substation"], row.get("side", "mv"))
        (station, _), _ = max(feeds, key=lambda place: place[1])
        port = self._port(asset, "OutPort" if gives else "InPort", "out" if gives else "in", POWER)
        self._join(port, self.hubs[f"substations:{station}"][0 if gives else 1])

    def _heat(self) -> None:
        kinds = {"heat_sources": "GenericProducer", "heat_sinks": "HeatingDemand", "junctions": "Joint"}
        keys = {"heat_sources": "source", "heat_sinks": "sink", "junctions": "junction"}
        ends: dict[str, str] = {}
        for table, kind in kinds.items():
            for row in self.rows.get(table, []):
                mw = row.get("capacity_mw") or row.get("peak_mw")
                cells = {"power": repr(float(mw) * MEGA)} if mw else {}
                self._hub(kind, table, row[keys[table]], HEAT, row, **cells)
                ends[row[keys[table]]] = f"{table}:{row[keys[table]]}"
        for row in self.rows.get("datacenters", []):
            if float(row.get("heat_share") or 0.0):
                self._hub("ResidualHeatSource", "datacenter_heat", row["site"], HEAT, row)
                ends[row["site"]] = f"datacenter_heat:{row['site']}"
        built = self._of_plan("heat_links", "link", "peak_mw")
        for row in self.rows.get("heat_links", []):
            if row["from"] not in ends or row["to"] not in ends or (self.plan and row["link"] not in built):
                continue
            cells = {"length": repr(1000.0 * float(row.get("length_km") or 0.0))}
            state = {} if self.plan else {"state": "OPTIONAL"}
            asset = self._asset("Pipe", "heat_links", row["link"], row.get("name", ""), **cells, **state)
            self._join(self._port(asset, "InPort", "in", HEAT), self.hubs[ends[row["from"]]][1])
            self._join(self._port(asset, "OutPort", "out", HEAT), self.hubs[ends[row["to"]]][0])
            self._line(asset, "heat_links", row)
