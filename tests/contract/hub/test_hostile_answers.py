"""Any response bytes raise only our own errors, and only text that can be stored."""

import gzip
import json
import socketserver
import sqlite3
import struct
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from threading import Thread
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.errors import (
    HubError,
    HubForbidden,
    HubUnavailable,
    NotFound,
    OutcomeUnknown,
    PaymentRequired,
)
from bot.hub import Hub
from tests.contract.hub.calls import READS, WRITES
from tests.contract.hub.conftest import ENDPOINT, FakeHubApi, copy_response, ok
from tests.contract.hub.test_hub import allow_commits

A = "/api/spaces/o/a"
RUNNING = {"stage": "RUNNING"}

METHODS = {**READS, **WRITES}


# -- any bytes


@dataclass
class RawServer:
    """A server that responds to every request with the same bytes."""

    endpoint: str = ""
    response: bytes = b""


@pytest.fixture(scope="module")
def raw() -> Iterator[RawServer]:
    state = RawServer()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            try:
                self._read()
                self.wfile.write(state.response)
            except OSError:
                pass  # the client closed the connection

        def _read(self) -> None:
            length = 0
            while line := self.rfile.readline().strip():
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            self.rfile.read(length)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as listener:
        thread = Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        state.endpoint = f"http://127.0.0.1:{listener.server_address[1]}"
        yield state
        listener.shutdown()
        thread.join()


def http(body: bytes, status: int = 200, **headers: str) -> bytes:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status} Whatever", *(f"{k}: {v}" for k, v in named.items())]
    head = "\r\n".join([*lines, f"Content-Length: {len(body)}", "Connection: close"])
    return f"{head}\r\n\r\n".encode("latin-1", "replace") + body


TEXTS = st.sampled_from(
    [
        *("id", "stage", "runtime", "error", "errors", "message", "url", "name", "value", "key"),
        *("K", "sha", "hardware", "current", "requested", "gcTimeout", "domains", "domain", "host"),
        *("auth", "accessToken", "fineGrained", "scoped", "permissions", "entity", "orgs", "type"),
        *("commitOid", "commitUrl", "success", "files", "path", "uploadMode", "shouldIgnore"),
        *("unitLabel", "unitCostMicroUSD", "accelerator", "warnings", "data", "a.py", "regular"),
    ]
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([10**18, 10**400, -(10**30), 2**63, 1e308, 0, -1, 3600]),
    st.floats(),
    TEXTS,
    st.sampled_from(["o/a", "o/b", "RUNNING", "\x00", "\ud800", "a\udfffb", "minute", "x" * 5000]),
    st.sampled_from([f"{ENDPOINT}/spaces/o/a", "http://[", "http://\ud800/o/a", "javascript:x"]),
    st.text(st.characters(codec=None), max_size=5),
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=6),
    max_leaves=25,
)
BODIES = st.one_of(
    JSON.map(lambda value: json.dumps(value).encode()),
    JSON.map(lambda value: b"data: " + json.dumps(value).encode() + b"\n\n"),
    st.binary(max_size=60),
    st.sampled_from(
        [
            b"",
            b"OK",
            b"Please sign in",
            b"[" * 100_000,
            b'{"error":' * 50_000,
            b"9" * 5_000,
            b'{"stage": ' + b"9" * 5_000 + b"}",
            b'[{"id": "o/a", "runtime": {"gcTimeout": ' + b"9" * 400 + b"}}]",
            b'{"stage": "\xed\xa0\x80"}',
            b'{"stage": "\\ud800"}',
            '{"stage": "RUNNING"}'.encode("utf-16"),
            b"\xff\xfe\x00",
            b"data: {" + b'"data":{' * 50_000,
        ]
    ),
)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "Content-Type": st.sampled_from(
            [
                "application/json",
                "text/html",
                "text/plain; charset=hex",
                "text/plain; charset=utf-16",
                "text/event-stream; charset=rot13",
                "application/json; charset=\x00",
                "",
            ]
        ),
        "Content-Encoding": st.sampled_from(
            ["gzip", "deflate", "br", "zstd", "identity", "gzip, br"]
        ),
        "Link": st.sampled_from(
            [
                '</x>; rel="next"',
                '<http://[>; rel="next"',
                "<>;;;=",
                "next",
                f"<{ENDPOINT}/>; rel=next",
            ]
        ),
        "Location": st.sampled_from(
            ["/", "/api/spaces/o/b", "http://[", "//", "https://x.test/", "é"]
        ),
        "RateLimit": st.sampled_from(
            [f'"api";r={"9" * 5000};t=1', '"api";r=0;t=99999999999999999999', '"api";r=1;t=1', "x"]
        ),
        "Retry-After": st.sampled_from(["-1", "9" * 5000, "Tue, 29 Sep 9999 12:00:30 +9999", "½"]),
        "X-Error-Code": st.sampled_from(["RepoNotFound", "EntryNotFound", "GatedRepo", "?"]),
        "X-Error-Message": st.sampled_from(["\xff\xfe", "", "Invalid credentials", "x" * 900]),
        "X-Request-Id": st.sampled_from(["Root=1", "\xff" * 300]),
    },
)
COMMON_STATUSES = [
    201,
    204,
    206,
    300,
    301,
    302,
    303,
    304,
    307,
    308,
    400,
    401,
    402,
    403,
    404,
    408,
    409,
    410,
]
RARE_STATUSES = [412, 418, 429, 500, 502, 503, 504, 511, 599, 600, 799, 999]
STATUSES = st.just(200) | st.sampled_from([*COMMON_STATUSES, *RARE_STATUSES])
RESPONSES = st.one_of(
    st.builds(lambda b, s, h: http(b, s, **h), BODIES, STATUSES, HEADERS),
    BODIES.map(lambda body: http(gzip.compress(body), Content_Encoding="gzip")),
    BODIES.map(lambda body: http(zlib.compress(body)[:-3], Content_Encoding="deflate")),
    st.binary(max_size=80),
    st.sampled_from([b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 99 \r\n\r\n", b"HTTP/9 200\r\n\r\n"]),
)


@pytest.fixture
def raw_hub(raw: RawServer, make_hub: Callable[..., Hub]) -> Hub:
    return make_hub(endpoint=raw.endpoint, timeout=5.0)


@pytest.mark.parametrize("method", METHODS)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(answer=RESPONSES)
@example(answer=http(b"[" * 100_000))
@example(answer=http(b'{"error":' * 50_000, 403))
@example(answer=http(b'[null, {"id": "o/a", "runtime": {"stage": "RUNNING"}}]'))
@example(answer=http(b'{"stage": "RUNNING"}', 799))
@example(answer=http(b"x", 300))
@example(answer=http(b"x", 400, Content_Type="text/plain; charset=hex"))
@example(answer=http(b'[{"name": "a", "unitLabel": "hour", "unitCostMicroUSD": 1e999}]'))
def test_any_response_raises_only_our_errors(
    method: str, raw: RawServer, raw_hub: Hub, answer: bytes
) -> None:
    raw.response = answer
    try:
        result = METHODS[method](raw_hub)
    except HubError as error:
        assert_storable([str(error), error.request_id])
        if "Nothing was sent" in str(error):
            raise AssertionError("something was sent, and an answer came") from error
    else:
        assert_storable(result)


def assert_storable(value: Any) -> None:
    """Check that a database takes every word and number in *value*."""
    repr(value)
    if isinstance(value, str):
        value.encode()
        assert "\x00" not in value
    elif isinstance(value, int):
        sqlite3.connect(":memory:").execute("select ?", (value,))
    elif isinstance(value, dict):
        assert_storable([*value, *value.values()])
    elif isinstance(value, list | tuple):
        for item in value:
            assert_storable(item)
    elif hasattr(value, "__slots__"):
        assert_storable([getattr(value, name) for name in value.__slots__])


# -- one kind after the other


@pytest.mark.parametrize(
    "body",
    [b"[" * 100_000, b'{"stage": ' + b"9" * 5_000 + b"}", b'{"stage": "\xff"}'],
    ids=["nested", "a number of 5,000 digits", "no UTF-8"],
)
def test_unparsable_response_says_nothing_is_known(
    hub: Hub, hub_api: FakeHubApi, body: bytes
) -> None:
    hub_api.reply(f"GET {A}/runtime", httpx2.Response(200, content=body))
    with pytest.raises(HubUnavailable, match="unreadable"):
        hub.runtime("o/a")


@pytest.mark.parametrize(
    ("status", "kind"),
    [(402, PaymentRequired), (403, HubForbidden), (404, NotFound), (500, OutcomeUnknown)],
)
def test_error_type_does_not_depend_on_a_broken_body(
    hub: Hub, hub_api: FakeHubApi, status: int, kind: type[HubError]
) -> None:
    for body in (b'{"error":' * 50_000, b"\xff\xfe", b"9" * 5_000):
        broken = httpx2.Response(status, content=body, headers={"Content-Type": "x; charset=hex"})
        hub_api.reply(f"POST {A}/restart", broken)
        with pytest.raises(HubError) as raised:
            hub.restart("o/a")
        assert type(raised.value) is kind


@pytest.mark.parametrize("gc_timeout", [10**18, 10**400, float("inf")])
def test_sleep_time_is_clamped_to_what_a_database_takes(
    hub: Hub, hub_api: FakeHubApi, gc_timeout: float
) -> None:
    hub_api.reply(f"GET {A}/runtime", raw_json({**RUNNING, "gcTimeout": gc_timeout}))
    sleep_after = hub.runtime("o/a").sleep_after
    assert sleep_after is None or sleep_after < 2**31


def test_surrogates_and_nul_are_replaced_in_all_text(hub: Hub, hub_api: FakeHubApi) -> None:
    bad, good = "\ud800a\x00", "\ufffda\ufffd"
    entry = {"id": "o/a", "runtime": {"stage": bad, "errorMessage": f"{bad} 🔑"}}
    hub_api.reply("GET /api/spaces", raw_json([entry]))
    (space,) = hub.fleet("o")
    assert (space.stage, space.error) == (good, f"{good} 🔑")
    hub_api.reply(f"GET {A}/secrets", raw_json({bad: {}}))
    assert hub.secrets("o/a") == (good,)
    hub_api.reply(f"GET {A}/logs/run", lambda _: sse(bad))
    assert hub.logs("o/a") == (good,)
    hub_api.reply(f"POST {A}/restart", raw_json({"stage": bad}))
    assert hub.restart("o/a") == good
    hub_api.reply(f"POST {A}/pause", httpx2.Response(403, content=json.dumps({"error": bad})))
    with pytest.raises(HubForbidden, match=f"“{good}”"):
        hub.pause("o/a")


def raw_json(body: Any) -> httpx2.Response:
    """Return *body* as JSON whose odd characters are escaped, as a server may send them."""
    return httpx2.Response(200, content=json.dumps(body).encode())


def sse(text: str) -> httpx2.Response:
    return httpx2.Response(200, content=f"data: {json.dumps({'data': text})}\n\n".encode())


# -- pages


def test_unreadable_list_entry_does_not_hide_others(hub: Hub, hub_api: FakeHubApi) -> None:
    garbage: list[Any] = [
        None,
        7,
        "o/b",
        [],
        {},
        {"id": None},
        {"id": 10**400},
        {"id": "../../etc"},
        {"id": "x"},
    ]
    good = {"id": "o/a", "runtime": RUNNING}
    odd = {"id": "o/odd", "runtime": "garbage", "sdk": [], "private": "?"}
    hub_api.reply("GET /api/spaces", ok([*garbage, good, odd]))
    assert [(space.id, space.stage) for space in hub.fleet("o")] == [
        ("o/a", "RUNNING"),
        ("o/odd", "UNKNOWN"),
    ]


@pytest.mark.parametrize("page", [{}, {"error": "?"}, None, 7, "o/a", [None], [None, {}]])
def test_page_that_is_not_a_list_raises(hub: Hub, hub_api: FakeHubApi, page: Any) -> None:
    hub_api.reply("GET /api/spaces", ok(page))
    with pytest.raises(HubUnavailable):
        hub.fleet("o")


def linked(cursor: str) -> httpx2.Response:
    link = f'<{ENDPOINT}/api/spaces?author=o&{cursor}>; rel="next"'
    return httpx2.Response(200, json=[], headers={"Link": link})


def test_repeated_cursor_ends_the_list(hub: Hub, hub_api: FakeHubApi) -> None:
    count = iter(range(10_000))
    hub_api.reply("GET /api/spaces", lambda _: linked(f"cursor=same&nonce={next(count)}"))
    with pytest.raises(HubUnavailable):
        hub.fleet("o")
    assert len(hub_api.requests) == 2


def test_endless_cursors_stop_at_the_page_limit(hub: Hub, hub_api: FakeHubApi) -> None:
    count = iter(range(10_000))
    hub_api.reply("GET /api/spaces", lambda _: linked(f"cursor={next(count)}"))
    with pytest.raises(HubUnavailable):
        hub.fleet("o")
    assert len(hub_api.requests) <= 200


def test_error_body_with_status_200_is_not_data(hub: Hub, hub_api: FakeHubApi) -> None:
    for path in ("", "/runtime", "/secrets", "/variables"):
        hub_api.reply(f"GET {A}{path}", ok({"error": "Internal error"}))
    for method in ("runtime", "space", "head", "secrets", "variables"):
        with pytest.raises(HubUnavailable):
            READS[method](hub)


def test_unreadable_hardware_entry_does_not_hide_others(hub: Hub, hub_api: FakeHubApi) -> None:
    free = {"name": "cpu-basic", "unitCostMicroUSD": 0, "unitLabel": "hour"}
    bad = [None, {"name": "x"}, {**free, "unitCostMicroUSD": 10**400}, {**free, "unitLabel": "eon"}]
    hub_api.reply("GET /api/spaces/hardware", ok([*bad, free]))
    assert [flavor.name for flavor in hub.flavors()] == ["cpu-basic"]


# -- size


def bomb(megabytes: int) -> bytes:
    """Return gzip that grows a thousandfold, made of one block again and again."""
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    block = packer.compress(b" " * 2**20) + packer.flush(zlib.Z_FULL_FLUSH)
    return gzip.compress(b"")[:10] + block * megabytes + b"\x03\x00" + struct.pack("<II", 0, 0)


@pytest.mark.parametrize("method", ["runtime", "fleet", "restart", "logs"])
@pytest.mark.parametrize("status", [200, 500])
def test_decompression_bomb_is_stopped_while_decompressing(
    raw: RawServer, raw_hub: Hub, method: str, status: int
) -> None:
    raw.response = http(bomb(300), status, Content_Encoding="gzip")
    tracemalloc.start()
    try:
        with nullcontext() if (method, status) == ("logs", 200) else pytest.raises(HubUnavailable):
            METHODS[method](raw_hub)  # a log keeps what came before
        assert tracemalloc.get_traced_memory()[1] < 100 * 2**20
    finally:
        tracemalloc.stop()


def test_compressed_response_is_read(raw: RawServer, raw_hub: Hub) -> None:
    raw.response = http(gzip.compress(json.dumps(RUNNING).encode()), Content_Encoding="gzip")
    assert raw_hub.runtime("o/a").stage == "RUNNING"


# -- claims about what was sent


def test_nothing_was_sent_is_stated_only_if_true(hub: Hub, hub_api: FakeHubApi) -> None:
    allow_commits(hub_api)
    with pytest.raises(HubError, match="Nothing was sent"):
        hub.set_variable("o/a", "K", "half a character \ud800")
    assert hub_api.requests == []
    hub_api.reply(f"POST {A}/preupload/main", ok({"files": [{"path": "app.py"}]}))
    with pytest.raises(HubUnavailable) as raised:
        hub.commit("o/a", {"app.py": b"x"}, "Hand in")
    assert "Nothing was sent" not in str(raised.value)
    assert not isinstance(raised.value, OutcomeUnknown)


def test_internal_error_after_a_sent_write_has_an_unknown_outcome(
    hub: Hub, hub_api: FakeHubApi
) -> None:
    allow_commits(hub_api)
    done = {
        "success": True,
        "commitOid": 4,
        "commitUrl": f"{ENDPOINT}/spaces/o/a/commit/{'4' * 40}",
    }
    hub_api.reply(f"POST {A}/commit/main", copy_response(ok(done)))
    with pytest.raises(OutcomeUnknown, match="may still have been done"):
        hub.commit("o/a", {"app.py": b"x"}, "Hand in")


def test_unparsable_commit_url_has_an_unknown_outcome(hub: Hub, hub_api: FakeHubApi) -> None:
    allow_commits(hub_api)
    done = {"success": True, "commitOid": "4" * 40, "commitUrl": "nowhere"}
    hub_api.reply(f"POST {A}/commit/main", copy_response(ok(done)))
    with pytest.raises(OutcomeUnknown):
        hub.commit("o/a", {"app.py": b"x"}, "Hand in")
