"""
Questions to the Hub as plain GETs over huggingface_hub's own session, address and headers.

Its methods parse answers more strictly than we can afford (one odd README, volume or date fails
the call), and its lists sleep and repeat. Acts do go through its methods.
"""

from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import httpx2
from huggingface_hub import get_session
from huggingface_hub.utils._headers import build_hf_headers
from huggingface_hub.utils._http import fix_hf_endpoint_in_url
from huggingface_hub.utils._validators import validate_repo_id

from bot.hub.deadline import within

#: What we call ourselves in the user-agent.
NAME = "spacebot"

_PAGE = 500  # entries; what the Hub's own clients ask for


class Wire:
    """Where the Hub is and who we are; asks, and reads JSON."""

    def __init__(self, endpoint: str, token: str) -> None:
        self._endpoint = endpoint
        self._token = token

    def __repr__(self) -> str:
        return f"Wire({self._endpoint!r})"

    def url(self, path: str) -> str:
        return f"{self._endpoint}{path}"

    def of(self, id: str, rest: str = "") -> str:
        """Return the address of a Space's page of the API; a name is checked before it is used."""
        validate_repo_id(id)
        return self.url(f"/api/spaces/{id}{rest}")

    def headers(self) -> dict[str, str]:
        return build_hf_headers(token=self._token, library_name=NAME, library_version=our_version())

    def get(self, url: str) -> Any:
        return get_session().get(url, headers=self.headers()).json()

    def post(self, url: str, body: Any) -> Any:
        return get_session().post(url, headers=self.headers(), json=body).json()

    def pages(self, owner: str, expand: tuple[str, ...], seconds: float) -> Iterator[list[Any]]:
        """Yield the owner's Spaces page by page, each within *seconds*."""
        asked = {"author": owner, "limit": _PAGE, "expand": expand}
        url: str | None = str(httpx2.URL(self.url("/api/spaces"), params=asked))
        seen: set[str] = set()
        while url:
            seen.add(url)
            with within(seconds):
                response = get_session().get(url, headers=self.headers())
            yield response.json()
            url = self._next(response, seen)

    def _next(self, response: httpx2.Response, seen: set[str]) -> str | None:
        link = response.links.get("next", {}).get("url")
        if link is None:
            return None
        url = fix_hf_endpoint_in_url(link, self._endpoint)
        if url in seen or not url.startswith(f"{self._endpoint}/"):
            raise ValueError("the list leads round in a circle, or away from the Hub")
        return url


@cache  # it is on every request, and looked for on the disk
def our_version() -> str:
    """Return the version for the user-agent; a source tree that is not installed has none."""
    try:
        return version(NAME)
    except PackageNotFoundError:
        return "0"
