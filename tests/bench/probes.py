"""What it costs to visit a whole fleet every five minutes."""

import threading
from collections.abc import Iterator

from bot.sandbox.hub.latency import StageDurations
from bot.sandbox.slack.directory import OPS
from tests.bench.figure import Figure
from tests.bench.measures import DEFAULT_ENVIRON, make_sleeping_class, run_env
from tests.bench.sizes import Sizes
from tests.e2e.environment import Environment
from tests.e2e.process import cpu_seconds, memory

_INTERVAL_SECONDS = 300.0


def measure_probes(sizes: Sizes) -> Iterator[Figure]:
    """The bot with and without probes of all apps, which answer at once over plain HTTP."""
    world = make_sleeping_class(sizes.polled, StageDurations())
    for id in world.ids():
        world.heal(id)
    with run_env(world, **DEFAULT_ENVIRON) as env:
        bot = env.start()
        env.wait_for_initial_scan()
        quiet, before = _measure(env, bot.pid, sizes.probe_seconds)
        env.sandbox.ta.type(OPS.id, "/space health all watch yes")
        env.wait_until(lambda: env.ephemeral_messages(env.sandbox.ta.id) or None)
        calls = len(env.world.calls)
        watched, after = _measure(env, bot.pid, sizes.probe_seconds)
        visits = sum(call.name == "visit" for call in env.world.calls[calls:])
    expected = sizes.polled * sizes.probe_seconds / _INTERVAL_SECONDS
    yield Figure(f"{sizes.polled} apps watched: share of a core", watched - quiet, "%", 1.0)
    yield Figure("… memory", after - before, "MiB", 10.0)
    yield Figure("… probes sent, of those due", visits / expected * 100, "%")
    yield Figure("… share of a core without probes", quiet, "%")


def _measure(env: Environment, pid: int, seconds: float) -> tuple[float, float]:
    """Return the share of a core in percent over *seconds*, and the memory at the end."""
    assert env.bots
    used = cpu_seconds(pid)
    threading.Event().wait(seconds)
    return (cpu_seconds(pid) - used) / seconds * 100, memory(pid)
