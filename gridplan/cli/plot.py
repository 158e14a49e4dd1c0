"""`gridplan plot`: pictures of a saved plan, each with the data it draws."""

from __future__ import annotations

import inspect
import re
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gridplan.cli.guard import guarded
from gridplan.cli.options import Lang, LangOption, QuietOption, VerboseOption

if TYPE_CHECKING:
    from gridplan.plan.plan import Plan

Pictures = dict[str, tuple[str, dict[str, Any]]]


class Format(StrEnum):
    """File format of a picture."""

    PNG = "png"
    SVG = "svg"
    PDF = "pdf"


class Direction(StrEnum):
    """Which way the power goes at a station."""

    DEMAND = "demand"
    FEEDIN = "feedin"


@guarded
def plot(
    folder: Annotated[str, typer.Argument(metavar="PLAN_FOLDER", help="Result folder of a solve.")],
    kinds: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="KIND",
            help="map, siting, heat_sankey, cover, bottlenecks, "
            "duration, growth, land, power, gantt, heat_seasons; "
            "none: the usual ones.",
        ),
    ] = None,
    year: Annotated[int | None, typer.Option("--year", help="Planning stage.")] = None,
    direction: Annotated[Direction | None, typer.Option("--direction", help="Demand or feed-in.")] = None,
    substation: Annotated[
        str | None, typer.Option("--substation", help="Station of a duration curve.")
    ] = None,
    region: Annotated[
        str | None, typer.Option("--region", help="Zone, region or RES region of a heat_sankey.")
    ] = None,
    lang: LangOption = Lang.EN,
    out: Annotated[
        str | None,
        typer.Option("--out", "-o", metavar="DIR", help="Folder for the pictures; else PLAN_FOLDER/figures."),
    ] = None,
    file_format: Annotated[Format, typer.Option("--format", help="File format.")] = Format.PNG,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Draw pictures of a saved plan; next to each stands a CSV with what it draws."""
    if not Path(folder).is_dir():
        raise typer.BadParameter(f"there is no folder '{folder}'", param_hint="PLAN_FOLDER")
    from gridplan.plan.load import load_plan

    plan = load_plan(folder)
    if not plan.has_plan:
        raise typer.BadParameter(
            f"'{folder}' holds no plan to draw: {plan.status.value}", param_hint="PLAN_FOLDER"
        )
    given: dict[str, Any] = {
        "year": year,
        "direction": direction and direction.value,
        "substation": substation,
        "region": region,
    }
    options = {name: value for name, value in given.items() if value is not None}
    target = Path(folder) / "figures" if out is None else Path(out)
    for name, (kind, chosen) in choose(plan, kinds or [], options).items():
        for path in draw(plan, name, kind, chosen, target, lang.value, file_format.value):
            if not quiet:
                typer.echo(str(path))


def choose(plan: Plan, kinds: list[str], options: dict[str, Any]) -> Pictures:
    """File name → kind and options of the pictures asked for."""
    known, usual = plan.plot.names(), plan.plot.usual()
    there = list(dict.fromkeys(kind for kind, _ in known.values()))
    if not options:
        wanted = [name for kind in kinds for name in _named(kind, known, usual, there)] if kinds else usual
        return {name: known[name] for name in wanted}
    takers = kinds or [kind for kind in there if set(options) <= _accepts(plan, kind)]
    found: Pictures = {}
    for kind in takers:
        if kind not in there:
            raise typer.BadParameter(f"no picture '{kind}' that takes options; there are: {', '.join(there)}")
        refused = sorted(set(options) - _accepts(plan, kind))
        if refused:
            raise typer.BadParameter(
                f"picture '{kind}' has no option {', '.join('--' + name for name in refused)}"
            )
        found[_file_name(kind, options)] = (kind, options)
    if not found:
        raise typer.BadParameter(f"no picture takes {' and '.join('--' + name for name in options)} together")
    return found


def _named(kind: str, known: Pictures, usual: list[str], there: list[str]) -> list[str]:
    """A picture by its full name, or the usual ones of a kind (all of it where none is usual)."""
    if kind in known and kind not in there:
        return [kind]
    of_kind = [name for name in known if known[name][0] == kind]
    if not of_kind:
        raise typer.BadParameter(f"no picture '{kind}'; there are: {', '.join(there)}", param_hint="KIND")
    return [name for name in usual if name in of_kind] or of_kind


def _accepts(plan: Plan, kind: str) -> set[str]:
    return set(inspect.signature(getattr(plan.plot, kind)).parameters)


def _file_name(kind: str, options: dict[str, Any]) -> str:
    """`map_demand_2035`: the kind, then what tells this picture from its sisters."""
    parts = [
        kind,
        *(str(options[name]) for name in ("direction", "substation", "region", "year") if name in options),
    ]
    return "_".join(re.sub(r"[^\w.-]+", "-", part).strip("-") or "x" for part in parts)


def draw(
    plan: Plan, name: str, kind: str, options: dict[str, Any], folder: Path, lang: str, file_format: str
) -> list[Path]:
    """Draw one picture and its CSV; the two paths."""
    from gridplan.plots.accessor import csv_text

    try:
        axes = getattr(plan.plot, kind)(**options, lang=lang)
        table = plan.plot.data(kind, **options)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    folder.mkdir(parents=True, exist_ok=True)
    picture, data = folder / f"{name}.{file_format}", folder / f"{name}.csv"
    stamp = {"png": "Software", "svg": "Date", "pdf": "CreationDate"}[file_format]
    axes.figure.savefig(picture, metadata={stamp: None})
    data.write_text(csv_text(table), encoding="utf-8", newline="\n")
    return [picture, data]
