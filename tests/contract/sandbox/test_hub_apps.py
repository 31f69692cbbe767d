"""The addresses of the apps themselves, as a visitor of a Space sees them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from bot.hub import Hub
from bot.probe import Prober
from bot.sandbox.hub import lifecycle
from bot.sandbox.hub.app import create_hub_app
from bot.sandbox.hub.control import World
from bot.sandbox.hub.latency import StageDurations
from bot.sandbox.hub.seed import classroom
from bot.sandbox.hub.space import AppState
from bot.sandbox.server import Sandbox
from tests.contract.sandbox.clock import FakeTime

UP, ASLEEP = "ifcore-org/ifcore-team-a", "ifcore-org/ifcore-team-b"
STATIC = "/host/ifcore-org-ifcore-team-l"
HOST, SLEEPING_HOST = "/host/ifcore-org-ifcore-team-a", "/host/ifcore-org-ifcore-team-b"


def now() -> datetime:
    return datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def world(clock: FakeTime) -> World:
    return classroom(clock=clock, durations=StageDurations(1, 10, 5, spread=0))


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    with TestClient(create_hub_app(world), "http://hub.test") as client:
        yield client


@pytest.mark.parametrize("path", ["", "/", "/health", "/docs"])
def test_an_app_that_runs_answers(client: TestClient, path: str) -> None:
    assert client.get(HOST + path).status_code == 200


@pytest.mark.parametrize("path", [f"{HOST}/nothing", f"{STATIC}/docs", "/host/nobody-here"])
def test_unknown_app_path_is_404(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_visit_wakes_sleeping_space(world: World, clock: FakeTime, client: TestClient) -> None:
    assert client.get(SLEEPING_HOST).status_code == 503
    clock.tick(2)
    assert (client.get(SLEEPING_HOST).status_code, world.stage(ASLEEP)) == (503, "APP_STARTING")
    clock.tick(4)
    assert client.get(SLEEPING_HOST).status_code == 200
    assert world.restarts[ASLEEP] == 0


def test_api_read_does_not_wake_spaces(world: World, clock: FakeTime, client: TestClient) -> None:
    client.get(f"/api/spaces/{ASLEEP}/runtime")
    client.get("/api/spaces?expand=runtime")
    clock.tick(60)

    assert world.stage(ASLEEP) == "SLEEPING"


@pytest.mark.parametrize("stage", ["PAUSED", "STOPPED", "BUILDING", "RUNTIME_ERROR"])
def test_space_that_does_not_run_answers_503(world: World, client: TestClient, stage: str) -> None:
    world.put(UP, stage)

    assert client.get(HOST).status_code == 503
    assert world.stage(UP) == stage


def test_private_app_is_404_without_its_token(
    world: World, clock: FakeTime, client: TestClient
) -> None:
    with world.open(ASLEEP) as space:
        space.private = True

    assert client.get(SLEEPING_HOST).status_code == 404
    clock.tick(60)
    assert world.stage(ASLEEP) == "SLEEPING"
    assert client.get(SLEEPING_HOST, headers={"authorization": "Bearer x"}).status_code == 404
    known = {"authorization": "Bearer hf_sandbox"}
    assert client.get(SLEEPING_HOST, headers=known).status_code == 503


def test_a_space_may_run_with_an_app_that_is_dead(world: World, client: TestClient) -> None:
    world.answer_502(UP)

    assert client.get(f"{HOST}/health").status_code == 502
    assert world.stage(UP) == "RUNNING"


@pytest.mark.parametrize(
    ("state", "status", "words"),
    [
        ("404", 404, "Not Found"),
        ("error_page", 200, "<title>502 Bad Gateway"),
        ("login_page", 200, "sign in"),
        ("redirect", 302, ""),
    ],
)
def test_app_answers_as_it_is_set_until_it_starts_again(
    world: World, clock: FakeTime, client: TestClient, state: AppState, status: int, words: str
) -> None:
    world.set_app(UP, state)

    answer = client.get(HOST, follow_redirects=False)
    assert (answer.status_code, words in answer.text) == (status, True)

    with world.open(UP) as space:
        lifecycle.restart(space, clock(), world.sampler)
    clock.tick(60)
    assert client.get(HOST).status_code == 200


def test_hanging_app_answers_once_it_is_healed(world: World, client: TestClient) -> None:
    world.set_app(UP, "hang")
    with ThreadPoolExecutor(1) as pool:
        visit = pool.submit(client.get, HOST)
        with pytest.raises(TimeoutError):
            visit.result(timeout=0.2)
        world.heal(UP)
        assert visit.result(timeout=5).status_code == 200


def test_app_of_gradio_describes_its_endpoints(world: World, client: TestClient) -> None:
    assert client.get(f"{HOST}/gradio_api/info").status_code == 404
    with world.open(UP) as space:
        space.sdk = "gradio"

    assert "named_endpoints" in client.get(f"{HOST}/gradio_api/info").json()


def test_apps_have_a_host_of_their_own_on_the_servers_machine(world: World) -> None:
    with Sandbox(world) as sandbox:
        listed = Hub("hf_sandbox", endpoint=sandbox.hub_endpoint, now=now).fleet("ifcore-org")
        prober = Prober("hf_sandbox", sandbox.hub_endpoint)
        answers = {s.id: prober.probe(s, ["/"]).status for s in listed if s.stage == "RUNNING"}

    assert set(answers) == {id for id in world.ids() if world.stage(id) == "RUNNING"}
    assert set(answers.values()) == {200}


def test_apps_answer_while_the_api_does_not(world: World, client: TestClient) -> None:
    world.faults.hub = "down"

    assert client.get(HOST).status_code == 200
