"""After a 429 no call of that kind is sent before the Hub's delay is over."""

from collections.abc import Callable
from datetime import datetime, timedelta

import httpx2
import pytest

from bot.errors import RateLimited
from bot.hub import Hub
from tests.contract.hub.conftest import NOW, FakeHubApi, ok

LIMITED = httpx2.Response(429, headers={"Retry-After": "0"}, json={"error": "Slow down"})
RUNTIME = ok({"stage": "RUNNING"})


class Clock:
    """A time that the test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def tick(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hub(hub_api: FakeHubApi, make_hub: Callable[..., Hub], clock: Clock) -> Hub:
    return make_hub(httpx2.MockTransport(hub_api), now=clock)


def is_limited(call: Callable[[], object]) -> bool:
    try:
        call()
    except RateLimited:
        return True
    return False


def test_429_without_a_delay_blocks_reads_for_a_second(
    hub: Hub, hub_api: FakeHubApi, clock: Clock
) -> None:
    hub_api.reply("GET /api/spaces/o/a/runtime", LIMITED, RUNTIME)

    limited = []
    for _ in range(4):
        limited.append(is_limited(lambda: hub.runtime("o/a")))
        clock.tick(0.4)

    assert limited == [True, True, True, False]
    assert len(hub_api.requests) == 2


def test_retry_after_blocks_only_reads_of_the_same_kind(
    hub: Hub, hub_api: FakeHubApi, clock: Clock
) -> None:
    hub_api.reply("GET /api/spaces/o/a/runtime", httpx2.Response(429, headers={"Retry-After": "9"}))
    hub_api.reply("GET /api/spaces/o/b/runtime", RUNTIME)
    hub_api.reply("GET /api/spaces/o/b", ok({"id": "o/b", "sha": "1"}))

    assert is_limited(lambda: hub.runtime("o/a"))
    clock.tick(8)
    assert is_limited(lambda: hub.runtime("o/b")), "the Hub counts the kind, not the Space"
    assert hub.head("o/b") == "1"
    clock.tick(1)
    assert not is_limited(lambda: hub.runtime("o/b"))


def test_rate_limited_write_on_one_space_blocks_no_other(hub: Hub, hub_api: FakeHubApi) -> None:
    hub_api.reply("POST /api/spaces/o/a/restart", LIMITED)
    hub_api.reply("POST /api/spaces/o/b/restart", RUNTIME)

    assert is_limited(lambda: hub.restart("o/a"))
    assert is_limited(lambda: hub.restart("o/a"))
    assert not is_limited(lambda: hub.restart("o/b"))
    assert len(hub_api.requests) == 2


def test_blocked_call_raises_the_hubs_message(hub: Hub, hub_api: FakeHubApi, clock: Clock) -> None:
    hub_api.reply(
        "POST /api/repos/create",
        httpx2.Response(429, headers={"Retry-After": "72000"}, json={"error": "20 hours"}),
    )
    messages = []
    for _ in range(2):
        with pytest.raises(RateLimited) as raised:
            hub.create("o/new", sdk="docker", private=True)
        messages.append((str(raised.value), raised.value.until))
        clock.tick(60)

    assert messages[0] == messages[1]
    assert "“20 hours”" in messages[0][0]
    assert len(hub_api.requests) == 1


def test_long_rate_limit_is_retried_every_hour(hub: Hub, hub_api: FakeHubApi, clock: Clock) -> None:
    """The plan may have changed meanwhile, so the bot doesn't wait for the full time."""
    hub_api.reply(
        "POST /api/repos/create",
        httpx2.Response(429, headers={"Retry-After": "72000"}),
        ok({"url": "https://hub.test/spaces/o/new"}),
    )
    assert is_limited(lambda: hub.create("o/new", sdk="docker", private=True))
    clock.tick(3601)

    assert not is_limited(lambda: hub.create("o/new", sdk="docker", private=True))
