"""The slack_sdk client with a short timeout, no retries and the right proxy."""

import ipaddress
import logging
import os
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener, install_opener

from slack_sdk import WebClient
from slack_sdk.proxy_env_variable_loader import load_http_proxy_from_env

TIMEOUT_SECONDS = 10

# slack_sdk reads the logger's own level, and at DEBUG it logs whole bodies.
logger = logging.getLogger("slack_sdk.web.spacebot")
logger.setLevel(logging.INFO)


def make_client(token: str, base_url: str) -> WebClient:
    """Return a client that makes each call once, because delivery decides about retries.

    slack_sdk by default posts again after a dropped connection, although Slack may have accepted
    the first post. Waiting for a 429 would block the thread.
    """
    _disable_urllib_proxies()
    web_client = WebClient(
        token, base_url, timeout=TIMEOUT_SECONDS, retry_handlers=[], logger=logger
    )
    web_client.proxy = proxy_for(base_url)
    return web_client


def proxy_for(url: str) -> str | None:
    """Return the proxy for *url*: HTTPS_PROXY, unless NO_PROXY names the host.

    slack_sdk ignores NO_PROXY, and reads the user of `user:password@host:port` as a scheme. As in
    curl, a missing scheme means `http://`. The loopback address never has a proxy.
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

    The rules are those of urllib and curl: https://everything.curl.dev/usingcurl/proxies/env.html.
    In addition a leading `*.`, which both read literally, means the same as a leading dot.
    """
    for entry in no_proxy.lower().replace(",", " ").split():
        name = entry.removeprefix("*").removeprefix(".").partition(":")[0]
        if entry == "*" or (name and f".{host}".endswith(f".{name}")):
            return True
    return False


def _disable_urllib_proxies() -> None:
    """Make urllib ignore the proxies of the environment.

    Without a proxy from slack_sdk, urllib reads the environment itself, and `*.slack.com` as a
    host name. Nothing else in the process uses urllib.
    """
    install_opener(build_opener(ProxyHandler({})))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
