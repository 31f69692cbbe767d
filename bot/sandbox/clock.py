"""The sandbox's clock, which a person moves from the drawer. It only moves forward."""

import time
from pathlib import Path
from threading import Lock


class SandboxClock:
    """The system's clock and an offset, which *file* tells the bot's process."""

    def __init__(self, file: Path | None = None) -> None:
        self.file = file
        self._offset = 0.0
        self._lock = Lock()

    def __call__(self) -> float:
        """Return the time in epoch seconds."""
        return time.time() + self._offset

    def advance(self, seconds: float) -> None:
        """Move the clock forward, for the sandbox and for the bot."""
        with self._lock:
            self._offset += max(0.0, seconds)
            if self.file:
                new = self.file.with_suffix(".new")
                new.write_text(str(self._offset))
                new.replace(self.file)  # at once, because the bot may be reading it
