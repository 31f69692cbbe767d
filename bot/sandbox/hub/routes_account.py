"""What is not about one Space: who is asking, hardware and its prices, templates."""

from starlette.responses import Response

from bot.sandbox.hub import accounts, serializers
from bot.sandbox.hub.catalogue import HARDWARE, TEMPLATES
from bot.sandbox.hub.request import HubJsonResponse, HubRequest


async def whoami(request: HubRequest) -> Response:
    return HubJsonResponse(accounts.whoami(request.token, request.world.owners))


async def agent_harnesses(_: HubRequest) -> Response:
    """Answer that no agent is known; the client asks once, to name itself."""
    return HubJsonResponse({"standardEnvVars": [], "harnesses": {}})


async def hardware(_: HubRequest) -> Response:
    return HubJsonResponse(list(HARDWARE))


async def templates(_: HubRequest) -> Response:
    return HubJsonResponse({"templates": list(TEMPLATES)})


async def quota(request: HubRequest) -> Response:
    resets = serializers.format_timestamp(request.world.now() + 86_400)
    return HubJsonResponse({"base": 1500, "current": 1500, "resetsAt": resets, "overquotaUsed": 0})
