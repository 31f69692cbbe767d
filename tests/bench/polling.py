"""The time from a problem to its card with the default settings, and the calls of the sweeps."""

import threading
import time
from collections.abc import Iterator

from bot.sandbox.hub.latency import StageDurations
from tests.bench.figure import Figure, quantile
from tests.bench.measures import make_sleeping_class, run_env, unique_word
from tests.bench.sizes import Sizes
from tests.e2e.environment import Environment

#: The window of a free account, the smallest one with a token.
FREE_QUOTA, WINDOW_SECONDS = 1_000, 300.0


def measure_polling(sizes: Sizes) -> Iterator[Figure]:
    """Break one Space after another, for the length of a rate-limit window."""
    world = make_sleeping_class(sizes.polled, StageDurations())
    with run_env(world, SPACEBOT_POLL_SECONDS="auto", SPACEBOT_ALERT_ON="error") as env:
        world.faults.rate_limit.quota = FREE_QUOTA
        for id in world.ids():
            world.heal(id)
        env.start()
        env.wait_for_initial_scan()
        before, began = len(world.calls), time.monotonic()
        broken = []
        for number in range(sizes.broken):
            _wait(sizes.broken_gap + number * 1.7 % 5)  # at every phase of the interval
            broken.append(_break_one(env, number))
        seconds = time.monotonic() - began
        sweeps = [c for c in world.calls[before:] if c.name in ("list", "runtime")]
    to_card, to_sweep = zip(*broken, strict=True)
    share = len(sweeps) / seconds * WINDOW_SECONDS / FREE_QUOTA * 100
    yield Figure(f"problem to card, {sizes.polled} Spaces, median", quantile(to_card, 0.5), "s", 5)
    yield Figure("… worst", max(to_card), "s")
    yield Figure("… ideal: problem to the next sweep, median", quantile(to_sweep, 0.5), "s")
    yield Figure("… share of a free account's window", share, "%", 10)


def _break_one(env: Environment, number: int) -> tuple[float, float]:
    """Break a Space; return the seconds to its card and to the first sweep that can see it."""
    world = env.world
    before, calls = {m.ts for m in env.bot_messages("")}, len(world.calls)
    at = world.now()
    world.break_(world.ids()[number], f"Exit code: 1. Reason: {unique_word(number)} is missing")
    [card] = env.wait_until(
        lambda: [m for m in env.bot_messages("") if m.ts not in before], timeout=90
    )
    sweep = next(call for call in world.calls[calls:] if call.name == "list" and call.at >= at)
    return float(card.ts) - at, sweep.at - at


def _wait(seconds: float) -> None:
    """Sleep, because this measurement is per unit of time."""
    threading.Event().wait(seconds)
