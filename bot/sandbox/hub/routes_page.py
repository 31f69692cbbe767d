"""The page of a Space on the simulated Hub, where the links in messages lead."""

from starlette.requests import Request
from starlette.responses import Response

from bot.sandbox.html_page import html_page
from bot.sandbox.hub.control import World
from bot.sandbox.hub.errors import HubHttpError
from bot.sandbox.hub.request import space_id
from bot.sandbox.hub.space import PENDING_STAGES, Space

_REFRESH_SECONDS = 3


class SpacePages:
    """Serves the pages of all Spaces, also those of settings, files and logs.

    Private Spaces are shown as well, because everyone in the sandbox is signed in.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    async def handle(self, request: Request) -> Response:
        """Return the page of the Space in the path."""
        id = space_id(request) or ""
        root = request.scope.get("root_path", "")
        try:
            with self._world.open(self._world.renames.get(id, id)) as space:
                return _space_page(space, str(root))
        except HubHttpError:
            return html_page(id, "There's no such Space.", place="Hugging Face", status=404)


def _space_page(space: Space, root: str) -> Response:
    details = [f"Stage: {space.stage}", *filter(None, [space.error])]
    visibility = "private" if space.private else "public"
    is_pending = space.stage in PENDING_STAGES
    return html_page(
        space.id,
        *details,
        f"A {visibility} {space.sdk} Space on {space.hardware}.",
        place="Hugging Face · Space",
        links={"Open the app": f"{root}/host/{space.subdomain}"},
        refresh_seconds=_REFRESH_SECONDS if is_pending else 0,
    )
