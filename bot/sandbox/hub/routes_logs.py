"""The log streams: server-sent events that stay open and send empty events to keep alive."""

import asyncio
import json
from collections.abc import AsyncIterator

from starlette.responses import Response, StreamingResponse

from bot.sandbox.hub import logs, shapes
from bot.sandbox.hub.faults import Faults
from bot.sandbox.hub.refusal import Refused
from bot.sandbox.hub.visit import Visit

TICK = 0.05  # seconds between two looks whether the stream should end


async def stream(visit: Visit) -> Response:
    """Send what the log holds, or its last lines, then only signs of life."""
    kind = visit.request.path_params["kind"]
    if kind not in ("run", "build"):
        raise Refused(404, "Not found")
    with visit.world.open(visit.id) as space:
        visit.may_write(space)
        lines = logs.read(space, kind, visit.world.now())
    tail = visit.request.query_params.get("tail", "")
    if tail.isdecimal():
        lines = lines[-int(tail) :] if int(tail) else []
    events = _events(lines, visit.world.faults)
    return StreamingResponse(events, media_type="text/event-stream")


async def _events(lines: logs.Log, faults: Faults) -> AsyncIterator[str]:
    for at, text in lines:
        event = json.dumps({"data": f"{text}\n", "timestamp": shapes.stamp(at)})
        yield f"data: {event}\n\n"
    clock = asyncio.get_running_loop().time
    end = clock() + faults.log_linger
    alive = clock() + faults.log_keepalive
    while clock() < end and not faults.released:
        await asyncio.sleep(TICK)
        if clock() >= alive:
            alive += faults.log_keepalive
            yield "data:\n\n"
