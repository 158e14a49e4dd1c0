"""`gridplan compare` and `gridplan rerun`: what differs between plans, and does a plan come out again?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gridplan.cli.guard import NOT_VERIFIED, guarded
from gridplan.cli.options import JsonOption, Lang, LangOption, QuietOption, VerboseOption
from gridplan.cli.study_options import text_table

if TYPE_CHECKING:
    import pandas as pd

    from gridplan.plan.plan import Plan
    from gridplan.study.compare import Comparison, Rerun

ROWS = 20  # of each table, on the terminal


@guarded
def compare(
    folders: Annotated[
        list[str], typer.Argument(metavar="A B [C…]", help="Result folders; NAME=FOLDER gives a plan a name.")
    ],
    out: Annotated[
        str | None,
        typer.Option("--out", "-o", metavar="DIR", help="Folder for tables, pictures and comparison.html."),
    ] = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.EN,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """What differs between two or more plans, in inputs and results; the first is compared with.

    Nothing is solved. Exit code 0.
    """
    from gridplan.study.compare import compare as side_by_side
    from gridplan.study.compare.save import KIND
    from gridplan.study.save import check_folder

    if out is not None:
        check_folder(out, KIND)
    plans = _plans(folders)
    if len(plans) < 2:
        raise typer.BadParameter("two or more result folders are needed", param_hint="A B")
    found = side_by_side(plans)
    written = None if out is None else found.save(out, lang=lang.value)
    if as_json:
        from gridplan.cli.problems import print_json

        print_json(found.as_data() | {"folder": written})
    elif not quiet:
        typer.echo("\n".join(_lines(found, written)))


def _plans(folders: Sequence[str]) -> dict[str, Plan]:
    """Plans by name: as given, else that of the folder, with its parents' where two are the same."""
    from gridplan.plan.load import load_plan

    found: dict[str, Plan] = {}
    for text in folders:
        name, equals, folder = text.partition("=")
        if not equals or Path(text).is_dir():
            name, folder = "", text
        parts = Path(folder).resolve().parts[::-1]
        choices = [name] if name else ["/".join(reversed(parts[:k])) for k in range(1, len(parts))]
        free = next((one for one in choices if one not in found), None)
        if free is None:
            raise typer.BadParameter(f"'{name or folder}' is given twice", param_hint="A B")
        found[free] = load_plan(folder)
    return found


def _lines(found: Comparison, written: Path | None) -> list[str]:
    from gridplan.study.compare.comparison import HEADINGS, TABLES

    lines = [" · ".join(f"{name} ({plan.status.value})" for name, plan in found.plans.items())]
    for name in TABLES:
        if name == "zones":
            continue
        table = found.changed(name)
        if name == "indicators":
            table = table[table["year"].isna()].drop(columns="year")
        lines += ["", HEADINGS[name] if name != "indicators" else "Indicators, totals, each in its unit"]
        lines += _table(table)
    return lines + (["", f"Files: {written} (comparison.html, tables/, figures/)"] if written else [])


def _table(table: pd.DataFrame) -> list[str]:
    if table.empty:
        return ["  the same"]
    shown = table.head(ROWS)
    left = len(table) - len(shown)
    plain = shown.astype(object).where(shown.notna(), None)
    return [*text_table(plain, {}), *([f"  and {left} more rows"] if left else [])]


@guarded
def rerun(
    manifest: Annotated[
        str, typer.Argument(metavar="MANIFEST", help="manifest.json of a result, or its folder.")
    ],
    case: Annotated[
        str | None,
        typer.Option(
            "--case", metavar="DIR", help="Folder the case came from; its files are compared by hash."
        ),
    ] = None,
    tolerance: Annotated[
        float, typer.Option("--tolerance", min=0, help="Relative difference of indicators that is the same.")
    ] = 1e-6,
    out: Annotated[
        str | None, typer.Option("--out", "-o", metavar="DIR", help="Folder for the plan found now.")
    ] = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Solve the case of a saved plan again with the same options, and say what differs.

    Exit codes: 0 every indicator is the same to the tolerance, 1 not.
    """
    from gridplan.cli.interrupt import stopping
    from gridplan.cli.watch import watcher
    from gridplan.plan.save import check_target, save
    from gridplan.study.compare import rerun as again

    if out is not None:
        check_target(out)
    watch = watcher(quiet=quiet)
    try:
        with stopping() as interrupt:
            found = again(manifest, case=case, tolerance=tolerance, progress=watch, interrupt=interrupt)
    finally:
        watch.close()
    if out is not None:
        save(found.now, out)
    code = 0 if found.reproduced else NOT_VERIFIED
    _show(found, code, as_json=as_json, quiet=quiet)
    raise typer.Exit(code)


def _show(found: Rerun, code: int, *, as_json: bool, quiet: bool) -> None:
    table = found.differences
    if as_json:
        from gridplan.cli.problems import print_json

        rows = table.astype(object).where(table.notna(), None).to_dict("records")
        print_json({"reproduced": found.reproduced, "differences": rows, "exit_code": code})
    elif not quiet:
        plain = table.astype(object).where(table.notna(), None)
        told = text_table(plain, {"difference": "share"}) if len(table) else []
        typer.echo("\n".join([f"Case {found.then.case.name}: {found.line}", *told]))
