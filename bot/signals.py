"""Shutdown on a signal or at end of input, even while the main thread works."""

import os
import signal
from threading import Event, Thread


def set_on_signal(stop: Event, exit_after: float | None = None) -> None:
    """Set *stop* on a signal, and end the process *exit_after* seconds later.

    The signals are SIGTERM, that of Ctrl-C and that of a closed terminal.

    A signal only writes a byte to a pipe that a thread reads. Python runs handlers in the main
    thread, where one that sets an event would deadlock if it interrupts a wait for that event.
    https://docs.python.org/3/library/signal.html#signal.set_wakeup_fd
    """
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    is_without_terminal = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN  # by `nohup`
    hang_up = () if is_without_terminal else (signal.SIGHUP,)
    for number in (signal.SIGTERM, signal.SIGINT, *hang_up):
        signal.signal(number, _ignore)
    Thread(target=_watch_signals, args=(reader, stop, exit_after), daemon=True, name="stop").start()


def terminate_at_eof(descriptor: int) -> None:
    """Send this process SIGTERM once *descriptor* is at its end of file.

    The parent has the other end of the pipe and writes nothing. The system closes that end with
    the parent, also on SIGKILL, so no orphan stays.
    """
    Thread(target=_await_eof, args=(descriptor,), daemon=True, name="input").start()


def _await_eof(descriptor: int) -> None:
    while os.read(descriptor, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _ignore(*_: object) -> None:
    """Replace the default action, so that a signal only writes its byte."""


def _watch_signals(reader: int, stop: Event, exit_after: float | None) -> None:
    os.read(reader, 1)
    stop.set()
    if exit_after is not None:
        Event().wait(exit_after)
        os._exit(0)
