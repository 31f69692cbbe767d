"""Every way in which Slack lets an app down, to be switched on per method and count."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from math import inf
from threading import Lock
from time import monotonic

EVERY_METHOD = "*"
RESPONSE_URL = "response_url"


class FaultKind(Enum):
    REFUSED = auto()
    """Answered at once with an error code, nothing done."""
    STATUS = auto()
    """An HTTP status instead of an answer, nothing done."""
    DROPPED = auto()
    """The connection ends without an answer."""
    NO_RESPONSE = auto()
    """The answer never comes."""
    INVALID_ANSWER = auto()
    """An answer that isn't Slack's, or isn't whole: `body`, as it stands."""


@dataclass(frozen=True, slots=True)
class Fault:
    """`stored`: the request is carried out before it fails, so that its outcome is unknown."""

    kind: FaultKind
    code: str = ""
    status: int = 200
    retry_after: int = 0
    stored: bool = False
    details: tuple[str, ...] = ()
    body: str = ""


def rate_limited(retry_after: int = 1) -> Fault:
    return Fault(FaultKind.STATUS, "ratelimited", 429, retry_after)


def server_error(status: int = 503, *, stored: bool = False) -> Fault:
    return Fault(FaultKind.STATUS, "service_unavailable", status, stored=stored)


def api_error(code: str, *details: str) -> Fault:
    """`ratelimited` inside a 200, `is_archived`, `account_inactive`, `missing_scope`, …"""
    return Fault(FaultKind.REFUSED, code, details=details)


#: The wordings in which views.open was seen to refuse an expired trigger.
EXPIRED_TRIGGERS = (
    *(api_error(f"{what}_trigger_id") for what in ("expired", "exchanged", "invalid")),
    *(api_error(f"trigger_{what}") for what in ("expired", "exchanged")),
    api_error("invalid_arguments", "`trigger_id` expired"),
)


def drop_connection(*, stored: bool = False) -> Fault:
    return Fault(FaultKind.DROPPED, stored=stored)


def no_response(*, stored: bool = False) -> Fault:
    return Fault(FaultKind.NO_RESPONSE, stored=stored)


class SocketBehavior(Enum):
    """What becomes of a WebSocket that an app opens."""

    NORMAL = auto()
    TOO_MANY = auto()
    """Slack says `too_many_websockets` and closes it."""
    CLOSED = auto()
    """Slack says hello and closes it."""
    CUT = auto()
    """It breaks without a word."""


def invalid_answer(body: str, *, stored: bool = False) -> Fault:
    return Fault(FaultKind.INVALID_ANSWER, body=body, stored=stored)


def html_page() -> Fault:
    """A proxy's page with status 200."""
    return invalid_answer("<!DOCTYPE html><title>Sign in to the network</title>")


def answer_without_ts() -> Fault:
    """Agreed and carried out, and the answer doesn't say to what."""
    return invalid_answer('{"ok": true}', stored=True)


def answer_of_another_channel() -> Fault:
    """Agreed and carried out, and the answer is about another message."""
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
    """What goes wrong next. `pace` refuses a second message per second and channel.

    `ghosts` are connections that Slack counts although they are lost. `is_revoked` is the bot
    token; `missing_scopes` were taken from it; `hides_scopes` leaves out the header with them.
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
        """The next `times` calls of the method fail so, for `seconds`; None is without an end."""
        until = inf if seconds is None else self.clock() + seconds
        with self._lock:
            self._planned.append(
                _PlannedFault(method, fault, inf if times is None else times, until)
            )

    @property
    def waiting(self) -> int:
        """How many faults have not struck as often as they will; those that last count, too."""
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
        with self._lock:
            self._planned.clear()
        self.enforces_message_rate = self.is_revoked = self.hides_scopes = False
        self.sockets, self.ghosts, self.missing_scopes = SocketBehavior.NORMAL, 0, frozenset()

    def take(self, method: str) -> Fault | None:
        """The fault that this call meets; it counts as met."""
        with self._lock:
            now = self.clock()
            self._planned = [p for p in self._planned if not p.is_over(now)]
            for index, planned in enumerate(self._planned):
                if planned.method in (method, EVERY_METHOD):
                    self._planned[index] = replace(planned, times=planned.times - 1)
                    return planned.fault
        return None
