"""
Reads from the Hub as plain requests with huggingface_hub's session and headers.

The library's own methods are too strict for reads (one odd README, volume or date fails the
call), and its lists sleep and retry. Writes use its methods.
"""

import warnings
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import httpx2
from huggingface_hub import constants, get_session
from huggingface_hub.utils import (
    build_hf_headers,
    disable_progress_bars,
    fix_hf_endpoint_in_url,
    validate_repo_id,
)

from bot.hub.text import parse_json
from bot.hub_facts import PAGE_SPACES
from bot.network.deadline import within

#: The name in the user agent.
LIBRARY_NAME = "spacebot"

_MAX_PAGES = 200  # of one list: ten times the largest supported fleet


class HubHttp:
    """JSON requests to one Hub with one token."""

    def __init__(self, endpoint: str, token: str) -> None:
        self._endpoint = endpoint
        self._token = token

    def __repr__(self) -> str:
        return f"HubHttp({self._endpoint!r})"

    def url(self, path: str) -> str:
        """Return the address of *path* on the Hub."""
        return f"{self._endpoint}{path}"

    def space_url(self, id: str, path: str = "") -> str:
        """Return the address of *path* in the API of one Space.

        Raises:
            HFValidationError: *id* isn't a valid repo id.

        """
        validate_repo_id(id)
        return self.url(f"/api/spaces/{id}{path}")

    def headers(self) -> dict[str, str]:
        """Return the headers with the token and the user agent."""
        return build_hf_headers(
            token=self._token, library_name=LIBRARY_NAME, library_version=package_version()
        )

    def get(self, url: str) -> Any:
        """Return the JSON at *url*."""
        return parse_json(get_session().get(url, headers=self.headers()).content)

    def post(self, url: str, body: Any) -> Any:
        """Return the JSON that the Hub answers to *body*."""
        return parse_json(get_session().post(url, headers=self.headers(), json=body).content)

    def pages(self, owner: str, expand: tuple[str, ...], seconds: float) -> Iterator[Any]:
        """Yield the pages of the list of the owner's Spaces, each within *seconds*.

        Raises:
            ValueError: The list has a loop, no end, or leaves the Hub.

        """
        query = {"author": owner, "limit": PAGE_SPACES, "expand": expand}
        url: str | None = str(httpx2.URL(self.url("/api/spaces"), params=query))
        visited: set[str] = set()
        while url:
            visited.add(_page_key(url))
            with within(seconds):
                response = get_session().get(url, headers=self.headers())
            yield parse_json(response.content)
            url = self._next_url(response)
            if url and (_page_key(url) in visited or len(visited) >= _MAX_PAGES):
                raise ValueError("the list leads round in a circle, or has no end")

    def _next_url(self, response: httpx2.Response) -> str | None:
        link = response.links.get("next", {}).get("url")
        if link is None:
            return None
        url = fix_hf_endpoint_in_url(link, self._endpoint)
        if not url.startswith(f"{self._endpoint}/"):
            raise ValueError("the list leads away from the Hub")
        return url


def _page_key(url: str) -> str:
    """Return the cursor of a page's address, or the whole address without one."""
    return str(httpx2.URL(url).params.get("cursor", url))


@cache  # every request needs it, and it is read from the disk
def package_version() -> str:
    """Return the version for the user agent, "0" for a source tree that isn't installed."""
    try:
        return version(LIBRARY_NAME)
    except PackageNotFoundError:
        return "0"


def silence_library() -> None:
    """Turn off huggingface_hub's telemetry, progress bars, warnings and log of requests.

    Its telemetry calls the real Hub even with another endpoint, and its log contains secrets.
    """
    constants.HF_HUB_DISABLE_TELEMETRY = True
    constants.HF_HUB_DISABLE_XET = True  # see `large_files`
    constants.HF_DEBUG = False
    disable_progress_bars()
    warnings.filterwarnings("ignore", module=r"huggingface_hub\.")
    # Caused by the way the library passes a file to its HTTP client.
    warnings.filterwarnings("ignore", "Use 'content=", DeprecationWarning)
