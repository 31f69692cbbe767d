"""Which proxy is used: HTTPS_PROXY as curl reads it, unless NO_PROXY names the host."""

from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]  # typeshed's gap

import pytest
from slack_bolt import App

from bot.errors import SlackError
from bot.listeners.socket_mode.client import Client
from bot.log_config import make_redactor
from bot.slack import make_client, proxy_for
from tests.contract.slack.fake_web_api import serve_web_api

SLACK = "https://slack.com/api/"
SOCKET = "wss://wss-primary.slack.com/link/?ticket=1"
PROXY = "http://proxy.test:3128"


@pytest.fixture(autouse=True)
def clear_proxy_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


# (HTTPS_PROXY, the proxy that is used)
@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("http://proxy.test:3128", "http://proxy.test:3128"),
        ("https://proxy.test", "https://proxy.test"),
        # without a scheme, as curl takes it
        ("proxy.test:3128", "http://proxy.test:3128"),
        ("user:pw@proxy.test:3128", "http://user:pw@proxy.test:3128"),
        (" proxy.test ", "http://proxy.test"),
        ("", None),
        ("  ", None),
    ],
)
def test_a_proxy_needs_no_scheme(
    monkeypatch: pytest.MonkeyPatch, given: str, used: str | None
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", given)

    assert (proxy_for(SLACK), proxy_for(SOCKET)) == (used, used)


# (NO_PROXY, whether the Web API and the socket are reached directly)
@pytest.mark.parametrize(
    ("no_proxy", "api", "socket"),
    [
        ("*.slack.com", True, True),
        (".slack.com", True, True),
        ("slack.com", True, True),
        ("SLACK.com:443", True, True),
        ("*", True, True),
        ("localhost, *", True, True),
        ("localhost,127.0.0.1, .internal , *.slack.com", True, True),
        ("localhost slack.com", True, True),
        ("wss-primary.slack.com", False, True),
        ("", False, False),
        (" , ,", False, False),
        ("notslack.com,lack.com,slack.co", False, False),
        ("api.slack.com", False, False),
    ],
)
def test_host_named_in_no_proxy_is_reached_directly(
    monkeypatch: pytest.MonkeyPatch, no_proxy: str, api: bool, socket: bool
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    monkeypatch.setenv("NO_PROXY", no_proxy)

    assert (proxy_for(SLACK), proxy_for(SOCKET)) == (
        None if api else PROXY,
        None if socket else PROXY,
    )


# Where nobody writes a star, urllib and we agree.
@pytest.mark.parametrize("no_proxy", [".slack.com", "slack.com", "a.b,slack.com:443", "com", "b"])
@pytest.mark.parametrize("host", ["slack.com", "wss.slack.com", "notslack.com", "b"])
def test_no_proxy_is_read_as_urllib_does(
    monkeypatch: pytest.MonkeyPatch, no_proxy: str, host: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    monkeypatch.setenv("NO_PROXY", no_proxy)

    is_bypassed = proxy_bypass_environment(host, {"no": no_proxy.replace(":443", "")})

    assert (proxy_for(f"https://{host}/") is None) is bool(is_bypassed)


@pytest.fixture
def proxy() -> Iterator["FakeProxy"]:
    recorder = FakeProxy()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(recorder))
    recorder.port = server.server_address[1]
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield recorder
    server.shutdown()
    server.server_close()
    thread.join()


class FakeProxy:
    """A proxy that lets nobody through, and remembers who knocked with which password."""

    def __init__(self) -> None:
        self.port = 0
        self.requests: list[tuple[str, str, str]] = []


def _handler(recorder: FakeProxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _reject(self) -> None:
            secret = self.headers.get("Proxy-Authorization", "")
            recorder.requests.append((self.command, self.path, secret))
            self.send_error(407)

        do_CONNECT = do_POST = _reject  # noqa: N815 - the names that http.server calls

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


def test_the_web_api_goes_through_a_proxy_without_a_scheme(
    monkeypatch: pytest.MonkeyPatch, proxy: FakeProxy
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"user:pw@127.0.0.1:{proxy.port}")
    with suppress(SlackError, OSError):
        make_client("xoxb-test", "https://slack.test/api/").auth_test()

    assert proxy.requests == [("CONNECT", "slack.test:443", "Basic dXNlcjpwdw==")]


def test_web_api_bypasses_the_proxy_for_a_wildcard_domain(
    monkeypatch: pytest.MonkeyPatch, proxy: FakeProxy
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
    monkeypatch.setenv("NO_PROXY", "*.invalid")
    with pytest.raises(OSError, match=r"[Nn]ame|resol"):
        make_client("xoxb-test", "https://slack.invalid/api/").auth_test()

    assert proxy.requests == []


# slack_sdk leaves the socket to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_socket_uses_the_proxy_and_does_not_log_its_password(
    monkeypatch: pytest.MonkeyPatch, proxy: FakeProxy, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"user:swordfish@127.0.0.1:{proxy.port}")
    with serve_web_api() as web_api:
        web_api.reply("apps.connections.open", {"ok": True, "url": "wss://wss.slack.test/link"})
        app = App(
            client=make_client("xoxb-test", web_api.url),
            signing_secret="x",
            token_verification_enabled=False,
        )
        socket = Client(app, "xapp-test", threads=1, ping_interval=1)
        with pytest.raises(ConnectionError):
            socket.open()
        socket.stop()

    assert [asked[:2] for asked in proxy.requests] == [("CONNECT", "wss.slack.test:443")]
    assert "swordfish" not in make_redactor()(caplog.text)
