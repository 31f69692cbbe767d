"""The connection to the Web API: a short deadline, no retries of its own, a proxy when meant."""

import ipaddress
import logging
import os
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener, install_opener

from slack_sdk import WebClient
from slack_sdk.proxy_env_variable_loader import load_http_proxy_from_env

TIMEOUT_SECONDS = 10

# slack_sdk looks at the logger's own level, and at DEBUG it writes down whole bodies.
logger = logging.getLogger("slack_sdk.web.spacebot")
logger.setLevel(logging.INFO)


def make_client(token: str, base_url: str) -> WebClient:
    """Return a client that does each call once: the cards know better when to try again.

    slack_sdk's default posts again after a dropped connection, although Slack may have
    taken the first one; and waiting for a 429 would hold the thread.
    """
    _disable_urllib_proxies()
    web_client = WebClient(
        token, base_url, timeout=TIMEOUT_SECONDS, retry_handlers=[], logger=logger
    )
    web_client.proxy = proxy_for(base_url)
    return web_client


def proxy_for(url: str) -> str | None:
    """Return the proxy for *url*: HTTPS_PROXY, unless NO_PROXY names the host.

    slack_sdk reads the first variable and not the second, and takes the user of
    `user:password@host:port` for a scheme. As in curl, `http://` is meant. A proxy can never
    reach our own loopback.
    """
    host = urlsplit(url).hostname or ""
    proxy = (load_http_proxy_from_env(logger) or "").strip()
    if not proxy or _is_loopback(host) or _is_excluded(host, _no_proxy()):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _no_proxy() -> str:
    return os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""


def _is_excluded(host: str, no_proxy: str) -> bool:
    """Return whether an entry of *no_proxy* names *host* or a domain above it.

    >>> _is_excluded("wss.slack.com", "a.b, *.slack.com"), _is_excluded("notslack.com", "slack.com")
    (True, False)

    As urllib and curl read it: https://everything.curl.dev/usingcurl/proxies/env.html. A leading
    `*.`, which both take literally, means what a leading dot means.
    """
    for entry in no_proxy.lower().replace(",", " ").split():
        name = entry.removeprefix("*").removeprefix(".").partition(":")[0]
        if entry == "*" or (name and f".{host}".endswith(f".{name}")):
            return True
    return False


def _disable_urllib_proxies() -> None:
    """Let urllib use no proxy but one that it is given.

    Where slack_sdk has none, urllib would read the environment again, and `*.slack.com` as the
    name of a host. Nothing else in the process uses urllib.
    """
    install_opener(build_opener(ProxyHandler({})))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
