"""Ctrl-C: the first asks a run to stop with what it has, the second ends it at once."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

INTERRUPTED = 130
STOPPING = "Stopping; the best plan so far is kept."
ABORTED = "Aborted; nothing was written."


@contextmanager
def stopping(said: str = STOPPING, aborted: str = ABORTED) -> Iterator[threading.Event]:
    """Event that the first Ctrl-C sets, for as long as the block runs.

    Args:
        said: what is kept, after the first.
        aborted: the same after the second.
    """
    event = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield event  # only the main thread may handle signals
        return

    def handle(_number: int, _frame: FrameType | None) -> None:
        if event.is_set():
            os.write(
                sys.__stderr__.fileno() if sys.__stderr__ else 2,
                f"\x1b[?25h\n{aborted}\n".encode(),
            )
            os._exit(INTERRUPTED)
        event.set()
        os.write(2, f"\n{said} Press Ctrl-C again to abort at once.\n".encode())

    before = signal.signal(signal.SIGINT, handle)
    try:
        yield event
    finally:
        signal.signal(signal.SIGINT, before)
