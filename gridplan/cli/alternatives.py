"""`gridplan alternatives`: plans that cost nearly the same and do something else."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

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
    GapOption,
    OutOption,
    SeedOption,
    ThreadsOption,
    TimeOption,
    code_of,
    run_study,
    show,
    text_table,
)
from gridplan.cli.text import unit_of


class Of(StrEnum):
    """What plans must differ in."""

    SITES = "sites"
    REINFORCEMENTS = "reinforcements"
    BOTH = "both"


@guarded
def alternatives(
    case: CaseArgument,
    k: Annotated[int, typer.Option("-k", min=1, help="Number of plans, the optimum included.")] = 5,
    within: Annotated[
        float,
        typer.Option("--within", min=0, help="Share by which cost may be above the optimum (0.02 = 2 %)."),
    ] = 0.02,
    differ: Annotated[
        int, typer.Option("--differ", min=1, help="Choices by which any two plans differ at least.")
    ] = 2,
    of: Annotated[
        Of, typer.Option("--of", help="Choices that count: sites, reinforcements or both.")
    ] = Of.BOTH,
    drop: Annotated[
        int,
        typer.Option(
            "--drop", min=0, help="Choices of an earlier plan that a later one does without; 0: none need be."
        ),
    ] = 1,
    scenario: ScenarioOption = None,
    changes: SetOption = None,
    out: OutOption = None,
    gap: GapOption = None,
    time_limit: TimeOption = None,
    threads: ThreadsOption = None,
    seed: SeedOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.EN,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Plans near the optimum that differ in sites or reinforcements, in order of cost.

    It stops, and says so, when no further plan exists. Exit codes as of `solve`.
    """
    from gridplan.study import alternatives as find

    study, folder = run_study(
        case, scenario, changes, quiet, out, "alternatives", lang.value,
        lambda loaded, watch: find(
            loaded, k, within, differ, of.value, drop=drop, gap=gap, time_limit_s=time_limit, threads=threads,
            seed=seed, **watch,
        ),
    )  # fmt: skip
    code = code_of(study)
    if as_json:
        from gridplan.cli.problems import print_json

        print_json(
            {
                "status": study.status,
                "complete": study.complete,
                "alternatives": study.table.to_dict("records"),
                "choices": study.choices.to_dict("records"),
                "distances": study.distances.to_numpy().tolist(),
                "notes": study.notes,
                "folder": folder,
                "exit_code": code,
            }
        )
    elif not quiet:
        name = str(study.table.columns[1])
        units = {name: unit_of(name), "bound": unit_of(name), "above": "share", "gap": "share"}
        shown = study.table if folder is not None else study.table.drop(columns="folder")
        chosen = study.choices.rename(columns={str(n): f"plan {n}" for n in study.plans})
        parts = ["", *text_table(shown, units), "", "What each plan does", *text_table(chosen, {})]
        show(study, f"Case {study.case.name}: alternatives in {of.value}", parts, folder)
    raise typer.Exit(code)
