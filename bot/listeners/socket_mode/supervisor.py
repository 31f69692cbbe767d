"""Keeps one connection to Slack open, and is the only one to open them.

The client of slack_sdk notices a close. A connection that broke without one (a proxy restarted, a
laptop that slept) it takes for alive for most of a minute. So what arrives is watched here: Slack
answers each ping, and after some seconds of silence the connection is replaced.
"""

import json
import logging
import threading
from collections.abc import Callable, Mapping
from time import monotonic, time
from typing import Any

from slack_bolt import App

from bot import metrics
from bot.errors import SlackError, SlackUnavailable
from bot.listeners.socket_mode.backoff import Backoff
from bot.listeners.socket_mode.client import Client
from bot.slack import Hello, read_hello

logger = logging.getLogger(__name__)

# Seconds between pings, of silence after which a connection is lost, between two checks.
_PING_SECONDS, _STALE_AFTER_SECONDS, _CHECK_SECONDS = 2.0, 6.0, 1.0
# Slack's own frames are shorter than this. Only payloads of people are longer.
_MAX_CONTROL_FRAME_LENGTH = 2000
# Why Slack ends a connection that is well: it wants a new one, and needs it soon.
_ROUTINE_REASONS = frozenset({"warning", "refresh_requested"})


class SocketMode:
    """One connection to Slack. `start` never fails: it comes up when Slack does."""

    def __init__(
        self,
        app: App,
        app_token: str,
        *,
        threads: int = 32,
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
        """Begin to connect, and to watch the connection."""
        self._client = Client(
            self._app, self._token, threads=self._threads, ping_interval=self._ping_interval
        )
        self._client.on_message_listeners.append(self._on_message)
        self._supervisor.start()

    def stop(self) -> None:
        """Take nothing more, send the last acknowledgements, end the connection."""
        self._stopping.set()
        self._wake.set()
        if self._client is None:
            return
        self._supervisor.join(timeout=2)
        self._client.stop()

    def is_alive_within(self, seconds: float) -> bool:
        """Return whether the connection is up and Slack was heard on it so short ago."""
        if self._client is None or not self._client.is_connected():
            return False
        return self._clock() - self._last_received() <= seconds

    def problem(self) -> str:
        """Return why nothing was heard of Slack for 30 seconds, in Slack's word if it said one."""
        if self.is_alive_within(30):
            return ""
        return (
            f"no connection to Slack ({self._reason})" if self._reason else "no connection to Slack"
        )

    def hello(self) -> Hello:
        """Return what Slack said of the connection. Raises SlackUnavailable when there is none."""
        if problem := self.problem():
            raise SlackUnavailable(f"There is {problem}. I keep trying.")
        return self._hello

    def _on_message(self, message: str) -> None:
        self._received_at = self._clock()
        if self._client:
            self._client.prepare_session()
        if len(message) <= _MAX_CONTROL_FRAME_LENGTH and message.startswith("{"):
            self._handle_control(json.loads(message))

    def _handle_control(self, frame: Mapping[str, Any]) -> None:
        match frame.get("type"):
            case "hello":
                self._record_hello(read_hello(frame, own_connections=self._expected))
            case "disconnect":
                self._request_renewal(str(frame.get("reason")))

    def _record_hello(self, hello: Hello) -> None:
        """Keep what Slack says of its connections; log it when their number has changed."""
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
        """Ask for a new connection; Slack is about to end this one for *reason*."""
        if reason not in _ROUTINE_REASONS:
            self._reason = reason
            logger.warning("Slack ends the connection: %s", reason)
        self._is_renewal_due = True
        self._wake.set()

    def _last_received(self) -> float:
        """Return when the last message came, or went the last ping that was answered."""
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
        """Replace the connection if it is due and may be; return seconds until the next check."""
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
        """Open a connection. One that is well is kept until there is another."""
        assert self._client, "start comes first"
        self._backoff = self._backoff.after_open(self._monotonic())
        self._is_renewal_due = False
        self._expected = 1 if is_lost else 2
        if is_lost:
            self._client.end_session()
        metrics.slack_connection_opens.inc()
        try:
            self._client.open()
        except Exception as error:  # noqa: BLE001 - the watch must outlive whatever goes wrong
            self._record_failure(error)
            return
        self._received_at = self._clock()  # what it has to show now counts from here
        self._is_up = True
        logger.info("connected to Slack")

    def _record_failure(self, error: Exception) -> None:
        self._backoff = self._backoff.after_refusal(error, self._monotonic())
        self._is_renewal_due = True
        self._reason = error.code if isinstance(error, SlackError) else ""
        logger.warning("no connection to Slack, I try again: %s", self._reason or error)
