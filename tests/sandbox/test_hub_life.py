"""What becomes of a simulated Space as time passes."""

from collections.abc import Callable

import pytest

from bot.sandbox.hub import life
from bot.sandbox.hub.pace import Pace
from bot.sandbox.hub.refusal import Refused
from bot.sandbox.hub.repo import Change, starter
from bot.sandbox.hub.routes_act import secret
from bot.sandbox.hub.space import Flaw, Space
from bot.sandbox.hub.world import World

from .clock import Clock

ID = "acme/ship"
APP = {"Dockerfile": b"FROM scratch\n"}
PACE = Pace(lag=1, build=10, start=5, spread=0)
FIX = Change("Fix it", writes=(("Dockerfile", b"FROM python\n"),))


@pytest.fixture
def world(clock: Clock) -> World:
    world = World(clock=clock, pace=PACE, owners=["acme"])
    repo = starter("docker", "ship", clock.now, APP)
    world.add(Space(ID, created=clock.now, seen=clock.now, repo=repo))
    world.heal(ID)
    return world


def restart(world: World, *, factory: bool = False) -> None:
    with world.open(ID) as space:
        life.restart(space, world.now(), world.dice, factory=factory)


def commit(world: World, change: Change = FIX) -> None:
    with world.open(ID) as space:
        life.commit(space, change, world.now(), world.dice)


def visit(world: World) -> None:
    with world.open(ID) as space:
        life.visit(space, world.now(), world.dice)


def stages(world: World, clock: Clock, *seconds: float) -> list[str]:
    """Return the stages at these times from now, each time measured from the start."""
    start, seen = clock.now, []
    for second in seconds:
        clock.now = start + second
        seen.append(world.stage(ID))
    return seen


@pytest.mark.parametrize(
    ("stage", "factory", "seen"),
    [
        # An image exists: after a lag in which the old stage is shown, the app starts.
        ("RUNNING", False, ["RUNNING", "APP_STARTING", "RUNNING", "RUNNING"]),
        ("SLEEPING", False, ["SLEEPING", "APP_STARTING", "RUNNING", "RUNNING"]),
        ("STOPPED", False, ["STOPPED", "APP_STARTING", "RUNNING", "RUNNING"]),
        # The old error is still shown for a moment.
        ("RUNTIME_ERROR", False, ["RUNTIME_ERROR", "APP_STARTING", "RUNNING", "RUNNING"]),
        # From scratch means with a build.
        ("RUNNING", True, ["RUNNING", "BUILDING", "BUILDING", "RUNNING"]),
        # A paused Space answers BUILDING at once, as recorded.
        ("PAUSED", False, ["BUILDING", "BUILDING", "BUILDING", "RUNNING"]),
    ],
)
def test_a_restart_leads_back_to_running(
    world: World, clock: Clock, stage: str, factory: bool, seen: list[str]
) -> None:
    world.put(ID, stage)
    restart(world, factory=factory)

    assert stages(world, clock, 0, 2, 8, 17) == seen


def test_a_failed_build_fails_again_at_every_restart(world: World, clock: Clock) -> None:
    world.build_error(ID)
    restart(world)

    assert stages(world, clock, 0, 2, 12) == ["BUILD_ERROR", "BUILDING", "BUILD_ERROR"]
    assert "torch==9.9" in world.snapshot()[0]["error"]


def test_a_new_commit_heals_a_failed_build(world: World, clock: Clock) -> None:
    world.build_error(ID)
    commit(world)

    assert stages(world, clock, 2, 12, 17) == ["BUILDING", "APP_STARTING", "RUNNING"]
    assert world.snapshot()[0]["error"] == ""


def test_a_heal_heals_at_once_and_for_good(world: World, clock: Clock) -> None:
    world.build_error(ID)
    world.heal(ID)
    restart(world)

    assert stages(world, clock, 0, 17) == ["RUNNING", "RUNNING"]


def test_an_app_that_is_broken_for_good_crashes_at_every_start(world: World, clock: Clock) -> None:
    world.break_(ID, "Exit code: 137", for_good=True)
    restart(world)

    assert stages(world, clock, 2, 8) == ["APP_STARTING", "RUNTIME_ERROR"]
    assert world.snapshot()[0]["error"] == "Exit code: 137"


def test_the_old_version_serves_while_a_commit_is_built(world: World, clock: Clock) -> None:
    with world.open(ID) as space:
        old = space.serving
    commit(world)

    assert stages(world, clock, 0, 2) == ["RUNNING", "RUNNING_BUILDING"]
    with world.open(ID) as space:
        assert (space.serving, space.serving == space.repo.head) == (old, False)
    assert stages(world, clock, 10, 15) == ["RUNNING_APP_STARTING", "RUNNING"]
    with world.open(ID) as space:
        assert space.serving == space.repo.head


def test_a_doomed_commit_ends_in_the_error_foretold(world: World, clock: Clock) -> None:
    world.doom(ID, "CONFIG_ERROR", "Missing sdk in README")
    commit(world)

    assert stages(world, clock, 2, 12) == ["RUNNING_BUILDING", "CONFIG_ERROR"]


def test_a_build_that_failed_is_built_again(world: World, clock: Clock) -> None:
    world.doom(ID)
    commit(world)
    clock.tick(12)
    restart(world)

    assert stages(world, clock, 0, 2, 12) == ["BUILD_ERROR", "BUILDING", "BUILD_ERROR"]


def test_a_commit_does_not_start_what_is_paused(world: World, clock: Clock) -> None:
    world.pause(ID)
    commit(world)

    assert stages(world, clock, 0, 60) == ["PAUSED", "PAUSED"]


def test_without_an_app_file_there_is_nothing_to_run(world: World, clock: Clock) -> None:
    commit(world, Change("Empty it", removes=("Dockerfile",)))

    assert stages(world, clock, 0, 60) == ["NO_APP_FILE", "NO_APP_FILE"]


@pytest.mark.parametrize(
    ("stage", "then"),
    [
        # What runs is restarted with the new environment.
        ("RUNNING", "APP_STARTING"),
        # What crashed is tried again.
        ("RUNTIME_ERROR", "APP_STARTING"),
        # What does not run stays as it is.
        ("SLEEPING", "SLEEPING"),
        ("PAUSED", "PAUSED"),
    ],
)
def test_a_change_of_the_environment_restarts_what_runs(
    world: World, clock: Clock, stage: str, then: str
) -> None:
    world.put(ID, stage)
    with world.open(ID) as space:
        life.reload(space, world.now(), world.dice)

    assert stages(world, clock, 2) == [then]
    assert world.restarts == {ID: 0}


def test_an_app_crashes_without_the_secret_that_it_needs(world: World, clock: Clock) -> None:
    with world.open(ID) as space:
        space.needs = frozenset({"API_KEY"})
    restart(world)

    assert stages(world, clock, 8) == ["RUNTIME_ERROR"]
    assert "KeyError: 'API_KEY'" in world.snapshot()[0]["error"]

    with world.open(ID) as space:
        space.secrets["API_KEY"] = secret({"value": "1"}, world.now())
        life.reload(space, world.now(), world.dice)
    assert stages(world, clock, 8) == ["RUNNING"]


def test_a_space_that_nobody_visits_falls_asleep(world: World, clock: Clock) -> None:
    with world.open(ID) as space:
        space.sleep_after = 100

    assert stages(world, clock, 99, 100) == ["RUNNING", "SLEEPING"]


def test_a_visit_keeps_a_space_awake(world: World, clock: Clock) -> None:
    with world.open(ID) as space:
        space.sleep_after = 100
    clock.tick(90)
    visit(world)

    assert stages(world, clock, 99, 100) == ["RUNNING", "SLEEPING"]


@pytest.mark.parametrize(
    ("stage", "later"),
    [
        # A visit wakes what sleeps,
        ("SLEEPING", "RUNNING"),
        # and nothing else.
        ("PAUSED", "PAUSED"),
        ("STOPPED", "STOPPED"),
        ("RUNTIME_ERROR", "RUNTIME_ERROR"),
    ],
)
def test_a_visit_wakes_what_sleeps(world: World, clock: Clock, stage: str, later: str) -> None:
    world.put(ID, stage)
    visit(world)

    assert stages(world, clock, 0, 7) == [stage, later]
    assert world.restarts == {ID: 0}


def test_a_second_visit_does_not_begin_the_start_again(world: World, clock: Clock) -> None:
    world.sleep(ID)
    visit(world)
    clock.tick(0.9)
    visit(world)

    assert stages(world, clock, 0, 0.2) == ["SLEEPING", "APP_STARTING"]


def test_two_restarts_are_remembered_as_two(world: World) -> None:
    restart(world)
    restart(world)

    assert world.restarts == {ID: 2}


@pytest.mark.parametrize("act", [lambda s: life.restart(s, 0.0, World().dice), life.pause])
def test_a_static_space_is_not_restarted_or_paused(act: Callable[[Space], None]) -> None:
    space = Space("acme/site", "static")

    with pytest.raises(Refused) as refusal:
        act(space)
    assert refusal.value.status == 400


def test_the_first_build_remembers_what_it_could_see(world: World, clock: Clock) -> None:
    repo = starter("docker", "new", clock.now, APP)
    space = Space("acme/new", created=clock.now, repo=repo)
    space.secrets["A"] = secret({"value": "1"}, clock.now)
    life.first_start(space, clock.now, world.dice)
    world.add(space)
    space.secrets["B"] = secret({"value": "2"}, clock.now)
    clock.tick(60)
    with world.open("acme/new") as space:
        life.restart(space, world.now(), world.dice, factory=True)
    clock.tick(60)

    env = world.first_build_env("acme/new")

    assert world.stage("acme/new") == "RUNNING"
    assert env
    assert env.secrets == {"A"}


def test_a_bare_space_is_given_an_app(clock: Clock) -> None:
    world = World(clock=clock, pace=PACE, owners=["acme"])
    world.add(Space(ID, stage="SLEEPING"))
    world.add(Space("acme/up"))
    visit(world)
    clock.tick(3600)

    assert (world.stage(ID), world.stage("acme/up")) == ("RUNNING", "RUNNING")


def test_a_flaw_belongs_to_the_stage_where_it_shows(world: World, clock: Clock) -> None:
    with world.open(ID) as space:
        space.flaw = Flaw("BUILD_ERROR", "no such package")
    restart(world, factory=True)

    assert stages(world, clock, 10, 12) == ["BUILDING", "BUILD_ERROR"]
