"""The time to the reply of a read, and from the start of the bot to its open WebSocket."""

import time
from collections.abc import Iterator

from bot.sandbox.hub.faults import HubState
from bot.sandbox.hub.seed import classroom
from bot.sandbox.slack.directory import OPS
from tests.bench.figure import Figure, quantile
from tests.bench.measures import DEFAULT_ENVIRON, LATENCY_SECONDS, run_env
from tests.bench.sizes import Sizes
from tests.e2e.environment import Environment
from tests.e2e.process import cpu_seconds

_HUB_STATES: tuple[tuple[str, HubState, float], ...] = (
    ("healthy Hub", "up", 0.5),
    ("Hub down", "down", 1.0),
)


def measure_read(sizes: Sizes) -> Iterator[Figure]:
    """Measure `/space status`, one at a time, from the typed line to the visible reply."""
    with run_env(classroom(spaces=12), **DEFAULT_ENVIRON) as env:
        env.start()
        env.wait_for_initial_scan()
        env.world.faults.latency = LATENCY_SECONDS
        for name, state, goal in _HUB_STATES:
            env.world.faults.hub = state
            seconds = [_seconds_to_reply(env) for _ in range(sizes.reads)]
            yield Figure(f"reply to a read, {name}, p95", quantile(seconds, 0.95), "s", goal)


def _seconds_to_reply(env: Environment) -> float:
    store = env.sandbox.workspace.message_store
    before, began = len(store.all_messages(OPS.id)), time.monotonic()
    env.sandbox.ta.type(OPS.id, "/space status")
    env.wait_until(lambda: len(store.all_messages(OPS.id)) > before)
    return time.monotonic() - began


def measure_start(sizes: Sizes) -> Iterator[Figure]:
    """Measure the time from the start of the process to the open WebSocket, with a new database."""
    with run_env(classroom(spaces=12), **DEFAULT_ENVIRON) as env:
        starts = [_seconds_to_start(env) for _ in range(sizes.rounds)]
    wall, cpu = zip(*starts, strict=True)
    yield Figure("start: process to open WebSocket, median", quantile(wall, 0.5), "s", 2.5)
    yield Figure("… CPU", quantile(cpu, 0.5), "s")


def _seconds_to_start(env: Environment) -> tuple[float, float]:
    """Return the wall time and the CPU time of one start."""
    began = time.monotonic()
    bot = env.start()
    seconds, cpu = time.monotonic() - began, cpu_seconds(bot.pid)
    env.kill(bot)
    return seconds, cpu
