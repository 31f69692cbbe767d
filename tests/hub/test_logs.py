"""The tail of a log: what came, and never a wait without an end."""

import json
from collections.abc import Callable, Iterator

import httpx2
import pytest

from bot.errors import NotFound
from bot.hub import Hub
from bot.hub import logs as logs_module
from tests.hub.conftest import Theirs

RUN = "GET /api/spaces/o/a/logs/run"
BUILD = "GET /api/spaces/o/a/logs/build"


def event(text: str) -> str:
    body = json.dumps({"data": text, "timestamp": "2026-09-29T12:00:00Z"})
    return f"data: {body}\n\n"


def stream(*parts: str) -> Callable[[httpx2.Request], httpx2.Response]:
    def answer(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, content="".join(parts).encode())

    return answer


def test_the_tail_is_the_last_lines_without_keep_alives(hub: Hub, theirs: Theirs) -> None:
    told = [event(f"line {n}\n") for n in range(10)]
    theirs.answer(RUN, stream("data:\n\n", *told, "data:\n\n", event("two\nlines\n")))
    assert hub.logs("o/a", lines=3) == ("line 9", "two", "lines")
    assert theirs.lines == ["GET /api/spaces/o/a/logs/run?tail=3"]


def test_the_build_has_a_log_of_its_own(hub: Hub, theirs: Theirs) -> None:
    theirs.answer(BUILD, stream(event("Step 1/3\n")))
    assert hub.logs("o/a", build=True) == ("Step 1/3",)


@pytest.mark.parametrize(
    "text",
    [
        # Nothing at all, keep-alives alone, and what is no event.
        "",
        "data:\n\n" * 3,
        "data: {broken\n\nevent: x\n\ndata: {}\n\n",
        'data: {"data": 7}\n\n',
    ],
    ids=["nothing", "keep-alives", "no events", "a number"],
)
def test_a_log_without_events_is_empty(hub: Hub, theirs: Theirs, text: str) -> None:
    theirs.answer(RUN, stream(text))
    assert hub.logs("o/a") == ()


def test_a_log_of_a_space_that_is_gone_is_not_an_empty_log(hub: Hub, theirs: Theirs) -> None:
    theirs.answer(RUN, httpx2.Response(404, json={"error": "Repository not found"}))
    with pytest.raises(NotFound, match="Repository not found"):
        hub.logs("o/a")


class Endless(httpx2.SyncByteStream):
    """A stream of the test's own that nobody ends; counts what was taken."""

    def __init__(self, *parts: bytes, then: bytes) -> None:
        self.parts, self.then, self.taken, self.closed = parts, then, 0, False

    def __iter__(self) -> Iterator[bytes]:
        yield from self.parts
        while True:
            self.taken += 1
            yield self.then

    def close(self) -> None:
        self.closed = True


def test_keep_alives_for_ever_end_with_the_time(hub: Hub, theirs: Theirs) -> None:
    endless = Endless(event("alive\n").encode(), then=b"data:\n\n")
    theirs.answer(RUN, lambda _: httpx2.Response(200, stream=endless))
    assert hub.logs("o/a", seconds=0.5) == ("alive",)
    assert endless.closed


def test_keep_alives_after_the_last_event_end_before_the_time(
    hub: Hub, theirs: Theirs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs_module, "_QUIET", 0.05)
    endless = Endless(event("alive\n").encode(), then=b"data:\n\n")
    theirs.answer(RUN, lambda _: httpx2.Response(200, stream=endless))
    assert hub.logs("o/a", seconds=60) == ("alive",)
    assert endless.closed


def test_as_long_as_events_come_it_is_not_quiet(
    hub: Hub, theirs: Theirs, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr(logs_module, "monotonic", lambda: clock[0])

    class Steady(httpx2.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            for number in range(5):
                clock[0] += 2.0
                yield event(f"line {number}\n").encode()
            while True:
                clock[0] += 2.0
                yield b"data:\n\n"

    theirs.answer(RUN, lambda _: httpx2.Response(200, stream=Steady()))
    assert hub.logs("o/a", seconds=60) == tuple(f"line {number}" for number in range(5))


@pytest.mark.parametrize(
    ("then", "longest", "most"),
    [
        # Events for ever, and a line that never ends.
        (event("x" * 100_000 + "\n").encode(), 4_000, 10_000_000),
        (b"x" * 1_000_000, 0, 40_000_000),
    ],
    ids=["events", "a line"],
)
def test_a_flood_ends_with_the_bytes(
    hub: Hub, theirs: Theirs, then: bytes, longest: int, most: int
) -> None:
    endless = Endless(then=then)
    theirs.answer(RUN, lambda _: httpx2.Response(200, stream=endless))
    lines = hub.logs("o/a", seconds=60, lines=5)
    assert max((len(line) for line in lines), default=0) == longest
    assert endless.taken * len(then) < most
    assert endless.closed


def test_a_stream_that_breaks_keeps_what_came(hub: Hub, theirs: Theirs) -> None:
    class Broken(httpx2.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            yield event("first\n").encode()
            raise httpx2.ReadError("reset")

    theirs.answer(RUN, lambda _: httpx2.Response(200, stream=Broken()))
    assert hub.logs("o/a") == ("first",)
