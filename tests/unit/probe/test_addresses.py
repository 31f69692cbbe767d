"""The addresses that a probe may reach: public ones, and loopback only beside a local Hub."""

import pytest

from bot.probe.addresses import is_public, parse_host, select_addresses

FORBIDDEN = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.0.1",
    "168.63.129.16",
    "169.254.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.254",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::8.8.8.8",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:10::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:808:808::1",
    "3fff::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "localhost",
    "",
]


@pytest.mark.parametrize("address", FORBIDDEN)
def test_address_that_is_not_public_is_refused(address: str) -> None:
    assert not is_public(address)
    assert not select_addresses("app.hf.space", [address], allow_loopback=True)


@pytest.mark.parametrize("address", ["8.8.8.8", "3.210.66.237", "2606:4700::6810:85e5", "2a06::1"])
def test_public_address_is_accepted(address: str) -> None:
    assert is_public(address)
    assert select_addresses("app.hf.space", [address], allow_loopback=False) == [address]


def test_one_forbidden_address_refuses_the_host() -> None:
    found = select_addresses("a.example", ["8.8.8.8", "10.0.0.1"], allow_loopback=False)

    assert not found


@pytest.mark.parametrize(
    ("host", "address", "allowed"),
    [
        ("a.localhost", "127.0.0.1", True),
        ("127.0.0.1", "127.0.0.1", True),
        ("a.localhost", "10.0.0.1", False),
        ("a.example", "127.0.0.1", False),  # a name that only claims to be elsewhere
        ("localhost.example", "127.0.0.1", False),
    ],
)
def test_loopback_is_allowed_only_by_its_own_name_beside_a_local_hub(
    host: str, address: str, *, allowed: bool
) -> None:
    assert bool(select_addresses(host, [address], allow_loopback=True)) is allowed
    assert not select_addresses(host, [address], allow_loopback=False)


@pytest.mark.parametrize(
    "url",
    [
        "http://a.hf.space",
        "https://a.hf.space:22",
        "https://a.hf.space:8443",
        "https://user@a.hf.space",
        "https://user:password@a.hf.space",
        "https://",
        "https://[::1",
        "https://a.hf.space:99999",
        "ftp://a.hf.space",
        "file:///etc/passwd",
        "//a.hf.space",
        "",
    ],
)
def test_url_that_is_not_https_at_the_usual_port_is_refused(url: str) -> None:
    assert parse_host(url, allow_loopback=False) is None
    assert parse_host(url, allow_loopback=True) is None


def test_url_of_an_app_is_accepted() -> None:
    assert parse_host("https://a.hf.space", allow_loopback=False)
    assert parse_host("https://a.hf.space:443", allow_loopback=False)
    assert parse_host("http://a.localhost:8700", allow_loopback=True)
    assert not parse_host("http://a.localhost:8700", allow_loopback=False)
