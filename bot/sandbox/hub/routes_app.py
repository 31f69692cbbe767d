"""The apps of the Spaces, as their visitors see them; a visit wakes a sleeping Space."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from bot.sandbox.hub import lifecycle
from bot.sandbox.hub.accounts import parse_bearer
from bot.sandbox.hub.control import World
from bot.sandbox.hub.errors import HubHttpError
from bot.sandbox.hub.fleet import RecordedCall
from bot.sandbox.hub.space import PENDING_STAGES, RUNNING_STAGES, Space

PAGE_TEMPLATE = (
    "<!doctype html><meta charset=utf-8><title>{title}</title><h1>{title}</h1><p>{text}</p>"
)


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
                return _html_response(
                    404, "404", "Sorry, we can't find the page you are looking for."
                )
            return self._visit(spaces[0], request.path_params.get("path", ""))

    def _may_visit(self, space: Space, request: Request) -> bool:
        token = parse_bearer(request.headers.get("authorization", ""))
        return not space.private or token in self.world.tokens

    def _visit(self, space: Space, path: str) -> Response:
        try:
            self._record_visit(space)
        except HubHttpError:
            return _html_response(503, space.name, "This Space has nothing to run.")
        if space.id in self.world.faults.dead_apps:
            return _html_response(502, "502", "Bad Gateway")
        if space.stage not in RUNNING_STAGES:
            return _html_response(503, space.name, _unavailable_text(space))
        return _app_response(space, path)

    def _record_visit(self, space: Space) -> None:
        lifecycle.visit(space, self.world.now(), self.world.sampler)


def _unavailable_text(space: Space) -> str:
    if space.stage in ("SLEEPING", *PENDING_STAGES):
        return "This Space is starting. It will be here in a moment."
    return f"This Space is not running: {space.stage}."


def _app_response(space: Space, path: str) -> Response:
    match path.strip("/"):
        case "":
            return _html_response(200, space.name, "The app is up.")
        case "health":
            return JSONResponse({"status": "ok"})
        case "docs" if not space.is_static:
            return _html_response(200, f"{space.name} - Swagger UI", "The routes of the app.")
        case _:
            return JSONResponse({"detail": "Not Found"}, 404)


def _html_response(status: int, title: str, text: str) -> Response:
    return HTMLResponse(PAGE_TEMPLATE.format(title=title, text=text), status)
