"""
Fetching what people have shared. The token goes to Slack's own hosts and nowhere else, and no
more is read than was said beforehand.
"""

from collections.abc import Callable
from time import monotonic
from urllib.parse import urljoin, urlsplit

import httpx2

from bot.errors import SlackError, SlackUnavailable
from bot.model import Attachment
from bot.slack.client import SECONDS, proxy_for

# Seconds for one file, however slowly it trickles; hops that are followed.
_WITHIN, _HOPS = 60.0, 3
_SIGN_IN = (
    "Slack showed its sign-in page instead of the file. Nothing was done. Does the app have the "
    "scope files:read, and may it see the place where the file was shared?"
)


class Downloads:
    """Files by their private address, with the bot's token. *api* is the Web API's address."""

    def __init__(
        self, token: str, api: str, clock: Callable[[], float] = monotonic, seconds: float = SECONDS
    ) -> None:
        self._headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
        self._api, self._clock, self._seconds = api, clock, seconds

    def fetch(self, file: Attachment, most: int) -> bytes:
        """Return the content of *file*. Raises SlackError, also when it is longer than *most*."""
        url, until = file.url, self._clock() + _WITHIN
        for _ in range(_HOPS):
            self._check(url)
            try:
                content, url = self._get(file, url, most, until)
            except (httpx2.HTTPError, httpx2.InvalidURL) as error:
                raise SlackUnavailable(
                    f"Slack did not hand over {file.name}. Try again."
                ) from error
            if content is not None:
                return content
        raise SlackError(f"Slack sends me in circles for {file.name}. Nothing was done.")

    def _get(self, file: Attachment, url: str, most: int, until: float) -> tuple[bytes | None, str]:
        """Return the content; or nothing, and where it is said to be."""
        with (
            httpx2.Client(timeout=self._seconds, proxy=proxy_for(url), trust_env=False) as client,
            client.stream("GET", url, headers=self._headers) as answer,
        ):
            if answer.is_redirect:
                return None, urljoin(url, answer.headers.get("location", ""))
            if answer.status_code != 200:
                raise SlackError(
                    f"Slack does not hand over {file.name} (HTTP {answer.status_code}). "
                    "Nothing was done. Was it deleted? Share it again."
                )
            content = self._read(file, answer, most, until)
        if "text/html" in answer.headers.get("content-type", "") and not _is_page(file, content):
            raise SlackError(_SIGN_IN, "sign_in")
        return content, url

    def _read(self, file: Attachment, answer: httpx2.Response, most: int, until: float) -> bytes:
        content = bytearray()
        for chunk in answer.iter_bytes():
            content += chunk
            if len(content) > most:
                raise SlackError(
                    f"{file.name} is longer than Slack said. Nothing was done.", "long"
                )
            if self._clock() > until:
                raise SlackUnavailable(f"Slack hands over {file.name} too slowly. Try again later.")
        return bytes(content)

    def _check(self, url: str) -> None:
        if not is_slacks(url, self._api):
            host = urlsplit(url).hostname or "nowhere"
            raise SlackError(
                f"That file is not in Slack but at {host}, and my token stays with Slack. Nothing "
                "was done. Download it, then share it here.",
                "elsewhere",
            )


def is_slacks(url: str, api: str) -> bool:
    """Say whether *url* is Slack's own: https on slack.com, or wherever the Web API is.

    >>> is_slacks("https://files.slack.com/files-pri/T1-F1/a", "https://slack.com/api/")
    True
    >>> is_slacks("https://files.slack.com.evil.example/a", "https://slack.com/api/")
    False
    """
    try:
        parts, home = urlsplit(url), urlsplit(api)
        port = parts.port
    except ValueError:
        return False
    if parts.username is not None:
        return False
    if (parts.scheme, parts.hostname, port) == (home.scheme, home.hostname, home.port):
        return True
    ours = f".{parts.hostname}".endswith(".slack.com")
    return ours and parts.scheme == "https" and port in (None, 443)


def _is_page(file: Attachment, content: bytes) -> bool:
    """Say whether the file itself is a page: then it is as long as Slack has said."""
    return "html" in file.kind and len(content) == file.size
