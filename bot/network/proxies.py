"""The proxy of an address: HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, unless NO_PROXY names the host."""

import ipaddress
from urllib.parse import urlsplit
from urllib.request import getproxies


def proxy_for(url: str) -> str | None:
    """Return the proxy for *url*, or None if the host is reached directly.

    As in curl, a missing scheme means `http://`. The loopback address never has a proxy.
    """
    address, proxies = urlsplit(url), getproxies()
    host = address.hostname or ""
    variables = ("http", "all") if address.scheme == "http" else ("https", "http", "all")
    proxy = next((text for name in variables if (text := proxies.get(name, "").strip())), None)
    if proxy is None or _is_loopback(host) or _is_excluded(host, proxies.get("no", "")):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _is_excluded(host: str, no_proxy: str) -> bool:
    """Return whether an entry of *no_proxy* names *host* or a domain above it.

    >>> _is_excluded("wss.slack.com", "a.b, *.slack.com"), _is_excluded("notslack.com", "slack.com")
    (True, False)

    The rules are those of urllib and curl: https://everything.curl.dev/usingcurl/proxies/env.html.
    In addition a leading `*.`, which both read literally, means the same as a leading dot.
    """
    for entry in no_proxy.lower().replace(",", " ").split():
        name = entry.removeprefix("*").removeprefix(".").partition(":")[0]
        if entry == "*" or (name and f".{host}".endswith(f".{name}")):
            return True
    return False


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
