"""Socket Mode: the sockets an app keeps open, and envelopes that go to any one of them."""

import asyncio
import json
import random
from collections.abc import Callable
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from bot.sandbox.slack.delivery import EVENT, Envelope, Undelivered
from bot.sandbox.slack.faults import Faults, Sockets
from bot.sandbox.slack.nouns import APP_ID, Json
from bot.sandbox.slack.wire import hang_up
from bot.sandbox.slack.workspace import Workspace

MOST_SOCKETS = 10


class SocketMode:
    def __init__(self, workspace: Workspace, faults: Faults) -> None:
        self._workspace = workspace
        self._faults = faults
        self.on_connect: Callable[[], None] = lambda: None
        self._pending: dict[str, asyncio.Future[Any]] = {}
        self.links: list[WebSocket] = []
        self.duplicates = 0
        self.connections = 0
        self.opened_at: list[float] = []

    async def endpoint(self, link: WebSocket) -> None:
        """One socket, from its one-shot ticket to its end."""
        ticket = link.query_params.get("ticket", "")
        if self._faults.slack == "down" or not self._workspace.tickets.spend_link(ticket):
            await link.close()
            return
        await link.accept()
        with self._workspace.pulse.changing():
            self.opened_at.append(asyncio.get_running_loop().time())
        if len(self.links) >= MOST_SOCKETS or self._faults.sockets is not Sockets.WELL:
            await self._refuse(link)
            return
        await self._listen(link)

    async def _refuse(self, link: WebSocket) -> None:
        """End a socket as soon as it is open."""
        match self._faults.sockets:
            case Sockets.CUT:
                hang_up(link.scope)
                return
            case Sockets.CLOSED:
                await link.send_json(self._hello())
            case _:
                await link.send_json({"type": "disconnect", "reason": "too_many_websockets"})
        await link.close()

    async def _listen(self, link: WebSocket) -> None:
        await link.send_json(self._hello())
        with self._workspace.pulse.changing():
            self.links.append(link)
            self.connections += 1
        self.on_connect()
        try:
            async for frame in link.iter_text():
                self._acknowledged(frame)
        finally:
            with self._workspace.pulse.changing():
                self._forget(link)

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.links) + 1 + self._faults.ghosts,
            "debug_info": {"host": "sandbox", "approximate_connection_time": 18060},
            "connection_info": {"app_id": APP_ID},
        }

    def _acknowledged(self, frame: str) -> None:
        ack = json.loads(frame)
        waiting = self._pending.get(ack.get("envelope_id", ""))
        if waiting is not None and not waiting.done():
            waiting.set_result(ack.get("payload"))

    async def deliver(self, envelope: Envelope, within: float) -> Any:
        """Hands the envelope to any one socket and waits for its ack."""
        if not self.links or self._faults.slack == "down":
            raise Undelivered("dispatch_failed")
        waiting = asyncio.get_running_loop().create_future()
        self._pending[envelope.id] = waiting
        try:
            await self._send(_frame(envelope))
            return await asyncio.wait_for(waiting, within)
        except TimeoutError:
            raise Undelivered("operation_timeout") from None
        finally:
            self._pending.pop(envelope.id, None)

    async def _send(self, frame: Json) -> None:
        copies = 1
        if self.duplicates:
            self.duplicates -= 1
            copies = 2
        # The second copy goes to another socket if there is one, as after a lost ack.
        links = random.sample(self.links, min(copies, len(self.links)))
        for number in range(copies):
            link = links[number % len(links)]
            try:
                await link.send_json(frame)
            except (WebSocketDisconnect, RuntimeError):
                self._forget(link)

    def _forget(self, link: WebSocket) -> None:
        if link in self.links:
            self.links.remove(link)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Asks every socket to go; "warning" comes ten seconds before."""
        frame = {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}
        for link in tuple(self.links):
            if link.application_state is WebSocketState.CONNECTED:
                await link.send_json(frame)

    def cut(self) -> None:
        """Every socket dies without a close frame."""
        for link in tuple(self.links):
            self._forget(link)
            hang_up(link.scope)


def _frame(envelope: Envelope) -> Json:
    frame = {
        "envelope_id": envelope.id,
        "type": envelope.kind,
        "payload": envelope.payload,
        "accepts_response_payload": envelope.kind != EVENT,
    }
    if envelope.kind == EVENT:
        frame |= {"retry_attempt": envelope.attempt, "retry_reason": envelope.reason}
    return frame
