"""
The supervisor that opens, monitors and replaces the connection to Slack, and its backoff.

slack_sdk takes most of a minute to detect a connection that broke without a close frame (a
restarted proxy, a suspended laptop). The supervisor replaces a connection after a few seconds
without a message or a pong, because Slack answers each ping.
"""

import json
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from time import monotonic, time
from typing import Any

from slack_bolt import App

from bot import metrics
from bot.errors import SlackError, SlackRateLimited, SlackUnavailable
from bot.listeners.socket_mode.client import Client
from bot.slack import Hello, read_hello

logger = logging.getLogger(__name__)

# Longest pause while Slack rejects the token, which only a person can replace.
_TOKEN_PAUSE_SECONDS = 60.0
# Limit on Slack's Retry-After, so that one wrong value doesn't disconnect the bot for hours.
_MAX_RETRY_AFTER_SECONDS = 300.0
_TOKEN_ERRORS = frozenset(
    {"invalid_auth", "not_authed", "token_revoked", "account_inactive", "not_allowed_token_type"}
)
# The intervals of pings and checks; the silence after which a connection counts as lost.
_PING_SECONDS, _STALE_AFTER_SECONDS, _CHECK_SECONDS = 2.0, 6.0, 1.0
# A request waits in its thread for the group commit, so many threads share one fsync.
_THREADS = 64
# Slack's control frames are shorter. Only payloads of requests are longer.
_MAX_CONTROL_FRAME_LENGTH = 2000
# Slack's reasons to replace a healthy connection.
_ROUTINE_REASONS = frozenset({"warning", "refresh_requested"})


@dataclass(frozen=True, slots=True)
class Backoff:
    """The attempts since the last stable connection, and the time of the next one.

    Pauses double from *first_pause* to *longest_pause*. With the defaults there are at most ten
    attempts a minute, and the bot reconnects within ten seconds after an outage. A connection is
    stable after *stable* seconds; its successor may be opened at once. All times are in seconds.
    """

    first_pause: float = 1.0
    longest_pause: float = 8.0
    stable: float = 30.0
    opens: int = 0
    opened_at: float = float("-inf")
    next_at: float = float("-inf")

    def after_open(self, now: float) -> "Backoff":
        """Return the state after an attempt that begins at *now*.

        It counts before its outcome is known, because a connection may close right after it opens.
        """
        pause = min(self._doubled_pause(), self.longest_pause)
        return replace(self, opens=self.opens + 1, opened_at=now, next_at=now + pause)

    def after_connection(self, now: float) -> "Backoff":
        """Return the state after a connection that must be replaced at *now*."""
        if now - self.opened_at < self.stable:
            return self
        return replace(self, opens=0, next_at=now)

    def after_refusal(self, error: Exception, now: float) -> "Backoff":
        """Return the state after an attempt that failed with *error* at *now*."""
        pause = 0.0
        if isinstance(error, SlackRateLimited):
            pause = min(error.after, _MAX_RETRY_AFTER_SECONDS)
        elif isinstance(error, SlackError) and error.code in _TOKEN_ERRORS:
            pause = min(self._doubled_pause(), _TOKEN_PAUSE_SECONDS)
        return replace(self, next_at=max(self.next_at, now + pause))

    def _doubled_pause(self) -> float:
        return self.first_pause * 2.0 ** min(self.opens, 10)  # prevents an OverflowError


class SocketMode:
    """One supervised connection to Slack. `start` succeeds even while Slack is unavailable."""

    def __init__(
        self,
        app: App,
        app_token: str,
        *,
        threads: int = _THREADS,
        ping_interval: float = _PING_SECONDS,
        stale_after: float = _STALE_AFTER_SECONDS,
        check_interval: float = _CHECK_SECONDS,
        backoff: Backoff | None = None,
        clock: Callable[[], float] = time,
        monotonic: Callable[[], float] = monotonic,
    ) -> None:
        self._app, self._token, self._threads, self._ping_interval = (
            app,
            app_token,
            threads,
            ping_interval,
        )
        self._stale_after, self._check_interval, self._clock = stale_after, check_interval, clock
        self._backoff, self._monotonic = backoff or Backoff(), monotonic
        self._client: Client | None = None
        self._received_at = 0.0
        self._is_up = self._is_renewal_due = False
        self._expected = 1  # connections of ours that Slack may count in its next hello
        self._reason = ""
        self._hello = Hello()
        self._stopping, self._wake = threading.Event(), threading.Event()
        self._supervisor = threading.Thread(
            target=self._supervise, name="socket-watch", daemon=True
        )

    def start(self) -> None:
        """Start the thread that connects and monitors the connection."""
        self._client = Client(
            self._app, self._token, threads=self._threads, ping_interval=self._ping_interval
        )
        self._client.on_message_listeners.append(self._on_message)
        self._supervisor.start()

    def stop(self) -> None:
        """Stop receiving, send the remaining acknowledgments, close the connection."""
        self._stopping.set()
        self._wake.set()
        if self._client is None:
            return
        self._supervisor.join(timeout=2)
        self._client.stop()

    def is_alive_within(self, seconds: float) -> bool:
        """Return whether the connection received something in the last *seconds*."""
        if self._client is None or not self._client.is_connected():
            return False
        return self._clock() - self._last_received() <= seconds

    def problem(self) -> str:
        """Return the problem if nothing was received for 30 seconds, else an empty string."""
        if self.is_alive_within(30):
            return ""
        return (
            f"no connection to Slack ({self._reason})" if self._reason else "no connection to Slack"
        )

    def hello(self) -> Hello:
        """Return Slack's hello message on the current connection.

        Raises:
            SlackUnavailable: if there is no connection.
        """
        if problem := self.problem():
            raise SlackUnavailable(f"There's {problem}.", next_step="I'll keep trying.")
        return self._hello

    def _on_message(self, message: str) -> None:
        self._received_at = self._clock()
        if len(message) <= _MAX_CONTROL_FRAME_LENGTH and message.startswith("{"):
            self._handle_control(json.loads(message))

    def _handle_control(self, frame: Mapping[str, Any]) -> None:
        match frame.get("type"):
            case "hello":
                self._record_hello(read_hello(frame, own_connections=self._expected))
            case "disconnect":
                self._request_renewal(str(frame.get("reason")))

    def _record_hello(self, hello: Hello) -> None:
        """Store *hello*; log the number of other connections if it has changed."""
        others, before = hello.other_connections, self._hello.other_connections
        self._hello, self._reason = hello, ""
        metrics.slack_other_connections.set(others)
        if others > before:
            logger.warning(
                "Slack counts %d more of this app's connections than mine, and each gets a part "
                "of what people send. Replicas count, and lost connections for a while. If it is "
                "neither, another process has this SLACK_APP_TOKEN",
                others,
            )
        elif others < before:
            logger.info("Slack counts %d more of this app's connections than mine", others)

    def _request_renewal(self, reason: str) -> None:
        """Schedule a new connection, because Slack is about to close this one for *reason*."""
        if reason not in _ROUTINE_REASONS:
            self._reason = reason
            logger.warning("Slack closes the connection: %s", reason)
        self._is_renewal_due = True
        self._wake.set()

    def _last_received(self) -> float:
        """Return the time of the last message or answered ping, in seconds of the clock."""
        session = self._client.current_session if self._client else None
        return max(self._received_at, (session and session.last_ping_pong_time) or 0.0)

    def _supervise(self) -> None:
        pause = 0.0
        while not self._stopping.is_set():
            self._wake.wait(pause)
            self._wake.clear()
            if not self._stopping.is_set():
                pause = self._check()

    def _check(self) -> float:
        """Replace the connection if due and allowed; return the seconds until the next check."""
        is_lost = not self.is_alive_within(self._stale_after)
        if not is_lost and not self._is_renewal_due:
            return self._check_interval
        now = self._monotonic()
        if self._is_up:
            self._is_up = False
            self._backoff = self._backoff.after_connection(now)
        if now < self._backoff.next_at:
            return self._backoff.next_at - now
        self._reconnect(is_lost=is_lost)
        return self._check_interval if self._is_up else 0.0

    def _reconnect(self, *, is_lost: bool) -> None:
        """Open a connection. A healthy one is closed only after the new one is open."""
        assert self._client, "call start() first"
        self._backoff = self._backoff.after_open(self._monotonic())
        self._is_renewal_due = False
        self._expected = 1 if is_lost else 2
        if is_lost:
            self._client.end_session()
        metrics.slack_connection_opens.inc()
        try:
            self._client.open()
        except Exception as error:  # noqa: BLE001 - the supervisor must survive any failure
            self._record_failure(error)
            return
        self._received_at = self._clock()  # silence counts from the opening
        self._is_up = True
        logger.info("connected to Slack")

    def _record_failure(self, error: Exception) -> None:
        self._backoff = self._backoff.after_refusal(error, self._monotonic())
        self._is_renewal_due = True
        self._reason = error.code if isinstance(error, SlackError) else ""
        logger.warning("no connection to Slack, trying again: %s", self._reason or error)
