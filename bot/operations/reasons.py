"""The reasons why a verb has nothing to do on a Space, and why it failed there."""

from collections.abc import Mapping

from bot import error_summary
from bot.model import Condition, Space

#: The arguments of an operation besides its Spaces, such as {"flavor": "t4-small"}.
Args = Mapping[str, str]


def deletion_reason(space: Space) -> str:
    """Return why a Space that is being deleted needs nothing; "" otherwise."""
    return "it is being deleted" if space.condition is Condition.DELETING else ""


def switch_skip_reason(space: Space, _: Args) -> str:
    """Return why a Space cannot be restarted, rebuilt or paused; "" if it can."""
    reason = "static: it is always up and cannot be switched"
    return reason if space.is_static else deletion_reason(space)


def wake_skip_reason(space: Space, args: Args) -> str:
    """Return why a Space need not or cannot be woken; "" if it should be."""
    if space.condition is Condition.RUNNING and not space.is_static:
        return "already up"
    if space.condition is Condition.STARTING:
        return "already coming up"
    if space.condition is Condition.UNKNOWN and not space.is_static:
        return f"in the unknown stage {space.stage}, please look"
    return switch_skip_reason(space, args)


def pause_skip_reason(space: Space, args: Args) -> str:
    """Return why a Space need not or cannot be paused; "" if it should be."""
    return (
        "already paused" if space.condition is Condition.PAUSED else switch_skip_reason(space, args)
    )


def hardware_skip_reason(space: Space, args: Args) -> str:
    """Return why the hardware of a Space stays; "" if it should change."""
    if space.is_static:
        return "static: it runs on no hardware"
    reason = f"already on {args['flavor']}"
    return reason if has_hardware(space, args) else deletion_reason(space)


def has_hardware(space: Space, args: Args) -> bool:
    """Return whether a Space has the hardware of the operation."""
    return space.hardware == args["flavor"]


def sleep_skip_reason(space: Space, args: Args) -> str:
    """Return why the sleep time of a Space stays; "" if it should change."""
    if space.is_static:
        return "static: it never sleeps"
    if not space.is_paid:
        # The message is that of huggingface_hub; the Hub silently ignores the change.
        return "on cpu-basic, which sleeps after 48 h: “This value is not configurable”"
    return "already set so" if has_sleep_time(space, args) else deletion_reason(space)


def has_sleep_time(space: Space, args: Args) -> bool:
    """Return whether a Space has the sleep time of the operation."""
    return _sleep_setting(space) == args["seconds"]


def _sleep_setting(space: Space) -> str:
    """Return the sleep time as a command names it.

    A running Space without one never sleeps.
    """
    if space.sleep_after is None:
        return "never" if space.condition is Condition.RUNNING else ""
    return str(space.sleep_after)


def create_skip_reason(_: Space, __: Args) -> str:
    """Return why an existing Space isn't created."""
    return "there already"


def error_reason(space: Space) -> str:
    """Return the failure that a Space shows, with its stage; "" for none."""
    if space.condition not in (Condition.FAILED, Condition.DELETING):
        return ""
    return ": ".join(filter(None, [space.stage, error_summary.summarize(space.error)]))


def down_reason(space: Space) -> str:
    """Return why a started Space is not running; "" if it may still start."""
    if space.condition in (Condition.PAUSED, Condition.ASLEEP):
        return f"{space.stage} again, before it was up"
    return error_reason(space)
