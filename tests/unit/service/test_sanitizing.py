"""Sanitized Spaces: no secrets, bounded text, and equal errors sanitized once."""

import tracemalloc
from datetime import timedelta

from bot.alerts import diagnosis
from bot.model import Space
from bot.service import Bot, sanitizing
from tests.calls import record_calls
from tests.fakes import FakeClock, FakeHub

DIED = "\x1b[31mboom hf_testtoken"


def test_shared_error_is_sanitized_once(bot: Bot) -> None:
    sanitize = bot.deps.sanitizer.sanitize
    one, other = (sanitize(Space(id, "RUNTIME_ERROR", error=DIED)) for id in ("a/a", "a/b"))
    assert one.error == "boom ***"
    assert one.error is other.error


def test_sweeps_and_listings_sanitize_an_error_once(
    bot: Bot, hub: FakeHub, clock: FakeClock
) -> None:
    hub.put("acme/team-a", "CONFIG_ERROR", error=DIED)  # has no log
    with record_calls(diagnosis.sanitize_error) as calls:
        for _ in range(3):
            bot.sweep()
            clock.tick(minutes=1)
        deps = bot.deps
        fleet = sanitizing.fetch_fleet(deps.sanitizer, deps.fleet_cache, timedelta(0))
    assert fleet["acme/team-a"].error == "boom ***"
    assert [call["error"] for call in calls if call["error"]] == ["\x1b[31mboom ***"]


def test_a_safe_space_is_returned_as_it_is(bot: Bot) -> None:
    space = Space("acme/team-a", "RUNTIME_ERROR", error="boom")
    assert bot.deps.sanitizer.sanitize(space) is space


def test_endless_long_errors_use_bounded_memory(bot: Bot) -> None:
    """An app that dies again and again may end with another long message each time."""
    sanitize = bot.deps.sanitizer.sanitize
    tracemalloc.start()
    try:
        for n in range(30):
            sanitize(Space("a/a", "RUNTIME_ERROR", error=f"boom {n}\n" * 30_000))
        used, _peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert used < 3_000_000
