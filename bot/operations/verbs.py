"""What operations can do to a Space, and what sets each verb apart: one table, a rule each.

A new verb is one entry in `RULES`, and one call in `bot.service.operations.dispatch`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot import error_summary
from bot.model import Condition, Space, condition

#: What an operation knows beyond its Spaces: {"flavour": "t4-small"}.
Args = Mapping[str, str]

#: How long a rate limit may hold up a step: two of the Hub's windows of five minutes, because
#: nobody waits longer for a restart. A class to be made fills many windows.
MAX_RATE_LIMIT_WAIT = timedelta(minutes=10)
_MAX_CREATION_WAIT = timedelta(hours=1)


class Verb(StrEnum):
    """What an operation does to each of its Spaces."""

    WAKE = "wake"
    RESTART = "restart"
    REBUILD = "rebuild"
    PAUSE = "pause"
    PROVISION = "provision"
    CREATE = "create"
    HARDWARE = "hardware"
    SLEEP = "sleep"
    UPLOAD = "upload"

    @property
    def spec(self) -> "VerbSpec":
        return VERB_SPECS[self]

    def to_command(self, names: Iterable[str], args: Args) -> str:
        """Return what a person would type to have it done; nothing where it takes a form."""
        values = {**args, "verb": self, "names": " ".join(names)}
        return self.spec.phrases.retry_command.format_map(values)


@dataclass(frozen=True, slots=True)
class Phrases:
    """How a verb is spoken of. `done` and `again` are filled in from the args.

    `again` is the command that does once more what has failed; without one, a person looks.
    """

    imperative: str  # "Wake" 4 Spaces?
    progressive: str  # "Waking" 4 Spaces
    noun: str  # "Wake": 3 of 4 up
    completed: str  # 3 of 4 "up"
    nothing_to_do: str  # "Nothing to wake": team-a is already up
    retry_command: str = "{verb} {names}"


@dataclass(frozen=True, slots=True)
class VerbSpec:
    """What is true of one verb. Stages are those of the Space; what is asked is in the args."""

    phrases: Phrases
    #: Why there is nothing to do on a Space, or nothing.
    skip_reason: Callable[[Space, Args], str]
    #: Whether a Space that was sent on its way has reached its end in this stage.
    is_done: Callable[[str], bool]
    #: What went wrong with a Space that has moved since we asked, or nothing.
    failure_reason: Callable[[Space], str]
    #: Whether it is over once the Hub has agreed, on a Space that was in this stage.
    completes_on_accept: Callable[[str], bool] = lambda _: False
    #: Whether asking twice does no more than asking once, on a Space that has not moved.
    is_idempotent: bool = False
    #: Whether it makes Spaces: they need not exist, and one is made at a time.
    creates: bool = False
    #: Whether only the Hub's own yes says that it was done; a stage that moves does not.
    requires_acceptance: bool = False
    #: Whether it is quickly over if it is not seen to begin: an upload need not build anything.
    can_finish_unobserved: bool = False
    #: Stages that a new Space may show for a moment before they mean anything.
    transient_stages: frozenset[str] = frozenset()
    #: How long a rate limit may hold up one of its steps before the step fails.
    max_wait: timedelta = MAX_RATE_LIMIT_WAIT


def _regular_phrases(
    imperative: str, progressive: str, completed: str, retry_command: str = "{verb} {names}"
) -> Phrases:
    """Return the words of a verb that is its own noun."""
    return Phrases(
        imperative,
        progressive,
        imperative,
        completed,
        f"Nothing to {imperative.lower()}",
        retry_command,
    )


def _deletion_reason(space: Space) -> str:
    return "it is being deleted" if space.condition is Condition.DELETING else ""


def _switch_skip_reason(space: Space, _: Args) -> str:
    reason = "static: it is always up and cannot be switched"
    return reason if space.is_static else _deletion_reason(space)


def _wake_skip_reason(space: Space, args: Args) -> str:
    if space.condition is Condition.RUNNING and not space.is_static:
        return "already up"
    if space.condition is Condition.STARTING:
        return "already coming up"
    if space.condition is Condition.UNKNOWN and not space.is_static:
        return f"in the unknown stage {space.stage}, please look"
    return _switch_skip_reason(space, args)


def _pause_skip_reason(space: Space, args: Args) -> str:
    return (
        "already paused"
        if space.condition is Condition.PAUSED
        else _switch_skip_reason(space, args)
    )


def _hardware_skip_reason(space: Space, args: Args) -> str:
    if space.is_static:
        return "static: it runs on no hardware"
    reason = f"already on {args['flavour']}"
    return reason if space.hardware == args["flavour"] else _deletion_reason(space)


def _sleep_skip_reason(space: Space, args: Args) -> str:
    if space.is_static:
        return "static: it never sleeps"
    if not space.is_paid:
        # What huggingface_hub says of it; the Hub itself keeps silent and changes nothing.
        return "on cpu-basic, which sleeps after 48 h: “This value is not configurable”"
    return "already set so" if _sleep_setting(space) == args["seconds"] else _deletion_reason(space)


def _sleep_setting(space: Space) -> str:
    """Return the sleep time as it is asked for. That none is told means "never" of an up Space."""
    if space.sleep_after is None:
        return "never" if space.condition is Condition.RUNNING else ""
    return str(space.sleep_after)


def _create_skip_reason(_: Space, __: Args) -> str:
    return "there already"


def _is_stage(*stages: str) -> Callable[[str], bool]:
    return lambda stage: stage in stages


def _has_condition(*conditions: Condition) -> Callable[[str], bool]:
    return lambda stage: condition(stage) in conditions


def _always(_: str) -> bool:
    return True


def _error_reason(space: Space) -> str:
    if space.condition not in (Condition.FAILED, Condition.DELETING):
        return ""
    return ": ".join(filter(None, [space.stage, error_summary.summarize(space.error)]))


def _down_reason(space: Space) -> str:
    if space.condition in (Condition.PAUSED, Condition.ASLEEP):
        return f"{space.stage} again, before it was up"
    return _error_reason(space)


_is_up = _has_condition(Condition.RUNNING)
_is_inactive = _has_condition(Condition.ASLEEP, Condition.PAUSED)
_is_not_starting = _has_condition(*(set(Condition) - {Condition.RUNNING, Condition.STARTING}))

VERB_SPECS: Mapping[Verb, VerbSpec] = {
    Verb.WAKE: VerbSpec(
        _regular_phrases("Wake", "Waking", "up"),
        _wake_skip_reason,
        _is_up,
        _down_reason,
        is_idempotent=True,
    ),
    Verb.RESTART: VerbSpec(
        _regular_phrases("Restart", "Restarting", "up"),
        _switch_skip_reason,
        _is_stage("RUNNING"),
        _down_reason,
    ),
    Verb.REBUILD: VerbSpec(
        _regular_phrases("Rebuild", "Rebuilding", "up"),
        _switch_skip_reason,
        _is_stage("RUNNING"),
        _down_reason,
    ),
    Verb.PAUSE: VerbSpec(
        _regular_phrases("Pause", "Pausing", "paused"),
        _pause_skip_reason,
        _is_stage("PAUSED"),
        _error_reason,
        is_idempotent=True,
    ),
    # What is there already is repaired, and followed only if that restarts it.
    Verb.PROVISION: VerbSpec(
        _regular_phrases(
            "Provision", "Provisioning", "up", retry_command="{verb} {names} from {template}"
        ),
        lambda space, _: _deletion_reason(space),
        _is_up,
        _down_reason,
        completes_on_accept=_is_inactive,
        is_idempotent=True,
        creates=True,
        requires_acceptance=True,
        can_finish_unobserved=True,
        transient_stages=frozenset({"NO_APP_FILE"}),
        max_wait=_MAX_CREATION_WAIT,
    ),
    # Without files it has nothing to run: to be there is all that is asked of it.
    Verb.CREATE: VerbSpec(
        _regular_phrases(
            "Create", "Creating", "made", retry_command="{verb} {names} {sdk} {visibility}"
        ),
        _create_skip_reason,
        _always,
        lambda _: "",
        completes_on_accept=_always,
        is_idempotent=True,
        creates=True,
        max_wait=_MAX_CREATION_WAIT,
    ),
    # A Space that is not up keeps its stage, and runs on the new hardware when it is woken.
    Verb.HARDWARE: VerbSpec(
        Phrases(
            "Change the hardware of",
            "Changing the hardware of",
            "Hardware",
            "on {flavour}",
            "Nothing to change",
            "{verb} {names} {flavour}",
        ),
        _hardware_skip_reason,
        _is_stage("RUNNING"),
        _down_reason,
        completes_on_accept=_is_not_starting,
        is_idempotent=True,
        requires_acceptance=True,
    ),
    Verb.SLEEP: VerbSpec(
        Phrases(
            "Set the sleep time of",
            "Setting the sleep time of",
            "Sleep time",
            "set to {time}",
            "Nothing to set",
            "{verb} {names} {time}",
        ),
        _sleep_skip_reason,
        _always,
        lambda _: "",
        completes_on_accept=_always,
        is_idempotent=True,
        requires_acceptance=True,
    ),
    # Its steps come as sent and accepted: the commit was made before there was an operation.
    Verb.UPLOAD: VerbSpec(
        Phrases(
            "Upload to", "Uploading to", "Upload", "in place", "Nothing to upload", retry_command=""
        ),
        lambda space, _: _deletion_reason(space),
        _is_stage("RUNNING"),
        _down_reason,
        completes_on_accept=_has_condition(Condition.PAUSED),
        can_finish_unobserved=True,
    ),
}
