"""Arguments and options that several verbs share."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Lang(StrEnum):
    """Language of the pictures."""

    EN = "en"
    NL = "nl"


def examples(first: str, second: str) -> str:
    """End of a help page: two commands that run on a bundled case."""
    return f"Examples\n\n{first}\n\n{second}"


CaseArgument = Annotated[
    str, typer.Argument(metavar="CASE", help="Case folder, or the name of a bundled case such as 'tutorial'.")
]
ScenarioOption = Annotated[
    str | None, typer.Option("--scenario", "-s", help="Scenario of the case (folder scenarios/NAME).")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="T.ID.COL=V",
        help="Change one cell: table.id.column=value. May be given more than once.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, to stdout.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Show errors only.")]
VerboseOption = Annotated[
    bool, typer.Option("--verbose", "-v", help="Show more, and the traceback of a bug.")
]
LangOption = Annotated[Lang, typer.Option("--lang", help="Language of the pictures.")]
