"""Measures the latency of Slack and of probes while idle connections flood the bot's port."""

import threading
import time
from collections.abc import Iterator
from itertools import count

from bot.sandbox.hub.seed import classroom
from tests.bench.figure import Figure, quantile
from tests.bench.measures import DEFAULT_ENVIRON, run_env
from tests.bench.sizes import Sizes
from tests.e2e.flood import Caller, Flood, allow_many_connections
from tests.e2e.process import memory


def measure_flood(sizes: Sizes) -> Iterator[Figure]:
    """Send signed commands and probes, one of each a second, during a flood of idle connections."""
    with (
        allow_many_connections(),
        run_env(classroom(), SLACK_APP_TOKEN="", **DEFAULT_ENVIRON) as env,
    ):
        bot = env.start(SLACK_APP_TOKEN="")
        port = int(bot.wait_for_line("ready on port").rsplit(" ", 1)[1])
        caller = Caller(port, env.environ["SLACK_SIGNING_SECRET"])
        used = list(
            _call_during_flood(Flood(port, sizes.connections), caller, bot.pid, sizes.flood_seconds)
        )
    what = f"{sizes.connections} idle connections"
    settled = used[len(used) // 4 :]
    yield Figure(f"{what}: failed requests and probes", len(caller.failures), "", 0)
    yield Figure(f"{what}: answer, p99", quantile(caller.seconds, 0.99) * 1000, "ms", 500.0)
    yield Figure(f"{what}: growth of memory", max(settled) - settled[0], "MiB", 5.0)
    yield Figure(f"{what}: memory", max(used), "MiB")


def _call_during_flood(flood: Flood, caller: Caller, pid: int, seconds: float) -> Iterator[float]:
    """Call once a second during the flood; yield the memory of the bot after each call."""
    until = time.monotonic() + seconds
    for number in count():
        if time.monotonic() > until:
            break
        flood.refill()
        caller.call_all(number)
        yield memory(pid)
        threading.Event().wait(1.0)
    flood.end()
