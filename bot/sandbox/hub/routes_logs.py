"""The log streams: server-sent events, followed by empty keep-alive events."""

import asyncio
import json
from collections.abc import AsyncIterator

from starlette.responses import Response, StreamingResponse

from bot.sandbox.hub import logs, serializers
from bot.sandbox.hub.errors import HubHttpError
from bot.sandbox.hub.faults import Faults
from bot.sandbox.hub.request import HubRequest

POLL_SECONDS = 0.05  # between checks whether the stream should end


async def stream(request: HubRequest) -> Response:
    """Stream the log, or its last lines, then keep-alive events until the end."""
    kind = request.http.path_params["kind"]
    if kind not in ("run", "build"):
        raise HubHttpError(404, "Not found")
    with request.world.open(request.id) as space:
        request.require_write(space)
        if space.is_static and kind == "run":
            raise HubHttpError(404, "SSE is not enabled")
        lines = logs.read_log(space, kind, request.world.now())
    tail = request.http.query_params.get("tail", "")
    if tail.isdecimal():
        lines = lines[-int(tail) :] if int(tail) else []
    events = _events(lines, request.world.faults)
    return StreamingResponse(events, media_type="text/event-stream")


async def _events(lines: logs.LogLines, faults: Faults) -> AsyncIterator[str]:
    for at, text in lines:
        event = json.dumps({"data": f"{text}\n", "timestamp": serializers.format_timestamp(at)})
        yield f"data: {event}\n\n"
    clock = asyncio.get_running_loop().time
    end = clock() + faults.log_linger_seconds
    next_keepalive = clock() + faults.log_keepalive_seconds
    while clock() < end and not faults.is_released:
        await asyncio.sleep(POLL_SECONDS)
        if clock() >= next_keepalive:
            next_keepalive += faults.log_keepalive_seconds
            yield "data:\n\n"
