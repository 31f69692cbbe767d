"""Thousands of idle connections on the bot's port, and callers that must still get through."""

import resource
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx2

from bot.network.connections import tls_context
from bot.sandbox.slack.http_delivery import FORM_CONTENT_TYPE, signature_headers

PROBES = ("/healthz", "/readyz", "/metrics")
NO_HEADERS: Mapping[str, str] = {}
BODY = "command=%2Fspace&text=help&user_id=U0TA01&team_id=T0CLASS&channel_id=C0OPS&trigger_id={}"


@dataclass
class Flood:
    """*size* connections to *port* that send nothing, reopened when they are cut."""

    port: int
    size: int
    opened: int = 0
    connections: list[socket.socket] = field(default_factory=list)

    def refill(self) -> None:
        """Replace the connections that the bot has cut."""
        self.connections = [each for each in self.connections if _is_open(each)]
        while len(self.connections) < self.size:
            connection = socket.create_connection(("127.0.0.1", self.port), timeout=10)
            connection.setblocking(False)
            self.connections.append(connection)
            self.opened += 1

    def end(self) -> None:
        for each in self.connections:
            each.close()


@dataclass
class Caller:
    """Requests of Slack and of probes: their duration and their failures."""

    port: int
    secret: str
    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def call_all(self, number: int) -> None:
        """Send one signed command and ask each probe once."""
        body = BODY.format(number).encode()
        self._call("/slack/events", body, signature_headers(self.secret, body, time.time()))
        for path in PROBES:
            self._call(path)

    def _call(self, path: str, body: bytes = b"", headers: Mapping[str, str] = NO_HEADERS) -> None:
        began = time.monotonic()
        try:
            answer = httpx2.request(
                "POST" if body else "GET",
                f"http://127.0.0.1:{self.port}{path}",
                content=body,
                headers={"Content-Type": FORM_CONTENT_TYPE, **headers},
                timeout=30,
                trust_env=False,
                verify=tls_context(),
            )
            if answer.status_code != 200:
                self.failures.append(f"{path}: {answer.status_code}")
        except httpx2.HTTPError as error:
            self.failures.append(f"{path}: {error!r}")
        self.seconds.append(time.monotonic() - began)


@contextmanager
def allow_many_connections() -> Iterator[None]:
    """Raise the limit on file descriptors for this process and the ones that it starts."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _is_open(connection: socket.socket) -> bool:
    try:
        is_over = connection.recv(1) == b""
    except BlockingIOError:
        return True
    except OSError:
        is_over = True
    if is_over:
        connection.close()
    return not is_over
