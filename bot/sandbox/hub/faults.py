"""
Trouble that can be switched on and off: the Hub as a whole, or single calls and Spaces.

    faults.hub = "down"                                    # accepts, never answers
    faults.refuse(503, call="restart", times=2)            # the next two restarts fail
    faults.refuse(403, "Not yours.", space="o/a")          # one Space refuses everything
    faults.refuse(502, call="restart", after=True)         # it was done, but the answer is lost
    faults.hang(call="logs")                               # one endpoint never answers
    faults.html(call="list")                               # a captive page instead of JSON
    faults.answer("Please sign in", call=ACTS, times=3)    # 200 and not what was asked for
    faults.redirect(call="restart")                        # to where it came from
    faults.clear()

A call is named as in `app.py`: list, info, runtime, restart, pause, commit, and so on; ACTS are
all that change something.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.sandbox.hub.budget import RateLimit

HubState = Literal["up", "down", "slow", "limited"]
FaultKind = Literal["refuse", "hang", "answer"]
#: Stands for every call that changes something.
ALL_WRITES = "acts"
HUB_STATES = ("up", "down", "slow", "limited")

#: Words of the Hub for a status, when a test does not care to give its own.
DEFAULT_MESSAGES = {
    400: "Bad request",
    402: "Payment required: creating a Docker Space needs a PRO or Team plan.",
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
    """One rule: which calls it hits, what they get, and how often it still strikes."""

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
        matches_call = self.call in (None, call) or (is_write and self.call == ALL_WRITES)
        matches_space = matches_call and (self.space is None or self.space in spaces)
        return matches_space and not self.is_used_up and self.after == after

    @property
    def is_used_up(self) -> bool:
        """Whether it has struck as often as it will."""
        return self.times is not None and self.times_applied >= self.times


class Faults:
    """The switchboard. All of it may be used from any thread while the Hub serves."""

    def __init__(self) -> None:
        self.latency = 0.0  # seconds before every answer
        self.slow = 3.0  # seconds before every answer while the Hub is "slow"
        self.hang_seconds = 60.0  # the longest that a hanging call is kept, in seconds
        self.log_linger_seconds = 30.0  # how long a log stream stays open after its last line
        self.log_keepalive_seconds = 10.0  # seconds between the empty events of a log stream
        self.missing_page: int | None = None  # this page of a list answers `missing_status`
        self.missing_status = 500
        self.truncate_list_after_page: int | None = (
            None  # the list ends after this page, without a word
        )
        self.listed_stages: dict[str, str] = {}  # a stage that only the list shows, by Space
        self.unlisted: set[str] = set()  # Spaces that only the list has forgotten
        self.without_runtime: set[str] = set()  # Spaces whose entry has no runtime block
        self.unreadable: set[str] = set()  # Spaces whose entry is null
        self.dead_apps: set[str] = set()  # Spaces that run, with an app that answers 502
        self.store_url: str | None = None  # where large files are to be put; None: here
        self.rate_limit = RateLimit()
        self.send_rate_limit_headers = True  # whether answers carry the RateLimit headers
        self._hub: HubState = "up"
        self._rules: list[Fault] = []
        self._lock = threading.Lock()
        self.is_released = False

    @property
    def hub(self) -> HubState:
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
        """Answer *status*; with `after`, only once the act has been carried out."""
        text = message if message is not None else DEFAULT_MESSAGES.get(status, "Refused")
        fault = Fault("refuse", call, space, times, after, status, text, code, headers or {})
        return self._add(fault)

    def over_quota(self, *, space: str | None = None, times: int | None = None) -> Fault:
        """Refuse restarts as the Hub does when an account runs as much as it may."""
        return self.refuse(403, QUOTA_MESSAGE, call="restart", space=space, times=times)

    def limit_creations(self, *, hours: int, times: int | None = None) -> None:
        """Refuse new Spaces as the Hub does once an account has made its number of a day."""
        text = f"You have been rate-limited for creating Spaces; retry in {hours} hours."
        headers = {"Retry-After": str(hours * 3600)}
        for call in ("create", "duplicate"):
            self.refuse(429, text, call=call, times=times, headers=headers)

    def fill_storage(self, *, times: int | None = None) -> Fault:
        """Refuse large files as the Hub does once an account's storage is full."""
        return self.refuse(403, STORAGE_MESSAGE, call="lfs-batch", times=times)

    def lose_store(self) -> None:
        """Send large files to a store where nobody answers: nothing listens on that port."""
        self.store_url = "http://127.0.0.1:9"

    def hang(
        self,
        *,
        call: str | None = None,
        space: str | None = None,
        times: int | None = None,
        after: bool = False,
    ) -> Fault:
        """Never answer; with `after`, only once the act has been carried out."""
        return self._add(Fault("hang", call, space, times, after))

    def html(self, *, call: str | None = None, times: int | None = None) -> Fault:
        """Answer 200 with a page, as a proxy in between does."""
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
        """Answer *text* and do nothing; with `after`, once the act has been carried out."""
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
        """Send the caller to *location*, or to where it asked already."""
        headers = {"Location": location}
        return self.answer("", status=status, call=call, times=times, headers=headers)

    def remove(self, fault: Fault) -> None:
        """Take one rule back."""
        with self._lock:
            self._rules = [rule for rule in self._rules if rule is not fault]

    @property
    def waiting(self) -> int:
        """How many rules will strike again."""
        with self._lock:
            return sum(not rule.is_used_up for rule in self._rules) + (self.store_url is not None)

    def lift_all(self) -> None:
        """Take every rule back and list every Space; the Hub stays up or down as it is."""
        with self._lock:
            self._rules.clear()
            self.store_url = None
        self.unreadable = set()

    def clear(self) -> None:
        """Take every rule back and let the Hub be up. Knobs and budget stay as they are."""
        self.lift_all()
        self.hub = "up"

    def release(self) -> None:
        """Let go of every call that hangs or streams, now and later, so that a server can stop."""
        self.is_released = True

    def take(
        self, call: str, spaces: frozenset[str], *, is_write: bool = False, after: bool = False
    ) -> Fault | None:
        """Return the first rule that hits this call, and count it."""
        with self._lock:
            matching = (
                f for f in self._rules if f.matches(call, spaces, is_write=is_write, after=after)
            )
            fault = next(matching, None)
            if fault:
                fault.times_applied += 1
            return fault

    def is_active(self, fault: Fault) -> bool:
        """Return whether *fault* has not been taken back meanwhile."""
        with self._lock:
            return any(rule is fault for rule in self._rules)

    def _add(self, fault: Fault) -> Fault:
        with self._lock:
            self._rules.append(fault)
        return fault
