"""One thread for the linear algebra of many small systems.

OpenBLAS, as the wheels of numpy and scipy bring it, splits every product over all cores. Where products are
small its threads wait for one another: 326 hours of a stage of 300 stations took 59 s of the processor with
two threads, 10 s with one, on two cores that others used at the same time.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy
import scipy

NAMES = ("scipy_openblas_{}_num_threads{}", "openblas_{}_num_threads{}")
ENDINGS = ("64_", "_64", "")
_LOCK = threading.Lock()
_inside = 0  # how many run inside `one_thread`
_before: list[int] = []  # threads of every library outside


@contextmanager
def one_thread() -> Iterator[None]:
    """Let the OpenBLAS of numpy and scipy use one thread; other libraries of linear algebra stay as they are.

    May be nested, and entered by several threads: the last one to leave restores what was.
    """
    global _inside
    with _LOCK:
        if not _inside:
            _before[:] = [get() for get, _ in _libraries()]
            _set([1] * len(_before))
        _inside += 1
    try:
        yield
    finally:
        with _LOCK:
            _inside -= 1
            if not _inside:
                _set(_before)


def _set(threads: list[int]) -> None:
    for (_, put), count in zip(_libraries(), threads, strict=True):
        put(count)


@cache
def _libraries() -> list[tuple[Callable[[], int], Callable[[int], Any]]]:
    """(number of threads, how to set it) of every OpenBLAS that came with numpy or scipy."""
    found = []
    for package in (numpy, scipy):
        home = Path(str(package.__file__)).parent
        for folder in (home.parent / f"{package.__name__}.libs", home / ".dylibs"):
            for path in sorted(folder.glob("*openblas*")) if folder.is_dir() else ():
                pair = _functions(path)
                if pair is not None:
                    found.append(pair)
    return found


def _functions(path: Path) -> tuple[Callable[[], int], Callable[[int], Any]] | None:
    """Functions of a library that is loaded already; None where it has none by these names."""
    try:
        library = ctypes.CDLL(str(path))
    except OSError:
        return None
    for name in NAMES:
        for ending in ENDINGS:
            get = getattr(library, name.format("get", ending), None)
            put = getattr(library, name.format("set", ending), None)
            if get is not None and put is not None:
                get.restype, get.argtypes, put.restype, put.argtypes = ctypes.c_int, [], None, [ctypes.c_int]
                return get, put
    return None
