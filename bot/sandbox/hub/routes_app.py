"""The apps' own addresses, as visitors of a Space see them: a visit wakes what sleeps."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from bot.sandbox.hub import life
from bot.sandbox.hub.accounts import bearer
from bot.sandbox.hub.fleet import Call
from bot.sandbox.hub.refusal import Refused
from bot.sandbox.hub.space import COMING_UP, UP, Space
from bot.sandbox.hub.world import World

PAGE = "<!doctype html><meta charset=utf-8><title>{title}</title><h1>{title}</h1><p>{text}</p>"


class Apps:
    """Answers for every app of the fleet. No token is needed, unless a Space is private."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def enter(self, request: Request) -> Response:
        path, now = request.scope["path"], self.world.now()
        self.world.note(Call("visit", request.method, str(path), request.url.query, now))
        label = request.path_params["subdomain"]
        with self.world.still():
            found = self.world.spaces(keep=lambda s: s.subdomain == label, limit=1)
            if not found or not self._admits(found[0], request):
                return _page(404, "404", "Sorry, we can't find the page you are looking for.")
            return self._visited(found[0], request.path_params.get("path", ""))

    def _admits(self, space: Space, request: Request) -> bool:
        token = bearer(request.headers.get("authorization", ""))
        return not space.private or token in self.world.tokens

    def _visited(self, space: Space, path: str) -> Response:
        try:
            self._wake(space)
        except Refused:
            return _page(503, space.name, "This Space has nothing to run.")
        if space.id in self.world.faults.dead_apps:
            return _page(502, "502", "Bad Gateway")
        if space.stage not in UP:
            return _page(503, space.name, _why_not(space))
        return _served(space, path)

    def _wake(self, space: Space) -> None:
        life.visit(space, self.world.now(), self.world.dice)


def _why_not(space: Space) -> str:
    if space.stage in ("SLEEPING", *COMING_UP):
        return "This Space is starting. It will be here in a moment."
    return f"This Space is not running: {space.stage}."


def _served(space: Space, path: str) -> Response:
    match path.strip("/"):
        case "":
            return _page(200, space.name, "The app is up.")
        case "health":
            return JSONResponse({"status": "ok"})
        case "docs" if not space.is_static:
            return _page(200, f"{space.name} - Swagger UI", "The routes of the app.")
        case _:
            return JSONResponse({"detail": "Not Found"}, 404)


def _page(status: int, title: str, text: str) -> Response:
    return HTMLResponse(PAGE.format(title=title, text=text), status)
