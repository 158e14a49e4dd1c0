"""`gridplan verify`: is a saved plan what it says it is?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gridplan.cli.guard import INVALID, NOT_VERIFIED, guarded
from gridplan.cli.options import JsonOption, QuietOption, VerboseOption

if TYPE_CHECKING:
    from gridplan.plan.verify import Certificate


@guarded
def verify(
    folder: Annotated[str, typer.Argument(metavar="RESULT_FOLDER", help="Result folder of a solve.")],
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Recompute a saved plan from its tables and its case, without the solver, and print the certificate.

    Exit codes: 0 verified, 1 something failed, 2 the folder holds no plan, 3 it is no result or its case is
    broken.
    """
    if not Path(folder).is_dir():
        raise typer.BadParameter(f"there is no folder '{folder}'", param_hint="RESULT_FOLDER")
    from gridplan.plan.load import LoadError
    from gridplan.plan.verify import NoPlanError, verify_folder

    try:
        certificate = verify_folder(folder)
    except LoadError as error:
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(INVALID) from error
    except NoPlanError as error:
        raise typer.BadParameter(f"'{folder}': {error}", param_hint="RESULT_FOLDER") from error
    _show(certificate, folder, as_json=as_json, quiet=quiet)
    raise typer.Exit(0 if certificate.ok else NOT_VERIFIED)


def _show(certificate: Certificate, folder: str, *, as_json: bool, quiet: bool) -> None:
    """The certificate on stdout; with --quiet only what failed, on stderr."""
    if as_json:
        from gridplan.cli.problems import print_json

        print_json(as_data(certificate, folder))
    elif not quiet:
        typer.echo(str(certificate))
    elif not certificate.ok:
        typer.echo("\n".join([certificate.line, *certificate.shown()]), err=True)


def as_data(certificate: Certificate, folder: str) -> dict[str, Any]:
    """A certificate as a JSON object."""
    names = ("check", "file", "row", "column", "text")
    return {
        "folder": folder,
        "ok": certificate.ok,
        "values": certificate.values,
        "checks": certificate.checks.to_dict("records"),
        "failures": [{name: getattr(failure, name) for name in names} for failure in certificate.failures],
    }
