"""The apps of the Spaces, as their visitors see them; a visit wakes a sleeping Space."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.sandbox.html_page import html_page
from bot.sandbox.hub import lifecycle
from bot.sandbox.hub.accounts import parse_bearer
from bot.sandbox.hub.control import World
from bot.sandbox.hub.errors import HubHttpError
from bot.sandbox.hub.fleet import RecordedCall
from bot.sandbox.hub.space import PENDING_STAGES, RUNNING_STAGES, Space

_REFRESH_SECONDS = 2


class AppServer:
    """Serves all apps of the fleet. Only private Spaces need a token."""

    def __init__(self, world: World) -> None:
        self.world = world

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
            page = _AppPage(spaces[0], str(request.scope.get("root_path", "")))
            return self._visit(page, request.path_params.get("path", ""))

    def _may_visit(self, space: Space, request: Request) -> bool:
        token = parse_bearer(request.headers.get("authorization", ""))
        return not space.private or token in self.world.tokens

    def _visit(self, page: "_AppPage", path: str) -> Response:
        space = page.space
        try:
            lifecycle.visit(space, self.world.now(), self.world.sampler)
        except HubHttpError:
            return page.response(503, "This Space has nothing to run.")
        if space.id in self.world.faults.dead_apps:
            return page.response(502, "Bad Gateway")
        if space.stage not in RUNNING_STAGES:
            return page.unavailable()
        return page.available(path)


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
