"""Faults of the simulated Hub: of all calls, of single calls, or of single Spaces.

    faults.hub = "down"                                    # accepts, never answers
    faults.refuse(503, call="restart", times=2)            # the next two restarts fail
    faults.refuse(403, "Not yours.", space="o/a")          # one Space refuses everything
    faults.refuse(502, call="restart", after=True)         # it was done, but the response is lost
    faults.hang(call="logs")                               # one endpoint never answers
    faults.html(call="list")                               # a captive portal's page, not JSON
    faults.answer("Please sign in", call=ALL_WRITES, times=3)  # 200 with an unexpected body
    faults.redirect(call="restart")                        # to the same URL
    faults.clear()

`app.py` lists the names of the calls: list, info, runtime, restart, pause, commit and so on.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.sandbox.hub.budget import RateLimit

HubState = Literal["up", "down", "slow", "limited"]
FaultKind = Literal["refuse", "hang", "answer"]
#: Matches every call that changes something.
ALL_WRITES = "acts"
HUB_STATES = ("up", "down", "slow", "limited")

#: The message of a status, if a test gives no other.
DEFAULT_MESSAGES = {
    400: "Bad request",
    402: (
        "Static Spaces are free for everyone, but hosting Gradio and Docker Spaces on free "
        "cpu-basic requires a PRO subscription. Subscribe at https://huggingface.co/pro"
    ),
    403: "Forbidden: you have no write access to this repo.",
    404: "Not found",
    409: "Cannot create repo: another conflicting operation is in progress",
    429: "Too many requests",
    500: "Internal Error - We're working hard to fix this as soon as possible!",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
CAPTIVE_PORTAL_PAGE = "<!doctype html><title>Sign in</title><p>Please sign in to this network."
STORAGE_MESSAGE = (
    "Private repository storage limit reached, please upgrade your plan to increase your private "
    "storage limit."
)
QUOTA_MESSAGE = (
    "You've reached your CPU-basic quota limit, "
    "please pause your previous Spaces to restart this one"
)


@dataclass(slots=True)
class Fault:
    """A rule: which calls it matches, their response, and how often it applies."""

    kind: FaultKind
    call: str | None = None
    space: str | None = None
    times: int | None = None
    after: bool = False
    status: int = 500
    message: str = ""
    code: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    times_applied: int = 0

    def matches(self, call: str, spaces: frozenset[str], *, is_write: bool, after: bool) -> bool:
        """Return whether the rule applies to this call on these Spaces."""
        matches_call = self.call in (None, call) or (is_write and self.call == ALL_WRITES)
        matches_space = matches_call and (self.space is None or self.space in spaces)
        return matches_space and not self.is_used_up and self.after == after

    @property
    def is_used_up(self) -> bool:
        """Whether the rule has been applied as often as planned."""
        return self.times is not None and self.times_applied >= self.times


class Faults:
    """All faults of the Hub. Thread-safe."""

    def __init__(self) -> None:
        self.latency = 0.0  # seconds before each response
        self.slow = 3.0  # more seconds before each response while the Hub is "slow"
        self.hang_seconds = 60.0  # the longest time before a hanging call fails with 504
        self.log_linger_seconds = 30.0  # between the last line of a log stream and its end
        self.log_keepalive_seconds = 10.0  # between the empty events of a log stream
        self.missing_page: int | None = None  # this page of a list returns `missing_status`
        self.missing_status = 500
        self.truncate_list_after_page: int | None = None  # the list ends here without an error
        self.listed_stages: dict[str, str] = {}  # wrong stages, shown only in the list, by Space
        self.unlisted: set[str] = set()  # Spaces missing only in the list
        self.without_runtime: set[str] = set()  # Spaces listed without a runtime
        self.unreadable: set[str] = set()  # Spaces listed as null
        self.store_url: str | None = None  # the store of large files; None: this server
        self.rate_limit = RateLimit()
        self.send_rate_limit_headers = True
        self._hub: HubState = "up"
        self._rules: list[Fault] = []
        self._lock = threading.Lock()
        self.is_released = False

    @property
    def hub(self) -> HubState:
        """The state of the whole Hub."""
        return self._hub

    @hub.setter
    def hub(self, weather: HubState) -> None:
        if weather not in HUB_STATES:
            raise ValueError(f"The Hub can be {', '.join(HUB_STATES)}; not {weather!r}.")
        self._hub = weather
        self.rate_limit.is_exhausted = weather == "limited"

    def refuse(
        self,
        status: int,
        message: str | None = None,
        *,
        call: str | None = None,
        space: str | None = None,
        times: int | None = None,
        after: bool = False,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Fault:
        """Return *status*; with *after*, only once the call has been executed."""
        text = message if message is not None else DEFAULT_MESSAGES.get(status, "Refused")
        fault = Fault("refuse", call, space, times, after, status, text, code, headers or {})
        return self._add(fault)

    def over_quota(self, *, space: str | None = None, times: int | None = None) -> Fault:
        """Refuse restarts as the Hub does when an account has used up its quota."""
        return self.refuse(403, QUOTA_MESSAGE, call="restart", space=space, times=times)

    def limit_creations(self, *, hours: int, times: int | None = None) -> None:
        """Refuse new Spaces as the Hub does when an account has reached its daily limit."""
        text = f"You have been rate-limited for creating Spaces; retry in {hours} hours."
        headers = {"Retry-After": str(hours * 3600)}
        for call in ("create", "duplicate"):
            self.refuse(429, text, call=call, times=times, headers=headers)

    def fill_storage(self, *, times: int | None = None) -> Fault:
        """Refuse large files as the Hub does when an account's storage is full."""
        return self.refuse(403, STORAGE_MESSAGE, call="lfs-batch", times=times)

    def lose_store(self) -> None:
        """Direct large files to an unreachable store: no process listens on that port."""
        self.store_url = "http://127.0.0.1:9"

    def hang(
        self,
        *,
        call: str | None = None,
        space: str | None = None,
        times: int | None = None,
        after: bool = False,
    ) -> Fault:
        """Never respond; with *after*, only once the call has been executed."""
        return self._add(Fault("hang", call, space, times, after))

    def html(self, *, call: str | None = None, times: int | None = None) -> Fault:
        """Return 200 with an HTML page, as a captive portal does."""
        return self.answer(CAPTIVE_PORTAL_PAGE, media="text/html", call=call, times=times)

    def answer(
        self,
        text: str,
        *,
        status: int = 200,
        media: str = "text/plain",
        call: str | None = None,
        space: str | None = None,
        times: int | None = None,
        after: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> Fault:
        """Return *text* without executing the call; with *after*, once it has been executed."""
        all_headers = {"Content-Type": media, **(headers or {})}
        fault = Fault("answer", call, space, times, after, status, text, headers=all_headers)
        return self._add(fault)

    def redirect(
        self,
        location: str = "",
        *,
        status: int = 307,
        call: str | None = None,
        times: int | None = None,
    ) -> Fault:
        """Redirect the caller to *location*, or to the same URL."""
        headers = {"Location": location}
        return self.answer("", status=status, call=call, times=times, headers=headers)

    def remove(self, fault: Fault) -> None:
        """Remove one rule."""
        with self._lock:
            self._rules = [rule for rule in self._rules if rule is not fault]

    @property
    def waiting(self) -> int:
        """The number of faults that will still occur."""
        with self._lock:
            return sum(not rule.is_used_up for rule in self._rules) + (self.store_url is not None)

    def lift_all(self) -> None:
        """Remove all rules, and list all Spaces; the Hub's state stays."""
        with self._lock:
            self._rules.clear()
            self.store_url = None
        self.unreadable, self.unlisted = set(), set()

    def clear(self) -> None:
        """Remove all rules and set the Hub's state to "up". The other fields stay."""
        self.lift_all()
        self.hub = "up"

    def release(self) -> None:
        """End all hanging and streaming calls, now and later, so that the server can stop."""
        self.is_released = True

    def take(
        self, call: str, spaces: frozenset[str], *, is_write: bool = False, after: bool = False
    ) -> Fault | None:
        """Return the first rule that matches this call, and count its use."""
        with self._lock:
            matching = (
                f for f in self._rules if f.matches(call, spaces, is_write=is_write, after=after)
            )
            fault = next(matching, None)
            if fault:
                fault.times_applied += 1
            return fault

    def is_active(self, fault: Fault) -> bool:
        """Return whether *fault* hasn't been removed."""
        with self._lock:
            return any(rule is fault for rule in self._rules)

    def _add(self, fault: Fault) -> Fault:
        with self._lock:
            self._rules.append(fault)
        return fault
