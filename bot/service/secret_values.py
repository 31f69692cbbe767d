"""The values of secrets that operations set, in memory only, and their redaction.

After a restart, and on a replica that didn't take the form, there are none.
"""

from collections.abc import Collection
from threading import Lock

# A shorter value would match ordinary words; the Hub adapter already removes the Hub's own echo.
_MIN_REDACTED_LENGTH = 4


class SecretValues:
    """The secret's value of each operation whose form this process took. It has no `repr`."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._values: dict[int, str] = {}

    def put(self, operation: int, value: str) -> None:
        """Keep the value of *operation*."""
        with self._lock:
            self._values[operation] = value

    def get(self, operation: int) -> str | None:
        """Return the value of *operation*; None if this process doesn't have it."""
        with self._lock:
            return self._values.get(operation)

    def drop(self, operations: Collection[int]) -> None:
        """Forget the values of *operations*."""
        with self._lock:
            for id in operations:
                self._values.pop(id, None)

    def operations(self) -> frozenset[int]:
        """Return the operations whose value this process has."""
        with self._lock:
            return frozenset(self._values)


def redact_value(text: str, value: str) -> str:
    """Return *text* without a secret's *value*, which the Hub may have repeated."""
    return text.replace(value, "…") if len(value) >= _MIN_REDACTED_LENGTH else text
