"""`gridplan policy-cost`: what every rule costs."""

from __future__ import annotations

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
    MemoryOption,
    SchedulerOption,
    SeedOption,
    ThreadsOption,
    TimeOption,
    WorkersOption,
)
from gridplan.cli.told import run_told, show

COLUMNS = [
    "policy", "leave_one_out_meur", "leave_one_out_within_meur", "shapley_meur", "shapley_error_meur",
    "displaced_mw", "heat_tj",
]  # fmt: skip


@guarded
def policy_cost(
    case: CaseArgument,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only", metavar="ID", help="Policy; more than once; the others stay in force; else all."
        ),
    ] = None,
    leave_out: Annotated[
        list[str] | None, typer.Option("--leave-out", help="heat or telecom, with what they draw: quicker.")
    ] = None,
    shapley: Annotated[
        bool, typer.Option("--shapley/--no-shapley", help="Also the share of what all cost (Shapley).")
    ] = True,
    price: Annotated[float, typer.Option("--price", min=0, help="M€ per MW·year that is not served.")] = 1.0,
    exact_up_to: Annotated[
        int,
        typer.Option("--exact-up-to", min=0, help="All subsets up to so many rules; else sampled orders."),
    ] = 10,
    samples: Annotated[
        int, typer.Option("--samples", min=2, help="Number of orders that are sampled.")
    ] = 100,
    few_hours: Annotated[
        bool, typer.Option("--few-hours", help="Critical hours only: quicker, a little less exact.")
    ] = False,
    scenario: ScenarioOption = None,
    changes: SetOption = None,
    out: Annotated[
        str | None,
        typer.Option("--out", "-o", metavar="DIR", help="Folder for tables, JSON and the picture."),
    ] = None,
    gap: GapOption = None,
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
    """What every policy costs: by lifting it alone, and as its share of what all cost; what it displaces.

    Every number is a difference of solved plans. Rules that can never bind cost 0 and are not searched for.
    """
    from gridplan.explain.ledger import policy_cost as find

    study, folder = run_told(
        case, scenario, changes, quiet, out, "policy_cost", lang.value,
        lambda loaded, watch: find(
            loaded, only=only, leave_out=leave_out or (),
            shapley=shapley, price=price, exact_up_to=exact_up_to, samples=samples,
            all_hours=not few_hours, gap=gap, time_limit_s=time_limit, threads=threads, seed=seed,
            workers=workers, scheduler=scheduler, memory=memory, **watch,
        ),
    )  # fmt: skip
    table = study.table.loc[study.table["note"] == "", COLUMNS]
    units = dict.fromkeys(COLUMNS[1:5], "M€") | {"displaced_mw": "MW", "heat_tj": "TJ"}
    show(study, table, units, folder, lang.value, as_json=as_json, quiet=quiet)
    raise typer.Exit(study.status.exit_code)
