"""The slack_sdk client with a short timeout, no retries and the right proxy."""

import logging
from urllib.request import ProxyHandler, build_opener, install_opener

from slack_sdk import WebClient

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
    _disable_urllib_proxies()
    web_client = WebClient(
        token, base_url, timeout=TIMEOUT_SECONDS, retry_handlers=[], logger=logger
    )
    web_client.proxy = proxy_for(base_url)  # slack_sdk ignores NO_PROXY
    return web_client


def _disable_urllib_proxies() -> None:
    """Make urllib ignore the proxies of the environment.

    Without a proxy from slack_sdk, urllib reads the environment itself, and `*.slack.com` as a
    host name. Nothing else in the process uses urllib.
    """
    install_opener(build_opener(ProxyHandler({})))
