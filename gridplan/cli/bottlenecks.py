"""`gridplan bottlenecks`: what is full, from when, by what and by whom."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gridplan.cli.guard import guarded
from gridplan.cli.options import JsonOption, Lang, LangOption, QuietOption, VerboseOption
from gridplan.cli.told import show

COLUMNS = [
    "station", "direction", "first_full_year", "limited_by", "element", "outage", "binding_hours",
    "price_meur_per_mw_year", "energy_eur_per_mwh",
]  # fmt: skip


@guarded
def bottlenecks(
    source: Annotated[
        str,
        typer.Argument(
            metavar="CASE_OR_RESULT", help="Result folder of a solve, case folder, or name of a bundled case."
        ),
    ],
    year: Annotated[int | None, typer.Option("--year", help="Planning stage; without it: all.")] = None,
    place: Annotated[
        list[str] | None, typer.Option("--place", help="Station; may be given more than once; else all.")
    ] = None,
    price: Annotated[float, typer.Option("--price", min=0, help="M€ per MW·year that is not served.")] = 1.0,
    out: Annotated[
        str | None, typer.Option("--out", "-o", metavar="DIR", help="Folder for table, JSON and the picture.")
    ] = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.EN,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Stations that are full: from which year, limited by what, filled by whom, and what one MW more costs.

    All hours (and outages) are looked at. Prices are duals with the decisions of the plan fixed.
    """
    from gridplan.cli.headroom import _read
    from gridplan.cli.watch import watcher
    from gridplan.explain.files import check_folder, save
    from gridplan.explain.tight import bottlenecks as find
    from gridplan.plan.plan import Plan

    if out is not None:
        check_folder(out, "bottlenecks")
    watch = watcher(quiet=quiet)
    try:
        watch.phase("read")
        plan = _read(source, False, watch)
        assert isinstance(plan, Plan)
        try:
            found = find(plan, None if year is None else [year], places=place, price=price, progress=watch)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
        folder: Path | None = None if out is None else save(found, "bottlenecks", out, lang=lang.value)
    finally:
        watch.close()
    table = found.full.rename(columns={"first_full_year": "full from"})
    names = [{"first_full_year": "full from"}.get(name, name) for name in COLUMNS]
    table = table[names].astype({"full from": str})
    units = {"binding_hours": "h/yr", "price_meur_per_mw_year": "M€/MW·yr", "energy_eur_per_mwh": "EUR/MWh"}
    show(found, table, units, folder, lang.value, as_json=as_json, quiet=quiet)
