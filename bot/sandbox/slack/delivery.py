"""The delivery of requests and events to the app, with deadlines and retries.

A transport sends an envelope over a socket or as a signed POST. The dispatcher handles the
acknowledgment or its absence.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any, Protocol

from bot.sandbox.slack.model import Json

COMMAND = "slash_commands"
INTERACTIVE = "interactive"
EVENT = "events_api"
RETRY_SECONDS = (0.0, 60.0, 300.0)


class NotAcknowledged(Exception):
    """An envelope wasn't acknowledged. The person sees *code*."""

    def __init__(self, code: str, *, may_retry: bool = True) -> None:
        super().__init__(code)
        self.code = code
        self.may_retry = may_retry


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload to deliver, with callbacks for the acknowledgment and for its absence."""

    id: str
    kind: str
    payload: Json
    on_ack: Callable[[Any], None]
    on_error: Callable[[str], None]
    attempt: int = 0
    reason: str = ""


class Transport(Protocol):
    """Sends envelopes to the app."""

    async def deliver(self, envelope: Envelope, seconds: float) -> Any:
        """Send *envelope* and return the payload of the acknowledgment.

        Raises:
            NotAcknowledged: after *seconds*, or if the app can't be reached.
        """


class Dispatcher:
    """Delivers envelopes on the server's event loop. Thread-safe."""

    def __init__(self, transport: Transport, *, ack_seconds: float = 3.0) -> None:
        self.transport = transport
        self.ack_seconds = ack_seconds
        self.retry_seconds: tuple[float, ...] = RETRY_SECONDS
        self.ack_latencies: list[float] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._reachable = asyncio.Event()

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start to deliver on *loop*."""
        self._loop = loop

    def stop(self) -> None:
        """Cancel all deliveries. Must run on the event loop."""
        self._loop = None
        for task in tuple(self._tasks):
            task.cancel()

    def send(self, envelope: Envelope) -> None:
        """Deliver *envelope* in the background."""
        self.start_task(self._deliver(envelope))

    def start_task(self, work: Coroutine[Any, Any, None]) -> None:
        """Run *work* on the event loop, or drop it if there is none."""
        if self._loop is None:
            work.close()
        self.call_on_loop(lambda: self._spawn(work))

    def call_on_loop(self, callback: Callable[[], None]) -> None:
        """Call *callback* on the event loop, if there is one."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(callback)

    def retry_now(self) -> None:
        """Retry all waiting events at once, because the app is reachable again."""
        self._reachable.set()
        self._reachable.clear()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, envelope: Envelope) -> None:
        started = asyncio.get_running_loop().time()
        try:
            answer = await self.transport.deliver(envelope, self.ack_seconds)
        except NotAcknowledged as problem:
            envelope.on_error(problem.code)
            await self._retry(envelope, problem)
        else:
            self.ack_latencies.append(asyncio.get_running_loop().time() - started)
            envelope.on_ack(answer)

    async def _retry(self, envelope: Envelope, problem: NotAcknowledged) -> None:
        """Retry an event up to three times; commands and interactions aren't retried."""
        if envelope.kind != EVENT or not problem.may_retry:
            return
        if envelope.attempt >= len(self.retry_seconds):
            return
        await self._wait_before_retry(self.retry_seconds[envelope.attempt])
        reason = "timeout" if problem.code == "operation_timeout" else "http_error"
        await self._deliver(replace(envelope, attempt=envelope.attempt + 1, reason=reason))

    async def _wait_before_retry(self, seconds: float) -> None:
        waiting = asyncio.ensure_future(self._reachable.wait())
        await asyncio.wait({waiting}, timeout=seconds)
        waiting.cancel()
