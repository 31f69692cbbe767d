"""The connection to the Web API: a short deadline, no retries of its own, a proxy when meant."""

import ipaddress
import logging
from urllib.parse import urlsplit
from urllib.request import proxy_bypass

from slack_sdk import WebClient
from slack_sdk.proxy_env_variable_loader import load_http_proxy_from_env

SECONDS = 10

# slack_sdk looks at the logger's own level, and at DEBUG it writes down whole bodies.
logger = logging.getLogger("slack_sdk.web.spacebot")
logger.setLevel(logging.INFO)


def client(token: str, base_url: str) -> WebClient:
    """Return a client that does each call once: the cards know better when to try again.

    slack_sdk's default posts again after a dropped connection, although Slack may have
    taken the first one; and waiting for a 429 would hold the thread.
    """
    made = WebClient(token, base_url, timeout=SECONDS, retry_handlers=[], logger=logger)
    made.proxy = proxy_for(base_url)
    return made


def proxy_for(url: str) -> str | None:
    """Return the proxy for *url*: HTTPS_PROXY, unless NO_PROXY names the host.

    slack_sdk reads the first variable and not the second, and a proxy can never reach our own
    loopback.
    """
    host = urlsplit(url).hostname or ""
    if _is_loopback(host) or proxy_bypass(host):
        return None
    return load_http_proxy_from_env(logger)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
