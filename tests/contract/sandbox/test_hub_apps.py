"""The addresses of the apps themselves, as a visitor of a Space sees them."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from bot.sandbox.hub.app import create_hub_app
from bot.sandbox.hub.control import World
from bot.sandbox.hub.latency import StageDurations
from bot.sandbox.hub.seed import classroom
from tests.contract.sandbox.clock import FakeTime

UP, ASLEEP = "ifcore-org/ifcore-team-a", "ifcore-org/ifcore-team-b"
STATIC = "/host/ifcore-org-ifcore-team-l"
HOST, SLEEPING_HOST = "/host/ifcore-org-ifcore-team-a", "/host/ifcore-org-ifcore-team-b"


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
    world.faults.dead_apps.add(UP)

    assert client.get(f"{HOST}/health").status_code == 502
    assert world.stage(UP) == "RUNNING"


def test_apps_answer_while_the_api_does_not(world: World, client: TestClient) -> None:
    world.faults.hub = "down"

    assert client.get(HOST).status_code == 200
