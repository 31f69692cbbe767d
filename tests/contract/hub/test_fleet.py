"""The list of an owner's Spaces: complete, or an error."""

import httpx2
import pytest

from bot.errors import HubForbidden, HubUnavailable, RateLimited
from bot.hub import Hub
from tests.contract.hub.conftest import ENDPOINT, TOKEN, FakeHubApi, ok

LIST = "GET /api/spaces"
UNAVAILABLE = httpx2.Response(503, json={"error": "Service Unavailable"})


def page(*names: str, then: str | None = None) -> httpx2.Response:
    entries = [{"id": f"o/{name}", "runtime": {"stage": "RUNNING"}} for name in names]
    link = {"Link": f'<{then}>; rel="next"'} if then else {}
    return ok(entries, **link)


def next_link(cursor: str) -> str:
    return f"{ENDPOINT}/api/spaces?cursor={cursor}"


def test_a_fleet_is_all_pages_in_one_list(hub: Hub, hub_api: FakeHubApi) -> None:
    hub_api.reply(LIST, page("a", "b", then=next_link("2")), page("c"))
    assert [space.id for space in hub.fleet("o")] == ["o/a", "o/b", "o/c"]
    first, second = hub_api.requests
    assert dict(first.url.params.multi_items())["author"] == "o"
    assert first.url.params.get_list("expand") == [
        "runtime",
        "subdomain",
        "sdk",
        "private",
        "sha",
    ]
    assert second.url.params["cursor"] == "2"
    assert second.headers["Authorization"] == f"Bearer {TOKEN}"


def test_space_on_two_pages_is_returned_once(hub: Hub, hub_api: FakeHubApi) -> None:
    hub_api.reply(LIST, page("a", "b", then=next_link("2")), page("b", "c"))
    assert [space.id for space in hub.fleet("o")] == ["o/a", "o/b", "o/c"]


def test_failed_page_is_retried_once(hub: Hub, hub_api: FakeHubApi) -> None:
    hub_api.reply(LIST, page("a", then=next_link("2")), UNAVAILABLE, page("b"))
    assert [space.id for space in hub.fleet("o")] == ["o/a", "o/b"]
    assert len(hub_api.requests) == 3


@pytest.mark.parametrize(
    "second",
    [
        # Unavailable twice.
        pytest.param(UNAVAILABLE, id="503"),
        # A proxy's or a captive portal's page with status 200.
        pytest.param(httpx2.Response(200, html="<html>Log in</html>"), id="html"),
        # Not a list, or a list of other things.
        pytest.param(ok({"error": "?"}), id="object"),
        pytest.param(ok([{"name": "no id"}]), id="no id"),
        pytest.param(ok(["o/b"]), id="words"),
        # The connection breaks, twice.
        pytest.param(httpx2.ReadError("reset"), id="reset"),
        # A list whose next page is the same page.
        pytest.param(page("b", then=next_link("2")), id="circle"),
        # A list whose next page is on another host.
        pytest.param(page("b", then="https://elsewhere.test/api/spaces?cursor=3"), id="away"),
        pytest.param(page("b", then=f"{ENDPOINT}.elsewhere.test/x"), id="similar host"),
    ],
)
def test_missing_page_raises_instead_of_a_partial_list(
    hub: Hub, hub_api: FakeHubApi, second: httpx2.Response | Exception
) -> None:
    hub_api.reply(LIST, page("a", then=next_link("2")), second)
    with pytest.raises(HubUnavailable):
        hub.fleet("o")
    assert all(request.url.host == "hub.test" for request in hub_api.requests)


def test_exhausted_rate_limit_raises_without_sleeping(hub: Hub, hub_api: FakeHubApi) -> None:
    hub_api.reply(LIST, httpx2.Response(429, headers={"RateLimit": '"api";r=0;t=299'}))
    with pytest.raises(RateLimited):
        hub.fleet("o")
    assert len(hub_api.requests) == 1


def test_bad_token_is_reported_for_the_list(hub: Hub, hub_api: FakeHubApi) -> None:
    hub_api.reply(LIST, httpx2.Response(401, json={"error": "Invalid username or password."}))
    with pytest.raises(HubForbidden, match=r"rejected the token.*Invalid username"):
        hub.fleet("o")
