"""A request to the simulated Hub, with its token and the permissions of its sender."""

import json
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from bot.sandbox.hub.accounts import Token
from bot.sandbox.hub.control import World
from bot.sandbox.hub.errors import HubHttpError, forbidden, not_authenticated, not_found
from bot.sandbox.hub.space import APP_DOMAIN, Space


class HubJsonResponse(JSONResponse):
    """A JSON response with the Hub's exact media type."""

    media_type = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class HubRequest:
    """An authenticated request, as handlers get it."""

    world: World
    http: Request
    token: Token | None
    base_url: str

    @property
    def id(self) -> str:
        """The id of the Space in the path, or an empty string."""
        return space_id(self.http) or ""

    @property
    def path(self) -> str:
        """The path below the Hub's base URL."""
        return request_path(self.http)

    async def json(self) -> dict[str, Any]:
        """Return the body.

        Raises:
            HubHttpError: with status 400 if the body isn't a JSON object.
        """
        try:
            body = json.loads(await self.http.body() or b"{}")
        except ValueError:
            raise HubHttpError(400, "Invalid JSON") from None
        if not isinstance(body, dict):
            raise HubHttpError(400, "Invalid JSON: expected an object")
        return body

    def is_owner_of(self, namespace: str) -> bool:
        """Return whether the token belongs to *namespace*."""
        token = self.token
        return token is not None and namespace in self.world.owners | {token.user}

    def can_see(self, space: Space) -> bool:
        """Return whether the sender may read *space*."""
        return not space.private or self.is_owner_of(space.owner)

    def require_read(self, space: Space) -> None:
        """Raise HubHttpError unless the sender may read *space*."""
        if not self.can_see(space):
            raise not_found() if self.token else not_authenticated(is_repo=True)

    def require_write(self, space: Space) -> None:
        """Raise HubHttpError unless the sender may change *space*."""
        self.require_read(space)
        if not self.is_owner_of(space.owner):
            raise forbidden(f"Forbidden: you have no write access to {space.id}.")

    def space_url(self, id: str) -> str:
        """Return the URL of the Space's page."""
        return f"{self.base_url}/spaces/{id}"

    def app_url(self, space: Space) -> str:
        """Return the URL of the Space's app."""
        if space.app_domain != APP_DOMAIN:
            return f"http://{space.domain}"
        return f"{self.base_url}/host/{space.subdomain}"


def space_id(request: Request) -> str | None:
    """Return the Space id in the path, or None."""
    params = request.path_params
    return f"{params['owner']}/{params['name']}" if "owner" in params else None


def request_path(request: Request) -> str:
    """Return the path of *request* below the Hub's base URL."""
    path, root = request.scope["path"], request.scope.get("root_path", "")
    return str(path).removeprefix(str(root))


def request_base_url(request: Request) -> str:
    """Return the Hub's base URL as the caller used it, including the path of a mount."""
    url = request.url
    return f"{url.scheme}://{url.netloc}{request.scope.get('root_path', '')}".rstrip("/")
