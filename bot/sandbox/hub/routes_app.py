"""The apps of the Spaces, as their visitors see them; a visit wakes a sleeping Space."""

import asyncio
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.sandbox.html_page import html_page
from bot.sandbox.hub import lifecycle
from bot.sandbox.hub.accounts import parse_bearer
from bot.sandbox.hub.control import World
from bot.sandbox.hub.errors import HubHttpError
from bot.sandbox.hub.fleet import RecordedCall
from bot.sandbox.hub.middleware import POLL_SECONDS
from bot.sandbox.hub.space import PENDING_STAGES, RUNNING_STAGES, AppState, Space

_REFRESH_SECONDS = 2
_SLOW_SECONDS = 5.0
_ERROR_PAGE = "502 Bad Gateway"


def create_app_server(world: World, login_url: str) -> Starlette:
    """Return an ASGI app for the host names of all apps, to be routed by `{subdomain}`."""
    apps = AppServer(world, login_url)
    return Starlette(routes=[Route("/{path:path}", apps.handle)])


class AppServer:
    """Serves all apps of the fleet. Only private Spaces need a token."""

    def __init__(self, world: World, login_url: str = "/login") -> None:
        self.world = world
        self._login_url = login_url

    async def handle(self, request: Request) -> Response:
        """Record the visit and return the app's page."""
        path, now = request.scope["path"], self.world.now()
        self.world.record_call(
            RecordedCall("visit", request.method, str(path), request.url.query, now)
        )
        label = request.path_params["subdomain"]
        with self.world.locked():
            spaces = self.world.spaces(predicate=lambda s: s.subdomain == label, limit=1)
            if not spaces or not self._may_visit(spaces[0], request):
                return html_page("404", "There is no such app.", status=404)
            space = spaces[0]
            page = _AppPage(space, str(request.scope.get("root_path", "")))
            response = self._visit(page, request.path_params.get("path", ""))
            state: AppState = space.app if space.stage in RUNNING_STAGES else "up"
        return await self._answer(state, page, response, request)

    def _may_visit(self, space: Space, request: Request) -> bool:
        token = parse_bearer(request.headers.get("authorization", ""))
        return not space.private or token in self.world.tokens

    def _visit(self, page: "_AppPage", path: str) -> Response:
        space = page.space
        try:
            lifecycle.visit(space, self.world.now(), self.world.sampler)
        except HubHttpError:
            return page.response(503, "This Space has nothing to run.")
        if space.stage not in RUNNING_STAGES:
            return page.unavailable()
        return page.available(path)

    async def _answer(
        self, state: AppState, page: "_AppPage", response: Response, request: Request
    ) -> Response:
        """Return what the app answers in *state*; *response* is what it should answer."""
        match state:
            case "404":
                return JSONResponse({"detail": "Not Found"}, 404)
            case "502":
                return page.response(502, "Bad Gateway")
            case "error_page":
                return html_page(_ERROR_PAGE, "The app is behind this page.")
            case "login_page":
                return page.response(200, "Please sign in: user and password.")
            case "redirect":
                return RedirectResponse(self._login_url, 302)
            case "hang":
                await self._hang(page.space, request)
            case "slow":
                await asyncio.sleep(_SLOW_SECONDS)
            case "up":
                pass
        return response

    async def _hang(self, space: Space, request: Request) -> None:
        """Wait until the visitor leaves, the app is healed, or the server stops."""
        while space.app == "hang" and not self.world.faults.is_released:
            if await request.is_disconnected():
                return
            await asyncio.sleep(POLL_SECONDS)


@dataclass(frozen=True, slots=True)
class _AppPage:
    """The pages of one app; *root* is the path below which the Hub is mounted."""

    space: Space
    root: str

    def available(self, path: str) -> Response:
        match path.strip("/"):
            case "":
                return self.response(200, "The app is up.")
            case "health":
                return JSONResponse({"status": "ok"})
            case "gradio_api/info" if self.space.sdk == "gradio":
                return JSONResponse({"named_endpoints": {}, "unnamed_endpoints": {}})
            case "docs" if not self.space.is_static:
                return self.response(200, "Swagger UI: the routes of the app.")
            case _:
                return JSONResponse({"detail": "Not Found"}, 404)

    def unavailable(self) -> Response:
        if self.space.stage in ("SLEEPING", *PENDING_STAGES):
            text = "This Space is starting. It will be here in a moment."
            return self.response(503, text, refresh_seconds=_REFRESH_SECONDS)
        return self.response(503, f"This Space isn't running: {self.space.stage}.")

    def response(self, status: int, text: str, refresh_seconds: int = 0) -> Response:
        return html_page(
            self.space.name,
            text,
            place="App of a Space",
            links={"Space on Hugging Face": f"{self.root}/spaces/{self.space.id}"},
            status=status,
            refresh_seconds=refresh_seconds,
        )
