"""Each call: its request and its result."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from huggingface_hub import constants
from huggingface_hub.utils import _detect_agent

from bot.errors import Conflict, HubError, HubForbidden, HubUnavailable
from bot.hub import Hub
from bot.hub_facts import Account, Commit, Flavor, RateBudget
from tests.contract.hub.conftest import NOW, FakeHubApi, ok

PAUSED = {"stage": "PAUSED", "hardware": {"current": None, "requested": "cpu-basic"}}
BUILDING = {"stage": "BUILDING", "hardware": {"current": None, "requested": "cpu-basic"}}
A = "/api/spaces/o/a"


def test_space_is_requested_with_all_fields(hub: Hub, hub_api: FakeHubApi) -> None:
    body = {"id": "o/a", "host": "https://o-a.hf.space", "sdk": "docker", "runtime": PAUSED}
    hub_api.reply(f"GET {A}", ok(body))
    space = hub.space("o/a")
    assert (space.host, space.stage, space.hardware) == (
        "https://o-a.hf.space",
        "PAUSED",
        "cpu-basic",
    )


@pytest.mark.parametrize(("body", "head"), [({"sha": "d4c8"}, "d4c8"), ({}, None)])
def test_head_is_the_newest_commit_even_if_not_served(
    hub: Hub, hub_api: FakeHubApi, body: dict[str, Any], head: str | None
) -> None:
    runtime = {"stage": "RUNNING_BUILDING", "sha": "0000"}
    hub_api.reply(f"GET {A}", ok({"id": "o/a", "runtime": runtime, **body}))
    assert hub.head("o/a") == head


@pytest.mark.parametrize(
    ("act", "line", "stage"),
    [
        # Restart and pause have no body; the answer is the runtime right after.
        (lambda hub: hub.restart("o/a"), f"POST {A}/restart", "BUILDING"),
        (
            lambda hub: hub.restart("o/a", factory=True),
            f"POST {A}/restart?factory=true",
            "BUILDING",
        ),
        (lambda hub: hub.pause("o/a"), f"POST {A}/pause", "PAUSED"),
    ],
    ids=["restart", "rebuild", "pause"],
)
def test_write_returns_the_stage_in_the_response(
    hub: Hub, hub_api: FakeHubApi, act: Callable[[Hub], str], line: str, stage: str
) -> None:
    hub_api.reply(f"POST {A}/restart", ok(BUILDING))
    hub_api.reply(f"POST {A}/pause", ok(PAUSED))
    assert act(hub) == stage
    assert (hub_api.request_lines, hub_api.bodies) == ([line], [])


@pytest.mark.parametrize(
    ("act", "line", "body"),
    [
        # A sleep time is seconds; never is -1. On cpu-basic the library would warn.
        (lambda hub: hub.set_sleep("o/a", 3600), f"POST {A}/sleeptime", {"seconds": 3600}),
        (lambda hub: hub.set_sleep("o/a", None), f"POST {A}/sleeptime", {"seconds": -1}),
        (
            lambda hub: hub.set_hardware("o/a", "t4-small"),
            f"POST {A}/hardware",
            {"flavor": "t4-small"},
        ),
        # Secrets and variables are set one by one, and deleted by key.
        (
            lambda hub: hub.set_secret("o/a", "K", "v"),
            f"POST {A}/secrets",
            {"key": "K", "value": "v"},
        ),
        (lambda hub: hub.delete_secret("o/a", "K"), f"DELETE {A}/secrets", {"key": "K"}),
        (
            lambda hub: hub.set_variable("o/a", "K", "v"),
            f"POST {A}/variables",
            {"key": "K", "value": "v"},
        ),
        (lambda hub: hub.delete_variable("o/a", "K"), f"DELETE {A}/variables", {"key": "K"}),
        # A Space is created with an explicit visibility.
        (
            lambda hub: hub.create("o/a", sdk="docker", private=True),
            "POST /api/repos/create",
            {
                "name": "a",
                "organization": "o",
                "visibility": "private",
                "type": "space",
                "sdk": "docker",
            },
        ),
        # A copy is created with its secrets and variables, before the first build.
        (
            lambda hub: hub.duplicate(
                "t/t", "o/a", private=False, secrets={"S": "1"}, variables={"V": "2"}
            ),
            "POST /api/spaces/t/t/duplicate",
            {
                "repository": "o/a",
                "visibility": "public",
                "secrets": [{"key": "S", "value": "1"}],
                "variables": [{"key": "V", "value": "2"}],
            },
        ),
        (
            lambda hub: hub.delete("o/a"),
            "DELETE /api/repos/delete",
            {"name": "a", "organization": "o", "type": "space"},
        ),
    ],
    ids=[
        "sleep",
        "never sleep",
        "hardware",
        "set secret",
        "delete secret",
        "set variable",
        "delete variable",
        "create",
        "duplicate",
        "delete",
    ],
)
def test_write_is_one_request_with_the_expected_body(
    hub: Hub, hub_api: FakeHubApi, act: Callable[[Hub], object], line: str, body: Any
) -> None:
    new = {"url": "https://hub.test/spaces/o/a"}
    hub_api.reply(f"POST {A}/sleeptime", ok(BUILDING))
    hub_api.reply(f"POST {A}/hardware", ok(BUILDING))
    hub_api.reply(f"POST {A}/secrets", ok({}))
    hub_api.reply(f"POST {A}/variables", ok({"K": {"value": "v"}}))
    for name in ("secrets", "variables"):
        hub_api.reply(f"DELETE {A}/{name}", ok({}))
    hub_api.reply("POST /api/repos/create", ok(new))
    hub_api.reply("POST /api/spaces/t/t/duplicate", ok(new))
    hub_api.reply("DELETE /api/repos/delete", httpx2.Response(200, text="OK"))
    act(hub)
    assert (hub_api.request_lines, hub_api.bodies) == ([line], [body])


def test_conflicting_create_is_not_retried(hub: Hub, hub_api: FakeHubApi) -> None:
    words = "Cannot create repo: another conflicting operation is in progress"
    hub_api.reply("POST /api/repos/create", httpx2.Response(409, json={"error": words}))
    with pytest.raises(Conflict, match="another conflicting operation"):
        hub.create("o/a", sdk="docker", private=True)
    assert len(hub_api.requests) == 1


def test_concurrent_creation_waits_a_bounded_time(
    make_hub: Callable[..., Hub], hub_api: FakeHubApi
) -> None:
    hub = make_hub(httpx2.MockTransport(hub_api), timeout=0.05)
    with hub._serialize_creation(), pytest.raises(HubUnavailable, match="one at a time"):
        hub.create("o/a", sdk="docker", private=True)
    assert hub_api.requests == []


def test_secrets_are_names_and_variables_have_values(hub: Hub, hub_api: FakeHubApi) -> None:
    hub_api.reply(f"GET {A}/secrets", ok({"B": {"updatedAt": "no date"}, "A": {}}))
    hub_api.reply(f"GET {A}/variables", ok({"TEAM": {"value": "a", "updatedAt": None}}))
    assert hub.secrets("o/a") == ("A", "B")
    assert hub.variables("o/a") == {"TEAM": "a"}


def test_account_lists_what_the_token_may_write_to(hub: Hub, hub_api: FakeHubApi) -> None:
    scoped = [
        {
            "entity": {"type": "org", "name": "o"},
            "permissions": ["repo.content.read", "repo.write"],
        },
        {"entity": {"type": "user", "name": "me"}, "permissions": ["repo.content.read"]},
    ]
    token = {"role": "fineGrained", "fineGrained": {"scoped": scoped}}
    auth = {"type": "access_token", "accessToken": token}
    hub_api.reply(
        "GET /api/whoami-v2",
        ok({"type": "user", "name": "me", "orgs": [{"name": "o"}], "auth": auth}),
    )
    assert hub.whoami() == Account("me", ("o",), "access_token", "fineGrained", ("o",))


def test_bad_token_is_reported_for_whoami(hub: Hub, hub_api: FakeHubApi) -> None:
    hub_api.reply("GET /api/whoami-v2", httpx2.Response(401, json={"error": "Invalid token"}))
    with pytest.raises(HubForbidden, match="rejected the token"):
        hub.whoami()


def test_flavor_has_its_price_per_hour(hub: Hub, hub_api: FakeHubApi) -> None:
    minute = {
        "name": "t4-small",
        "prettyName": "Nvidia T4 - small",
        "cpu": "4 vCPU",
        "ram": "15 GB",
        "accelerator": {"type": "gpu", "model": "T4", "quantity": "1", "vram": "16 GB"},
        "unitCostMicroUSD": 6667,
        "unitCostUSD": 0.006667,
        "unitLabel": "minute",
    }
    free = {"name": "cpu-basic", "unitCostMicroUSD": 0, "unitLabel": "hour"}
    hub_api.reply("GET /api/spaces/hardware", ok([minute, free]))
    assert hub.flavors() == (
        Flavor("t4-small", "Nvidia T4 - small", "4 vCPU", "15 GB", "1 T4 16 GB", 0.40002),
        Flavor("cpu-basic", "cpu-basic"),
    )


def allow_commits(hub_api: FakeHubApi) -> None:
    hub_api.reply("POST /api/validate-yaml", ok({"errors": [], "warnings": []}))
    hub_api.reply(f"POST {A}/preupload/main", preupload)
    done = {"success": True, "commitOid": "4" * 40, "commitUrl": "https://hub.test/c/4"}
    hub_api.reply(f"POST {A}/commit/main", ok(done))


def preupload(request: httpx2.Request) -> httpx2.Response:
    files = json.loads(request.content)["files"]
    return ok(
        {
            "files": [
                {"path": file["path"], "uploadMode": "regular", "shouldIgnore": False}
                for file in files
            ]
        }
    )


def test_files_become_one_commit(hub: Hub, hub_api: FakeHubApi) -> None:
    allow_commits(hub_api)
    files = {"README.md": b"---\nsdk: docker\n---\n", "src/app.py": b"print(1)\n", "empty": b""}
    assert hub.commit("o/a", files, "Hand in") == Commit("https://hub.test/c/4", "4" * 40)
    assert hub_api.request_lines[-1] == f"POST {A}/commit/main"
    sent = [json.loads(line) for line in hub_api.requests[-1].content.splitlines()]
    assert sent[0]["value"]["summary"] == "Hand in"
    assert [line["value"]["path"] for line in sent[1:]] == list(files)


@pytest.mark.parametrize("path", ["../x", "/x/../../y", ".git/config"])
def test_a_path_outside_of_the_repo_is_not_sent(hub: Hub, hub_api: FakeHubApi, path: str) -> None:
    with pytest.raises(HubError, match="Nothing was sent"):
        hub.commit("o/a", {path: b"x"}, "Hand in")
    assert hub_api.requests == []


def test_rate_limited_upload_does_not_sleep(hub: Hub, hub_api: FakeHubApi) -> None:
    allow_commits(hub_api)
    hub_api.reply(f"POST {A}/preupload/main", httpx2.Response(429, headers={"Retry-After": "300"}))
    with pytest.raises(HubUnavailable):
        hub.commit("o/a", {"app.py": b"x"}, "Hand in")


def test_readme_is_validated_by_the_hub(hub: Hub, hub_api: FakeHubApi) -> None:
    hub_api.reply(
        "POST /api/validate-yaml",
        ok({"errors": [], "warnings": [{"message": "empty"}]}),
        httpx2.Response(400, json={"errors": [{"message": '"sdk" must be one of [docker]'}]}),
    )
    hub.validate_card("---\n---\n")
    assert hub_api.bodies == [{"content": "---\n---\n", "repoType": "space"}]
    with pytest.raises(HubError, match='"sdk" must be one of'):
        hub.validate_card("---\nsdk: x\n---\n")


@pytest.mark.parametrize(
    ("header", "budget"),
    [
        # The budget is the bucket of API calls in the last response.
        ('"api";r=489;t=55', RateBudget(489, NOW + timedelta(seconds=55))),
        ('"pages";r=3;t=55', None),
        ("nonsense", None),
    ],
)
def test_budget_is_from_the_last_response(
    hub: Hub, hub_api: FakeHubApi, header: str, budget: RateBudget | None
) -> None:
    assert hub.budget() is None
    hub_api.reply(f"GET {A}/runtime", ok(PAUSED, RateLimit=header))
    hub.runtime("o/a")
    assert hub.budget() == budget


def test_no_unrequested_call_goes_to_the_real_hub(
    make_hub: Callable[..., Hub], hub_api: FakeHubApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_TELEMETRY", False)
    monkeypatch.setattr(constants, "HF_DEBUG", True)
    monkeypatch.setattr(_detect_agent, "_registry", None)
    hub = make_hub(httpx2.MockTransport(hub_api))
    hub_api.reply(f"GET {A}/runtime", ok(PAUSED))
    hub.runtime("o/a")
    assert [str(request.url) for request in hub_api.requests] == [f"https://hub.test{A}/runtime"]
    assert hub_api.requests[0].headers["User-Agent"].startswith("spacebot/")
    assert constants.HF_DEBUG is False


def test_offline_mode_is_an_unreachable_hub(
    hub: Hub, hub_api: FakeHubApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(HubUnavailable, match="offline mode"):
        hub.runtime("o/a")
    assert hub_api.requests == []


def test_a_closed_hub_opens_again(hub: Hub, hub_api: FakeHubApi) -> None:
    hub_api.reply(f"GET {A}/runtime", ok(PAUSED))
    hub.close()
    assert hub.runtime("o/a").stage == "PAUSED"
