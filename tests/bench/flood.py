"""Idle connections by the thousand on the bot's port, and whether Slack still gets through."""

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

import httpx2

from bot.sandbox.hub.seed import classroom
from bot.sandbox.slack.http_delivery import FORM_CONTENT_TYPE, signature_headers
from tests.bench.figure import Figure, quantile
from tests.bench.measures import DEFAULT_ENVIRON, run_env
from tests.bench.sizes import Sizes
from tests.e2e.process import memory

PROBES = ("/healthz", "/readyz", "/metrics")
NO_HEADERS: Mapping[str, str] = {}
BODY = "command=%2Fspace&text=help&user_id=U0TA01&team_id=T0CLASS&channel_id=C0OPS&trigger_id={}"


@dataclass
class Flood:
    """So many connections to *port* that send nothing, opened again when they are cut."""

    port: int
    size: int
    connections: list[socket.socket] = field(default_factory=list)

    def refill(self) -> None:
        """Replace the connections that the bot has cut."""
        self.connections = [each for each in self.connections if _is_open(each)]
        while len(self.connections) < self.size:
            opened = socket.create_connection(("127.0.0.1", self.port), timeout=10)
            opened.setblocking(False)
            self.connections.append(opened)

    def end(self) -> None:
        for each in self.connections:
            each.close()


@dataclass
class Caller:
    """Slack and a probe: what they ask of the bot, how long it took and how often it failed."""

    port: int
    secret: str
    seconds: list[float] = field(default_factory=list)
    failures: int = 0

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
                trust_env=False,
            )
            self.failures += answer.status_code != 200
        except httpx2.HTTPError:
            self.failures += 1
        self.seconds.append(time.monotonic() - began)


def measure_flood(sizes: Sizes) -> Iterator[Figure]:
    """Signed commands and probes, one of each a second, beside idle connections."""
    with run_env(classroom(), SLACK_APP_TOKEN="", **DEFAULT_ENVIRON) as env:
        bot = env.start(SLACK_APP_TOKEN="")
        port = int(bot.wait_for_line("ready on port").rsplit(" ", 1)[1])
        caller = Caller(port, env.environ["SLACK_SIGNING_SECRET"])
        used = list(
            _call_during_flood(Flood(port, sizes.connections), caller, bot.pid, sizes.flood_seconds)
        )
    what = f"{sizes.connections} idle connections"
    settled = used[len(used) // 4 :]
    yield Figure(f"{what}: failed requests and probes", caller.failures, "", 0)
    yield Figure(f"{what}: answer, p99", quantile(caller.seconds, 0.99) * 1000, "ms", 500.0)
    yield Figure(f"{what}: growth of memory", max(settled) - settled[0], "MiB", 5.0)
    yield Figure(f"{what}: memory", max(used), "MiB")


def _call_during_flood(flood: Flood, caller: Caller, pid: int, seconds: float) -> Iterator[float]:
    """Call once a second beside the flood; yield the memory of the bot after each."""
    until = time.monotonic() + seconds
    for number in count():
        if time.monotonic() > until:
            break
        flood.refill()
        caller.call_all(number)
        yield memory(pid)
        threading.Event().wait(1.0)
    flood.end()


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
