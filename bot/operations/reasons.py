"""The reasons why a verb skips a Space, and why it failed there."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot import causes, error_summary
from bot.model import Space
from bot.stages import Condition, describe_stage

#: The arguments of an operation other than its Spaces, such as {"flavor": "t4-small"}.
Args = Mapping[str, str]
#: The argument that names the operation that this one undoes.
UNDONE = "undone"
#: The start of the arguments of an undo that say what each Space had when a person confirmed it.
EXPECTED = "expected_"
#: The hardware of a Space that has no other.
FREE_FLAVOR = "cpu-basic"


class SkipReason(StrEnum):
    """Why a step was not sent."""

    BUSY = "busy"  # another operation was running on its Space
    STOPPED = "stopped"  # a person stopped the operation
    HELD = "held"  # a failure held its rollout, which no person continued in time
    VALUE_LOST = "value_lost"  # the process that had the secret's value is gone
    SAME_REFUSAL = "same_refusal"  # the Hub refused another one, and would refuse this too
    ALREADY_UP = "already_up"
    NOT_ANSWERING = "not_answering"  # it runs, so a wake does nothing, but its app is down
    ALREADY_STARTING = "already_starting"
    ALREADY_PAUSED = "already_paused"
    NOT_ASLEEP = "not_asleep"  # a visit wakes only what sleeps
    LEFT_PAUSED = "left_paused"  # a bulk word selected it, and `including paused` wasn't said
    UNKNOWN_STAGE = "unknown_stage"  # a person must find out what it needs
    EMPTY = "empty"  # it has no app file
    BEING_DELETED = "being_deleted"
    LOCKED = "locked"  # by Hugging Face, so no restart helps
    STATIC = "static"  # always up
    STATIC_FAILED = "static_failed"  # only a commit builds it again
    STATIC_HARDWARE = "static_hardware"  # it has none
    STATIC_SLEEP = "static_sleep"  # it never sleeps
    SAME_HARDWARE = "same_hardware"
    SAME_SLEEP_TIME = "same_sleep_time"
    SAME_VALUE = "same_value"  # its variable has the value
    NO_KEY = "no_key"  # the variable to delete doesn't exist
    CHANGED_SINCE = "changed_since"  # after the operation that an undo puts back
    UNREADABLE = "unreadable"  # whether it was changed since
    UNKNOWN_BEFORE = "unknown_before"  # what to put back wasn't kept
    FREE_HARDWARE = "free_hardware"  # its sleep time can't be set
    EXISTS = "exists"
    COMPLETE = "complete"  # it exists, and no variable or secret is missing


#: The reasons for which a step that was needed was never sent.
UNSENT = frozenset({SkipReason.STOPPED, SkipReason.HELD, SkipReason.VALUE_LOST})
#: The reasons for which a step needed nothing.
NEEDLESS = frozenset(SkipReason) - {
    *UNSENT,
    SkipReason.BUSY,
    SkipReason.SAME_REFUSAL,
    SkipReason.LOCKED,
    SkipReason.NOT_ANSWERING,
}


def deletion_reason(space: Space) -> SkipReason | None:
    """Return why a Space that is being deleted needs nothing; None otherwise."""
    return SkipReason.BEING_DELETED if space.condition is Condition.DELETING else None


def switch_skip_reason(space: Space, _: Args) -> SkipReason | None:
    """Return why a Space cannot be restarted or rebuilt; None if it can."""
    if space.condition is Condition.EMPTY:
        return SkipReason.EMPTY
    if space.is_static:
        return static_reason(space)
    if space.condition is Condition.FAILED and causes.is_locked(space.error):
        return SkipReason.LOCKED
    return deletion_reason(space)


def static_reason(space: Space) -> SkipReason:
    """Return why nothing is started or stopped on a static Space."""
    is_failed = space.condition is Condition.FAILED
    return SkipReason.STATIC_FAILED if is_failed else SkipReason.STATIC


def wake_skip_reason(space: Space, args: Args) -> SkipReason | None:
    """Return why a Space need not or cannot be woken; None if it should be."""
    if space.condition is Condition.RUNNING and not space.is_static:
        return SkipReason.ALREADY_UP
    if space.condition is Condition.STARTING:
        return SkipReason.ALREADY_STARTING
    if space.condition is Condition.UNKNOWN and not space.is_static:
        return SkipReason.UNKNOWN_STAGE
    return switch_skip_reason(space, args)


def visit_skip_reason(space: Space, args: Args) -> SkipReason | None:
    """Return why a visit would not wake a Space; None if it would."""
    if space.condition is Condition.ASLEEP:
        return None
    return wake_skip_reason(space, args) or SkipReason.NOT_ASLEEP


def pause_skip_reason(space: Space, _: Args) -> SkipReason | None:
    """Return why a Space need not or cannot be paused; None if it should be."""
    if space.stage == "PAUSED":
        return SkipReason.ALREADY_PAUSED
    if space.condition is Condition.EMPTY:
        return SkipReason.EMPTY
    return static_reason(space) if space.is_static else deletion_reason(space)


def hardware_skip_reason(space: Space, args: Args) -> SkipReason | None:
    """Return why the hardware of a Space stays; None if it should change."""
    if space.is_static:
        return SkipReason.STATIC_HARDWARE
    if has_hardware(space, args):
        return SkipReason.SAME_HARDWARE
    if _is_unexpected(args, "flavor", space.hardware or FREE_FLAVOR):
        return SkipReason.CHANGED_SINCE
    return deletion_reason(space)


def _is_unexpected(args: Args, name: str, present: str) -> bool:
    """Return whether a Space has something else than when its undo was confirmed."""
    return args.get(f"{EXPECTED}{name}", present) != present


def has_hardware(space: Space, args: Args) -> bool:
    """Return whether a Space has the hardware of the operation."""
    return space.hardware == args["flavor"]


def hardware_before(space: Space) -> Args:
    """Return the arguments that give a Space its present hardware and sleep time."""
    flavor = {"flavor": space.hardware or FREE_FLAVOR}
    return {**flavor, "sleep": _sleep_time(space)} if space.is_paid else flavor


def sleep_before(space: Space) -> Args:
    """Return the arguments that give a Space its present sleep time, which may be unknown."""
    present = sleep_setting(space)
    return {"seconds": present} if present else {"unknown": "yes"}


def _sleep_time(space: Space) -> str:
    return "never" if space.sleep_after is None else str(space.sleep_after)


def sleep_skip_reason(space: Space, args: Args) -> SkipReason | None:
    """Return why the sleep time of a Space stays; None if it should change."""
    if space.is_static:
        return SkipReason.STATIC_SLEEP
    if not space.is_paid:
        return SkipReason.FREE_HARDWARE  # the Hub silently ignores the change
    if has_sleep_time(space, args):
        return SkipReason.SAME_SLEEP_TIME
    present = sleep_setting(space)
    if present and _is_unexpected(args, "seconds", present):
        return SkipReason.CHANGED_SINCE
    return deletion_reason(space)


def has_sleep_time(space: Space, args: Args) -> bool:
    """Return whether a Space has the sleep time of the operation."""
    return sleep_setting(space) == args["seconds"]


def sleep_setting(space: Space) -> str:
    """Return the sleep time as a command names it.

    A running Space without one never sleeps.
    """
    if space.sleep_after is None:
        return "never" if space.condition is Condition.RUNNING else ""
    return str(space.sleep_after)


def create_skip_reason(_: Space, __: Args) -> SkipReason:
    """Return why an existing Space isn't created."""
    return SkipReason.EXISTS


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a Space failed: the reason in words, and the stage that shows it."""

    reason: str  # "" if the Hub shows nothing but the stage
    stage: str = ""  # "" if the reason says it all

    def __str__(self) -> str:
        """Return the stage and the reason in words: `crashed (KeyError)`; not escaped."""
        shown = describe_stage(self.stage) if self.stage else ""
        return f"{shown} ({self.reason})" if shown and self.reason else shown or self.reason


def shown_failure(space: Space) -> Failure | None:
    """Return the failure that a Space shows; None for none."""
    if space.condition is Condition.EMPTY:
        return Failure("It's empty: upload an app file")
    if space.condition not in (Condition.FAILED, Condition.DELETING):
        return None
    reason = error_summary.summarize(space.error)
    found = causes.in_error(space.error) if space.is_paused_by_hub else None
    if found:
        ending = "" if reason.endswith((".", "!", "?")) else "."
        reason = f"{reason}{ending} {found.cause.advice}"
    return Failure(reason, space.stage)


def describe_unchanged(space: Space) -> str:
    """Return that an accepted call had no effect on *space*, with its reason."""
    failure = shown_failure(space)
    reason = f": {failure.reason}" if failure and failure.stage and failure.reason else ""
    stage = describe_stage(space.stage)
    return f"Hugging Face accepted it, but the Space still shows “{stage}”{reason}"


def start_failure(space: Space) -> Failure | None:
    """Return why a started Space is not running; None if it may still start."""
    if space.condition in (Condition.PAUSED, Condition.ASLEEP):
        return Failure(f"{describe_stage(space.stage)} again before it was ready")
    return shown_failure(space)
