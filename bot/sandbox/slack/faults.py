"""The faults of the simulated Slack, planned for a method and a number of calls."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from math import inf
from threading import Lock
from time import monotonic

EVERY_METHOD = "*"
RESPONSE_URL = "response_url"


class FaultKind(Enum):
    """How a call fails."""

    REFUSED = auto()
    """An error code."""
    STATUS = auto()
    """An HTTP error status."""
    DROPPED = auto()
    """The connection closes without a response."""
    NO_RESPONSE = auto()
    """The response never comes."""
    INVALID_ANSWER = auto()
    """A response that isn't Slack's, or is incomplete: `body`."""


@dataclass(frozen=True, slots=True)
class Fault:
    """How one call fails. If *stored*, it is executed first, so its outcome is unknown."""

    kind: FaultKind
    code: str = ""
    status: int = 200
    retry_after: int = 0
    stored: bool = False
    details: tuple[str, ...] = ()
    body: str = ""


def rate_limited(retry_after: int = 1) -> Fault:
    """Return a 429, with Retry-After in seconds."""
    return Fault(FaultKind.STATUS, "ratelimited", 429, retry_after)


def server_error(status: int = 503, *, stored: bool = False) -> Fault:
    """Return an HTTP error status."""
    return Fault(FaultKind.STATUS, "service_unavailable", status, stored=stored)


def api_error(code: str, *details: str) -> Fault:
    """Return an error code in a 200, such as `is_archived` or `missing_scope`."""
    return Fault(FaultKind.REFUSED, code, details=details)


#: The errors that views.open is known to return for an expired trigger.
EXPIRED_TRIGGERS = (
    *(api_error(f"{what}_trigger_id") for what in ("expired", "exchanged", "invalid")),
    *(api_error(f"trigger_{what}") for what in ("expired", "exchanged")),
    api_error("invalid_arguments", "`trigger_id` expired"),
)


def drop_connection(*, stored: bool = False) -> Fault:
    """Return a connection that closes without a response."""
    return Fault(FaultKind.DROPPED, stored=stored)


def no_response(*, stored: bool = False) -> Fault:
    """Return a connection that hangs."""
    return Fault(FaultKind.NO_RESPONSE, stored=stored)


class SocketBehavior(Enum):
    """How Slack treats a new WebSocket."""

    NORMAL = auto()
    TOO_MANY = auto()
    """Sends `too_many_websockets` and closes it."""
    CLOSED = auto()
    """Sends hello and closes it."""
    CUT = auto()
    """Closes it without a close frame."""


def invalid_answer(body: str, *, stored: bool = False) -> Fault:
    """Return a response with an unexpected body."""
    return Fault(FaultKind.INVALID_ANSWER, body=body, stored=stored)


def html_page() -> Fault:
    """Return a proxy's HTML page with status 200."""
    return invalid_answer("<!DOCTYPE html><title>Sign in to the network</title>")


def answer_without_ts() -> Fault:
    """Return a success without the message's timestamp."""
    return invalid_answer('{"ok": true}', stored=True)


def answer_of_another_channel() -> Fault:
    """Return a success that names another channel and message."""
    return invalid_answer('{"ok": true, "channel": "C0ELSE", "ts": "1.000001"}', stored=True)


@dataclass(frozen=True, slots=True)
class _PlannedFault:
    method: str
    fault: Fault
    times: float
    until: float  # by the clock of the faults

    def is_over(self, now: float) -> bool:
        return self.times <= 0 or now >= self.until


@dataclass(slots=True)
class Faults:
    """All faults of the simulated Slack. Thread-safe.

    *enforces_message_rate* refuses a second message per second and channel. *ghosts* is the
    number of lost connections that Slack still counts. *is_revoked* and *missing_scopes* concern
    the bot token. *hides_scopes* omits the X-OAuth-Scopes header.
    """

    enforces_message_rate: bool = False
    state: str = "up"
    hang_seconds: float = 60.0
    sockets: SocketBehavior = SocketBehavior.NORMAL
    ghosts: int = 0
    is_revoked: bool = False
    missing_scopes: frozenset[str] = frozenset()
    hides_scopes: bool = False
    clock: Callable[[], float] = monotonic
    _planned: list[_PlannedFault] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def plan(
        self, method: str, fault: Fault, *, times: int | None = 1, seconds: float | None = None
    ) -> None:
        """Make the next *times* calls of *method* fail, for *seconds*; None means no limit."""
        until = inf if seconds is None else self.clock() + seconds
        with self._lock:
            self._planned.append(
                _PlannedFault(method, fault, inf if times is None else times, until)
            )

    @property
    def waiting(self) -> int:
        """The number of planned faults that will still occur, and of lasting ones."""
        lasting = (
            self.sockets is not SocketBehavior.NORMAL,
            self.ghosts,
            self.is_revoked,
            self.missing_scopes,
            self.hides_scopes,
        )
        with self._lock:
            return len(self._planned) + sum(map(bool, lasting))

    def clear(self) -> None:
        """Remove all faults. Whether Slack is up or down stays."""
        with self._lock:
            self._planned.clear()
        self.enforces_message_rate = self.is_revoked = self.hides_scopes = False
        self.sockets, self.ghosts, self.missing_scopes = SocketBehavior.NORMAL, 0, frozenset()

    def take(self, method: str) -> Fault | None:
        """Return the fault for this call, and count its use."""
        with self._lock:
            now = self.clock()
            self._planned = [p for p in self._planned if not p.is_over(now)]
            for index, planned in enumerate(self._planned):
                if planned.method in (method, EVERY_METHOD):
                    self._planned[index] = replace(planned, times=planned.times - 1)
                    return planned.fault
        return None
