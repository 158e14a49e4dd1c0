"""The official Dutch capacity map (capaciteitskaart, v1.3.0): a base year in, one file per plan year out."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

from gridplan.case import Case, CaseError, Problem
from gridplan.case.text import Origin
from gridplan.exchange.capmap_data import Area, dump, parse, to_id
from gridplan.exchange.jsonfile import JsonFile
from gridplan.exchange.rows import Rows
from gridplan.plan import Plan


def read(source: Path | str) -> Case:
    """A case in one hour of the year of the file: every area a station with the room that the map gives.

    Demand that the map forecasts stands there, and firm capacity is that and what is available; power factor
    1, so MVA is MW.

    Raises:
        CaseError: with everything that is wrong, by place in the file.
    """
    file = JsonFile(Path(source))
    year, areas = parse(file)
    rows = Rows()
    rows.sources.update(file.sources)
    seen: set[str] = set()
    for area in areas:
        _area(rows, area, year, file.name, seen)
    settings: dict[str, Any] = {
        "case": {"name": Path(source).stem, "title": str(file.content.get("title", "")), "power_factor": 1.0},
        "horizon": {"years": [year], "last_year": year, "discount_rate": 0.0},
        "time": {"hours": 1.0},
        "solver": {"gap": 0.0},
    }
    return rows.case(settings)


def _area(rows: Rows, area: Area, year: int, file: str, seen: set[str]) -> None:
    name, at = to_id(area.code), Origin(f"{file} energy_areas {area.code!r}")
    demand, feedin = area.sides["demand"], area.sides["feedin"]
    forecast = demand.forecast or 0.0
    firm = None if demand.available is None else demand.available + forecast
    note = area.kind if area.kind == "congestion_area" else None
    rows.add(
        "substations", at, substation=name, name=area.description or None, note=note,
        firm_demand_mva=firm, firm_feedin_mva=feedin.available,
    )  # fmt: skip
    if firm is not None or feedin.available is not None:  # a station without any load has no limit to tell
        rows.add(
            "demands", at, demand=name, substation=name, category="forecast", year=year, peak_mw=forecast
        )
    for side, of in area.sides.items():
        for kind, mw, requests in (("", of.queue, of.requests), ("quoted", of.quoted, None)):
            if mw is not None or requests is not None:
                request = ":".join(filter(None, (name, side, kind)))
                cells = {"request": request, "substation": name, "direction": side, "mw": mw or 0.0}
                rows.add("queue", at, **cells, class_=kind or None, requests=requests)
    for k, work in enumerate(area.works, start=1):
        unit = {"reinforcement": f"{name}:work{k}", "name": work.name, "kind": "bay", "target": name}
        rows.add("reinforcements", at, **unit, earliest_year=work.year, note=work.description or None)
    for code in area.postcodes:
        if code.postcode in seen:
            rows.wrong(at, "postcode", code.postcode, "is in two areas", "each postcode once")
            continue
        seen.add(code.postcode)
        rows.add("zones", at, zone=code.postcode, note=code.station or None)
        rows.add("service_areas", at, zone=code.postcode, substation=name)


def write(what: Case | Plan, target: Path, creator: str = "gridplan", issued: str = "") -> dict[Path, bytes]:
    """A folder with one file per year of a plan.

    Args:
        what: a plan; a case has no room to report before it is solved.
        target: the folder.
        creator: who publishes it.
        issued: date of issue, YYYY-MM-DD; blank: today.
    """
    if isinstance(what, Case):
        message, hint = (
            "a case has no headroom before it is solved",
            "give the result folder of gridplan solve",
        )
        raise CaseError([Problem(what.name, None, "", "", message, "a plan", hint, check="export")])
    from gridplan.exchange.capmap_plan import areas_of

    day = issued or datetime.date.today().isoformat()
    files = {}
    for year in what.case.years:
        head = {
            "creator": creator,
            "identifier": f"{what.case.name}-{year}",
            "issued": day,
            "title": what.case.settings.case.title or what.case.name,
        }
        content = dump(year, areas_of(what, year), head)
        text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
        files[target / f"capaciteitskaart-{year}.json"] = (text + "\n").encode()
    return files
