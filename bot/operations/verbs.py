"""What operations can do to a Space, and what sets each verb apart: one table, a rule each.

A new verb is one entry in `RULES`, and one call in `bot.service.operations.calling`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot import reasons
from bot.model import Condition, Space, condition

#: What an operation knows beyond its Spaces: {"flavour": "t4-small"}.
Args = Mapping[str, str]

#: How long a rate limit may hold up a step: two of the Hub's windows of five minutes, because
#: nobody waits longer for a restart. A class to be made fills many windows.
LONGEST_WAIT = timedelta(minutes=10)
_LONGEST_WAIT_TO_MAKE = timedelta(hours=1)


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
    def rule(self) -> "Rule":
        return RULES[self]

    def typed(self, names: Iterable[str], args: Args) -> str:
        """Return what a person would type to have it done; nothing where it takes a form."""
        said = {**args, "verb": self, "names": " ".join(names)}
        return self.rule.words.again.format_map(said)


@dataclass(frozen=True, slots=True)
class Words:
    """How a verb is spoken of. `done` and `again` are filled in from the args.

    `again` is the command that does once more what has failed; without one, a person looks.
    """

    do: str  # "Wake" 4 Spaces?
    doing: str  # "Waking" 4 Spaces
    noun: str  # "Wake": 3 of 4 up
    done: str  # 3 of 4 "up"
    nothing: str  # "Nothing to wake": team-a is already up
    again: str = "{verb} {names}"


@dataclass(frozen=True, slots=True)
class Rule:
    """What is true of one verb. Stages are those of the Space; what is asked is in the args."""

    words: Words
    #: Why there is nothing to do on a Space, or nothing.
    needless: Callable[[Space, Args], str]
    #: Whether a Space that was sent on its way has reached its end in this stage.
    arrived: Callable[[str], bool]
    #: What went wrong with a Space that has moved since we asked, or nothing.
    trouble: Callable[[Space], str]
    #: Whether it is over once the Hub has agreed, on a Space that was in this stage.
    at_once: Callable[[str], bool] = lambda _: False
    #: Whether asking twice does no more than asking once, on a Space that has not moved.
    repeatable: bool = False
    #: Whether it makes Spaces: they need not exist, and one is made at a time.
    makes: bool = False
    #: Whether only the Hub's own yes says that it was done; a stage that moves does not.
    only_yes: bool = False
    #: Whether it is quickly over if it is not seen to begin: an upload need not build anything.
    may_be_quick: bool = False
    #: Stages that a new Space may show for a moment before they mean anything.
    passing: frozenset[str] = frozenset()
    #: How long a rate limit may hold up one of its steps before the step fails.
    longest_wait: timedelta = LONGEST_WAIT


def _plain(do: str, doing: str, done: str, again: str = "{verb} {names}") -> Words:
    """Return the words of a verb that is its own noun."""
    return Words(do, doing, do, done, f"Nothing to {do.lower()}", again)


def _stays(space: Space) -> str:
    return "it is being deleted" if space.condition is Condition.LEAVING else ""


def _switchless(space: Space, _: Args) -> str:
    static = "static: it is always up and cannot be switched"
    return static if space.is_static else _stays(space)


def _wakes_nothing(space: Space, args: Args) -> str:
    if space.condition is Condition.UP and not space.is_static:
        return "already up"
    if space.condition is Condition.COMING_UP:
        return "already coming up"
    if space.condition is Condition.UNKNOWN and not space.is_static:
        return f"in the unknown stage {space.stage}, please look"
    return _switchless(space, args)


def _pauses_nothing(space: Space, args: Args) -> str:
    return "already paused" if space.condition is Condition.PAUSED else _switchless(space, args)


def _moves_nothing(space: Space, args: Args) -> str:
    if space.is_static:
        return "static: it runs on no hardware"
    already = f"already on {args['flavour']}"
    return already if space.hardware == args["flavour"] else _stays(space)


def _sets_nothing(space: Space, args: Args) -> str:
    if space.is_static:
        return "static: it never sleeps"
    if not space.is_paid:
        # What huggingface_hub says of it; the Hub itself keeps silent and changes nothing.
        return "on cpu-basic, which sleeps after 48 h: “This value is not configurable”"
    return "already set so" if _sleeps_after(space) == args["seconds"] else _stays(space)


def _sleeps_after(space: Space) -> str:
    """Return the sleep time as it is asked for. That none is told means "never" of an up Space."""
    if space.sleep_after is None:
        return "never" if space.condition is Condition.UP else ""
    return str(space.sleep_after)


def _makes_nothing(_: Space, __: Args) -> str:
    return "there already"


def _is(*stages: str) -> Callable[[str], bool]:
    return lambda stage: stage in stages


def _being(*conditions: Condition) -> Callable[[str], bool]:
    return lambda stage: condition(stage) in conditions


def _always(_: str) -> bool:
    return True


def _broken(space: Space) -> str:
    if space.condition not in (Condition.BROKEN, Condition.LEAVING):
        return ""
    return ": ".join(filter(None, [space.stage, reasons.first_line(space.error)]))


def _down(space: Space) -> str:
    if space.condition in (Condition.PAUSED, Condition.ASLEEP):
        return f"{space.stage} again, before it was up"
    return _broken(space)


_up = _being(Condition.UP)
_resting = _being(Condition.ASLEEP, Condition.PAUSED)
_not_starting = _being(*(set(Condition) - {Condition.UP, Condition.COMING_UP}))

RULES: Mapping[Verb, Rule] = {
    Verb.WAKE: Rule(_plain("Wake", "Waking", "up"), _wakes_nothing, _up, _down, repeatable=True),
    Verb.RESTART: Rule(_plain("Restart", "Restarting", "up"), _switchless, _is("RUNNING"), _down),
    Verb.REBUILD: Rule(_plain("Rebuild", "Rebuilding", "up"), _switchless, _is("RUNNING"), _down),
    Verb.PAUSE: Rule(
        _plain("Pause", "Pausing", "paused"),
        _pauses_nothing,
        _is("PAUSED"),
        _broken,
        repeatable=True,
    ),
    # What is there already is repaired, and followed only if that restarts it.
    Verb.PROVISION: Rule(
        _plain("Provision", "Provisioning", "up", again="{verb} {names} from {template}"),
        lambda space, _: _stays(space),
        _up,
        _down,
        at_once=_resting,
        repeatable=True,
        makes=True,
        only_yes=True,
        may_be_quick=True,
        passing=frozenset({"NO_APP_FILE"}),
        longest_wait=_LONGEST_WAIT_TO_MAKE,
    ),
    # Without files it has nothing to run: to be there is all that is asked of it.
    Verb.CREATE: Rule(
        _plain("Create", "Creating", "made", again="{verb} {names} {sdk} {visibility}"),
        _makes_nothing,
        _always,
        lambda _: "",
        at_once=_always,
        repeatable=True,
        makes=True,
        longest_wait=_LONGEST_WAIT_TO_MAKE,
    ),
    # A Space that is not up keeps its stage, and runs on the new hardware when it is woken.
    Verb.HARDWARE: Rule(
        Words(
            "Change the hardware of",
            "Changing the hardware of",
            "Hardware",
            "on {flavour}",
            "Nothing to change",
            "{verb} {names} {flavour}",
        ),
        _moves_nothing,
        _is("RUNNING"),
        _down,
        at_once=_not_starting,
        repeatable=True,
        only_yes=True,
    ),
    Verb.SLEEP: Rule(
        Words(
            "Set the sleep time of",
            "Setting the sleep time of",
            "Sleep time",
            "set to {time}",
            "Nothing to set",
            "{verb} {names} {time}",
        ),
        _sets_nothing,
        _always,
        lambda _: "",
        at_once=_always,
        repeatable=True,
        only_yes=True,
    ),
    # Its steps come as sent and accepted: the commit was made before there was an operation.
    Verb.UPLOAD: Rule(
        Words("Upload to", "Uploading to", "Upload", "in place", "Nothing to upload", again=""),
        lambda space, _: _stays(space),
        _is("RUNNING"),
        _down,
        at_once=_being(Condition.PAUSED),
        may_be_quick=True,
    ),
}
