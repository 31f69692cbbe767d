"""Faults below HTTP: connections that close or hang without a response."""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any, ClassVar, cast
from weakref import WeakValueDictionary

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol


class DroppableProtocol(H11Protocol):
    """uvicorn's HTTP protocol, with access to its transports to close them."""

    transports: ClassVar[WeakValueDictionary[tuple[str, int], asyncio.BaseTransport]] = (
        WeakValueDictionary()
    )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Record the transport by the client's address."""
        peer = transport.get_extra_info("peername")
        self.transports[peer[0], peer[1]] = transport
        super().connection_made(cast("asyncio.Transport", transport))


def drop_connection(scope: Mapping[str, Any]) -> None:
    """Close the connection of this request or socket without a response or close frame."""
    transport = DroppableProtocol.transports.get(tuple(scope["client"]))
    if transport is not None:
        transport.close()


class DroppedConnection(Response):
    """A response that closes the connection instead."""

    async def __call__(self, scope: Scope, receive: Receive, _send: Send) -> None:
        drop_connection(scope)
        while (await receive())["type"] != "http.disconnect":
            """Discard the rest of the request."""


class NoResponse(DroppedConnection):
    """A response that never comes: hangs until the client, *released* or *timeout* ends it."""

    def __init__(self, released: asyncio.Event, timeout: float) -> None:
        super().__init__()
        self._released = released
        self._timeout = timeout

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        disconnected = asyncio.ensure_future(_wait_for_disconnect(receive))
        released = asyncio.ensure_future(self._released.wait())
        await asyncio.wait(
            {disconnected, released}, timeout=self._timeout, return_when=asyncio.FIRST_COMPLETED
        )
        is_disconnected = disconnected.done()
        for task in (disconnected, released):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if not is_disconnected:
            await super().__call__(scope, receive, send)


async def _wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        """Ignore other messages."""
