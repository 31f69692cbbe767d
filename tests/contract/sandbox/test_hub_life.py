"""The stages of a simulated Space over time."""

from collections.abc import Callable

import pytest

from bot.sandbox.hub import lifecycle
from bot.sandbox.hub.control import World
from bot.sandbox.hub.errors import HubHttpError
from bot.sandbox.hub.latency import StageDurations
from bot.sandbox.hub.repo import Change, create_repo
from bot.sandbox.hub.routes_act import make_secret
from bot.sandbox.hub.space import Flaw, Space
from tests.contract.sandbox.clock import FakeTime

ID = "acme/ship"
APP = {"Dockerfile": b"FROM scratch\n"}
DURATIONS = StageDurations(lag=1, build=10, start=5, spread=0)
FIX = Change("Fix it", writes=(("Dockerfile", b"FROM python\n"),))


@pytest.fixture
def world(clock: FakeTime) -> World:
    world = World(clock=clock, durations=DURATIONS, owners=["acme"])
    repo = create_repo("docker", "ship", clock.now, APP)
    world.add(Space(ID, created_at=clock.now, last_visit_at=clock.now, repo=repo))
    world.heal(ID)
    return world


def restart(world: World, *, factory: bool = False) -> None:
    with world.open(ID) as space:
        lifecycle.restart(space, world.now(), world.sampler, factory=factory)


def commit(world: World, change: Change = FIX) -> None:
    with world.open(ID) as space:
        lifecycle.commit(space, change, world.now(), world.sampler)


def visit(world: World) -> None:
    with world.open(ID) as space:
        lifecycle.visit(space, world.now(), world.sampler)


def stages(world: World, clock: FakeTime, *seconds: float) -> list[str]:
    """Return the stages at these times from now, each time measured from the start."""
    start, reported = clock.now, []
    for second in seconds:
        clock.now = start + second
        reported.append(world.stage(ID))
    return reported


@pytest.mark.parametrize(
    ("stage", "factory", "seen"),
    [
        # An image exists: the app starts after a lag that shows the old stage.
        ("RUNNING", False, ["RUNNING", "APP_STARTING", "RUNNING", "RUNNING"]),
        ("SLEEPING", False, ["SLEEPING", "APP_STARTING", "RUNNING", "RUNNING"]),
        ("STOPPED", False, ["STOPPED", "APP_STARTING", "RUNNING", "RUNNING"]),
        # The old error is still shown for a moment.
        ("RUNTIME_ERROR", False, ["RUNTIME_ERROR", "APP_STARTING", "RUNNING", "RUNNING"]),
        # A factory rebuild includes a build.
        ("RUNNING", True, ["RUNNING", "BUILDING", "BUILDING", "RUNNING"]),
        # A paused Space answers BUILDING at once, as recorded.
        ("PAUSED", False, ["BUILDING", "BUILDING", "BUILDING", "RUNNING"]),
    ],
)
def test_a_restart_leads_back_to_running(
    world: World, clock: FakeTime, stage: str, factory: bool, seen: list[str]
) -> None:
    world.put(ID, stage)
    restart(world, factory=factory)

    assert stages(world, clock, 0, 2, 8, 17) == seen


def test_a_failed_build_fails_again_at_every_restart(world: World, clock: FakeTime) -> None:
    world.build_error(ID)
    restart(world)

    assert stages(world, clock, 0, 2, 12) == ["BUILD_ERROR", "BUILDING", "BUILD_ERROR"]
    assert "torch==9.9" in world.snapshot()[0]["error"]


def test_a_new_commit_heals_a_failed_build(world: World, clock: FakeTime) -> None:
    world.build_error(ID)
    commit(world)

    assert stages(world, clock, 2, 12, 17) == ["BUILDING", "APP_STARTING", "RUNNING"]
    assert world.snapshot()[0]["error"] == ""


def test_heal_is_immediate_and_permanent(world: World, clock: FakeTime) -> None:
    world.build_error(ID)
    world.heal(ID)
    restart(world)

    assert stages(world, clock, 0, 17) == ["RUNNING", "RUNNING"]


def test_an_app_that_is_broken_for_good_crashes_at_every_start(
    world: World, clock: FakeTime
) -> None:
    world.break_(ID, "Exit code: 137", for_good=True)
    restart(world)

    assert stages(world, clock, 2, 8) == ["APP_STARTING", "RUNTIME_ERROR"]
    assert world.snapshot()[0]["error"] == "Exit code: 137"


def test_the_old_version_serves_while_a_commit_is_built(world: World, clock: FakeTime) -> None:
    with world.open(ID) as space:
        old = space.serving_commit
    commit(world)

    assert stages(world, clock, 0, 2) == ["RUNNING", "RUNNING_BUILDING"]
    with world.open(ID) as space:
        assert (space.serving_commit, space.serving_commit == space.repo.head) == (old, False)
    assert stages(world, clock, 10, 15) == ["RUNNING_APP_STARTING", "RUNNING"]
    with world.open(ID) as space:
        assert space.serving_commit == space.repo.head


def test_commit_marked_to_fail_ends_in_its_planned_error(world: World, clock: FakeTime) -> None:
    world.fail_next_commit(ID, "CONFIG_ERROR", "Missing sdk in README")
    commit(world)

    assert stages(world, clock, 2, 12) == ["RUNNING_BUILDING", "CONFIG_ERROR"]


def test_a_build_that_failed_is_built_again(world: World, clock: FakeTime) -> None:
    world.fail_next_commit(ID)
    commit(world)
    clock.tick(12)
    restart(world)

    assert stages(world, clock, 0, 2, 12) == ["BUILD_ERROR", "BUILDING", "BUILD_ERROR"]


def test_a_commit_does_not_start_what_is_paused(world: World, clock: FakeTime) -> None:
    world.pause(ID)
    commit(world)

    assert stages(world, clock, 0, 60) == ["PAUSED", "PAUSED"]


def test_without_an_app_file_there_is_nothing_to_run(world: World, clock: FakeTime) -> None:
    commit(world, Change("Empty it", removes=("Dockerfile",)))

    assert stages(world, clock, 0, 60) == ["NO_APP_FILE", "NO_APP_FILE"]


@pytest.mark.parametrize(
    ("stage", "then"),
    [
        # A running Space is restarted with the new environment.
        ("RUNNING", "APP_STARTING"),
        # A crashed Space is started again.
        ("RUNTIME_ERROR", "APP_STARTING"),
        # A Space that doesn't run stays as it is.
        ("SLEEPING", "SLEEPING"),
        ("PAUSED", "PAUSED"),
    ],
)
def test_a_change_of_the_environment_restarts_what_runs(
    world: World, clock: FakeTime, stage: str, then: str
) -> None:
    world.put(ID, stage)
    with world.open(ID) as space:
        lifecycle.restart_if_running(space, world.now(), world.sampler)

    assert stages(world, clock, 2) == [then]
    assert world.restarts == {ID: 0}


def test_an_app_crashes_without_the_secret_that_it_needs(world: World, clock: FakeTime) -> None:
    with world.open(ID) as space:
        space.required_secrets = frozenset({"API_KEY"})
    restart(world)

    assert stages(world, clock, 8) == ["RUNTIME_ERROR"]
    assert "KeyError: 'API_KEY'" in world.snapshot()[0]["error"]

    with world.open(ID) as space:
        space.secrets["API_KEY"] = make_secret({"value": "1"}, world.now())
        lifecycle.restart_if_running(space, world.now(), world.sampler)
    assert stages(world, clock, 8) == ["RUNNING"]


def test_unvisited_space_falls_asleep(world: World, clock: FakeTime) -> None:
    with world.open(ID) as space:
        space.sleep_after = 100

    assert stages(world, clock, 99, 100) == ["RUNNING", "SLEEPING"]


def test_a_visit_keeps_a_space_awake(world: World, clock: FakeTime) -> None:
    with world.open(ID) as space:
        space.sleep_after = 100
    clock.tick(90)
    visit(world)

    assert stages(world, clock, 99, 100) == ["RUNNING", "SLEEPING"]


@pytest.mark.parametrize(
    ("stage", "later"),
    [
        # A visit wakes a sleeping Space,
        ("SLEEPING", "RUNNING"),
        # but no other.
        ("PAUSED", "PAUSED"),
        ("STOPPED", "STOPPED"),
        ("RUNTIME_ERROR", "RUNTIME_ERROR"),
    ],
)
def test_a_visit_wakes_what_sleeps(world: World, clock: FakeTime, stage: str, later: str) -> None:
    world.put(ID, stage)
    visit(world)

    assert stages(world, clock, 0, 7) == [stage, later]
    assert world.restarts == {ID: 0}


def test_a_second_visit_does_not_begin_the_start_again(world: World, clock: FakeTime) -> None:
    world.sleep(ID)
    visit(world)
    clock.tick(0.9)
    visit(world)

    assert stages(world, clock, 0, 0.2) == ["SLEEPING", "APP_STARTING"]


def test_each_restart_is_counted(world: World) -> None:
    restart(world)
    restart(world)

    assert world.restarts == {ID: 2}


@pytest.mark.parametrize(
    "act", [lambda s: lifecycle.restart(s, 0.0, World().sampler), lifecycle.pause]
)
def test_a_static_space_is_not_restarted_or_paused(act: Callable[[Space], None]) -> None:
    space = Space("acme/site", "static")

    with pytest.raises(HubHttpError) as refusal:
        act(space)
    assert refusal.value.status == 400


def test_first_build_records_its_environment(world: World, clock: FakeTime) -> None:
    repo = create_repo("docker", "new", clock.now, APP)
    space = Space("acme/new", created_at=clock.now, repo=repo)
    space.secrets["A"] = make_secret({"value": "1"}, clock.now)
    lifecycle.start_new_space(space, clock.now, world.sampler)
    world.add(space)
    space.secrets["B"] = make_secret({"value": "2"}, clock.now)
    clock.tick(60)
    with world.open("acme/new") as space:
        lifecycle.restart(space, world.now(), world.sampler, factory=True)
    clock.tick(60)

    env = world.first_build_env("acme/new")

    assert world.stage("acme/new") == "RUNNING"
    assert env
    assert env.secrets == {"A"}


def test_space_without_files_gets_a_default_app(clock: FakeTime) -> None:
    world = World(clock=clock, durations=DURATIONS, owners=["acme"])
    world.add(Space(ID, stage="SLEEPING"))
    world.add(Space("acme/up"))
    visit(world)
    clock.tick(3600)

    assert (world.stage(ID), world.stage("acme/up")) == ("RUNNING", "RUNNING")


def test_flaw_shows_at_its_own_stage(world: World, clock: FakeTime) -> None:
    with world.open(ID) as space:
        space.flaw = Flaw("BUILD_ERROR", "no such package")
    restart(world, factory=True)

    assert stages(world, clock, 10, 12) == ["BUILDING", "BUILD_ERROR"]


def test_looping_start_builds_again_until_a_commit(world: World, clock: FakeTime) -> None:
    world.loop_start(ID)
    seen = stages(world, clock, 0, 14, 16, 29, 31, 44, 46)
    commit(world)
    clock.tick(20)

    assert seen == [
        "APP_STARTING",
        "APP_STARTING",
        "BUILDING",
        "BUILDING",
        "APP_STARTING",
        "APP_STARTING",
        "BUILDING",
    ]
    assert world.stage(ID) == "RUNNING"


def test_slow_builders_take_longer_for_builds_only(world: World, clock: FakeTime) -> None:
    world.sampler.build_factor = 15
    restart(world, factory=True)
    assert stages(world, clock, 2, 150, 152, 157) == [
        "BUILDING",
        "BUILDING",
        "APP_STARTING",
        "RUNNING",
    ]


def test_unbuilt_push_leaves_the_app_at_an_old_commit(world: World, clock: FakeTime) -> None:
    world.ignore_commits(ID)
    world.push(ID, author="student-2")
    clock.tick(3600)

    with world.open(ID) as space:
        assert (space.stage, space.repo.commits[-1].author) == ("RUNNING", "student-2")
        assert space.serving_commit != space.repo.head
