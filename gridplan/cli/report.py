"""`gridplan report`: the dossier of a saved plan, for those who decide."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gridplan.cli.guard import guarded
from gridplan.cli.options import JsonOption, QuietOption, VerboseOption

if TYPE_CHECKING:
    from gridplan.report import Facts


class Langs(StrEnum):
    """Languages of a report."""

    EN = "en"
    NL = "nl"
    BOTH = "both"


@guarded
def report(
    folder: Annotated[str, typer.Argument(metavar="PLAN_FOLDER", help="Result folder of a solve.")],
    lang: Annotated[Langs, typer.Option("--lang", help="Language, or both.")] = Langs.BOTH,
    zone: Annotated[
        list[str] | None,
        typer.Option(
            "--zone", help="A one-pager of this municipality or station. May be given more than once."
        ),
    ] = None,
    all_: Annotated[
        bool, typer.Option("--all", help="A one-pager of every municipality and every station.")
    ] = False,
    explain: Annotated[
        float,
        typer.Option("--explain", min=0, metavar="S", help="Look for S seconds why something falls short."),
    ] = 0.0,
    unlock: Annotated[
        str | None,
        typer.Option(
            "--unlock",
            metavar="DIR",
            help="Folder of gridplan unlock; else PLAN_FOLDER/unlock if it is there.",
        ),
    ] = None,
    out: Annotated[
        str | None,
        typer.Option("--out", "-o", metavar="DIR", help="Folder for the report; else PLAN_FOLDER/report."),
    ] = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Write the dossier of a plan: pages that open in any browser, without a network.

    Each language is one HTML file; municipalities and stations get a page of their own with --zone or --all.
    """
    if not Path(folder).is_dir():
        raise typer.BadParameter(f"there is no folder '{folder}'", param_hint="PLAN_FOLDER")
    from gridplan.plots.text import LANGUAGES
    from gridplan.report import MissingLibrary, ReportError, read, write

    langs = LANGUAGES if lang == Langs.BOTH else (lang.value,)
    target = Path(folder) / "report" if out is None else Path(out)
    try:
        facts = read(folder, unlock)
        explained = _explained(facts, langs, explain) if explain > 0 else {}
        watch = (lambda _: None) if quiet else (lambda text: typer.echo(f"writing {text}", err=True))
        files = write(facts, target, langs, zone or (), all_, explained, watch)
    except (ReportError, MissingLibrary) as error:
        raise typer.BadParameter(str(error)) from error
    if as_json:
        from gridplan.cli.problems import print_json

        print_json(
            {
                "folder": str(target),
                "files": [str(path) for path in files],
                "inputs_sha256": facts.fingerprint,
            }
        )
    elif not quiet:
        for path in files:
            if path.parent == target:
                typer.echo(f"{path} ({path.stat().st_size / 1e6:.1f} MB)")
        pages = sum(path.parent != target for path in files)
        typer.echo(f"{pages} one-pagers in {target}")


def _explained(facts: Facts, langs: tuple[str, ...], seconds: float) -> dict[str, list[str]]:
    """Sentences on the largest shortages, by language."""
    found = facts.plan.explain(time_limit_s=seconds)
    return {lang: list(found.sentences(lang)) for lang in langs}
