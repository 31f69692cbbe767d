"""The HTTP server, in a thread of its own."""

import socket
from threading import Thread

import uvicorn
from starlette.applications import Starlette

# Seconds for requests under way when the bot stops. Connections beyond `_MOST` hear 503.
_GRACE, _MOST = 3, 500


class Server:
    """Serves *site* from `start` to `stop`. In a container *host* must be 0.0.0.0."""

    def __init__(self, site: Starlette, host: str = "127.0.0.1", port: int = 8080) -> None:
        self._host, self.port = host, port
        self._server = uvicorn.Server(
            uvicorn.Config(
                site,
                loop="asyncio",
                http="h11",
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                limit_concurrency=_MOST,
                timeout_graceful_shutdown=_GRACE,
            )
        )
        self._thread: Thread | None = None

    def start(self) -> None:
        """Take the port, then serve. Raises OSError here and now when it is taken."""
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        listening = socket.create_server((self._host, self.port), family=family, backlog=_MOST)
        self.port = listening.getsockname()[1]
        self._thread = Thread(
            target=self._server.run, args=([listening],), name="http", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Let requests under way end, then close the port."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(timeout=_GRACE + 2)
