"""A sample fleet: teams in various stages, and their template."""

import string
import time
from collections.abc import Callable

from bot.sandbox.hub.control import BUILD_ERROR_MESSAGE, CRASH_MESSAGE, World
from bot.sandbox.hub.fleet import ScheduledChange
from bot.sandbox.hub.latency import StageDurations
from bot.sandbox.hub.repo import Repo, create_repo
from bot.sandbox.hub.space import Env, Flaw, Space, Variable

HOUR_SECONDS = 3_600.0
STATIC = "static"
#: The stages of the teams, repeated.
STAGE_PATTERN = (
    "RUNNING",
    "SLEEPING",
    "RUNNING",
    "RUNTIME_ERROR",
    "RUNNING",
    "SLEEPING",
    "PAUSED",
    "RUNNING",
    "BUILD_ERROR",
    "SLEEPING",
    "RUNNING",
    STATIC,
)
DOCKER_FILES = {
    "Dockerfile": b'FROM python:3.11-slim\nCOPY . /app\nCMD ["python", "/app/main.py"]\n',
    "main.py": b"import os\n\nprint(os.environ['TEAM_NAME'])\n",
    "requirements.txt": b"fastapi\nuvicorn\n",
}
STATIC_FILES = {"index.html": b"<!doctype html><title>Hello</title><h1>Hello</h1>\n"}


def classroom(
    owner: str = "ifcore-org",
    prefix: str = "ifcore-",
    spaces: int = 12,
    *,
    clock: Callable[[], float] = time.time,
    durations: StageDurations | None = None,
    with_events: bool = False,
) -> World:
    """Return a Hub with *spaces* teams; if *with_events*, some soon change their stage."""
    world = World(clock=clock, durations=durations, owners=[owner], prefix=prefix)
    now = world.now()
    for number, team in enumerate(team_names(spaces)):
        health = STAGE_PATTERN[number % len(STAGE_PATTERN)]
        world.add(
            _make_team(
                f"{owner}/{prefix}{team}", team, health, now - HOUR_SECONDS * (1 + number % 20)
            )
        )
    world.add(
        _make_team(f"{owner}/{prefix}template", "template", "PAUSED", now - 24 * HOUR_SECONDS)
    )
    if with_events:
        world.scheduled = scheduled_changes(world)
    return world


def add_class(world: World, size: int = 60) -> None:
    """Add a second class, whose *size* apps all run, to interrupt more than 20 at once."""
    owner = min(world.owners)
    for number in range(1, size + 1):
        lab = f"lab-{number:02d}"
        world.add(_make_team(f"{owner}/{world.prefix}{lab}", lab, "RUNNING", world.now()))


def team_names(count: int) -> list[str]:
    """Return the names of the teams.

    >>> team_names(2), team_names(27)[26]
    (['team-a', 'team-b'], 'team-027')
    """
    if count <= len(string.ascii_lowercase):
        return [f"team-{letter}" for letter in string.ascii_lowercase[:count]]
    width = max(3, len(str(count)))
    return [f"team-{number:0{width}d}" for number in range(1, count + 1)]


def scheduled_changes(
    world: World, *, crash_after: float = 40.0, sleep_after: float = 75.0
) -> list[ScheduledChange]:
    """Return two scheduled changes: one running Space crashes, another falls asleep."""
    now = world.now()
    up = world.spaces(predicate=lambda s: s.stage == "RUNNING" and not s.is_static, limit=2)
    changes = ((crash_after, "RUNTIME_ERROR", CRASH_MESSAGE), (sleep_after, "SLEEPING", ""))
    return [
        ScheduledChange(now + after, space.id, stage, error)
        for space, (after, stage, error) in zip(up, changes, strict=False)
    ]


def _make_team(id: str, team: str, health: str, created: float) -> Space:
    sdk = "static" if health == STATIC else "docker"
    repo = create_repo(
        sdk, id.partition("/")[2], created, STATIC_FILES if sdk == "static" else DOCKER_FILES
    )
    name = Variable(team, None, created)
    space = Space(
        id, sdk, created_at=created, last_visit_at=created, repo=repo, variables={"TEAM_NAME": name}
    )
    _make_space(space, "RUNNING" if health == STATIC else health, repo)
    return space


def _make_space(space: Space, stage: str, repo: Repo) -> None:
    space.stage = stage
    space.first_build_env = Env(frozenset(), {"TEAM_NAME": space.variables["TEAM_NAME"].value})
    space.built_commit = space.serving_commit = repo.head
    if stage == "RUNTIME_ERROR":
        space.error = CRASH_MESSAGE
    if stage == "BUILD_ERROR":
        space.error, space.flaw, space.built_commit = (
            BUILD_ERROR_MESSAGE,
            Flaw(stage, BUILD_ERROR_MESSAGE),
            None,
        )
