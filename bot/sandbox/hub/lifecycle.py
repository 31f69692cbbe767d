"""The lifecycle of a Space: the effects of restarts, pauses, commits, visits and time.

Each function changes one Space at a given time. Nothing waits: later stages are stored in
`planned_stages`, and `apply_due_stages` applies them on the next read.
"""

from bot.sandbox.hub.errors import HubHttpError
from bot.sandbox.hub.latency import DurationSampler
from bot.sandbox.hub.repo import APP_FILES, Change, Commit, create_repo
from bot.sandbox.hub.space import (
    ERROR_STAGES,
    PENDING_STAGES,
    RUNNING_STAGES,
    Flaw,
    PlannedStage,
    Space,
)

BUILD_STAGES = ("BUILDING", "RUNNING_BUILDING")
COLLISION = "Collision on variables and secrets names."
#: The length of each stage of a start that never ends.
LOOP_SECONDS = 15.0
STARTING_STAGES = ("APP_STARTING", "RUNNING_APP_STARTING")


def apply_due_stages(space: Space, now: float) -> None:
    """Apply all planned stages that are due at *now*, and the sleep time."""
    while space.planned_stages and space.planned_stages[0].at <= now:
        due = space.planned_stages.pop(0)
        _enter_stage(space, due.stage, due.at)
    _sleep_if_idle(space, now)


def restart(space: Space, now: float, sampler: DurationSampler, *, factory: bool = False) -> None:
    """Restart the app; build it first with *factory* or without a current image.

    A paused Space is BUILDING at once, any other keeps its old stage for a moment (both recorded
    from the Hub).
    """
    if space.is_static:
        raise HubHttpError(400, "This Space is static: it cannot be restarted.")
    if space.abuse_rule:
        raise HubHttpError(503, "Service Unavailable")
    space.restarts += 1
    _schedule_start(space, now, sampler, build=factory or _is_unbuilt(space))


def pause(space: Space) -> None:
    """Pause the Space; a static one can't be paused."""
    if space.is_static:
        raise HubHttpError(400, "This Space is static: it cannot be paused.")
    set_stage(space, "PAUSED")


def restart_if_running(space: Space, now: float, sampler: DurationSampler) -> None:
    """Restart a running or failed app after a change of its secrets, variables or hardware."""
    if not space.is_static and space.stage in (*RUNNING_STAGES, *ERROR_STAGES, "APP_STARTING"):
        _schedule_start(space, now, sampler, build=_is_unbuilt(space))


def commit(space: Space, change: Change, now: float, sampler: DurationSampler) -> Commit:
    """Store the files and build them at once.

    The commit replaces the Space's flaw with `next_flaw`, usually none.
    """
    created = space.repo.commit(change, now)
    if not space.builds_commits:
        return created
    space.flaw, space.next_flaw, space.is_looping = space.next_flaw, None, False
    if space.is_static:
        _build_static(space)
    elif space.stage != "PAUSED":
        _schedule_start(
            space, now, sampler, build=True, keeps_serving=space.stage in RUNNING_STAGES
        )
    return created


def _build_static(space: Space) -> None:
    """Build a static Space at once: it serves the new commit, or keeps the old one."""
    if space.flaw:
        set_stage(space, space.flaw.stage, space.flaw.error)
    else:
        set_stage(space, "RUNNING")


def visit(space: Space, now: float, sampler: DurationSampler) -> None:
    """Record a visit to the app, which keeps the Space awake or wakes it."""
    space.last_visit_at = now
    if space.stage == "SLEEPING" and not space.planned_stages:
        _schedule_start(space, now, sampler, build=_is_unbuilt(space))


def start_new_space(space: Space, now: float, sampler: DurationSampler) -> None:
    """Build a new Space, if it contains an app and isn't the copy of a paused one."""
    if space.is_static:
        _build_static(space)
    elif space.stage != "PAUSED":
        space.stage = "NO_APP_FILE"
        _schedule_start(space, now, sampler, build=True)


def add_default_app(space: Space, now: float) -> None:
    """Add a default app to a Space without files, already built."""
    space.created_at, space.last_visit_at = space.created_at or now, space.last_visit_at or now
    files = {APP_FILES[space.sdk]: b"# an app\n"}
    space.repo = create_repo(space.sdk, space.name, space.created_at, files)
    space.built_commit = space.serving_commit = space.repo.head


def set_stage(space: Space, stage: str, error: str = "") -> None:
    """Set the stage at once and cancel the planned ones."""
    space.planned_stages.clear()
    space.stage, space.error = stage, error
    if stage == "RUNNING":
        space.built_commit = space.serving_commit = space.repo.head
        space.app = "up"


def _is_unbuilt(space: Space) -> bool:
    return space.stage == "PAUSED" or space.built_commit != space.repo.head


def _schedule_start(
    space: Space, now: float, sampler: DurationSampler, *, build: bool, keeps_serving: bool = False
) -> None:
    if not space.repo.has_app_file(space.sdk):
        set_stage(space, "NO_APP_FILE")
        return
    prefix = "RUNNING_" if keeps_serving else ""
    is_immediate = space.stage in ("PAUSED", "NO_APP_FILE", *PENDING_STAGES)
    at = now if is_immediate else now + sampler.lag()
    space.planned_stages = []
    if build:
        space.planned_stages.append(PlannedStage(at, f"{prefix}BUILDING"))
        at += sampler.build()
    space.planned_stages += [
        PlannedStage(at, f"{prefix}APP_STARTING"),
        PlannedStage(at + sampler.start(), "RUNNING"),
    ]
    apply_due_stages(space, now)


def _enter_stage(space: Space, stage: str, at: float) -> None:
    flaw = _find_flaw(space, stage)
    if flaw:
        set_stage(space, flaw.stage, flaw.error)
        return
    if stage == "RUNNING" and space.is_looping:
        _build_again(space, at)
        return
    if stage in BUILD_STAGES:
        space.building_commit = space.repo.head
        space.first_build_env = space.first_build_env or space.env
    elif stage in STARTING_STAGES and space.building_commit:
        space.built_commit, space.building_commit = space.building_commit, None
    elif stage == "RUNNING":
        space.serving_commit, space.last_visit_at = space.built_commit, at
        space.app = "up"
    space.stage, space.error = stage, ""


def _build_again(space: Space, at: float) -> None:
    """Build once more instead of running, as a Space does whose app never becomes healthy."""
    space.stage = "BUILDING"
    space.planned_stages = [
        PlannedStage(at + LOOP_SECONDS, "APP_STARTING"),
        PlannedStage(at + 2 * LOOP_SECONDS, "RUNNING"),
    ]


def _find_flaw(space: Space, stage: str) -> Flaw | None:
    flaw = space.flaw
    if stage != "RUNNING" and space.env.colliding_keys:
        return Flaw("CONFIG_ERROR", COLLISION)
    if stage in STARTING_STAGES and flaw and flaw.stage != "RUNTIME_ERROR":
        return flaw
    if stage != "RUNNING":
        return None
    return flaw or _missing_secret_flaw(space) or _unknown_value_flaw(space)


def _missing_secret_flaw(space: Space) -> Flaw | None:
    missing = sorted(space.required_secrets - space.env.secrets - space.env.variables.keys())
    if not missing:
        return None
    return _crash(f'key = os.environ["{missing[0]}"]', f"KeyError: '{missing[0]}'")


def _unknown_value_flaw(space: Space) -> Flaw | None:
    if space.working_values is None:
        return None
    changed = sorted(dict(space.values.items() ^ space.working_values.items()))
    if not changed:
        return None
    return _crash("settings = Settings.read(os.environ)", f"ValueError: {changed[0]} is invalid")


def _crash(line: str, error: str) -> Flaw:
    """Return the flaw of an app that an *error* in a *line* of it ends at its start."""
    trace = (
        "Exit code: 1. Reason: Traceback (most recent call last):\n"
        '  File "/home/user/app/main.py", line 9, in <module>\n'
        f"    {line}\n{error}"
    )
    return Flaw("RUNTIME_ERROR", trace)


def _sleep_if_idle(space: Space, now: float) -> None:
    if space.stage != "RUNNING" or space.is_static or space.sleep_after is None:
        return
    if not space.planned_stages and now >= space.last_visit_at + space.sleep_after:
        space.stage = "SLEEPING"
