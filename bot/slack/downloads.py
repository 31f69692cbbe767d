"""Downloads of shared files: bounded, and with the token only for Slack's own hosts."""

from collections.abc import Callable
from time import monotonic
from urllib.parse import urljoin, urlsplit

import httpx2

from bot.errors import SlackError, SlackUnavailable
from bot.model import Attachment
from bot.proxies import proxy_for
from bot.slack.client import TIMEOUT_SECONDS

# For one file with all its redirects.
_TOTAL_SECONDS, _MAX_HOPS = 60.0, 3
_NOT_DONE = "Nothing was done."
_SIGN_IN_ADVICE = (
    "Does the app have the scope files:read, and may it see the place where the file was shared?"
)


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

    def fetch(self, file: Attachment, max_bytes: int) -> bytes:
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
                    f"Slack did not hand over {file.name}.", next_step="Try again."
                ) from error
            if content is not None:
                return content
        raise SlackError(f"Slack sends me in circles for {file.name}.", effect=_NOT_DONE)

    def _get(
        self, file: Attachment, url: str, max_bytes: int, deadline: float
    ) -> tuple[bytes | None, str]:
        """Return the content and *url*, or None and the address of a redirect."""
        with (
            httpx2.Client(timeout=self._seconds, proxy=proxy_for(url), trust_env=False) as client,
            client.stream("GET", url, headers=self._headers) as response,
        ):
            if response.is_redirect:
                return None, urljoin(url, response.headers.get("location", ""))
            if response.status_code != 200:
                raise SlackError(
                    f"Slack does not hand over {file.name} (HTTP {response.status_code}).",
                    effect=_NOT_DONE,
                    next_step="Was it deleted? Share it again.",
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
        self, file: Attachment, response: httpx2.Response, max_bytes: int, deadline: float
    ) -> bytes:
        content = bytearray()
        for chunk in response.iter_bytes():
            content += chunk
            if len(content) > max_bytes:
                raise SlackError(
                    f"{file.name} is longer than Slack said.", "long", effect=_NOT_DONE
                )
            if self._clock() > deadline:
                raise SlackUnavailable(
                    f"Slack hands over {file.name} too slowly.", next_step="Try again later."
                )
        return bytes(content)

    def _check_host(self, url: str) -> None:
        if not is_slack_url(url, self._api):
            host = urlsplit(url).hostname or "nowhere"
            raise SlackError(
                f"That file is not in Slack but at {host}, and my token stays with Slack.",
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


def _is_html_file(file: Attachment, content: bytes) -> bool:
    """Return whether the file itself is HTML, because it has the announced length."""
    return "html" in file.kind and len(content) == file.size
