"""`gridplan robust`: what to start now, before it is known which scenario comes."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gridplan.cli.guard import guarded
from gridplan.cli.options import (
    CaseArgument,
    JsonOption,
    Lang,
    LangOption,
    QuietOption,
    SetOption,
    VerboseOption,
)
from gridplan.cli.study_options import (
    GapOption,
    MemoryOption,
    OutOption,
    SchedulerOption,
    SeedOption,
    ThreadsOption,
    TimeOption,
    WorkersOption,
    code_of,
    run_study,
    show,
    text_table,
)

if TYPE_CHECKING:
    from gridplan.study.robust import Robust


class Criterion(StrEnum):
    """What is best over all scenarios."""

    REGRET = "regret"
    EXPECTED = "expected"
    WORST = "worst"
    CVAR = "cvar"
    ALL = "all"


@guarded
def robust(
    case: CaseArgument,
    scenarios: Annotated[
        str,
        typer.Option(
            "--scenarios",
            metavar="A,B,…",
            help="Scenario folders; base: the case itself; NAME=base or NAME=FOLDER gives another name.",
        ),
    ],
    weights: Annotated[
        str | None,
        typer.Option("--weights", metavar="P,Q,…", help="Probability of each; without it all equal."),
    ] = None,
    criterion: Annotated[
        list[Criterion] | None,
        typer.Option("--criterion", help="May be given more than once, the first leads; without it regret."),
    ] = None,
    reveal: Annotated[
        int | None,
        typer.Option("--reveal", metavar="YEAR", help="The scenario is known from this year; else stage 2."),
    ] = None,
    price: Annotated[float, typer.Option("--price", min=0, help="M€ per MW·year that is not served.")] = 1.0,
    alpha: Annotated[
        float, typer.Option("--alpha", min=0, max=0.999, help="CVaR: mean of the worst share 1 − alpha.")
    ] = 0.5,
    within: Annotated[
        int,
        typer.Option("--within", min=0, metavar="YEARS", help="List decisions of the first so many years."),
    ] = 2,
    changes: SetOption = None,
    out: OutOption = None,
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
    """Reinforcements to start before the scenario is known, so that no scenario is regretted much.

    What is started before the reveal year is the same in all scenarios; everything else is decided in each.
    Exit codes as of `solve`.
    """
    from gridplan.study import robust as find

    chosen = [item.value for item in criterion or [Criterion.REGRET]]
    study, folder = run_study(
        case, None, changes, quiet, out, "robust", lang.value,
        lambda loaded, watch: find(
            loaded, _scenarios(scenarios), _weights(weights), "all" if "all" in chosen else chosen,
            reveal=reveal, price=price, alpha=alpha, within_years=within, gap=gap, time_limit_s=time_limit,
            threads=threads, seed=seed, workers=workers, scheduler=scheduler, memory=memory, **watch,
        ),
    )  # fmt: skip
    code = code_of(study)
    if as_json:
        from gridplan.cli.problems import print_json

        print_json(_data(study) | {"folder": folder, "exit_code": code})
    elif not quiet:
        show(study, f"Case {study.case.name}: {', '.join(study.weights)}", _parts(study, lang.value), folder)
    raise typer.Exit(code)


def _scenarios(text: str) -> dict[str, str]:
    """Folder by name; twice the same name is a usage error."""
    found: dict[str, str] = {}
    for item in text.split(","):
        name, equals, folder = item.strip().partition("=")
        if not name or (equals and not folder) or name in found:
            raise typer.BadParameter(f"'{text}' is not A,B,… with different names", param_hint="--scenarios")
        found[name] = folder or name
    return found


def _weights(text: str | None) -> list[float] | None:
    try:
        return None if text is None else [float(item) for item in text.split(",")]
    except ValueError as error:
        raise typer.BadParameter(f"'{text}' is not a list of numbers", param_hint="--weights") from error


def _parts(study: Robust, lang: str) -> list[str]:
    """Sentences, then the tables behind them."""
    parts: list[str] = ["", *study.sentences.get(lang, ())]
    if len(study.costs):
        money = dict.fromkeys([*study.weights, *study.criteria.columns[1:5], "bound_meur"], "M€")
        parts += ["", "Regret", *text_table(study.regret.reset_index(), money)]
        parts += ["", "Criteria", *text_table(study.criteria, money)]
        works = study.reinforcements
        parts += ["", "Reinforcements", *text_table(works[works["needed_in"] != ""], {})]
    if len(study.decisions):
        table = study.decisions.astype({"latest_decision_year": str, "start_year": str})
        parts += ["", "Decide first", *text_table(table, {"capex_meur": "M€", "mw": "MW"})]
    return parts


def _data(study: Robust) -> dict[str, Any]:
    tables = ("costs", "criteria", "reinforcements", "decisions")
    return {
        "status": study.status,
        "criterion": study.criterion,
        "cost": study.cost,
        "reveal": study.reveal,
        "weights": study.weights,
        "sentences": study.sentences,
        **{name: getattr(study, name).to_dict("records") for name in tables},
        "notes": study.notes,
    }
