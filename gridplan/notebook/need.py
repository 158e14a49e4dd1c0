"""What a notebook needs besides gridplan."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

INSTALL = "pip install 'gridplan[notebook]'"


class NotebookError(ImportError):
    """A package is missing; the message says what to install."""


def need(module: str, what: str) -> ModuleType:
    """A module that only notebooks use.

    Raises:
        NotebookError: it is not installed.
    """
    try:
        return import_module(module)
    except ImportError as missing:
        raise NotebookError(
            f"{what} needs {module}, which is not installed: {INSTALL}", name=module
        ) from missing
