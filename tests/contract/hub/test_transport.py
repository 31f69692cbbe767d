"""The transport to the Hub: the proxy of the environment, and errors that httpx2 knows."""

from collections.abc import Callable, Iterator

import httpcore2
import httpx2
import pytest

from bot.errors import HubError
from bot.hub import Hub
from bot.network import connections
from tests.contract.fake_proxy import FakeProxy, serve_proxy


@pytest.fixture
def proxy() -> Iterator[FakeProxy]:
    with serve_proxy() as proxy:
        yield proxy


# (variable, endpoint, method and target as the proxy gets them)
@pytest.mark.parametrize(
    ("variable", "endpoint", "request_line"),
    [
        ("HTTPS_PROXY", "https://hub.invalid", ("CONNECT", "hub.invalid:443")),
        ("HTTP_PROXY", "http://hub.invalid", ("GET", "http://hub.invalid/api/whoami-v2")),
        ("ALL_PROXY", "https://hub.invalid", ("CONNECT", "hub.invalid:443")),
    ],
)
def test_the_hub_is_reached_through_the_proxy(
    monkeypatch: pytest.MonkeyPatch,
    make_hub: Callable[..., Hub],
    proxy: FakeProxy,
    variable: str,
    endpoint: str,
    request_line: tuple[str, str],
) -> None:
    monkeypatch.setenv(variable, f"user:pw@127.0.0.1:{proxy.port}")
    with pytest.raises(HubError):
        make_hub(endpoint=endpoint).whoami()

    assert set(proxy.requests) == {(*request_line, "Basic dXNlcjpwdw==")}


@pytest.mark.parametrize("excluded", ["hub.invalid", "*.invalid", ".invalid", "*"])
def test_a_host_in_no_proxy_is_reached_directly(
    monkeypatch: pytest.MonkeyPatch, make_hub: Callable[..., Hub], proxy: FakeProxy, excluded: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
    monkeypatch.setenv("NO_PROXY", excluded)
    with pytest.raises(HubError):
        make_hub(endpoint="https://hub.invalid").whoami()

    assert proxy.requests == []


def test_every_error_of_httpcore_has_a_name_in_httpx() -> None:
    def names(error: type[Exception]) -> list[str]:
        return [error.__name__, *(n for sub in error.__subclasses__() for n in names(sub))]

    translated = [name for error in connections.ERRORS for name in names(error)]

    assert set(translated) >= {"ConnectTimeout", "ReadError", "RemoteProtocolError", "ProxyError"}
    assert all(issubclass(getattr(httpx2, name), httpx2.TransportError) for name in translated)


def test_every_error_of_httpcore_is_translated() -> None:
    errors = [
        value
        for value in vars(httpcore2).values()
        if isinstance(value, type) and issubclass(value, Exception)
    ]
    untranslated = {error.__name__ for error in errors if not issubclass(error, connections.ERRORS)}

    # The pool handles this one itself: it takes another connection.
    assert untranslated == {"ConnectionNotAvailable"}
