"""The Web API and the socket go through the proxy of the environment."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from slack_bolt import App

from bot.errors import SlackError
from bot.listeners.socket_mode.client import Client
from bot.log_config import make_redactor
from bot.slack import make_client
from tests.contract.fake_proxy import FakeProxy, serve_proxy
from tests.contract.slack.fake_web_api import serve_web_api


@pytest.fixture
def proxy() -> Iterator[FakeProxy]:
    with serve_proxy() as proxy:
        yield proxy


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
