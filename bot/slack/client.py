"""The slack_sdk client with a short timeout, no retries and the right proxy."""

import logging
import ssl
from functools import cache
from urllib.request import HTTPSHandler, ProxyHandler, build_opener, install_opener

from slack_sdk import WebClient, WebhookClient

from bot.network.proxies import proxy_for

TIMEOUT_SECONDS = 10

# slack_sdk reads the logger's own level, and at DEBUG it logs whole bodies.
logger = logging.getLogger("slack_sdk.web.spacebot")
logger.setLevel(logging.INFO)


def make_client(token: str, base_url: str) -> WebClient:
    """Return a client that makes each call once, because delivery decides about retries.

    slack_sdk by default posts again after a dropped connection, although Slack may have accepted
    the first post. Waiting for a 429 would block the thread.
    """
    _install_opener(base_url)
    web_client = WebClient(
        token, base_url, timeout=TIMEOUT_SECONDS, retry_handlers=[], logger=logger
    )
    set_proxy(web_client, base_url)
    return web_client


def set_proxy(client: WebClient | WebhookClient, url: str) -> None:
    """Set the proxy of *client* for *url*, because slack_sdk ignores NO_PROXY.

    Only with a proxy it also gets the TLS context, because with one slack_sdk replaces the opener.
    """
    client.proxy = proxy_for(url)
    client.ssl = tls_context() if client.proxy else None


def _install_opener(base_url: str) -> None:
    """Make urllib share one TLS context, and ignore the proxies of the environment.

    Without a proxy from slack_sdk, urllib reads the environment itself, and `*.slack.com` as a
    host name. Nothing else in the process uses urllib.
    """
    is_tls = base_url.startswith("https:")
    tls = [HTTPSHandler(context=tls_context())] if is_tls else []
    install_opener(build_opener(ProxyHandler({}), *tls))


@cache
def tls_context() -> ssl.SSLContext:
    """Return the TLS context of all calls.

    By itself urllib makes one for each connection, and parses all certificates: 20 ms of CPU.
    """
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context
