"""One request to the simulated Hub: who asks, for what, and what that person may see and do."""

import json
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from bot.sandbox.hub.accounts import Token
from bot.sandbox.hub.refusal import Refused, forbidden, not_authenticated, not_found
from bot.sandbox.hub.space import Space
from bot.sandbox.hub.world import World


class Json(JSONResponse):
    """JSON with the media type exactly as the Hub writes it."""

    media_type = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Visit:
    """One request, with what the door has found out about it."""

    world: World
    request: Request
    token: Token | None
    base: str

    @property
    def id(self) -> str:
        return space_id(self.request) or ""

    async def json(self) -> dict[str, Any]:
        """Return the body. One that is not an object is a bad request."""
        try:
            body = json.loads(await self.request.body() or b"{}")
        except ValueError:
            raise Refused(400, "Invalid JSON") from None
        if not isinstance(body, dict):
            raise Refused(400, "Invalid JSON: expected an object")
        return body

    def owns(self, namespace: str) -> bool:
        token = self.token
        return token is not None and namespace in self.world.owners | {token.user}

    def sees(self, space: Space) -> bool:
        return not space.private or self.owns(space.owner)

    def may_read(self, space: Space) -> None:
        if not self.sees(space):
            raise not_found() if self.token else not_authenticated(repo=True)

    def may_write(self, space: Space) -> None:
        self.may_read(space)
        if not self.owns(space.owner):
            raise forbidden(f"Forbidden: you have no write access to {space.id}.")

    def page_of(self, id: str) -> str:
        return f"{self.base}/spaces/{id}"

    def host_of(self, space: Space) -> str:
        return f"{self.base}/host/{space.subdomain}"


def space_id(request: Request) -> str | None:
    """Return the id of the Space that the path names."""
    params = request.path_params
    return f"{params['owner']}/{params['name']}" if "owner" in params else None


def base_of(request: Request) -> str:
    """Return the address of the Hub as the caller knows it, the path of a mount included."""
    url = request.url
    return f"{url.scheme}://{url.netloc}{request.scope.get('root_path', '')}".rstrip("/")
