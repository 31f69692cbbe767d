"""The tail of a log: what arrived, within a bounded wait."""

import json
from collections.abc import Callable, Iterator

import httpx2
import pytest

from bot.errors import NotFound
from bot.hub import Hub
from bot.network.deadline import within
from tests.contract.hub.conftest import FakeHubApi
from tests.fakes import FakeClock

RUN = "GET /api/spaces/o/a/logs/run"
BUILD = "GET /api/spaces/o/a/logs/build"


def event(text: str) -> str:
    body = json.dumps({"data": text, "timestamp": "2026-09-29T12:00:00Z"})
    return f"data: {body}\n\n"


def stream(*parts: str) -> Callable[[httpx2.Request], httpx2.Response]:
    def respond(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, content="".join(parts).encode())

    return respond


def test_the_tail_is_the_last_lines_without_keep_alives(hub: Hub, hub_api: FakeHubApi) -> None:
    tail = [event(f"line {n}\n") for n in range(10)]
    hub_api.reply(RUN, stream("data:\n\n", *tail, "data:\n\n", event("two\nlines\n")))
    assert hub.logs("o/a", lines=3) == ("line 9", "two", "lines")
    assert hub_api.request_lines == ["GET /api/spaces/o/a/logs/run?tail=3"]


def test_the_build_has_a_log_of_its_own(hub: Hub, hub_api: FakeHubApi) -> None:
    hub_api.reply(BUILD, stream(event("Step 1/3\n")))
    assert hub.logs("o/a", build=True) == ("Step 1/3",)


@pytest.mark.parametrize(
    "text",
    [
        # Nothing at all, only keep-alives, and lines that aren't events.
        "",
        "data:\n\n" * 3,
        "data: {broken\n\nevent: x\n\ndata: {}\n\n",
        'data: {"data": 7}\n\n',
    ],
    ids=["nothing", "keep-alives", "no events", "a number"],
)
def test_a_log_without_events_is_empty(hub: Hub, hub_api: FakeHubApi, text: str) -> None:
    hub_api.reply(RUN, stream(text))
    assert hub.logs("o/a") == ()


def test_log_of_a_deleted_space_raises(hub: Hub, hub_api: FakeHubApi) -> None:
    missing = {"error": "Repository not found"}, {"X-Error-Code": "RepoNotFound"}
    hub_api.reply(RUN, httpx2.Response(404, json=missing[0], headers=missing[1]))
    with pytest.raises(NotFound, match="Repository not found"):
        hub.logs("o/a")


def test_space_without_a_container_has_no_log(hub: Hub, hub_api: FakeHubApi) -> None:
    hub_api.reply(RUN, httpx2.Response(404, json={"error": "SSE is not enabled"}))
    assert hub.logs("o/a") == ()


class EndlessStream(httpx2.SyncByteStream):
    """A stream that never ends, and counts what was taken and calls *on_chunk* before it."""

    def __init__(
        self, *parts: bytes, then: bytes, on_chunk: Callable[[], None] = lambda: None
    ) -> None:
        self.parts, self.then, self.on_chunk = parts, then, on_chunk
        self.chunks_read, self.closed = 0, False

    def __iter__(self) -> Iterator[bytes]:
        yield from self.parts
        while True:
            self.chunks_read += 1
            self.on_chunk()
            yield self.then

    def close(self) -> None:
        self.closed = True


def test_endless_keep_alives_end_at_the_deadline(hub: Hub, hub_api: FakeHubApi) -> None:
    endless = EndlessStream(event("alive\n").encode(), then=b"data:\n\n")
    hub_api.reply(RUN, lambda _: httpx2.Response(200, stream=endless))
    assert hub.logs("o/a", seconds=0.5) == ("alive",)
    assert endless.closed


def test_keep_alives_after_the_last_event_end_early(hub: Hub, hub_api: FakeHubApi) -> None:
    clock = FakeClock()
    endless = EndlessStream(
        event("alive\n").encode(), then=b"data:\n\n", on_chunk=lambda: clock.tick(seconds=1)
    )
    hub_api.reply(RUN, lambda _: httpx2.Response(200, stream=endless))
    with within(60, clock=lambda: clock().timestamp()):
        assert hub.logs("o/a", seconds=60) == ("alive",)
    assert endless.closed
    assert endless.chunks_read <= 5


def test_regular_events_are_not_idle(hub: Hub, hub_api: FakeHubApi) -> None:
    clock = [0.0]

    class Steady(httpx2.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            for number in range(5):
                clock[0] += 2.0
                yield event(f"line {number}\n").encode()
            while True:
                clock[0] += 2.0
                yield b"data:\n\n"

    hub_api.reply(RUN, lambda _: httpx2.Response(200, stream=Steady()))
    with within(60, clock=lambda: clock[0]):
        assert hub.logs("o/a", seconds=60) == tuple(f"line {number}" for number in range(5))


@pytest.mark.parametrize(
    ("then", "longest", "most"),
    [
        # Endless events, and an endless line.
        (event("x" * 100_000 + "\n").encode(), 4_000, 10_000_000),
        (b"x" * 1_000_000, 0, 40_000_000),
    ],
    ids=["events", "a line"],
)
def test_flood_ends_at_the_size_limit(
    hub: Hub, hub_api: FakeHubApi, then: bytes, longest: int, most: int
) -> None:
    endless = EndlessStream(then=then)
    hub_api.reply(RUN, lambda _: httpx2.Response(200, stream=endless))
    lines = hub.logs("o/a", seconds=60, lines=5)
    assert max((len(line) for line in lines), default=0) == longest
    assert endless.chunks_read * len(then) < most
    assert endless.closed


def test_broken_stream_returns_what_was_received(hub: Hub, hub_api: FakeHubApi) -> None:
    class Broken(httpx2.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            yield event("first\n").encode()
            raise httpx2.ReadError("reset")

    hub_api.reply(RUN, lambda _: httpx2.Response(200, stream=Broken()))
    assert hub.logs("o/a") == ("first",)
