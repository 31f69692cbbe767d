"""After a 429 nothing of that kind is sent before the Hub's own time is over."""

from collections.abc import Callable
from datetime import datetime, timedelta

import httpx2
import pytest

from bot.errors import RateLimited
from bot.hub import Hub
from tests.hub.conftest import NOW, Theirs, ok

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
def hub(theirs: Theirs, make_hub: Callable[..., Hub], clock: Clock) -> Hub:
    return make_hub(httpx2.MockTransport(theirs), now=clock)


def is_limited(call: Callable[[], object]) -> bool:
    try:
        call()
    except RateLimited:
        return True
    return False


def test_a_read_waits_for_a_second_even_if_the_hub_says_at_once(
    hub: Hub, theirs: Theirs, clock: Clock
) -> None:
    theirs.answer("GET /api/spaces/o/a/runtime", LIMITED, RUNTIME)

    limited = []
    for _ in range(4):
        limited.append(is_limited(lambda: hub.runtime("o/a")))
        clock.tick(0.4)

    assert limited == [True, True, True, False]
    assert len(theirs.asked) == 2


def test_the_hubs_own_wait_holds_for_every_read_of_that_kind_and_no_other(
    hub: Hub, theirs: Theirs, clock: Clock
) -> None:
    theirs.answer("GET /api/spaces/o/a/runtime", httpx2.Response(429, headers={"Retry-After": "9"}))
    theirs.answer("GET /api/spaces/o/b/runtime", RUNTIME)
    theirs.answer("GET /api/spaces/o/b", ok({"id": "o/b", "sha": "1"}))

    assert is_limited(lambda: hub.runtime("o/a"))
    clock.tick(8)
    assert is_limited(lambda: hub.runtime("o/b")), "the Hub counts the kind, not the Space"
    assert hub.head("o/b") == "1"
    clock.tick(1)
    assert not is_limited(lambda: hub.runtime("o/b"))


def test_an_act_on_one_space_that_is_turned_away_holds_up_no_other(
    hub: Hub, theirs: Theirs
) -> None:
    theirs.answer("POST /api/spaces/o/a/restart", LIMITED)
    theirs.answer("POST /api/spaces/o/b/restart", RUNTIME)

    assert is_limited(lambda: hub.restart("o/a"))
    assert is_limited(lambda: hub.restart("o/a"))
    assert not is_limited(lambda: hub.restart("o/b"))
    assert len(theirs.asked) == 2


def test_what_is_not_sent_is_refused_in_the_words_of_the_hub(
    hub: Hub, theirs: Theirs, clock: Clock
) -> None:
    theirs.answer(
        "POST /api/repos/create",
        httpx2.Response(429, headers={"Retry-After": "72000"}, json={"error": "20 hours"}),
    )
    said = []
    for _ in range(2):
        with pytest.raises(RateLimited) as raised:
            hub.create("o/new", sdk="docker", private=True)
        said.append((str(raised.value), raised.value.until))
        clock.tick(60)

    assert said[0] == said[1]
    assert "“20 hours”" in said[0][0]
    assert len(theirs.asked) == 1


def test_a_limit_of_many_hours_is_tried_again_every_hour(
    hub: Hub, theirs: Theirs, clock: Clock
) -> None:
    """Somebody may have changed the plan, and the bot must not sit out the rest."""
    theirs.answer(
        "POST /api/repos/create",
        httpx2.Response(429, headers={"Retry-After": "72000"}),
        ok({"url": "https://hub.test/spaces/o/new"}),
    )
    assert is_limited(lambda: hub.create("o/new", sdk="docker", private=True))
    clock.tick(3601)

    assert not is_limited(lambda: hub.create("o/new", sdk="docker", private=True))
