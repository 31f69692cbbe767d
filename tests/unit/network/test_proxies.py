"""Which proxy is used: the variables as curl reads them, unless NO_PROXY names the host."""

from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]  # typeshed's gap

import pytest

from bot.network.proxies import proxy_for

SLACK = "https://slack.com/api/"
SOCKET = "wss://wss-primary.slack.com/link/?ticket=1"
PROXY = "http://proxy.test:3128"


# (the variables, the proxy of an https and of an http address)
@pytest.mark.parametrize(
    ("variables", "secure", "plain"),
    [
        ({"HTTPS_PROXY": PROXY}, PROXY, None),
        ({"https_proxy": PROXY}, PROXY, None),
        ({"HTTP_PROXY": PROXY}, PROXY, PROXY),
        ({"ALL_PROXY": PROXY}, PROXY, PROXY),
        (
            {"HTTPS_PROXY": PROXY, "HTTP_PROXY": "http://b", "ALL_PROXY": "http://c"},
            PROXY,
            "http://b",
        ),
        ({}, None, None),
    ],
)
def test_the_scheme_of_an_address_selects_the_variable(
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    secure: str | None,
    plain: str | None,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert (proxy_for(SLACK), proxy_for("http://hub.test/")) == (secure, plain)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost"])
def test_loopback_addresses_never_have_a_proxy(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("ALL_PROXY", PROXY)

    assert proxy_for(f"http://{host}:8700/") is None


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


# Without a wildcard, urllib and we agree.
@pytest.mark.parametrize("no_proxy", [".slack.com", "slack.com", "a.b,slack.com:443", "com", "b"])
@pytest.mark.parametrize("host", ["slack.com", "wss.slack.com", "notslack.com", "b"])
def test_no_proxy_is_read_as_urllib_does(
    monkeypatch: pytest.MonkeyPatch, no_proxy: str, host: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    monkeypatch.setenv("NO_PROXY", no_proxy)

    is_bypassed = proxy_bypass_environment(host, {"no": no_proxy.replace(":443", "")})

    assert (proxy_for(f"https://{host}/") is None) is bool(is_bypassed)
