"""Ctrl-C: the first asks the solver to stop with its best plan, the second ends the run at once."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

INTERRUPTED = 130


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """Event that the first Ctrl-C sets, for as long as the block runs."""
    event = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield event  # only the main thread may handle signals
        return

    def handle(_number: int, _frame: FrameType | None) -> None:
        if event.is_set():
            os.write(
                sys.__stderr__.fileno() if sys.__stderr__ else 2,
                b"\x1b[?25h\nAborted; nothing was written.\n",
            )
            os._exit(INTERRUPTED)
        event.set()
        os.write(2, b"\nStopping; the best plan so far is kept. Press Ctrl-C again to abort at once.\n")

    before = signal.signal(signal.SIGINT, handle)
    try:
        yield event
    finally:
        signal.signal(signal.SIGINT, before)
