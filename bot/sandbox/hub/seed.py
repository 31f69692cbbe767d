"""A class to practise on: teams in every state of health, and the template they came from."""

import string
import time
from collections.abc import Callable

from bot.sandbox.hub.fleet import Scene
from bot.sandbox.hub.pace import Pace
from bot.sandbox.hub.repo import Repo, starter
from bot.sandbox.hub.space import Env, Flaw, Space, Variable
from bot.sandbox.hub.world import BAD_BUILD, CRASH, World

HOUR = 3_600.0
STATIC = "static"
#: The health of the teams, over and over.
PATTERN = (
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
APP = {
    "Dockerfile": b'FROM python:3.11-slim\nCOPY . /app\nCMD ["python", "/app/main.py"]\n',
    "main.py": b"import os\n\nprint(os.environ['TEAM_NAME'])\n",
    "requirements.txt": b"fastapi\nuvicorn\n",
}
SITE = {"index.html": b"<!doctype html><title>Hello</title><h1>Hello</h1>\n"}


def classroom(
    owner: str = "ifcore-org",
    prefix: str = "ifcore-",
    spaces: int = 12,
    *,
    clock: Callable[[], float] = time.time,
    pace: Pace | None = None,
    drama: bool = False,
) -> World:
    """Return a world with so many teams; with *drama*, things happen to some of them soon."""
    world = World(clock=clock, pace=pace, owners=[owner], prefix=prefix)
    now = world.now()
    for number, team in enumerate(names(spaces)):
        health = PATTERN[number % len(PATTERN)]
        world.add(_team(f"{owner}/{prefix}{team}", team, health, now - HOUR * (1 + number % 20)))
    world.add(_team(f"{owner}/{prefix}template", "template", "PAUSED", now - 24 * HOUR))
    if drama:
        world.drama = scenes(world)
    return world


def names(count: int) -> list[str]:
    """
    Return the names of the teams.

    >>> names(2), names(27)[26]
    (['team-a', 'team-b'], 'team-027')
    """
    if count <= len(string.ascii_lowercase):
        return [f"team-{letter}" for letter in string.ascii_lowercase[:count]]
    width = max(3, len(str(count)))
    return [f"team-{number:0{width}d}" for number in range(1, count + 1)]


def scenes(world: World, *, crash_after: float = 40.0, sleep_after: float = 75.0) -> list[Scene]:
    """Return what will happen by itself: one Space that runs crashes, another falls asleep."""
    now = world.now()
    up = world.spaces(keep=lambda s: s.stage == "RUNNING" and not s.is_static, limit=2)
    plot = ((crash_after, "RUNTIME_ERROR", CRASH), (sleep_after, "SLEEPING", ""))
    return [
        Scene(now + after, space.id, stage, error)
        for space, (after, stage, error) in zip(up, plot, strict=False)
    ]


def _team(id: str, team: str, health: str, created: float) -> Space:
    sdk = "static" if health == STATIC else "docker"
    repo = starter(sdk, id.partition("/")[2], created, SITE if sdk == "static" else APP)
    name = Variable(team, None, created)
    space = Space(id, sdk, created=created, seen=created, repo=repo, variables={"TEAM_NAME": name})
    _with_health(space, "RUNNING" if health == STATIC else health, repo)
    return space


def _with_health(space: Space, stage: str, repo: Repo) -> None:
    space.stage = stage
    space.first_build = Env(frozenset(), {"TEAM_NAME": space.variables["TEAM_NAME"].value})
    space.image = space.serving = repo.head
    if stage == "RUNTIME_ERROR":
        space.error = CRASH
    if stage == "BUILD_ERROR":
        space.error, space.flaw, space.image = BAD_BUILD, Flaw(stage, BAD_BUILD), None
