"""The endpoints of large files: a batch request, the upload to the LFS store, the verification."""

import hashlib
import re
from typing import Any

from starlette.responses import Response

from bot.sandbox.hub.errors import HubHttpError
from bot.sandbox.hub.request import HubJsonResponse, HubRequest

_HASH = re.compile(r"[0-9a-f]{64}")


async def batch(request: HubRequest) -> Response:
    """Return the upload URL of each file that isn't in the store."""
    body = await request.json()
    with request.world.open(request.id) as space:
        request.require_write(space)
    objects = [_object_entry(request, asked) for asked in body.get("objects", ())]
    return HubJsonResponse({"transfer": "basic", "objects": objects})


async def put(request: HubRequest) -> Response:
    """Store one file, if its content matches its SHA-256."""
    content = await request.http.body()
    oid = request.http.path_params["oid"]
    if hashlib.sha256(content).hexdigest() != oid:
        raise HubHttpError(400, "The SHA256 of the content does not match.")
    request.world.store[oid] = content
    return Response(status_code=200, headers={"ETag": f'"{oid[:32]}"'})


async def verify(request: HubRequest) -> Response:
    """Return 200 if the whole file is in the store, else 404."""
    body = await request.json()
    content = request.world.store.get(str(body.get("oid")))
    if content is None or len(content) != body.get("size"):
        raise HubHttpError(404, "The file is not in the store.")
    return HubJsonResponse({})


async def xet_write_token(request: HubRequest) -> Response:
    """Return 404, because the sandbox has only the LFS store."""
    with request.world.open(request.id) as space:
        request.require_write(space)
    raise HubHttpError(404, "Xet is not enabled for this repository.")


def _object_entry(request: HubRequest, requested: dict[str, Any]) -> dict[str, Any]:
    oid, size = str(requested.get("oid")), requested.get("size")
    entry: dict[str, Any] = {"oid": oid, "size": size}
    if not _HASH.fullmatch(oid):
        return entry | {"error": {"code": 422, "message": "Invalid oid"}}
    if oid in request.world.store:
        return entry
    store = request.world.faults.store_url or request.base_url
    verify = f"{request.base_url}/spaces/{request.id}.git/info/lfs/objects/verify"
    actions = {"upload": {"href": f"{store}/store/{oid}"}, "verify": {"href": verify}}
    return entry | {"authenticated": True, "actions": actions}
