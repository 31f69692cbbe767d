"""Large files: asked for in a batch, put into a store beside the Hub, then named in a commit."""

import hashlib
import re
from typing import Any

from starlette.responses import Response

from bot.sandbox.hub.refusal import Refused
from bot.sandbox.hub.visit import Json, Visit

_HASH = re.compile(r"[0-9a-f]{64}")


async def batch(visit: Visit) -> Response:
    """Tell where to put each file; what is in the store already needs no upload."""
    body = await visit.json()
    with visit.world.open(visit.id) as space:
        visit.may_write(space)
    objects = [_object(visit, asked) for asked in body.get("objects", ())]
    return Json({"transfer": "basic", "objects": objects})


async def put(visit: Visit) -> Response:
    """Keep one file, if it is the one that was announced."""
    content = await visit.request.body()
    oid = visit.request.path_params["oid"]
    if hashlib.sha256(content).hexdigest() != oid:
        raise Refused(400, "The SHA256 of the content does not match.")
    visit.world.store[oid] = content
    return Response(status_code=200, headers={"ETag": f'"{oid[:32]}"'})


async def verify(visit: Visit) -> Response:
    """Say whether a file has arrived whole."""
    body = await visit.json()
    content = visit.world.store.get(str(body.get("oid")))
    if content is None or len(content) != body.get("size"):
        raise Refused(404, "The file is not in the store.")
    return Json({})


async def xet_write_token(visit: Visit) -> Response:
    """Refuse: this Hub has no other store than that of git."""
    with visit.world.open(visit.id) as space:
        visit.may_write(space)
    raise Refused(404, "Xet is not enabled for this repository.")


def _object(visit: Visit, asked: dict[str, Any]) -> dict[str, Any]:
    oid, size = str(asked.get("oid")), asked.get("size")
    told: dict[str, Any] = {"oid": oid, "size": size}
    if not _HASH.fullmatch(oid):
        return told | {"error": {"code": 422, "message": "Invalid oid"}}
    if oid in visit.world.store:
        return told
    store = visit.world.faults.store_url or visit.base
    verify = f"{visit.base}/spaces/{visit.id}.git/info/lfs/objects/verify"
    actions = {"upload": {"href": f"{store}/store/{oid}"}, "verify": {"href": verify}}
    return told | {"authenticated": True, "actions": actions}
