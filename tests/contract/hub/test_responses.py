"""A write counts as done only if the Hub's response confirms it, as in the recordings."""

import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from bot.errors import HubError, HubUnavailable, OutcomeUnknown
from bot.hub import Hub
from tests.contract.hub.conftest import ENDPOINT, FakeHubApi, Rule, ok

A = "/api/spaces/o/a"
BUILDING = {"stage": "BUILDING", "hardware": {"current": None, "requested": "cpu-basic"}}
NEW = {"url": f"{ENDPOINT}/spaces/o/a", "name": "o/a", "id": "67ca"}
COMMIT = {"success": True, "commitOid": "4" * 40, "commitUrl": f"{ENDPOINT}/c/4", "hookOutput": ""}

Write = Callable[[Hub], object]

#: Every write, its arguments, and its recorded response.
WRITES: dict[str, tuple[Write, str, Any]] = {
    "restart": (lambda hub: hub.restart("o/a"), f"POST {A}/restart", BUILDING),
    "rebuild": (lambda hub: hub.restart("o/a", factory=True), f"POST {A}/restart", BUILDING),
    "pause": (lambda hub: hub.pause("o/a"), f"POST {A}/pause", BUILDING),
    "sleep": (lambda hub: hub.set_sleep("o/a", 60), f"POST {A}/sleeptime", BUILDING),
    "hardware": (lambda hub: hub.set_hardware("o/a", "t4-small"), f"POST {A}/hardware", BUILDING),
    "set secret": (lambda hub: hub.set_secret("o/a", "K", "s3cr3t"), f"POST {A}/secrets", {}),
    "delete secret": (lambda hub: hub.delete_secret("o/a", "K"), f"DELETE {A}/secrets", {}),
    "set variable": (
        lambda hub: hub.set_variable("o/a", "K", "v"),
        f"POST {A}/variables",
        {"K": {"value": "v"}, "OTHER": {"value": ""}},
    ),
    "delete variable": (
        lambda hub: hub.delete_variable("o/a", "K"),
        f"DELETE {A}/variables",
        {"OTHER": {"value": ""}},
    ),
    "create": (
        lambda hub: hub.create("o/a", sdk="docker", private=True),
        "POST /api/repos/create",
        NEW,
    ),
    "duplicate": (
        lambda hub: hub.duplicate("t/t", "o/a", private=True, secrets={"S": "1"}, variables={}),
        "POST /api/spaces/t/t/duplicate",
        {"url": f"{ENDPOINT}/spaces/o/a", "filesCopyPending": False},
    ),
    "delete": (lambda hub: hub.delete("o/a"), "DELETE /api/repos/delete", "OK"),
    "commit": (
        lambda hub: hub.commit("o/a", {"app.py": b"x"}, "Hand in"),
        f"POST {A}/commit/main",
        COMMIT,
    ),
}

#: Responses that confirm no write.
UNEXPECTED: dict[str, httpx2.Response] = {
    "a sign-in page as text": httpx2.Response(200, text="Please sign in"),
    "a sign-in page as HTML": httpx2.Response(200, html="<html>Please sign in</html>"),
    "an empty body": httpx2.Response(200),
    "no content": httpx2.Response(204),
    "an error with a friendly status": ok({"error": "Internal error"}),
    "a runtime with an error": ok({"error": "Internal error", "stage": None}),
    "half a JSON": httpx2.Response(200, content=b'{"stage": "BUIL'),
    "a list": ok([]),
    "null": ok(None),
    "a number": ok(7),
    "nested too deep": httpx2.Response(200, content=b"[" * 100_000),
    "nothing has changed": httpx2.Response(304),
    "a choice": httpx2.Response(300, json=BUILDING),
    "an odd status": httpx2.Response(799, json=BUILDING),
    "a redirect without an address": httpx2.Response(307),
    "moved for good": httpx2.Response(301, headers={"Location": f"{ENDPOINT}/elsewhere"}),
    "found": httpx2.Response(302, headers={"Location": "/login"}),
    "see other": httpx2.Response(303, headers={"Location": "/login"}),
}

#: Responses of one write that don't confirm another.
ALSO_UNEXPECTED: dict[str, tuple[str, Any]] = {
    "a restart without a stage": ("restart", {"hardware": {}}),
    "a secret that is still there": ("delete secret", {"K": {"updatedAt": "now"}}),
    "a variable that was not set": ("set variable", {"OTHER": {"value": "v"}}),
    "a variable without a value": ("set variable", {"K": None}),
    "a variable that is still there": ("delete variable", {"K": {"value": "v"}}),
    "a Space of another name": ("create", {**NEW, "url": f"{ENDPOINT}/spaces/o/b"}),
    "a copy without an address": ("duplicate", {"filesCopyPending": False}),
    "a commit without an id": ("commit", {**COMMIT, "commitOid": ""}),
    "a commit that failed": ("commit", {**COMMIT, "success": False}),
    "a runtime for a deletion": ("delete", BUILDING),
}


def set_reply(hub_api: FakeHubApi, request_line: str, response: Rule) -> None:
    files = [{"path": "app.py", "uploadMode": "regular", "shouldIgnore": False}]
    hub_api.reply(f"POST {A}/preupload/main", ok({"files": files}))
    hub_api.reply(request_line, response)


def outcome(
    hub: Hub, hub_api: FakeHubApi, write: Write, request_line: str, rule: Rule
) -> tuple[str, int]:
    """Return the outcome of *write* with these responses, and how often it was sent."""
    set_reply(hub_api, request_line, rule)
    hub_api.requests.clear()
    try:
        write(hub)
    except HubError as error:
        maybe = "It may still have been done" in str(error)
        return type(error).__name__ if maybe else str(error), len(write_lines(hub_api))
    return "believed", len(write_lines(hub_api))


def write_lines(hub_api: FakeHubApi) -> list[str]:
    return [line for line in hub_api.request_lines if "/preupload/" not in line]


@pytest.mark.parametrize("name", WRITES)
def test_recorded_response_confirms_the_write(hub: Hub, hub_api: FakeHubApi, name: str) -> None:
    write, line, recorded = WRITES[name]
    is_text = isinstance(recorded, str)
    set_reply(hub_api, line, httpx2.Response(200, text=recorded) if is_text else ok(recorded))
    write(hub)


@pytest.mark.parametrize("name", WRITES)
def test_no_other_response_confirms_a_write(hub: Hub, hub_api: FakeHubApi, name: str) -> None:
    write, line, _ = WRITES[name]
    outcomes = {what: outcome(hub, hub_api, write, line, rule) for what, rule in UNEXPECTED.items()}
    assert outcomes == dict.fromkeys(UNEXPECTED, ("OutcomeUnknown", 1))


@pytest.mark.parametrize(("name", "body"), ALSO_UNEXPECTED.values(), ids=ALSO_UNEXPECTED)
def test_response_to_another_write_confirms_nothing(
    hub: Hub, hub_api: FakeHubApi, name: str, body: Any
) -> None:
    write, line, _ = WRITES[name]
    set_reply(hub_api, line, ok(body))
    with pytest.raises(OutcomeUnknown, match="It may still have been done"):
        write(hub)


def test_unexpected_response_is_quoted_without_the_secret(hub: Hub, hub_api: FakeHubApi) -> None:
    hub_api.reply(f"POST {A}/secrets", httpx2.Response(200, text="Sign in to set s3cr3t\nnow"))
    with pytest.raises(OutcomeUnknown, match="“Sign in to set •••”"):
        hub.set_secret("o/a", "K", "s3cr3t")


# -- redirects


def redirect_to(address: str, status: int = 307) -> httpx2.Response:
    return httpx2.Response(status, headers={"Location": address})


@pytest.mark.parametrize("status", [307, 308])
def test_write_follows_one_redirect_to_a_renamed_space(
    hub: Hub, hub_api: FakeHubApi, status: int
) -> None:
    hub_api.reply(f"POST {A}/secrets", redirect_to(f"{ENDPOINT}/api/spaces/o/new/secrets", status))
    hub_api.reply("POST /api/spaces/o/new/secrets", ok({}))
    hub.set_secret("o/a", "K", "s3cr3t")
    assert [json.loads(request.content)["value"] for request in hub_api.requests] == ["s3cr3t"] * 2


def test_write_redirected_to_another_page_is_not_confirmed(hub: Hub, hub_api: FakeHubApi) -> None:
    hub_api.reply(f"POST {A}/secrets", redirect_to("/login"))
    hub_api.reply("POST /login", httpx2.Response(200, text="Please sign in"))
    with pytest.raises(OutcomeUnknown):
        hub.set_secret("o/a", "K", "s3cr3t")


def test_write_follows_only_one_redirect(hub: Hub, hub_api: FakeHubApi) -> None:
    hub_api.reply(f"POST {A}/restart", redirect_to("/api/spaces/o/b/restart"))
    hub_api.reply("POST /api/spaces/o/b/restart", redirect_to("/api/spaces/o/c/restart"))
    with pytest.raises(OutcomeUnknown, match="redirect"):
        hub.restart("o/a")
    assert hub_api.request_lines == [f"POST {A}/restart", "POST /api/spaces/o/b/restart"]


@pytest.mark.parametrize("name", WRITES)
def test_write_redirected_to_itself_stops(hub: Hub, hub_api: FakeHubApi, name: str) -> None:
    write, line, _ = WRITES[name]
    set_reply(hub_api, line, lambda request: redirect_to(str(request.url)))
    with pytest.raises(OutcomeUnknown, match="redirect"):
        write(hub)
    assert len(write_lines(hub_api)) == 1


FOREIGN_URLS = [
    "https://elsewhere.test/api/spaces/o/a/x",
    "https://hub.test.elsewhere.test/x",
    "http://hub.test/api/spaces/o/a/x",  # from https to http
    "https://hub.test:444/api/spaces/o/a/x",
    "//elsewhere.test/x",
    "ftp://hub.test/x",
    "https://[broken/x",
    "file:///etc/passwd",
    "\x7f",
]


@pytest.mark.parametrize("name", WRITES)
def test_write_body_goes_to_no_other_origin(hub: Hub, hub_api: FakeHubApi, name: str) -> None:
    write, line, _ = WRITES[name]
    outcomes = {at: outcome(hub, hub_api, write, line, redirect_to(at)) for at in FOREIGN_URLS}
    assert outcomes == dict.fromkeys(FOREIGN_URLS, ("OutcomeUnknown", 1))


def test_the_first_bytes_of_a_file_go_to_no_other_origin(hub: Hub, hub_api: FakeHubApi) -> None:
    for address in FOREIGN_URLS:
        hub_api.reply(f"POST {A}/preupload/main", redirect_to(address))
        with pytest.raises(HubUnavailable, match="redirect") as raised:
            hub.commit("o/a", {"app.py": b"x"}, "Hand in")
        assert not isinstance(raised.value, OutcomeUnknown)
    assert {str(request.url) for request in hub_api.requests} == {f"{ENDPOINT}{A}/preupload/main"}


def test_read_is_not_redirected_to_another_origin(hub: Hub, hub_api: FakeHubApi) -> None:
    for address in FOREIGN_URLS:
        hub_api.reply(f"GET {A}/runtime", redirect_to(address, 302))
        with pytest.raises(HubUnavailable, match="redirect"):
            hub.runtime("o/a")
    assert {str(request.url) for request in hub_api.requests} == {f"{ENDPOINT}{A}/runtime"}


def test_read_follows_a_renamed_space(hub: Hub, hub_api: FakeHubApi) -> None:
    hub_api.reply(f"GET {A}/runtime", redirect_to("/api/spaces/o/new/runtime"))
    hub_api.reply("GET /api/spaces/o/new/runtime", ok(BUILDING))
    assert hub.runtime("o/a").stage == "BUILDING"


def test_read_in_a_redirect_loop_ends(hub: Hub, hub_api: FakeHubApi) -> None:
    hub_api.reply(f"GET {A}/runtime", redirect_to("/api/spaces/o/b/runtime"))
    hub_api.reply("GET /api/spaces/o/b/runtime", redirect_to(f"{A}/runtime"))
    with pytest.raises(HubError, match="redirect"):
        hub.runtime("o/a")
    assert len(hub_api.requests) == 4  # a read is retried once
