"""The drawer's faults: every kind of fault has an entry, and each change of the fleet happens."""

import hashlib
import inspect
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.request import Request, urlopen

import pytest

from bot.sandbox import scenarios
from bot.sandbox.hub import lifecycle, serializers
from bot.sandbox.hub.control import World
from bot.sandbox.hub.faults import Faults
from bot.sandbox.hub.seed import classroom
from bot.sandbox.hub.space import Secret, Variable
from bot.sandbox.server import Sandbox
from bot.sandbox.slack import faults
from bot.sandbox.slack.app import Slack
from bot.sandbox.slack.directory import ASSISTANT, OPS
from bot.sandbox.slack.messages import Draft
from bot.sandbox.slack.model import BOT_USER
from tests.contract.sandbox.clock import FakeTime

A, B = "ifcore-org/ifcore-team-a", "ifcore-org/ifcore-team-c"


@pytest.fixture
def world(clock: FakeTime) -> World:
    return classroom(clock=clock)


@pytest.fixture
def sandbox(world: World) -> Iterator[Sandbox]:
    with Sandbox(world) as running:
        yield running


def start(sandbox: Sandbox, id: str) -> None:
    body = json.dumps({"do": "scenario", "scenario": id}).encode()
    with urlopen(Request(f"{sandbox.url}/sandbox/control", body)) as response:
        assert response.status == 200


def _stages(world: World) -> list[str]:
    return [space.stage for space in world.spaces()]


def _lags(world: World, id: str) -> bool:
    with world.open(id) as space:
        return space.stage == "RUNNING" and space.serving_commit != space.repo.head


def _domains(world: World, id: str) -> list[str]:
    with world.open(id) as space:
        return [entry["domain"] for entry in serializers.runtime(space)["domains"]]


LOCKED = ("PAUSED", "Flagged as abusive")
# (entry of the drawer, what can be seen of it)
CHANGES: dict[str, Callable[[World], Any]] = {
    "crash_several": lambda world: _stages(world).count("RUNTIME_ERROR") == 1 + 4,
    "delete_one": lambda world: A not in world,
    "lock_one": lambda world: (world.stage(A), world.spaces()[0].error) == LOCKED,
    "use_up_quota": lambda world: "quota limit" in world.snapshot()[0]["error"],
    "lack_gpu_function": lambda world: "@spaces.GPU" in world.snapshot()[0]["error"],
    "leave_unscheduled": lambda world: "Scheduling" in world.snapshot()[0]["error"],
    "fail_static_build": lambda world: any(
        space.is_static and space.stage == "BUILD_ERROR" for space in world.spaces()
    ),
    "gate_creations": lambda world: world.faults.waiting == 2,
    "ask_for_payment_method": lambda world: world.faults.waiting == 1,
    "toggle_paused_copies": lambda world: world.copies_keep_pause,
    "show_all_settings": lambda world: world.spaces()[0].is_protected,
    "build_endlessly": lambda world: world.stage(A) == "BUILDING",
    "update_endlessly": lambda world: world.stage(A) == "RUNNING_BUILDING",
    "update_all_endlessly": lambda world: _stages(world).count("RUNNING_BUILDING") == 5,
    "loop_start": lambda world: world.stage(A) == "APP_STARTING",
    "toggle_slow_builds": lambda world: world.sampler.build_factor == 15,
    "push_commit": lambda world: world.spaces()[0].repo.commits[-1].author == "student-1",
    "push_unbuilt_commit": lambda world: _lags(world, A),
    "toggle_first_domain": lambda world: len(_domains(world, A)) == 2,
    "toggle_listing": lambda world: world.faults.unlisted == {A},
    "toggle_app": lambda world: world.failing_apps() == {A},
    "add_class": lambda world: sum("ifcore-lab-" in id for id in world.ids()) == 60,
}


@pytest.mark.parametrize("id", CHANGES)
def test_change_of_the_fleet_happens(sandbox: Sandbox, world: World, id: str) -> None:
    start(sandbox, id)
    assert CHANGES[id](world)


TOGGLES = (
    "toggle_slow_builds",
    "toggle_first_domain",
    "toggle_fatal_restarts",
    "toggle_fatal_values",
)


@pytest.mark.parametrize("id", ["toggle_listing", "toggle_app", *TOGGLES])
def test_toggle_ends_what_it_began(sandbox: Sandbox, world: World, id: str) -> None:
    start(sandbox, id)
    start(sandbox, id)
    assert (world.faults.unlisted, world.failing_apps()) == (set(), set())
    assert (world.sampler.build_factor, len(_domains(world, A))) == (1, 1)
    fatal = [(space.required_secrets, space.working_values) for space in world.spaces()]
    assert set(fatal) == {(frozenset(), None)}


def _restart(world: World, clock: FakeTime, id: str) -> str:
    """Restart a Space; return its stage afterwards."""
    with world.open(id) as space:
        lifecycle.restart(space, world.now(), world.sampler)
    clock.tick(60)
    return world.stage(id)


def _set_variable(world: World, clock: FakeTime, id: str, key: str, value: str) -> str:
    """Set a variable of a Space; return its stage afterwards."""
    with world.open(id) as space:
        space.variables[key] = Variable(value, None, world.now())
        lifecycle.restart_if_running(space, world.now(), world.sampler)
    clock.tick(60)
    return world.stage(id)


def test_apps_that_die_when_they_restart_run_until_then(
    sandbox: Sandbox, world: World, clock: FakeTime
) -> None:
    start(sandbox, "toggle_fatal_restarts")
    assert (world.stage(A), _restart(world, clock, A)) == ("RUNNING", "RUNTIME_ERROR")
    assert "KeyError: 'OPENAI_API_KEY'" in world.snapshot()[0]["error"]

    start(sandbox, "toggle_fatal_restarts")
    assert (_restart(world, clock, A), _restart(world, clock, B)) == ("RUNNING", "RUNNING")


@pytest.mark.parametrize("key", ["MODEL", "TEAM_NAME"], ids=["new", "changed"])
def test_a_variable_that_kills_an_app_can_be_put_back(
    sandbox: Sandbox, world: World, clock: FakeTime, key: str
) -> None:
    with world.open(A) as space:
        space.variables["MODEL"] = Variable("tiny", None, world.now())
    start(sandbox, "toggle_fatal_values")
    assert _restart(world, clock, A) == "RUNNING"

    before = space.variables[key].value
    assert _set_variable(world, clock, A, key, "huge") == "RUNTIME_ERROR"
    assert f"ValueError: {key}" in world.snapshot()[0]["error"]
    assert _set_variable(world, clock, A, key, before) == "RUNNING"

    start(sandbox, "toggle_fatal_values")
    assert _set_variable(world, clock, A, key, "huge") == "RUNNING"


@pytest.mark.parametrize("earlier", [None, "tiny"], ids=["new", "changed"])
def test_a_secret_that_kills_an_app_does_so_by_its_value(
    sandbox: Sandbox, world: World, clock: FakeTime, earlier: str | None
) -> None:
    if earlier:
        _set_secret(world, clock, A, earlier)
    start(sandbox, "toggle_fatal_values")

    assert _set_secret(world, clock, A, "huge") == "RUNTIME_ERROR"
    assert "ValueError: MODEL_KEY" in world.snapshot()[0]["error"]
    if earlier:
        assert _set_secret(world, clock, A, earlier) == "RUNNING"


def _set_secret(world: World, clock: FakeTime, id: str, value: str) -> str:
    """Set a secret of a Space; return its stage afterwards."""
    with world.open(id) as space:
        digest = hashlib.sha256(value.encode()).hexdigest()
        space.secrets["MODEL_KEY"] = Secret(digest, None, world.now())
        lifecycle.restart_if_running(space, world.now(), world.sampler)
    clock.tick(60)
    return world.stage(id)


def test_the_last_card_is_deleted(sandbox: Sandbox) -> None:
    store = sandbox.workspace.message_store
    for text in ("first", "second"):
        store.post(OPS.id, BOT_USER, Draft(text))
    store.post(OPS.id, ASSISTANT.id, Draft("hello"))
    for _ in range(3):
        start(sandbox, "card_deleted")

    assert [message.text for message in store.all_messages(OPS.id)] == ["hello"]


def test_a_person_leaves_and_returns(sandbox: Sandbox) -> None:
    people = sandbox.workspace.directory.people

    start(sandbox, "assistant_leaves")
    assert people[ASSISTANT.id].deleted
    start(sandbox, "assistant_leaves")
    assert not people[ASSISTANT.id].deleted


def test_clearing_ends_what_lasts(sandbox: Sandbox, world: World) -> None:
    for id in ("toggle_listing", "toggle_app", "entry_null", *TOGGLES):
        start(sandbox, id)
    world.lift_faults()
    assert (world.sampler.build_factor, len(_domains(world, A))) == (1, 1)
    fatal = [(space.required_secrets, space.working_values) for space in world.spaces()]
    assert set(fatal) == {(frozenset(), None)}
    assert not world.faults.unlisted | world.failing_apps() | world.faults.unreadable


def test_unstable_space_crashes_and_recovers_three_times(
    sandbox: Sandbox, world: World, clock: FakeTime
) -> None:
    start(sandbox, "make_unstable")
    seen = []
    for _ in range(6):
        seen.append(world.stage(A))
        clock.tick(8)
    assert seen == ["RUNTIME_ERROR", "RUNNING"] * 3


def _public_functions(owner: object) -> set[str]:
    return {
        name
        for name, member in inspect.getmembers(owner, inspect.isfunction)
        if not name.startswith("_") and "-> Fault" in (inspect.getsource(member))
    }


@pytest.mark.parametrize("owner", [Faults, faults, Slack], ids=["hub", "slack", "deliveries"])
def test_every_kind_of_fault_has_an_entry_in_the_drawer(owner: object) -> None:
    source = inspect.getsource(scenarios)
    kinds = _public_functions(owner) - {"take"}
    if owner is Slack:
        kinds = {"deliver_twice", "deliver_as_both_kinds", "cut_sockets", "request_reconnect"}
    assert kinds
    assert {kind for kind in kinds if f".{kind}(" not in source} == set()


def test_labels_are_short_and_distinct() -> None:
    labels = [scenario.label for scenario in scenarios.SCENARIOS.values()]
    assert len(set(labels)) == len(labels)
    assert [label for label in labels if len(label) > 48 or label.endswith(".")] == []
