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
from bot.hub.text import parse_json

#: What we call ourselves in the user-agent.
LIBRARY_NAME = "spacebot"

_PAGE_ENTRIES = 500  # entries; what the Hub's own clients ask for
_MAX_PAGES = 200  # of one list: ten times the largest fleet that we aim at


class HubHttp:
    """Where the Hub is and who we are; asks, and reads JSON."""

    def __init__(self, endpoint: str, token: str) -> None:
        self._endpoint = endpoint
        self._token = token

    def __repr__(self) -> str:
        return f"Wire({self._endpoint!r})"

    def url(self, path: str) -> str:
        return f"{self._endpoint}{path}"

    def space_url(self, id: str, path: str = "") -> str:
        """Return the address of a Space's page of the API; a name is checked before it is used."""
        validate_repo_id(id)
        return self.url(f"/api/spaces/{id}{path}")

    def headers(self) -> dict[str, str]:
        return build_hf_headers(
            token=self._token, library_name=LIBRARY_NAME, library_version=package_version()
        )

    def get(self, url: str) -> Any:
        return parse_json(get_session().get(url, headers=self.headers()).content)

    def post(self, url: str, body: Any) -> Any:
        return parse_json(get_session().post(url, headers=self.headers(), json=body).content)

    def pages(self, owner: str, expand: tuple[str, ...], seconds: float) -> Iterator[Any]:
        """Yield the owner's Spaces page by page, each within *seconds*."""
        query = {"author": owner, "limit": _PAGE_ENTRIES, "expand": expand}
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
    """Return what tells one page from another: the cursor, whatever else is in the address."""
    return str(httpx2.URL(url).params.get("cursor", url))


@cache  # it is on every request, and looked for on the disk
def package_version() -> str:
    """Return the version for the user-agent; a source tree that is not installed has none."""
    try:
        return version(LIBRARY_NAME)
    except PackageNotFoundError:
        return "0"
