"""What is not about one Space: who is asking, hardware and its prices, templates."""

from starlette.responses import Response

from bot.sandbox.hub import accounts, shapes
from bot.sandbox.hub.catalogue import HARDWARE, TEMPLATES
from bot.sandbox.hub.visit import Json, Visit


async def whoami(visit: Visit) -> Response:
    return Json(accounts.whoami(visit.token, visit.world.owners))


async def agent_harnesses(_: Visit) -> Response:
    """Answer that no agent is known; the client asks once, to name itself."""
    return Json({"standardEnvVars": [], "harnesses": {}})


async def hardware(_: Visit) -> Response:
    return Json(list(HARDWARE))


async def templates(_: Visit) -> Response:
    return Json({"templates": list(TEMPLATES)})


async def quota(visit: Visit) -> Response:
    resets = shapes.stamp(visit.world.now() + 86_400)
    return Json({"base": 1500, "current": 1500, "resetsAt": resets, "overquotaUsed": 0})
