"""The HTTP server, run in its own thread."""

import socket
from threading import Thread

import uvicorn
from starlette.applications import Starlette

from bot.web.protocol import RECEIVE_SECONDS, listen_backlog, make_bounded_protocol, max_connections

# For requests in progress when the bot stops.
_GRACE_SECONDS = 3
# Must exceed the 60 s of nginx and of most load balancers, because a request that they send on an
# idle connection while we close it is lost.
_KEEP_ALIVE_SECONDS = 75


class Server:
    """Serves *app* from `start` to `stop`. In a container *host* must be 0.0.0.0."""

    def __init__(
        self,
        app: Starlette,
        host: str = "127.0.0.1",
        port: int = 8080,
        *,
        receive_seconds: float = RECEIVE_SECONDS,
        connections: int | None = None,
    ) -> None:
        self._host, self.port = host, port
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                loop="asyncio",
                http=make_bounded_protocol(receive_seconds, connections or max_connections()),
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                backlog=listen_backlog(),
                timeout_keep_alive=_KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=_GRACE_SECONDS,
            )
        )
        self._thread: Thread | None = None

    def start(self) -> None:
        """Bind the port and start the server's thread.

        Raises:
            OSError: if the port is in use.
        """
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        address = (self._host, self.port)
        listener = socket.create_server(address, family=family, backlog=listen_backlog())
        self.port = listener.getsockname()[1]
        self._thread = Thread(target=self._server.run, args=([listener],), name="http", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Wait for requests in progress, then close the port."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(timeout=_GRACE_SECONDS + 2)
