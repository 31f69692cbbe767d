"""Socket Mode: the line to Slack, kept open, and opened anew when it has gone deaf.

The client of slack_sdk notices a close. A line that broke without one (a proxy restarted, a
laptop that slept) it takes for alive for most of a minute. So we listen for ourselves: Slack
answers each ping, and when nothing was heard for a while, we connect again.
"""

import logging
import socket
import threading
from collections.abc import Callable
from functools import partial
from time import time

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.builtin.connection import Connection

from bot.slack import bound_frames, proxy_for

logger = logging.getLogger(__name__)

# Seconds: between pings, of silence that is believed to be deafness, between two looks.
_PING, _SILENCE, _LOOK = 2.0, 6.0, 1.0
# The longest pause between two attempts: while Slack fails, and while it does not know us.
_FAILED, _UNKNOWN = 4.0, 60.0
_NO_TOKEN = frozenset(
    {"invalid_auth", "not_authed", "token_revoked", "account_inactive", "not_allowed_token_type"}
)
# slack_sdk reads a message by recursion, a level for each buffer: 1 KiB is too little.
_BUFFER = 16 * 1024


class SocketMode:
    """One line to Slack. `start` never fails: the line comes up when Slack does."""

    def __init__(
        self,
        app: App,
        app_token: str,
        *,
        threads: int = 32,
        ping: float = _PING,
        silence: float = _SILENCE,
        look: float = _LOOK,
        clock: Callable[[], float] = time,
    ) -> None:
        self._app, self._token, self._threads = app, app_token, threads
        self._ping, self._silence, self._look, self._clock = ping, silence, look, clock
        self._handler: SocketModeHandler | None = None
        self._heard_at = 0.0
        self._stopping = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="socket-watch", daemon=True)

    def start(self) -> None:
        """Begin to connect, and to watch the line."""
        self._handler = SocketModeHandler(
            self._app,
            self._token,
            concurrency=self._threads,
            ping_interval=self._ping,
            receive_buffer_size=_BUFFER,
            auto_reconnect_enabled=False,  # that is the watcher's, and only the watcher's
        )
        self._handler.client.proxy = proxy_for(self._app.client.base_url)
        self._handler.client.on_message_listeners.append(lambda _: self._hear())
        self._watcher.start()

    def stop(self) -> None:
        """Take nothing more, send the last acknowledgements, hang up."""
        self._stopping.set()
        if self._handler is None:
            return
        self._watcher.join(timeout=2)
        client = self._handler.client
        client.closed = True
        client.message_queue.put(None)  # wakes the one who waits for a message
        client.message_processor.shutdown()  # type: ignore[no-untyped-call]  # slack_sdk's
        client.message_workers.shutdown(wait=True)
        client.current_session_state.terminated = True
        _hang_up(client.current_session)
        client.close()

    def heard_within(self, seconds: float) -> bool:
        """Say whether the line is up and Slack was heard on it so short ago."""
        if self._handler is None or not self._handler.client.is_connected():
            return False
        return self._clock() - self._last_heard() <= seconds

    def revive(self) -> None:
        """Give the line up, if there is one, and connect anew. Raises when Slack says no."""
        assert self._handler, "start comes first"
        client = self._handler.client
        # Its reader would read nothing from then on, over and over, and hold its lock meanwhile.
        client.current_session_state.terminated = True
        _hang_up(client.current_session)
        client.connect_to_new_endpoint(force=True)
        if not client.is_connected():
            raise ConnectionError("the line did not come up")
        self._hear()  # what it has to show now counts from here

    def _hear(self) -> None:
        self._heard_at = self._clock()
        line = self._handler.client.current_session if self._handler else None
        if line is not None:
            bound_frames(line)
            # When slack_sdk changes lines, it waits up to three seconds for the old one's reader
            # before it reads the new one. The person who typed meanwhile would see a timeout.
            line.close = partial(_hang_up, line)  # type: ignore[method-assign]

    def _last_heard(self) -> float:
        """Return when the last message came, or went the last ping that was answered."""
        session = self._handler.client.current_session if self._handler else None
        return max(self._heard_at, (session and session.last_ping_pong_time) or 0.0)

    def _watch(self) -> None:
        pause = 0.0
        while not self._stopping.wait(pause):
            pause = self._next_look(pause)

    def _next_look(self, pause: float) -> float:
        """Look at the line, revive it if it is deaf; return the seconds until the next look."""
        if not self._is_lost():
            return self._look
        try:
            self.revive()
        except Exception as error:  # noqa: BLE001 - the watch must outlive whatever the line does
            reason = _reason(error)
            logger.warning("no line to Slack, I try again: %s", reason)
            return min(max(pause * 2, self._look), _UNKNOWN if reason in _NO_TOKEN else _FAILED)
        logger.info("connected to Slack")
        return self._look

    def _is_lost(self) -> bool:
        """Say whether nobody hears us and nobody is busy with it.

        When Slack asks for a new line, slack_sdk connects by itself, under its lock, and for a
        moment there is no line. Asked again once the lock is free, that moment is over.
        """
        assert self._handler, "start comes first"
        return (
            not self.heard_within(self._silence)
            and not self._handler.client.connect_operation_lock.locked()
            and not self.heard_within(self._silence)
        )


def _hang_up(line: Connection | None) -> None:
    """Close a line at once. Its reader holds a lock while it waits: it is woken first."""
    if line is None or line.sock is None:
        return
    try:
        line.sock.shutdown(socket.SHUT_RDWR)
    except OSError as error:
        logger.debug("the line had ended already: %s", error)
    line.disconnect()


def _reason(error: Exception) -> str:
    return str(error.response["error"]) if isinstance(error, SlackApiError) else str(error)
