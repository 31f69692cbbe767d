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
from bot.slack import Hello, read_hello
from bot.socket_mode.backoff import Backoff
from bot.socket_mode.client import Client

logger = logging.getLogger(__name__)

# Seconds between pings, of silence after which a connection is lost, between two checks.
_PING, _SILENCE, _LOOK = 2.0, 6.0, 1.0
# Slack's own frames are shorter than this. Only payloads of people are longer.
_MAX_CONTROL_FRAME = 2000
# Why Slack ends a connection that is well: it wants a new one, and needs it soon.
_ROUTINE = frozenset({"warning", "refresh_requested"})


class SocketMode:
    """One connection to Slack. `start` never fails: it comes up when Slack does."""

    def __init__(
        self,
        app: App,
        app_token: str,
        *,
        threads: int = 32,
        ping: float = _PING,
        silence: float = _SILENCE,
        look: float = _LOOK,
        backoff: Backoff | None = None,
        clock: Callable[[], float] = time,
        monotonic: Callable[[], float] = monotonic,
    ) -> None:
        self._app, self._token, self._threads, self._ping = app, app_token, threads, ping
        self._silence, self._look, self._clock = silence, look, clock
        self._backoff, self._monotonic = backoff or Backoff(), monotonic
        self._client: Client | None = None
        self._heard_at = 0.0
        self._is_up = self._is_renewal_due = False
        self._expected = 1  # connections of ours that Slack may count in its next hello
        self._reason = ""
        self._hello = Hello()
        self._stopping, self._wake = threading.Event(), threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="socket-watch", daemon=True)

    def start(self) -> None:
        """Begin to connect, and to watch the connection."""
        self._client = Client(self._app, self._token, threads=self._threads, ping=self._ping)
        self._client.on_message_listeners.append(self._hear)
        self._watcher.start()

    def stop(self) -> None:
        """Take nothing more, send the last acknowledgements, end the connection."""
        self._stopping.set()
        self._wake.set()
        if self._client is None:
            return
        self._watcher.join(timeout=2)
        self._client.stop()

    def heard_within(self, seconds: float) -> bool:
        """Return whether the connection is up and Slack was heard on it so short ago."""
        if self._client is None or not self._client.is_connected():
            return False
        return self._clock() - self._last_heard() <= seconds

    def problem(self) -> str:
        """Return why nothing was heard of Slack for 30 seconds, in Slack's word if it said one."""
        if self.heard_within(30):
            return ""
        return f"no line to Slack ({self._reason})" if self._reason else "no line to Slack"

    def hello(self) -> Hello:
        """Return what Slack said of the connection. Raises SlackUnavailable when there is none."""
        if problem := self.problem():
            raise SlackUnavailable(f"There is {problem}. I keep trying.")
        return self._hello

    def _hear(self, message: str) -> None:
        self._heard_at = self._clock()
        if self._client:
            self._client.prepare_session()
        if len(message) <= _MAX_CONTROL_FRAME and message.startswith("{"):
            self._control(json.loads(message))

    def _control(self, frame: Mapping[str, Any]) -> None:
        match frame.get("type"):
            case "hello":
                self._note_hello(read_hello(frame, ours=self._expected))
            case "disconnect":
                self._renew(str(frame.get("reason")))

    def _note_hello(self, hello: Hello) -> None:
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

    def _renew(self, reason: str) -> None:
        """Ask for a new connection; Slack is about to end this one for *reason*."""
        if reason not in _ROUTINE:
            self._reason = reason
            logger.warning("Slack ends the connection: %s", reason)
        self._is_renewal_due = True
        self._wake.set()

    def _last_heard(self) -> float:
        """Return when the last message came, or went the last ping that was answered."""
        session = self._client.current_session if self._client else None
        return max(self._heard_at, (session and session.last_ping_pong_time) or 0.0)

    def _watch(self) -> None:
        pause = 0.0
        while not self._stopping.is_set():
            self._wake.wait(pause)
            self._wake.clear()
            if not self._stopping.is_set():
                pause = self._check()

    def _check(self) -> float:
        """Replace the connection if it is due and may be; return seconds until the next check."""
        is_lost = not self.heard_within(self._silence)
        if not is_lost and not self._is_renewal_due:
            return self._look
        now = self._monotonic()
        if self._is_up:
            self._is_up = False
            self._backoff = self._backoff.after_connection(now)
        if now < self._backoff.next_at:
            return self._backoff.next_at - now
        self._replace(is_lost=is_lost)
        return self._look if self._is_up else 0.0

    def _replace(self, *, is_lost: bool) -> None:
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
            self._fail(error)
            return
        self._heard_at = self._clock()  # what it has to show now counts from here
        self._is_up = True
        logger.info("connected to Slack")

    def _fail(self, error: Exception) -> None:
        self._backoff = self._backoff.after_refusal(error, self._monotonic())
        self._is_renewal_due = True
        self._reason = error.code if isinstance(error, SlackError) else ""
        logger.warning("no line to Slack, I try again: %s", self._reason or error)
