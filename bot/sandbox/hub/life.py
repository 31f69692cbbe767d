"""
The life of a Space: what follows from a restart, a pause, a commit, a visit and from time itself.

Each function changes one Space, at a time that is given. Nothing waits here: what comes later
is put on the plan of the Space and applied by `settle`, when somebody looks.
"""

from bot.sandbox.hub.pace import Dice
from bot.sandbox.hub.refusal import Refused
from bot.sandbox.hub.repo import APP_FILES, Change, Commit, starter
from bot.sandbox.hub.space import COMING_UP, ERRORS, UP, Env, Flaw, Space, Turn

BUILD_STAGES = ("BUILDING", "RUNNING_BUILDING")
COLLISION = "Collision on variables and secrets names."
STARTING_STAGES = ("APP_STARTING", "RUNNING_APP_STARTING")


def settle(space: Space, now: float) -> None:
    """Let everything happen that is due by *now*."""
    while space.plan and space.plan[0].at <= now:
        turn = space.plan.pop(0)
        _enter(space, turn.stage, turn.at)
    _fall_asleep(space, now)


def restart(space: Space, now: float, dice: Dice, *, factory: bool = False) -> None:
    """
    Restart the app; build it first if there is no image of it to start.

    A Space that is paused answers BUILDING at once (recorded); any other goes on showing
    its old stage for a moment.
    """
    if space.is_static:
        raise Refused(400, "This Space is static: it cannot be restarted.")
    space.restarts += 1
    _bring_up(space, now, dice, build=factory or _is_unbuilt(space))


def pause(space: Space) -> None:
    if space.is_static:
        raise Refused(400, "This Space is static: it cannot be paused.")
    put(space, "PAUSED")


def reload(space: Space, now: float, dice: Dice) -> None:
    """Start the app again because its secrets, variables or hardware changed."""
    if not space.is_static and space.stage in (*UP, *ERRORS, "APP_STARTING"):
        _bring_up(space, now, dice, build=_is_unbuilt(space))


def commit(space: Space, change: Change, now: float, dice: Dice) -> Commit:
    """Keep the files; a new commit has no flaw, unless it was doomed, and is built at once."""
    made = space.repo.commit(change, now)
    if not space.builds_commits:
        return made
    space.flaw, space.doom = space.doom, None
    if space.is_static:
        space.serving = made.oid
    elif space.stage != "PAUSED":
        _bring_up(space, now, dice, build=True, behind=space.stage in UP)
    return made


def visit(space: Space, now: float, dice: Dice) -> None:
    """Somebody opens the app: that keeps it awake, or wakes it."""
    space.visits += 1
    space.seen = now
    if space.stage == "SLEEPING" and not space.plan:
        _bring_up(space, now, dice, build=_is_unbuilt(space))


def first_start(space: Space, now: float, dice: Dice) -> None:
    """Build a Space that has just been made, if it has anything to run."""
    if space.is_static:
        put(space, "RUNNING")
        space.serving = space.repo.head
    else:
        space.stage = "NO_APP_FILE"
        _bring_up(space, now, dice, build=True)


def furnish(space: Space, now: float) -> None:
    """Give a bare Space an app that was built, whatever stage it is in."""
    space.created, space.seen = space.created or now, space.seen or now
    files = {APP_FILES[space.sdk]: b"# an app\n"}
    space.repo = starter(space.sdk, space.name, space.created, files)
    space.image = space.serving = space.repo.head


def put(space: Space, stage: str, error: str = "") -> None:
    """Put the Space in *stage* now; whatever was going on is off."""
    space.plan.clear()
    space.stage, space.error = stage, error
    if stage == "RUNNING":
        space.image = space.serving = space.repo.head


def _is_unbuilt(space: Space) -> bool:
    return space.stage == "PAUSED" or space.image != space.repo.head


def _bring_up(space: Space, now: float, dice: Dice, *, build: bool, behind: bool = False) -> None:
    if not space.repo.runs_as(space.sdk):
        put(space, "NO_APP_FILE")
        return
    prefix = "RUNNING_" if behind else ""
    shown_at_once = space.stage in ("PAUSED", "NO_APP_FILE", *COMING_UP)
    at = now if shown_at_once else now + dice.lag()
    space.plan = []
    if build:
        space.plan.append(Turn(at, f"{prefix}BUILDING"))
        at += dice.build()
    space.plan += [Turn(at, f"{prefix}APP_STARTING"), Turn(at + dice.start(), "RUNNING")]
    settle(space, now)


def _enter(space: Space, stage: str, at: float) -> None:
    flaw = _what_goes_wrong(space, stage)
    if flaw:
        put(space, flaw.stage, flaw.error)
        return
    if stage in BUILD_STAGES:
        space.building = space.repo.head
        space.first_build = space.first_build or space.env
    elif stage in STARTING_STAGES and space.building:
        space.image, space.building = space.building, None
    elif stage == "RUNNING":
        space.serving, space.seen = space.image, at
    space.stage, space.error = stage, ""


def _what_goes_wrong(space: Space, stage: str) -> Flaw | None:
    flaw = space.flaw
    if stage != "RUNNING" and space.env.shared:
        return Flaw("CONFIG_ERROR", COLLISION)
    if stage in STARTING_STAGES and flaw and flaw.stage != "RUNTIME_ERROR":
        return flaw
    if stage != "RUNNING":
        return None
    return flaw or _missing_secret(space.needs, space.env)


def _missing_secret(needs: frozenset[str], env: Env) -> Flaw | None:
    missing = sorted(needs - env.secrets - env.variables.keys())
    if not missing:
        return None
    trace = (
        "Exit code: 1. Reason: Traceback (most recent call last):\n"
        '  File "/home/user/app/main.py", line 9, in <module>\n'
        f'    key = os.environ["{missing[0]}"]\n'
        f"KeyError: '{missing[0]}'"
    )
    return Flaw("RUNTIME_ERROR", trace)


def _fall_asleep(space: Space, now: float) -> None:
    if space.stage != "RUNNING" or space.is_static or space.sleep_after is None:
        return
    if not space.plan and now >= space.seen + space.sleep_after:
        space.stage = "SLEEPING"
