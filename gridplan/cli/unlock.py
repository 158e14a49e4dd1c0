"""`gridplan unlock`: what reinforcements, and pairs of them, let be served."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

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
from gridplan.cli.study_options import (
    MemoryOption,
    SchedulerOption,
    SeedOption,
    ThreadsOption,
    TimeOption,
    WorkersOption,
)
from gridplan.cli.told import run_told, show

if TYPE_CHECKING:
    from gridplan.plan.plan import Plan

SHOWN = ["reinforcement", "owner", "year", "units", "capex_meur", "extra_mw", "within_mw", "mw_per_meur"]
PAIR = ["first", "second", "year", "capex_meur", "extra_mw", "within_mw", "interaction_mw", "only_together"]
TOP = 15  # rows on a terminal


class Measure(StrEnum):
    """What is counted."""

    MW = "mw"
    MW_YEARS = "mw_years"


@guarded
def unlock(
    case: CaseArgument,
    pairs: Annotated[bool, typer.Option("--pairs", help="Also every pair.")] = False,
    kept: Annotated[
        str | None,
        typer.Option("--kept", metavar="DIR", help="Plan whose reinforcements are there in any case."),
    ] = None,
    with_required: Annotated[
        bool, typer.Option("--with-required", help="A reinforcement comes with those that it requires.")
    ] = False,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="ID", help="Reinforcement; more than once; else all."),
    ] = None,
    leave_out: Annotated[
        list[str] | None, typer.Option("--leave-out", help="heat or telecom, with what they draw: quicker.")
    ] = None,
    measure: Annotated[
        Measure, typer.Option("--measure", help="MW in one stage, or MW·years over all.")
    ] = Measure.MW,
    year: Annotated[
        int | None, typer.Option("--year", help="Stage that MW are counted in; else the last.")
    ] = None,
    within: Annotated[
        float, typer.Option("--within", min=1e-6, help="Know everything to within so many MW (or MW·years).")
    ] = 0.01,
    few_hours: Annotated[
        bool, typer.Option("--few-hours", help="Critical hours only: quicker, may promise a little too much.")
    ] = False,
    scenario: ScenarioOption = None,
    changes: SetOption = None,
    out: Annotated[
        str | None,
        typer.Option("--out", "-o", metavar="DIR", help="Folder for tables, JSON and the picture."),
    ] = None,
    time_limit: TimeOption = None,
    threads: ThreadsOption = None,
    seed: SeedOption = None,
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
    memory: MemoryOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.EN,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """What every reinforcement lets be served, alone and in pairs, by solving the case with it (no duals).

    Served is the programme that is sited and the load at peak; cost plays no part but for the MW per M€.
    """
    from gridplan.explain.levers import unlock as find
    from gridplan.explain.levers.tell import better

    study, folder = run_told(
        case, scenario, changes, quiet, out, "unlock", lang.value,
        lambda loaded, watch: find(
            loaded, pairs=pairs, kept=_plan(kept), with_required=with_required, only=only,
            leave_out=leave_out or (),
            measure=measure.value, year=year, within=within, all_hours=not few_hours,
            time_limit_s=time_limit, threads=threads, seed=seed,
            workers=workers, scheduler=scheduler, memory=memory, **watch,
        ),
    )  # fmt: skip
    good = study.singles[study.singles["extra_mw"] > 0]
    table, columns = (good, SHOWN) if study.pairs is None else (better(study), PAIR)
    units = {"capex_meur": "M€", "extra_mw": study.unit, "within_mw": study.unit, "year": "year"}
    units |= {"interaction_mw": study.unit, "mw_per_meur": ""}
    show(study, table[columns].head(TOP), units, folder, lang.value, as_json=as_json, quiet=quiet)
    raise typer.Exit(study.status.exit_code)


def _plan(folder: str | None) -> Plan | None:
    if folder is None:
        return None
    from gridplan.plan.load import load_plan

    return load_plan(folder)
