"""From exceptions to messages and exit codes, in one place."""

from __future__ import annotations

import functools
import tempfile
import traceback
from collections.abc import Callable
from typing import Any

import typer

BUG, USAGE, INVALID, INTERRUPTED = 1, 2, 3, 130
NOT_VERIFIED = 1  # as a bug: gridplan made a plan that it cannot confirm


def guarded(verb: Callable[..., None]) -> Callable[..., None]:
    """Verb whose exceptions become a message on stderr and an exit code.

    An invalid case ends with 3, a folder or option that cannot be used with 2, Ctrl-C with 130 and anything
    unforeseen with 1; its traceback goes to a file, and with --verbose to stderr too.
    """

    @functools.wraps(verb)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            verb(*args, **kwargs)
        except KeyboardInterrupt:
            typer.echo("Interrupted; nothing was written.", err=True)
            raise typer.Exit(INTERRUPTED) from None
        except Exception as error:
            if _is_click(error):
                raise
            raise typer.Exit(_report(error, **_flags(kwargs))) from error

    return run


def _flags(kwargs: dict[str, Any]) -> dict[str, bool]:
    return {"verbose": bool(kwargs.get("verbose")), "as_json": bool(kwargs.get("as_json"))}


def _is_click(error: Exception) -> bool:
    """Exceptions the command-line library handles itself: usage errors and planned ends."""
    return isinstance(error, (typer.Exit, typer.Abort, *typer.BadParameter.__mro__[:3]))


def _report(error: Exception, *, verbose: bool, as_json: bool) -> int:
    """Say what went wrong; the exit code."""
    try:
        from gridplan.case import CaseError
        from gridplan.cli.problems import show_invalid
        from gridplan.engine import EngineError
        from gridplan.exchange.needs import NeedsPackageError
        from gridplan.plan.load import LoadError
        from gridplan.plan.save import FolderError
        from gridplan.study.sweeps.read import StudyError
    except ImportError as missing:  # a broken installation: `gridplan doctor` tells more
        report_bug(missing, verbose=verbose)
        return BUG

    if isinstance(error, CaseError):
        show_invalid(tuple(error.problems), as_json=as_json)
        return INVALID
    if isinstance(error, (FolderError, LoadError, NeedsPackageError, EngineError, StudyError)):
        typer.echo(f"Error: {error}", err=True)
        return USAGE
    report_bug(error, verbose=verbose)
    return BUG


def report_bug(error: BaseException, *, verbose: bool) -> None:
    """One line about an unforeseen error and the file with its traceback."""
    text = "".join(traceback.format_exception(error))
    with tempfile.NamedTemporaryFile(
        "w", prefix="gridplan-error-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        file.write(text)
    if verbose:
        typer.echo(text, err=True)
    typer.echo(f"Error: {type(error).__name__}: {error}", err=True)
    typer.echo(f"This is a bug in gridplan. The traceback is in {file.name}", err=True)
