"""Being asked to stop, by SIGTERM or Ctrl-C, whatever the main thread is busy with."""

import os
import signal
from threading import Event, Thread


def set_on_signal(stop: Event, exit_after: float | None = None) -> None:
    """Set *stop* once somebody asks us to; still running after *exit_after* seconds, end at once.

    Python runs a handler in the main thread, wherever that is just then: one that sets an event
    waits for ever if that very event is about to be waited for. So a signal only writes a byte
    here, and a thread of its own reads it.
    """
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _ignore)
    Thread(target=_watch_signals, args=(reader, stop, exit_after), daemon=True, name="stop").start()


def _ignore(*_: object) -> None:
    """Let the byte be all that a signal does."""


def _watch_signals(reader: int, stop: Event, within: float | None) -> None:
    os.read(reader, 1)
    stop.set()
    if within is not None:
        Event().wait(within)
        os._exit(0)
