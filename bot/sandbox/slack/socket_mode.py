"""Socket Mode: the app's open sockets; an envelope goes to any one of them."""

import asyncio
import json
import random
from collections.abc import Callable
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from bot.sandbox.slack.delivery import EVENT, Envelope, NotAcknowledged
from bot.sandbox.slack.fault_protocol import drop_connection
from bot.sandbox.slack.faults import Faults, SocketBehavior
from bot.sandbox.slack.model import APP_ID, Json
from bot.sandbox.slack.workspace import Workspace

MAX_SOCKETS = 10


class SocketMode:
    """The transport over WebSockets."""

    def __init__(self, workspace: Workspace, faults: Faults) -> None:
        self._workspace = workspace
        self._faults = faults
        self.on_connect: Callable[[], None] = lambda: None
        self._pending: dict[str, asyncio.Future[Any]] = {}
        self.open_sockets: list[WebSocket] = []
        self.duplicates = 0
        self.connections = 0
        self.opened_at: list[float] = []

    async def endpoint(self, socket: WebSocket) -> None:
        """Serve one socket, from its ticket to its end."""
        ticket = socket.query_params.get("ticket", "")
        if self._faults.state == "down" or not self._workspace.ephemeral_ids.use_socket_ticket(
            ticket
        ):
            await socket.close()
            return
        await socket.accept()
        with self._workspace.state_lock.write_lock():
            self.opened_at.append(asyncio.get_running_loop().time())
        if (
            len(self.open_sockets) >= MAX_SOCKETS
            or self._faults.sockets is not SocketBehavior.NORMAL
        ):
            await self._close_at_once(socket)
            return
        await self._listen(socket)

    async def _close_at_once(self, socket: WebSocket) -> None:
        """Close a new socket in the way of the current fault."""
        match self._faults.sockets:
            case SocketBehavior.CUT:
                drop_connection(socket.scope)
                return
            case SocketBehavior.CLOSED:
                await socket.send_json(self._hello())
            case _:
                await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
        await socket.close()

    async def _listen(self, socket: WebSocket) -> None:
        await socket.send_json(self._hello())
        with self._workspace.state_lock.write_lock():
            self.open_sockets.append(socket)
            self.connections += 1
        self.on_connect()
        try:
            async for frame in socket.iter_text():
                self._on_ack(frame)
        finally:
            with self._workspace.state_lock.write_lock():
                self._remove(socket)

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.open_sockets) + 1 + self._faults.ghosts,
            "debug_info": {"host": "sandbox", "approximate_connection_time": 18060},
            "connection_info": {"app_id": APP_ID},
        }

    def _on_ack(self, frame: str) -> None:
        ack = json.loads(frame)
        pending = self._pending.get(ack.get("envelope_id", ""))
        if pending is not None and not pending.done():
            pending.set_result(ack.get("payload"))

    async def deliver(self, envelope: Envelope, seconds: float) -> Any:
        """Send *envelope* to one socket and return the payload of the acknowledgment.

        Raises:
            NotAcknowledged: after *seconds*, or without an open socket.
        """
        if not self.open_sockets or self._faults.state == "down":
            raise NotAcknowledged("dispatch_failed")
        pending = asyncio.get_running_loop().create_future()
        self._pending[envelope.id] = pending
        try:
            await self._send(_frame(envelope))
            return await asyncio.wait_for(pending, seconds)
        except TimeoutError:
            raise NotAcknowledged("operation_timeout") from None
        finally:
            self._pending.pop(envelope.id, None)

    async def _send(self, frame: Json) -> None:
        copies = 1
        if self.duplicates:
            self.duplicates -= 1
            copies = 2
        # The second copy goes to another socket if there is one, as after a lost acknowledgment.
        sockets = random.sample(self.open_sockets, min(copies, len(self.open_sockets)))
        for number in range(copies):
            socket = sockets[number % len(sockets)]
            try:
                await socket.send_json(frame)
            except (WebSocketDisconnect, RuntimeError):
                self._remove(socket)

    def _remove(self, socket: WebSocket) -> None:
        if socket in self.open_sockets:
            self.open_sockets.remove(socket)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Send `disconnect` to every socket. Slack sends "warning" ten seconds before."""
        frame = {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}
        for socket in tuple(self.open_sockets):
            if socket.application_state is WebSocketState.CONNECTED:
                await socket.send_json(frame)

    def cut(self) -> None:
        """Close every socket without a close frame."""
        for socket in tuple(self.open_sockets):
            self._remove(socket)
            drop_connection(socket.scope)


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
