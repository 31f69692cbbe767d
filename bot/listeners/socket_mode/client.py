"""slack_sdk's Socket Mode client without its automatic reconnects.

slack_sdk reconnects immediately on every `disconnect`, without a limit: 188 times in 20 seconds
under `too_many_websockets` (measured). On status 429 it sleeps in a loop while it holds a lock.
Here only the supervisor opens connections.
"""

from functools import partial
from time import time

from slack_bolt import App
from slack_bolt.adapter.socket_mode.base_handler import BaseSocketModeHandler
from slack_bolt.adapter.socket_mode.internals import run_bolt_app, send_response
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.network.proxies import proxy_for
from bot.slack import bound_frames, shut_down, socket_url

# slack_sdk reads a message recursively, one level per buffer, so its default of 1 KiB is too small.
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
        """Open a connection, then close the previous one.

        Raises:
            SlackError: if Slack refuses to open one.
            ConnectionError: if the WebSocket doesn't open.
        """
        with self.connect_operation_lock:
            self.wss_uri = socket_url(self.web_client, self.app_token)
            self.proxy = proxy_for(self.wss_uri)
            self.connect()
        if not self.is_connected():
            raise ConnectionError("the WebSocket did not open")

    def connect_to_new_endpoint(self, force: bool = False) -> None:  # noqa: FBT001, FBT002 - slack_sdk's
        """Do nothing, because slack_sdk calls this when Slack sends `disconnect`."""

    def end_session(self) -> None:
        """Shut the current connection's socket, which also stops its reader.

        Closing it alone would leave the reader running with its lock held.
        """
        self.current_session_state.terminated = True
        shut_down(self.current_session)

    def _run_current_session(self) -> None:
        """Read the current connection until it ends; slack_sdk's reader calls this every 100 ms.

        Both are taken under the lock of `open`, because slack_sdk assigns a connection and the
        state that ends its reader one after the other. With the state of an earlier connection
        the reader would never end: no later connection would be read, and `stop` would hang.
        slack_sdk also resets the state here, which would undo an `end_session` of this moment.
        """
        if self.current_session is None:
            return  # also while slack_sdk's constructor runs, where the lock doesn't exist yet
        with self.connect_operation_lock:
            session, state = self.current_session, self.current_session_state
        if session.is_active():
            # slack_sdk would wait up to three seconds for this reader before it replaces the
            # connection, and requests that arrive meanwhile would time out.
            session.close = partial(shut_down, session)  # type: ignore[method-assign]
            bound_frames(session, state)
            session.run_until_completion(state)
            shut_down(session)

    def stop(self) -> None:
        """Stop receiving, send the remaining acknowledgments, close the connection."""
        self.closed = True
        self.message_queue.put(None)  # unblocks the thread that waits for a message
        self.message_processor.shutdown()  # type: ignore[no-untyped-call]  # slack_sdk's
        self.message_workers.shutdown(wait=True)
        self.end_session()
        self.close()


class _Handler(BaseSocketModeHandler):
    """Passes a request to Bolt. Bolt's own handler would create another client."""

    def handle(self, client: BaseSocketModeClient, req: SocketModeRequest) -> None:
        start = time()
        send_response(client, req, run_bolt_app(self.app, req), start)
