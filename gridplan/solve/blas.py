"""One thread for the linear algebra of many small systems.

OpenBLAS splits every product over all cores. Where products are small its threads wait for one another: 326
hours of a stage of 300 stations took 59 s of the processor with two threads, 10 s with one, on two cores that
others used at the same time.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache
from typing import Any

from threadpoolctl import ThreadpoolController


def one_thread() -> AbstractContextManager[Any]:
    """Let the linear algebra of numpy and scipy use one thread, in every thread that calls it meanwhile."""
    limit: AbstractContextManager[Any] = _libraries().limit(limits=1, user_api="blas")
    return limit


@cache
def _libraries() -> ThreadpoolController:
    """The libraries that are loaded; looking for them takes long."""
    return ThreadpoolController()
