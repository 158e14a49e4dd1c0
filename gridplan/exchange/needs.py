"""Packages that only some formats need."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType


class NeedsPackageError(RuntimeError):
    """A package that a format needs is not installed; the message says what to install."""


def need(module: str, extra: str) -> ModuleType:
    """A module of an optional package.

    Raises:
        NeedsPackageError: where it is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        message = f"this needs the package {module.partition('.')[0]!r}"
        raise NeedsPackageError(f"{message}; install it with: pip install 'gridplan[{extra}]'") from error
