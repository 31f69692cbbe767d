"""Redirects: to the new name of a Space, never to another origin."""

import httpx2
import pytest

from bot.hub.responses import resolve_redirect

HUB = "https://hub.test/api/spaces/a/old"


def redirect(method: str, status: int, location: str | None) -> httpx2.Response:
    request = httpx2.Request(method, HUB)
    response = httpx2.Response(status, request=request)
    if location:
        response.next_request = httpx2.Request(method, httpx2.URL(HUB).join(location))
    return response


@pytest.mark.parametrize(
    ("method", "status", "location", "followed"),
    [
        ("GET", 301, "/api/spaces/a/new", True),
        ("POST", 307, "/api/spaces/a/new", True),
        ("POST", 308, "/api/spaces/a/new", True),
        # The client would repeat it as a GET.
        ("POST", 301, "/api/spaces/a/new", False),
        # The body of an upload may be a stream.
        ("PUT", 307, "/api/spaces/a/new", False),
        ("GET", 301, None, False),
        # The token is meant for one origin.
        ("GET", 301, "https://else.test/", False),
        ("GET", 301, "http://hub.test/api/spaces/a/new", False),
        ("GET", 301, "https://hub.test:444/api/spaces/a/new", False),
    ],
)
def test_only_a_rename_on_the_same_origin_is_followed(
    method: str, status: int, location: str | None, *, followed: bool
) -> None:
    response = redirect(method, status, location)

    found = resolve_redirect(response, [httpx2.URL(HUB)], write=method != "GET")

    assert (found is not None) is followed


@pytest.mark.parametrize(("write", "hops"), [(True, 1), (False, 3)])
def test_number_of_redirects_is_limited(hops: int, *, write: bool) -> None:
    response = redirect("GET", 307, "/next")
    visited = [httpx2.URL(f"https://hub.test/{n}") for n in range(hops)]

    assert resolve_redirect(response, visited, write=write)
    assert not resolve_redirect(response, [*visited, httpx2.URL(HUB)], write=write)


def test_a_visited_address_is_not_visited_again() -> None:
    response = redirect("GET", 307, HUB)

    assert not resolve_redirect(response, [httpx2.URL(HUB)], write=False)
