"""The sandbox's server on loopback: Slack at /slack, the Hub at /hub, the page at /.

with Sandbox(world) as sandbox:
    start_the_bot(env=sandbox.environ())
    sandbox.ta.type("C0OPS", "/space status")
"""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Host, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.sandbox.control_panel import ControlPanel
from bot.sandbox.html_page import HOME, not_found_page, outside_page
from bot.sandbox.slack.actor import Actor
from bot.sandbox.slack.app import Slack
from bot.sandbox.slack.directory import ASSISTANT, LEAD, OPS, STUDENT
from bot.sandbox.slack.fault_protocol import DroppableProtocol
from bot.sandbox.slack.installation import Subcommand, installation_from
from bot.sandbox.slack.page_api import PageApi
from bot.sandbox.slack.workspace import Workspace

PAGE = Path(__file__).parent / "page"
HOST = "127.0.0.1"


class Sandbox:
    """A simulated Slack with its page and, given a *world*, a Hub; runs as a context manager.

    The app is installed from *manifest* as in a real workspace, so a scope or event that the
    manifest lacks is missing here as well.
    """

    def __init__(
        self,
        world: Any = None,
        *,
        port: int = 0,
        clock: Callable[[], float] = time.time,
        manifest: Mapping[str, Any] | None = None,
        ack_seconds: float = 3.0,
        on_kill_bot: Callable[[], None] | None = None,
    ) -> None:
        self.world = world
        self.clock = clock
        self.workspace = Workspace(clock=clock, installation=installation_from(manifest))
        self.slack = Slack(self.workspace, ack_seconds=ack_seconds)
        self.on_kill_bot = on_kill_bot
        #: Returns the time of the next schedule, if there is one; None: the sandbox has no bot.
        self.find_next_schedule: Callable[[], float | None] | None = None
        self._bot_state = ""
        self._closing = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = threading.Event()
        self._socket = _bind_listener(port)
        self.url = f"http://{HOST}:{self._socket.getsockname()[1]}"
        self.workspace.base_url = f"{self.url}/slack"
        self._server = uvicorn.Server(self._config())
        self._thread = threading.Thread(target=self._serve, name="sandbox")

    @property
    def slack_api_url(self) -> str:
        """The base URL of the Web API."""
        return f"{self.url}/slack/api/"

    @property
    def hub_endpoint(self) -> str:
        """The base URL of the Hub."""
        return f"{self.url}/hub"

    @property
    def lead(self) -> Actor:
        """The course lead, an admin of the workspace."""
        return self.slack.person(LEAD.id)

    @property
    def ta(self) -> Actor:
        """The teaching assistant, an operator."""
        return self.slack.person(ASSISTANT.id)

    @property
    def student(self) -> Actor:
        """A student, a viewer."""
        return self.slack.person(STUDENT.id)

    @property
    def bot_state(self) -> str:
        """The bot's state in the drawer: the value set, else whether the bot is connected."""
        if self._bot_state or self.slack.bot_is_listening:
            return self._bot_state or "up"
        return "down" if self.slack.sockets.connections else "—"

    @bot_state.setter
    def bot_state(self, state: str) -> None:
        self._bot_state = state

    def complete(self, subcommands: Iterable[Subcommand]) -> None:
        """Complete *subcommands* on the page from now on."""
        self.workspace.installation = replace(
            self.workspace.installation, subcommands=tuple(subcommands)
        )

    def environ(self) -> dict[str, str]:
        """Return the environment variables that connect a bot to this sandbox."""
        installation = self.workspace.installation
        return {
            "SLACK_BOT_TOKEN": installation.bot_token,
            "SLACK_APP_TOKEN": installation.app_token,
            "SLACK_SIGNING_SECRET": installation.signing_secret,
            "SLACK_API_URL": self.slack_api_url,
            "HF_TOKEN": "hf_sandbox",
            "HF_ENDPOINT": self.hub_endpoint,
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "SPACEBOT_OWNER": "ifcore-org",
            "SPACEBOT_PREFIX": "ifcore-",
            "SPACEBOT_TEMPLATE": "ifcore-org/ifcore-template",
            "SPACEBOT_ALERT_CHANNEL": OPS.id,
            "SPACEBOT_OPERATORS": ASSISTANT.id,
        }

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Release all pending requests, then stop the server and its thread."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closed already
                self._loop.call_soon_threadsafe(self._shut_down)
        self._thread.join()

    def _shut_down(self) -> None:
        self._closing.set()
        self.slack.stop()
        if self.world is not None:
            self.world.faults.release()
        self._server.should_exit = True

    def _serve(self) -> None:
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self._socket.close()
            self._ready.set()

    def _config(self) -> uvicorn.Config:
        return uvicorn.Config(
            Starlette(
                routes=self._routes(),
                lifespan=self._lifespan,
                exception_handlers={HTTPStatus.NOT_FOUND: not_found_page},
            ),
            http=DroppableProtocol,
            ws="websockets-sansio",
            loop="asyncio",
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=5,
        )

    @contextlib.asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        self._loop = asyncio.get_running_loop()
        self.slack.start(self._loop)
        self._ready.set()
        yield

    def _routes(self) -> list[BaseRoute]:
        return [
            *self._hub_routes(),
            Mount("/slack", routes=self.slack.routes()),
            *PageApi(self.slack, self._closing).routes(),
            *ControlPanel(self.slack, self.world, self).routes(),
            Mount("/assets", StaticFiles(directory=PAGE, check_dir=False)),
            Route("/outside", outside_page),
            Route(HOME, _serve_page),
        ]

    def _hub_routes(self) -> list[BaseRoute]:
        if self.world is None:
            return []
        from bot.sandbox.hub.app import create_hub_app  # noqa: PLC0415 - not needed without a Hub
        from bot.sandbox.hub.routes_app import create_app_server  # noqa: PLC0415 - likewise

        self.world.serve_apps_below(f"localhost:{self._socket.getsockname()[1]}")
        apps = create_app_server(self.world, f"{self.hub_endpoint}/login")
        return [
            Host("{subdomain}.localhost", apps),
            Mount("/hub", create_hub_app(self.world)),
        ]


async def _serve_page(_request: Request) -> Response:
    """Return the page, uncached and without external content."""
    policy = "default-src 'self'; img-src 'self' data: blob:; frame-ancestors 'none'"
    headers = {"Content-Security-Policy": policy, "Cache-Control": "no-store"}
    return FileResponse(PAGE / "index.html", headers=headers)


def _bind_listener(port: int) -> socket.socket:
    """Return a bound socket, so that the port is known before the server starts."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else a body waits for 40 ms
    listener.bind((HOST, port))
    listener.listen(128)
    return listener


if __name__ == "__main__":
    from bot.sandbox.hub.seed import classroom

    with Sandbox(classroom(), port=8700) as here, contextlib.suppress(KeyboardInterrupt):
        print(here.url)  # noqa: T201 - the address to open
        threading.Event().wait()
