"""`gridplan explain`: which rows are in the way, and what would help."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gridplan.cli.bundled import find_case
from gridplan.cli.changes import parse_changes
from gridplan.cli.guard import guarded
from gridplan.cli.options import (
    CaseArgument,
    JsonOption,
    Lang,
    LangOption,
    QuietOption,
    ScenarioOption,
    SetOption,
    VerboseOption,
)

if TYPE_CHECKING:
    from gridplan.case import Case
    from gridplan.explain import Explanation
    from gridplan.plan.plan import Plan

INFEASIBLE, UNKNOWN = 4, 6


@guarded
def explain(
    case: CaseArgument,
    plan: Annotated[
        str | None,
        typer.Option(
            "--plan",
            metavar="DIR",
            help="Result folder of a solve of this case, so that it is not solved again.",
        ),
    ] = None,
    place: Annotated[
        str | None,
        typer.Option(
            "--place", metavar="ID", help="A site (why not there?), station, zone, class or policy."
        ),
    ] = None,
    mw: Annotated[
        float | None, typer.Option("--mw", min=0, help="MW of IT asked at a site; without it one module.")
    ] = None,
    scenario: ScenarioOption = None,
    changes: SetOption = None,
    time_limit: Annotated[
        float,
        typer.Option("--time-limit", min=1, help="Seconds for the explanation, without the first solve."),
    ] = 60.0,
    out: Annotated[
        str | None,
        typer.Option("--out", "-o", metavar="DIR", help="Folder for tables, JSON and the picture."),
    ] = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.EN,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Say why not: the rows of the case that cannot hold together, and changes that would help.

    Of a case without a plan, of what a plan does not serve, or of a place. Every change that is shown was
    tried by solving the case with it. Exit codes: 0, 4 there is no plan, 6 not known in time.
    """
    from gridplan.cli.watch import watcher
    from gridplan.explain.why import explain as why
    from gridplan.explain.why.save import check_folder, save

    if out is not None:
        check_folder(out)
    if plan is not None and (scenario or changes):
        raise typer.BadParameter("a plan has its own scenario and changes; leave --scenario and --set out")
    watch = watcher(quiet=quiet)
    try:
        watch.phase("read")
        source = _plan(case, plan) if plan is not None else _case(case, scenario, parse_changes(changes))
        try:
            found = why(source, place, mw=mw, time_limit_s=time_limit, progress=watch)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
        folder = None if out is None else save(found, out, lang=lang.value)
    finally:
        watch.close()
    _show(found, folder, lang.value, as_json=as_json, quiet=quiet)
    raise typer.Exit({"infeasible": INFEASIBLE, "unknown": UNKNOWN}.get(found.status, 0))


def _case(name: str, scenario: str | None, patch: dict) -> Case:
    from gridplan.case import read_case

    return read_case(find_case(name), scenario=scenario, patch=patch or None)


def _plan(case: str, folder: str) -> Plan:
    """The plan of a result folder, which must be of this case."""
    from gridplan.case import read_case
    from gridplan.plan.load import load_plan

    plan = load_plan(folder)
    name = read_case(find_case(case)).name
    if plan.case.name != name:
        raise typer.BadParameter(f"the plan in {folder} is of case '{plan.case.name}', not of '{name}'")
    return plan


def _show(found: Explanation, folder: Path | None, lang: str, *, as_json: bool, quiet: bool) -> None:
    from gridplan.cli.problems import print_json

    if as_json:
        print_json({**found.as_data(lang), "folder": folder})
    elif not quiet:
        typer.echo("\n".join(found.sentences(lang, sets=True)))
        if folder is not None:
            typer.echo(f"\nFiles: {folder}")
