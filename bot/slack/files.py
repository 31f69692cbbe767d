"""
Files that people shared in Slack: their metadata as `SlackFile`, and their content.

A download is bounded and sends the token only to Slack's own hosts.
"""

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx2

from bot.errors import SlackError, SlackUnavailable
from bot.model import SlackFile
from bot.network.connections import tls_context
from bot.network.proxies import proxy_for
from bot.slack.client import TIMEOUT_SECONDS

# Modes of files whose content Slack stores. Others are links, deleted, or hidden by the plan.
_HOSTED_MODES = frozenset({"hosted", "snippet"})
# Error codes of files.info, and values of file_access, for a file that the bot may not see.
# file_not_found can mean that as well as a deleted file.
INVISIBLE_CODES = frozenset(
    {
        *("access_denied", "channel_not_found", "file_not_found", "no_permission"),
        *("not_in_channel", "not_visible"),
    }
)
# Modes of Slack's own pages, which messages contain as files.
_PAGE_KINDS = {"quip": "canvas", "canvas": "canvas", "list": "list"}
# For one file with all its redirects.
_TOTAL_SECONDS, _MAX_HOPS = 60.0, 3
_NOT_DONE = "Nothing changed."
_SHARE_AGAIN = "Share it again."
_SIGN_IN_ADVICE = (
    "Check that the app has the scope files:read and can see where the file was shared."
)


def parse_file(id: str, info: Mapping[str, Any]) -> SlackFile:
    """Return the attachment in an answer of files.info."""
    size = info.get("size")
    return SlackFile(
        id=id,
        name=info.get("name") or id,
        size=size if isinstance(size, int) else 0,
        url=info.get("url_private_download") or info.get("url_private") or "",
        kind=info.get("mimetype") or "",
        unavailable_reason=_unavailable_reason(info, size),
    )


def invisible_file(id: str) -> SlackFile:
    """Return the attachment for a file that the bot may not see, without a name."""
    return SlackFile(id, name="", size=0, url="", unavailable_reason="unseen")


def _unavailable_reason(info: Mapping[str, Any], size: object) -> str:
    """Return why Slack has no content of the file, empty if it has.

    A file of size 0 is empty only if Slack itself stores it.
    """
    mode, access = str(info.get("mode") or ""), info.get("file_access")
    if info.get("is_external") or mode == "external":
        return "external"
    if mode in _PAGE_KINDS:
        return _PAGE_KINDS[mode]
    if access in INVISIBLE_CODES:
        return "unseen"
    if mode in ("tombstone", "hidden_by_limit"):
        return mode
    is_hosted = isinstance(size, int) and (size > 0 or mode in _HOSTED_MODES)
    return "" if is_hosted else "unknown"


class Downloads:
    """A downloader of private files. *api* is the address of the Web API."""

    def __init__(
        self,
        token: str,
        api: str,
        clock: Callable[[], float] = monotonic,
        seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
        self._api, self._clock, self._seconds = api, clock, seconds

    def fetch(self, file: SlackFile, max_bytes: int) -> bytes:
        """Return the content of *file*.

        Raises:
            SlackError: Slack refuses, or the file is longer than *max_bytes*.

        """
        url, deadline = file.url, self._clock() + _TOTAL_SECONDS
        for _ in range(_MAX_HOPS):
            self._check_host(url)
            try:
                content, url = self._get(file, url, max_bytes, deadline)
            except (httpx2.HTTPError, httpx2.InvalidURL) as error:
                raise SlackUnavailable(
                    f"I couldn't download {file.name} from Slack.", next_step="Try again."
                ) from error
            if content is not None:
                return content
        raise SlackError(
            f"Slack's download of {file.name} redirects without end.",
            effect=_NOT_DONE,
            next_step=_SHARE_AGAIN,
        )

    def _get(
        self, file: SlackFile, url: str, max_bytes: int, deadline: float
    ) -> tuple[bytes | None, str]:
        """Return the content and *url*, or None and the address of a redirect."""
        with (
            httpx2.Client(
                timeout=self._seconds, proxy=proxy_for(url), trust_env=False, verify=tls_context()
            ) as client,
            client.stream("GET", url, headers=self._headers) as response,
        ):
            if response.is_redirect:
                return None, urljoin(url, response.headers.get("location", ""))
            if response.status_code != 200:
                raise SlackError(
                    f"Slack refused the download of {file.name} (HTTP {response.status_code}).",
                    effect=_NOT_DONE,
                    next_step=f"It may have been deleted. {_SHARE_AGAIN}",
                )
            content = self._read(file, response, max_bytes, deadline)
        if "text/html" in response.headers.get("content-type", "") and not _is_html_file(
            file, content
        ):
            raise SlackError(
                "Slack showed its sign-in page instead of the file.",
                "sign_in",
                effect=_NOT_DONE,
                next_step=_SIGN_IN_ADVICE,
            )
        return content, url

    def _read(
        self, file: SlackFile, response: httpx2.Response, max_bytes: int, deadline: float
    ) -> bytes:
        content = bytearray()
        for chunk in response.iter_bytes():
            content += chunk
            if len(content) > max_bytes:
                raise SlackError(
                    f"{file.name} is larger than Slack reported.",
                    "long",
                    effect=_NOT_DONE,
                    next_step=_SHARE_AGAIN,
                )
            if self._clock() > deadline:
                raise SlackUnavailable(
                    f"Slack is sending {file.name} too slowly.", next_step="Try again later."
                )
        return bytes(content)

    def _check_host(self, url: str) -> None:
        if not is_slack_url(url, self._api):
            host = urlsplit(url).hostname or "nowhere"
            raise SlackError(
                f"That file is at {host}, not in Slack, so I can't download it.",
                "elsewhere",
                effect=_NOT_DONE,
                next_step="Download it, then share it here.",
            )


def is_slack_url(url: str, api: str) -> bool:
    """Return whether *url* is Slack's: https on slack.com, or the origin of the Web API.

    >>> is_slack_url("https://files.slack.com/files-pri/T1-F1/a", "https://slack.com/api/")
    True
    >>> is_slack_url("https://files.slack.com.evil.example/a", "https://slack.com/api/")
    False
    """
    try:
        address, api_address = urlsplit(url), urlsplit(api)
        port = address.port
    except ValueError:
        return False
    if address.username is not None:
        return False
    if (address.scheme, address.hostname, port) == (
        api_address.scheme,
        api_address.hostname,
        api_address.port,
    ):
        return True
    is_slack_domain = f".{address.hostname}".endswith(".slack.com")
    return is_slack_domain and address.scheme == "https" and port in (None, 443)


def _is_html_file(file: SlackFile, content: bytes) -> bool:
    """Return whether the file itself is HTML, because it has the announced length."""
    return "html" in file.kind and len(content) == file.size
