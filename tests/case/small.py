"""A small sound case as text, to be broken in the tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

FILES: dict[str, str] = {
    "case.toml": '[horizon]\nyears = [2026, 2030]\n\n[physics]\nflow = "dc"\n',
    "zones.csv": "zone,region,lat,lon\ntown,delta,52.1,5.1\nfarm,delta,52.2,5.2\n",
    "substations.csv": (
        "substation,transformers,transformer_mva,limited_by\nNorth,2,40,\nSouth,1,40,\nWest,0,40,South\n"
    ),
    "service_areas.csv": "zone,substation,share\ntown,North,0.6\ntown,South,0.4\nfarm,South,1\n",
    "branches.csv": "branch,from,to,circuits,circuit_mva,x_pu\nNS,North,South,2,100,0.01\n",
    "demands.csv": "demand,zone,year,peak_mw\nhomes,town,2026,20\nhomes,town,2030,30\nbarns,farm,2026,5\n",
    "supplies.csv": (
        "supply,substation,technology,year,capacity_mw\ngrid,North,grid_supply,,\nsun,South,pv,2026,10\n"
    ),
    "reinforcements.csv": (
        "reinforcement,kind,target,from,to,adds_mva,x_pu,capex_meur,requires\n"
        "more,transformer,North,,,40,,5,\nopen,station,West,,,80,,20,line\nline,branch,,South,West,100,0.02,8,\n"
    ),
    "datacenters.csv": (
        "site,zone,class,existing_it_mw,module_it_mw,max_it_mw,min_it_mw,heat_share,heat_c\n"
        "hall,town,cloud,2,5,20,5,0.5,30\n"
    ),
    "datacenter_demand.csv": "class,region,year,it_mw\ncloud,delta,2030,10\n",
    "heat_sinks.csv": "sink,zone,peak_mw,temperature_c,must_connect,alternative\nbaths,town,4,60,true,gas\n",
    "heat_links.csv": "link,from,to,length_km\npipe,hall,baths,0.5\n",
    "heat_pumps.csv": "heat_pump,at,max_mw\nlift,hall,6\n",
    "masts.csv": "mast,zone,lat,lon,radius_km,existing\ntower,town,52.1,5.1,5,true\n",
    "cells.csv": "cell,zone,lat,lon,required\nsquare,town,52.11,5.11,2030\n",
    "policies.csv": "policy,scope,indicator,sense,value,applies_to\nban,farm,datacenter_mw,max,0,cloud\n",
    "queue.csv": "request,zone,mw,date\nbakery,town,1.5,2026-01-31\n",
}


def write_files(folder: Path, changes: Mapping[str, str | bytes | None]) -> Path:
    """The small case in a folder, with files changed, added or (None) left out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {**FILES, **changes}.items():
        if text is None:
            continue
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def edited(file: str, old: str, new: str) -> dict[str, str | bytes | None]:
    """One file of the small case with one piece of text replaced."""
    assert old in FILES[file], f"{old!r} is not in {file}"
    return {file: FILES[file].replace(old, new, 1)}
