"""The endpoints that aren't about a Space: account, hardware, templates, quota."""

from starlette.responses import Response

from bot.sandbox.hub import accounts, serializers
from bot.sandbox.hub.catalog import HARDWARE, TEMPLATES
from bot.sandbox.hub.errors import HubHttpError
from bot.sandbox.hub.request import HubJsonResponse, HubRequest


async def whoami(request: HubRequest) -> Response:
    """Return the token's owner and permissions."""
    return HubJsonResponse(accounts.whoami(request.token, request.world.owners))


async def organization(request: HubRequest) -> Response:
    """Return an organization with its plan, which a free one hasn't."""
    name = request.http.path_params["name"]
    if name not in request.world.owners:
        raise HubHttpError(404, "Organization not found")
    plan = request.world.plans.get(name, "free")
    return HubJsonResponse({"name": name, **({} if plan == "free" else {"plan": plan})})


async def user(request: HubRequest) -> Response:
    """Return a user, with whether they pay for PRO."""
    name = request.http.path_params["name"]
    if name not in {token.user for token in request.world.tokens.values()}:
        raise HubHttpError(404, "User not found")
    return HubJsonResponse({"user": name, "isPro": request.world.plans.get(name) == "pro"})


async def agent_harnesses(_: HubRequest) -> Response:
    """Return an empty list. huggingface_hub requests it once, for its user agent."""
    return HubJsonResponse({"standardEnvVars": [], "harnesses": {}})


async def hardware(_: HubRequest) -> Response:
    """Return all hardware with its prices."""
    return HubJsonResponse(list(HARDWARE))


async def templates(_: HubRequest) -> Response:
    """Return the official templates."""
    return HubJsonResponse({"templates": list(TEMPLATES)})


async def quota(request: HubRequest) -> Response:
    """Return the ZeroGPU quota."""
    resets = serializers.format_timestamp(request.world.now() + 86_400)
    return HubJsonResponse({"base": 1500, "current": 1500, "resetsAt": resets, "overquotaUsed": 0})
