"""Changes of the fleet that a person can start in the drawer and watch in Slack.

Each acts on running apps, the first ones by name, and does nothing if there are none.
"""

import bisect

from bot.sandbox.hub.control import CRASH_MESSAGE, World
from bot.sandbox.hub.fleet import ScheduledChange
from bot.sandbox.hub.space import RUNNING_STAGES, AppState, Space

#: Seconds between the changes. It must exceed SPACEBOT_POLL_SECONDS of `spacebot try`.
UNSTABLE_SECONDS = 8.0
SLOW_BUILD_FACTOR = 15.0
LACKED_SECRET = "OPENAI_API_KEY"  # noqa: S105 - a name


def crash_several(world: World, count: int = 4) -> None:
    """Crash *count* apps at once, as many as share one card."""
    for id in _running_ids(world, count):
        world.break_(id)


def make_unstable(world: World, crashes: int = 3) -> None:
    """Crash one app and restart it by itself, *crashes* times."""
    for id in _running_ids(world):
        now = world.now()
        for number in range(crashes):
            at = now + 2 * number * UNSTABLE_SECONDS
            _schedule(world, ScheduledChange(at, id, "RUNTIME_ERROR", CRASH_MESSAGE))
            _schedule(world, ScheduledChange(at + UNSTABLE_SECONDS, id, "RUNNING"))


def delete_one(world: World) -> None:
    """Delete a Space on the Hub, without the bot."""
    for id in _running_ids(world):
        world.remove(id)


def toggle_paused_copies(world: World) -> None:
    """Let copies of a paused template be paused, or start."""
    world.copies_keep_pause = not world.copies_keep_pause


def show_all_settings(world: World) -> None:
    """Make a Space protected, with dev mode, replicas, a volume and other hardware requested."""
    for id in _running_ids(world):
        with world.open(id) as space:
            space.is_protected = space.is_dev_mode = True
            space.requested_replicas, space.hardware = 2, "t4-small"
            source = {"type": "bucket", "source": f"{space.owner}/data", "mountPath": "/data"}
            space.volumes = [source]


def build_endlessly(world: World) -> None:
    """Start a build that never ends, until a restart or a heal."""
    for id in _running_ids(world):
        world.put(id, "BUILDING")


def toggle_slow_builds(world: World) -> None:
    """Make all builds take 15 times as long, or as long as usual."""
    world.sampler.build_factor = SLOW_BUILD_FACTOR if world.sampler.build_factor == 1 else 1.0


def update_endlessly(world: World) -> None:
    """Push a commit whose build never ends, while the old version keeps running."""
    for id in _running_ids(world):
        world.push(id)
        world.put(id, "RUNNING_BUILDING")


def update_all_endlessly(world: World) -> None:
    """Let all running apps get updates whose builds never end, while the old versions run."""
    for space in world.spaces(predicate=_runs_app):
        world.push(space.id)
        world.put(space.id, "RUNNING_BUILDING")


def loop_start(world: World) -> None:
    """Let a Space build and start again and again, and never run."""
    for id in _running_ids(world):
        world.loop_start(id)


def push_commit(world: World) -> None:
    """Push a commit as a student does, which the Hub builds."""
    for id in _running_ids(world):
        world.push(id)


def push_unbuilt_commit(world: World) -> None:
    """Push a commit that the Hub never builds, so that the app keeps an old version."""
    for id in _running_ids(world):
        world.ignore_commits(id)
        world.push(id)


def toggle_first_domain(world: World) -> None:
    """Report a dead domain before an app's own, or only the live domains."""
    if not world.revive_first_domains():
        for id in _running_ids(world):
            world.kill_first_domain(id)


def fail_next_commits(world: World) -> None:
    """Make the next upload to each Space fail to build."""
    for id in world.ids():
        world.fail_next_commit(id)


def toggle_listing(world: World) -> None:
    """Leave one Space out of the list, or list all again. The Space itself stays."""
    world.faults.unlisted = set() if world.faults.unlisted else set(_running_ids(world))


def toggle_app(world: World) -> None:
    """Let a running app stop answering, or all apps answer again."""
    if world.failing_apps():
        world.let_apps_answer()
    else:
        answer_with(world, "502")


def answer_with(world: World, state: AppState) -> None:
    """Let a running app answer in this way until it starts again."""
    for id in _running_ids(world):
        world.set_app(id, state)


def toggle_fatal_restarts(world: World) -> None:
    """Let each running app die at its next start, for lack of a secret, or let all start."""
    with world.locked():
        is_on = any(space.required_secrets for space in world.spaces())
        for space in world.spaces(predicate=lambda s: is_on or _runs_app(s)):
            space.required_secrets = frozenset() if is_on else frozenset({LACKED_SECRET})


def toggle_fatal_values(world: World) -> None:
    """Let each running app die once a variable or secret is changed, or accept all."""
    with world.locked():
        is_on = any(space.working_values is not None for space in world.spaces())
        for space in world.spaces(predicate=lambda s: is_on or _runs_app(s)):
            space.working_values = None if is_on else space.values


def _running_ids(world: World, count: int = 1) -> list[str]:
    return [space.id for space in world.spaces(predicate=_runs_app, limit=count)]


def _runs_app(space: Space) -> bool:
    return space.stage in RUNNING_STAGES and not space.is_static


def _schedule(world: World, change: ScheduledChange) -> None:
    with world.locked():
        bisect.insort(world.scheduled, change, key=lambda other: other.at)
