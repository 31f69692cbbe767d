"""slack_sdk's Socket Mode client, with every decision to open a connection taken from it.

It opens one by itself whenever Slack sends `disconnect`, at once and however often: 188 times in
20 seconds under `too_many_websockets`. And when Slack answers 429, it sleeps in a loop under a
lock. Here the supervisor alone opens connections.
"""

from functools import partial
from time import time

from slack_bolt import App
from slack_bolt.adapter.socket_mode.base_handler import BaseSocketModeHandler
from slack_bolt.adapter.socket_mode.internals import run_bolt_app, send_response
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.slack import bound_frames, proxy_for, shut_down, socket_url

# slack_sdk reads a message by recursion, a level for each buffer: 1 KiB is too little.
_BUFFER_BYTES = 16 * 1024


class Client(SocketModeClient):
    """A client that opens a connection only in `open`."""

    def __init__(self, app: App, app_token: str, *, threads: int, ping_interval: float) -> None:
        super().__init__(
            app_token,
            app.logger,
            app.client,
            auto_reconnect_enabled=False,
            ping_interval=ping_interval,
            receive_buffer_size=_BUFFER_BYTES,
            concurrency=threads,
        )
        handler = _Handler()
        handler.app = app
        self.socket_mode_request_listeners.append(handler.handle)

    def open(self) -> None:
        """Open a connection, then close the one before it.

        Raises SlackError when Slack refuses, ConnectionError when nothing comes up.
        """
        with self.connect_operation_lock:
            self.wss_uri = socket_url(self.web_client, self.app_token)
            self.proxy = proxy_for(self.wss_uri)
            self.connect()
        if not self.is_connected():
            raise ConnectionError("the WebSocket did not open")

    def connect_to_new_endpoint(self, force: bool = False) -> None:  # noqa: FBT001, FBT002 - slack_sdk's
        """Do nothing: slack_sdk calls this when Slack sends `disconnect`."""

    def end_session(self) -> None:
        """End the current connection. Its reader would go on, and hold its lock meanwhile."""
        self.current_session_state.terminated = True
        shut_down(self.current_session)

    def prepare_session(self) -> None:
        """Let the current connection read whole frames, and be closed without its reader.

        When slack_sdk changes connections, it waits up to three seconds for the old one's reader
        before it reads the new one. The person who typed meanwhile would see a timeout.
        """
        session = self.current_session
        if session is not None:
            bound_frames(session)
            session.close = partial(shut_down, session)  # type: ignore[method-assign]

    def stop(self) -> None:
        """Take nothing more, send the last acknowledgements, end the connection."""
        self.closed = True
        self.message_queue.put(None)  # wakes the thread that waits for a message
        self.message_processor.shutdown()  # type: ignore[no-untyped-call]  # slack_sdk's
        self.message_workers.shutdown(wait=True)
        self.end_session()
        self.close()


class _Handler(BaseSocketModeHandler):
    """Hands a request to Bolt; its sibling in Bolt makes a client of its own."""

    def handle(self, client: BaseSocketModeClient, req: SocketModeRequest) -> None:
        start = time()
        send_response(client, req, run_bolt_app(self.app, req), start)
