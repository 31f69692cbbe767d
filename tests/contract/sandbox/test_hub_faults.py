"""Faults of the simulated Hub, as a caller sees them."""

import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest
from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError
from huggingface_hub.utils._http import parse_ratelimit_headers
from starlette.testclient import TestClient

from bot.sandbox.hub.app import create_hub_app
from bot.sandbox.hub.control import World
from bot.sandbox.hub.faults import ALL_WRITES
from bot.sandbox.hub.latency import StageDurations
from bot.sandbox.hub.seed import classroom
from tests.contract.sandbox.clock import FakeTime
from tests.contract.sandbox.hub_client import hub_api

UP, ASLEEP = "ifcore-org/ifcore-team-a", "ifcore-org/ifcore-team-b"
LIST = "/api/spaces?author=ifcore-org&expand=runtime&limit=5"
HEADER = b'{"key":"header","value":{"summary":"x"}}\n'
RESTART = f"/api/spaces/{UP}/restart"


@pytest.fixture
def world(clock: FakeTime) -> World:
    return classroom(clock=clock, durations=StageDurations(1, 10, 5, spread=0))


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    with TestClient(create_hub_app(world), "http://hub.test", follow_redirects=False) as client:
        client.headers["authorization"] = "Bearer hf_sandbox"
        yield client


def pages(client: TestClient) -> Iterator[httpx2.Response]:
    """Follow the list as the client does."""
    url: str | None = LIST
    while url:
        page = client.get(url)
        yield page
        url = page.links.get("next", {}).get("url")


def test_each_response_carries_the_remaining_rate_limit(
    world: World, clock: FakeTime, client: TestClient
) -> None:
    world.faults.rate_limit.quota = 3
    left = [parse_ratelimit_headers(client.get(LIST).headers) for _ in range(4)]

    assert [info and info.remaining for info in left] == [2, 1, 0, 0]
    assert left[0]
    assert (left[0].limit, left[0].window_seconds, left[0].reset_in_seconds) == (3, 300, 300)
    clock.tick(299.5)
    assert client.get(LIST).status_code == 429
    clock.tick(0.5)
    assert client.get(LIST).status_code == 200


def test_rate_limited_response_carries_the_reset_time(
    world: World, clock: FakeTime, client: TestClient
) -> None:
    world.faults.hub = "limited"
    client.get(LIST)
    clock.tick(100)

    answer = client.post(RESTART)

    assert answer.status_code == 429
    assert answer.headers["ratelimit"] == '"api";r=0;t=200'
    assert world.restarts[UP] == 0
    world.faults.hub = "up"
    assert client.post(RESTART).status_code == 200


def test_429_may_lack_rate_limit_headers(world: World, client: TestClient) -> None:
    world.faults.send_rate_limit_headers = False
    world.faults.refuse(429, call="restart", times=1, headers={"Retry-After": "3"})

    answer = client.post(RESTART)

    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "3"
    assert parse_ratelimit_headers(answer.headers) is None


@pytest.mark.parametrize("status", [400, 402, 403, 404, 409, 500, 502, 503])
def test_one_call_can_be_refused(world: World, client: TestClient, status: int) -> None:
    world.faults.refuse(status, "Not today.", call="restart", space=UP, times=1)

    refused = client.post(RESTART)

    assert (refused.status_code, refused.json()) == (status, {"error": "Not today."})
    assert refused.headers["x-error-message"] == "Not today."
    assert client.post(f"/api/spaces/{ASLEEP}/restart").status_code == 200
    assert client.get(f"/api/spaces/{UP}/runtime").status_code == 200
    assert client.post(RESTART).status_code == 200
    assert world.restarts[UP] == 1


def test_a_refused_creation_makes_nothing(world: World, client: TestClient) -> None:
    world.faults.refuse(402, space="ifcore-org/new")
    body = {"name": "new", "organization": "ifcore-org", "type": "space", "sdk": "docker"}
    copy = {"repository": "ifcore-org/new"}

    created = client.post("/api/repos/create", json=body)
    copied = client.post("/api/spaces/ifcore-org/ifcore-template/duplicate", json=copy)

    assert (created.status_code, copied.status_code) == (402, 402)
    assert "ifcore-org/new" not in world


def test_the_quota_refuses_a_restart_in_the_words_of_the_hub(
    world: World, client: TestClient
) -> None:
    world.faults.over_quota(space=UP)

    refused = client.post(RESTART)

    assert refused.status_code == 403
    assert "quota limit" in refused.json()["error"]


def test_an_act_can_be_done_although_its_answer_is_lost(world: World, client: TestClient) -> None:
    world.faults.refuse(502, call="restart", after=True, times=1)

    assert client.post(RESTART).status_code == 502
    assert world.restarts[UP] == 1


def test_a_captive_page_is_html_with_200(world: World, client: TestClient) -> None:
    world.faults.html(call="list", times=1)

    captive = client.get(LIST)

    assert captive.status_code == 200
    assert captive.headers["content-type"].startswith("text/html")
    assert client.get(LIST).json()


def test_a_page_of_the_list_can_be_missing(world: World, client: TestClient) -> None:
    world.faults.missing_page = 2

    assert [page.status_code for page in pages(client)] == [200, 500]


def test_list_can_be_truncated_silently(world: World, client: TestClient) -> None:
    world.faults.truncate_list_after_page = 2

    assert [len(page.json()) for page in pages(client)] == [5, 5]


def test_list_can_show_another_stage_than_the_space(world: World, client: TestClient) -> None:
    world.faults.listed_stages[UP] = "RUNTIME_ERROR"
    world.faults.without_runtime.add(ASLEEP)
    world.faults.unlisted.add("ifcore-org/ifcore-team-c")

    listed = {entry["id"]: entry for page in pages(client) for entry in page.json()}

    assert listed[UP]["runtime"]["stage"] == "RUNTIME_ERROR"
    assert client.get(f"/api/spaces/{UP}/runtime").json()["stage"] == "RUNNING"
    assert "runtime" not in listed[ASLEEP]
    assert len(listed) == 12
    assert client.get("/api/spaces/ifcore-org/ifcore-team-c").status_code == 200


def test_stage_may_be_unknown_to_the_bot(world: World, client: TestClient) -> None:
    world.put(UP, "DREAMING")

    assert client.get(f"/api/spaces/{UP}/runtime").json()["stage"] == "DREAMING"


def test_a_runtime_may_have_quirks(world: World, client: TestClient) -> None:
    with world.open(UP) as space:
        space.runtime_overrides = {"replicas": {"requested": "auto"}, "gcTimeout": ...}

    body = client.get(f"/api/spaces/{UP}/runtime").json()

    assert body["replicas"] == {"requested": "auto"}
    assert "gcTimeout" not in body


@pytest.mark.parametrize(
    "trouble",
    [
        lambda world: setattr(world.faults, "hub", "down"),
        lambda world: world.faults.hang(call="restart", space=UP),
    ],
    ids=["the Hub is down", "one call hangs"],
)
def test_a_hub_that_never_answers_does_nothing(
    world: World, trouble: Callable[[World], None]
) -> None:
    trouble(world)
    with hub_api(world, timeout=1.5) as api, pytest.raises(httpx2.ReadTimeout):
        api.restart_space(UP)

    assert [call.name for call in world.calls] == ["restart"]
    assert world.restarts[UP] == 0


def test_an_act_can_be_done_although_its_answer_never_comes(world: World) -> None:
    world.faults.hang(call="restart", after=True)
    with hub_api(world, timeout=1.5) as api, pytest.raises(httpx2.ReadTimeout):
        api.restart_space(UP)

    assert world.restarts[UP] == 1


def test_a_call_goes_on_when_the_hub_comes_back(world: World) -> None:
    world.faults.hub = "down"
    with hub_api(world) as api, ThreadPoolExecutor(1) as pool:
        answer = pool.submit(api.get_space_runtime, UP)
        assert world.wait_for("runtime")
        world.faults.hub = "up"

        assert answer.result(10).stage == "RUNNING"


def test_a_server_can_stop_while_the_hub_is_down(world: World) -> None:
    world.faults.hub = "down"
    with hub_api(world) as api, ThreadPoolExecutor(1) as pool:
        answer = pool.submit(api.get_space_runtime, UP)
        assert world.wait_for("runtime")
        world.faults.release()

        with pytest.raises(HfHubHTTPError, match="504"):
            answer.result(10)


def test_a_world_that_is_served_again_can_hang_again(world: World) -> None:
    world.faults.hub = "down"
    for _ in range(2):
        with hub_api(world, timeout=0.3) as api, pytest.raises(httpx2.ReadTimeout):
            api.get_space_runtime(UP)


def test_a_hanging_call_ends_some_day(world: World, client: TestClient) -> None:
    world.faults.hub = "down"
    world.faults.hang_seconds = 0.05

    assert client.get(LIST).status_code == 504


@pytest.mark.parametrize(("knob", "hub"), [("latency", "up"), ("slow", "slow")])
def test_a_slow_hub_answers_in_the_end(world: World, knob: str, hub: str) -> None:
    world.faults.hub = hub  # type: ignore[assignment]
    setattr(world.faults, knob, 0.5)
    with hub_api(world, timeout=0.1) as api, pytest.raises(httpx2.ReadTimeout):
        api.get_space_runtime(UP)
    world.faults.latency = world.faults.slow = 0.0
    with hub_api(world) as api:
        assert api.get_space_runtime(UP).stage == "RUNNING"


def test_hub_state_is_one_of_four_values(world: World) -> None:
    with pytest.raises(ValueError, match="up, down, slow, limited"):
        world.faults.hub = "sunny"  # type: ignore[assignment]


def test_clear_removes_all_faults(world: World, client: TestClient) -> None:
    world.faults.refuse(503)
    lifted = world.faults.refuse(502, call="list")
    world.faults.remove(lifted)
    world.faults.hub = "limited"
    world.faults.clear()

    assert client.get(LIST).status_code == 200


def test_a_log_stream_stays_open_and_shows_signs_of_life(world: World, client: TestClient) -> None:
    world.faults.log_linger_seconds, world.faults.log_keepalive_seconds = 0.3, 0.1

    lines = client.get(f"/api/spaces/{UP}/logs/run?tail=1").text.splitlines()

    assert sum(line.startswith("data: {") for line in lines) == 1
    assert lines.count("data:") >= 1


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        # A body that isn't a JSON object is a bad request.
        ("POST", f"/api/spaces/{UP}/secrets", b"{", 400),
        ("POST", "/api/repos/create", b"[]", 400),
        ("POST", f"/api/spaces/{UP}/commit/main", b"", 400),
        ("POST", f"/api/spaces/{UP}/commit/main", b"[]\n", 400),
        # A cursor must be one that was returned.
        ("GET", "/api/spaces?cursor=xyz", b"", 400),
        ("GET", "/api/spaces?limit=0", b"", 400),
        # No path leads out of the repo.
        (
            "POST",
            f"/api/spaces/{UP}/commit/main",
            HEADER + b'{"key":"file","value":{"path":"../x","content":"","encoding":"base64"}}',
            400,
        ),
        # Names that the Hub refuses.
        ("POST", "/api/repos/create", b'{"type":"space","name":"a--b"}', 400),
        # A missing Space or file is not found.
        ("GET", "/api/nothing", b"", 404),
        ("GET", f"/api/spaces/{UP}/logs/other", b"", 404),
    ],
)
def test_bad_requests_get_an_error_message(
    client: TestClient, method: str, path: str, body: bytes, status: int
) -> None:
    answer = client.request(method, path, content=body)

    assert answer.status_code == status
    assert answer.json()["error"]


def test_a_commit_on_an_old_parent_is_refused(world: World, client: TestClient) -> None:
    header = b'{"key":"header","value":{"summary":"x","parentCommit":"' + b"0" * 40 + b'"}}'

    assert client.post(f"/api/spaces/{UP}/commit/main", content=header).status_code == 412


def test_calls_from_many_threads_are_all_recorded(world: World) -> None:
    world.faults.latency = 0.01
    with hub_api(world) as api, ThreadPoolExecutor(16) as pool:
        ids = list(itertools.islice(itertools.cycle([UP, ASLEEP]), 40))
        list(pool.map(api.restart_space, ids))

    assert (world.restarts[UP], world.restarts[ASLEEP]) == (20, 20)
    assert len(world.calls) == 40


def test_a_missing_space_is_not_found(world: World) -> None:
    with hub_api(world) as api, pytest.raises(RepositoryNotFoundError):
        api.get_space_runtime("ifcore-org/nothing")


@pytest.mark.parametrize("after", [False, True])
def test_write_can_answer_garbage_applied_or_not(
    world: World, client: TestClient, after: bool
) -> None:
    world.faults.answer("Please sign in", call=ALL_WRITES, times=1, after=after)
    assert client.get(LIST).status_code == 200  # a read isn't a write
    answer = client.post(RESTART)
    assert (answer.status_code, answer.text) == (200, "Please sign in")
    assert world.restarts[UP] == int(after)
    assert client.post(RESTART).json()["stage"]


def test_an_act_may_be_redirected_to_itself_or_elsewhere(world: World, client: TestClient) -> None:
    world.faults.redirect(call="restart", times=1)
    world.faults.redirect("https://elsewhere.test/", status=308, call="restart", times=1)
    itself, elsewhere = client.post(RESTART), client.post(RESTART)
    assert (itself.status_code, itself.headers["location"]) == (307, f"http://hub.test{RESTART}")
    assert (elsewhere.status_code, elsewhere.headers["location"]) == (
        308,
        "https://elsewhere.test/",
    )
    assert world.restarts[UP] == 0


def test_one_entry_of_the_list_may_be_null(world: World, client: TestClient) -> None:
    whole = client.get(LIST).json()
    world.faults.unreadable = {UP}
    assert client.get(LIST).json() == [None if e["id"] == UP else e for e in whole]
