"""The bot's clock: the system's, moved forward in the sandbox."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

#: Names the file with the seconds by which `spacebot try` has moved the clock.
OFFSET_FILE_VARIABLE = "SANDBOX_CLOCK_FILE"


def make_clock(environ: Mapping[str, str]) -> Callable[[], datetime]:
    """Return the function that returns the current time, in UTC."""
    file = environ.get(OFFSET_FILE_VARIABLE)
    return partial(_moved_time, Path(file)) if file else system_time


def system_time() -> datetime:
    """Return the time of the system's clock."""
    return datetime.now(UTC)


def _moved_time(file: Path) -> datetime:
    return system_time() + timedelta(seconds=_read_offset(file))


def _read_offset(file: Path) -> float:
    """Return the seconds in *file*; 0 before the clock was moved."""
    try:
        return float(file.read_text())
    except FileNotFoundError:
        return 0.0
