"""Areas, electricity cables, demands and producers of an ESDL file as a case in one hour."""

from __future__ import annotations

import math
import re
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

from gridplan.case import Case, CaseError
from gridplan.case.problem import shown
from gridplan.case.text import Origin, decode, read_bytes, sha256
from gridplan.exchange.grid_parts import Grid
from gridplan.exchange.rows import Rows, snapshot

ESDL, XSI = "http://www.tno.nl/esdl", "http://www.w3.org/2001/XMLSchema-instance"
HUBS = ("Bus", "Joint", "EConnection", "ElectricityNetwork", "Transformer", "Connection")
DEMANDS = ("ElectricityDemand", "MobilityDemand", "EVChargingStation", "GenericConsumer")
PRODUCERS = {"PVInstallation": "pv", "PVPark": "pv", "WindTurbine": "wind", "WindPark": "wind"}
PRODUCERS |= {"GenericProducer": "generator", "PowerPlant": "generator", "Import": "grid_supply"}
MEGA, MAX_DEPTH, MAX_ASSETS = 1e6, 60, 200_000
DECLARES = re.compile(r"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
Element = ElementTree.Element


def read(source: Path | str) -> Case:
    """A case from an ESDL file: buses, joints and transformers are stations; flow is transport.

    Raises:
        CaseError: with everything that is wrong, by the id of the asset.
    """
    path, rows = Path(source), Rows()
    data = read_bytes(path, path.name, rows.problems)
    text = None if data is None else decode(data, path.name, rows.problems)
    if data is None or text is None:
        raise CaseError(rows.problems)
    rows.sources[path.name] = sha256(data)
    if DECLARES.search(text):
        rows.wrong(Origin(path.name), "", "", "declares entities", "XML without DOCTYPE")
        rows.stop()
    root = _tree(text, path.name, rows)
    reader = _Reader(path.name, rows)
    reader.area(root, "", 0)
    rows.stop()
    reader.connect()
    rows.stop()
    settings = snapshot(path.stem, root.get("name") or path.stem, "operating_cost_meur")
    settings["physics"]["flow"] = "transport"
    return rows.case(settings)


def _tree(text: str, file: str, rows: Rows) -> Element:
    try:
        root = ElementTree.fromstring(text.encode())
    except (ElementTree.ParseError, ValueError, RecursionError) as error:
        line = getattr(error, "position", (None,))[0]
        rows.wrong(Origin(file, line), "", "", f"is not XML: {shown(error)}", "an ESDL file")
        rows.stop()
        raise AssertionError from None
    if root.tag != f"{{{ESDL}}}EnergySystem":
        rows.wrong(Origin(file), "", shown(root.tag), "is no energy system", "esdl:EnergySystem")
        rows.stop()
    return root


class _Reader:
    """Zones and assets first, then who is joined to whom by ports."""

    def __init__(self, file: str, rows: Rows) -> None:
        self.file, self.rows, self.grid = file, rows, Grid(rows)
        self.assets: list[tuple[Element, str, str]] = []
        self.owner: dict[str, str] = {}
        self.station: dict[str, str] = {}

    def at(self, element: Element) -> Origin:
        """Where an element stands: by its id."""
        return Origin(f"{self.file}[{shown(element.get('id') or element.tag)}]")

    def area(self, element: Element, zone: str, depth: int) -> None:
        """Areas within areas; an area with a name is a zone where it holds no other."""
        if depth > MAX_DEPTH:
            self.rows.wrong(self.at(element), "", "", f"areas lie more than {MAX_DEPTH} deep")
            self.rows.stop()
        for child in element:
            if child.tag in ("instance", "area"):
                inner = zone
                if child.tag == "area" and child.find("area") is None and depth > 1:
                    wanted = _plain(child.get("id") or child.get("name") or "area", "zones:")
                    inner = self.grid.name("zone", wanted, self.at(child))
                    lon, lat = self.point(child)
                    name = child.get("name") or None
                    self.rows.add("zones", self.at(child), zone=inner, name=name, lon=lon, lat=lat)
                self.area(child, inner, depth + 1)
            elif child.tag == "asset":
                self._asset(child, zone)

    def _asset(self, asset: Element, zone: str) -> None:
        kind = str(asset.get(f"{{{XSI}}}type", "")).rpartition(":")[2]
        name = asset.get("id", "")
        if not name or len(self.assets) >= MAX_ASSETS:
            self.rows.wrong(self.at(asset), "id", name, "has no id, or there are too many assets", "an id")
            self.rows.stop()
        self.assets.append((asset, kind, zone))
        for port in asset.findall("port"):
            key = port.get("id", "")
            if key in self.owner:
                self.rows.wrong(self.at(asset), "port", key, "this port is there twice", "each id once")
            self.owner[key] = name
        carriers = {port.get("carrier") for port in asset.findall("port")}
        if kind in HUBS and (kind != "Joint" or "heat" not in carriers):
            lon, lat = self.point(asset)
            self.station[name] = station = self.grid.name(
                "station", _plain(name, "substations:"), self.at(asset)
            )
            kv = self.number(asset, "voltage")
            cells = {"kv": kv / 1000 if kv else None, "zone": zone or None, "name": asset.get("name") or None}
            self.rows.add("substations", self.at(asset), substation=station, lon=lon, lat=lat, **cells)

    def connect(self) -> None:
        """Cables, demands and producers at the stations that their ports are joined to."""
        for asset, kind, _ in self.assets:
            if kind not in ("ElectricityCable", *DEMANDS, *PRODUCERS):
                continue
            stations = self._joined(asset)
            if kind == "ElectricityCable":
                self._cable(asset, stations)
            elif stations:
                self._user(asset, kind, stations[0])

    def _joined(self, asset: Element) -> list[str]:
        found = []
        for port in asset.findall("port"):
            for key in (port.get("connectedTo") or "").split():
                owner = self.owner.get(key)
                if owner is None:
                    self.rows.wrong(
                        self.at(asset), "connectedTo", key, f"there is no port {shown(key)!r}", "a port"
                    )
                elif owner in self.station:
                    found.append(self.station[owner])
        return list(dict.fromkeys(found))

    def _cable(self, asset: Element, stations: list[str]) -> None:
        if len(stations) != 2:
            allowed = "both ports joined to a bus, joint or transformer"
            self.rows.wrong(self.at(asset), "port", len(stations), f"joins {len(stations)} stations", allowed)
            return
        name = self.grid.name("branch", _plain(asset.get("id", ""), "branches:"), self.at(asset))
        watt, metres = self.number(asset, "capacity"), self.number(asset, "length") or 0.0
        cells = {"circuit_mva": None if watt is None else watt / MEGA, "length_km": metres / 1000}
        ends = {"from_": stations[0], "to": stations[1], "name": asset.get("name") or None}
        self.rows.add("branches", self.at(asset), branch=name, kind="cable", **ends, **cells)

    def _user(self, asset: Element, kind: str, station: str) -> None:
        watt, wanted = self.number(asset, "power"), asset.get("id", "")
        for table in ("demands", "datacenters", "supplies"):
            wanted = _plain(wanted, f"{table}:")
        if kind in DEMANDS:
            if watt:
                self.grid.load(self.at(asset), wanted, station, watt / MEGA)
        else:
            self.grid.feed(
                self.at(asset), wanted, station, None if watt is None else watt / MEGA, PRODUCERS[kind]
            )

    def number(self, element: Element, key: str) -> float | None:
        """A number that is not negative; None where there is none."""
        text = element.get(key)
        if text is None:
            return None
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not 0 <= value < 1e18:
            self.rows.wrong(self.at(element), key, text, f"{shown(text)!r} is not allowed", "a number ≥ 0")
            return None
        return value

    def point(self, element: Element) -> tuple[float | None, float | None]:
        """lon and lat of an element, where its geometry is a point."""
        geometry = element.find("geometry")
        if geometry is None or "lat" not in geometry.attrib:
            return None, None
        try:
            lon, lat = float(geometry.get("lon", "")), float(geometry.get("lat", ""))
        except ValueError:
            self.rows.wrong(self.at(element), "geometry", "", "is no point", "lat and lon in degrees")
            return None, None
        return lon, lat


def _plain(name: str, prefix: str) -> str:
    """An id of gridplan as it was; others as they are."""
    return unquote(name.removeprefix(prefix)) if name.startswith(prefix) else name
