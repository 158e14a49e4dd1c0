"""The command line: `gridplan --help` lists the verbs. Nothing heavy is imported until a verb runs."""

from __future__ import annotations

import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; ends with SystemExit and the exit code (see docs/cli.md)."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure") and "utf" not in (stream.encoding or "").lower():
            stream.reconfigure(errors="replace")
    from gridplan.cli.app import app

    app(args=None if arguments is None else list(arguments), prog_name="gridplan")
