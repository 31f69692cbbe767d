"""What a command is: a pure function from what was asked, and what is so, to an answer."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from bot.alerts.actions import AlertAction
from bot.cards import Message
from bot.errors import Misunderstood, NotAllowed
from bot.model import Ask, Fleet, Permission, Role
from bot.operations import Operation, Verb, busy, find_equivalent, plan
from bot.parsing import NameIndex, select
from bot.parsing.suggestions import SuggestedTargets
from bot.queries import Query, SpaceAction

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Proposal:
    """An operation that is begun only once somebody has said yes to *reason*."""

    operation: Operation
    reason: str


@dataclass(frozen=True, slots=True)
class ConfirmationReply:
    """Yes or no to the proposal of that number."""

    operation: int
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Stop:
    """The end of what the operation of that number has not sent yet."""

    operation: int


@dataclass(frozen=True, slots=True)
class Fetch(Generic[T]):
    """Facts that have to be fetched before the command can answer: what, and then what to say.

    `then` is as pure as the command itself: the shell finds the facts and calls it with them.
    """

    query: Query[T]
    then: Callable[[T], "Answer"]


@dataclass(frozen=True, slots=True)
class Form:
    """A modal to open. Submitted, it comes in by the one door: `command`, with values.

    It opens at once. What takes a while to find out comes in by `more`, whose Form then takes
    the place of this one before the person's eyes.
    """

    view: Mapping[str, Any]  # without private_metadata and callback_id, which the shell adds
    command: str
    refresh: Fetch[Any] | None = None


@dataclass(frozen=True, slots=True)
class BulkAction:
    """An act on Spaces that is over once the Hub has agreed; done beside each other, at once.

    For what must not be written down, a secret's value, or need not be: asked again after a
    crash, it does no harm. `act` is done for each Space; `said` makes of (Space, error or "")
    the card that the channel sees.
    """

    action: SpaceAction
    spaces: tuple[str, ...]
    render: Callable[[Mapping[str, str]], Message]


@dataclass(frozen=True, slots=True)
class Upload:
    """Files in Slack to put into a Space with one commit, and the build to follow to its end."""

    space: str
    files: tuple[str, ...]  # their ids in Slack
    folder: str
    message: str
    unpack: bool = False  # a zip alone becomes the files in it


@dataclass(frozen=True, slots=True)
class File:
    """A message to the person who asked, with a file beside it: a whole log, a long list."""

    message: Message
    name: str
    content: str


#: Say something, begin something, ask back, decide, open a form, do, put files into a Space,
#: hand one over, or write down what people wish of the alerts.
Result = (
    Message
    | Operation
    | Proposal
    | ConfirmationReply
    | Stop
    | Form
    | BulkAction
    | Upload
    | File
    | AlertAction
)
#: What a command returns: a result, or a closer look that leads to one.
Answer = Result | Fetch[Any]


class Freshness(StrEnum):
    """What a command must know of the fleet before it can answer."""

    NONE = "nowhere"
    CACHED = "best"  # as the Hub shows it, or as it was last seen when the Hub is silent
    FRESH = "fresh"  # as the Hub shows it now; no answer, no act
    FORM = "form"  # a form opens within three seconds or never: as last seen; all else, fresh


@dataclass(frozen=True, slots=True)
class Context:
    """All a command may know. The shell gathers it; the command only reads it."""

    ask: Ask
    words: tuple[str, ...]
    permission: Permission
    now: datetime
    fleet: Fleet
    names: NameIndex
    commands: Mapping[str, "Command"]
    running: tuple[Operation, ...] = ()
    prices: Mapping[str, float] = field(default_factory=dict)  # US dollars an hour, by hardware
    stale_since: datetime | None = None  # the Hub is silent: the fleet is as it was then
    slash: str = "/space"
    owners: tuple[str, ...] = ()
    zone: str = "UTC"  # in which times are typed
    template: str | None = None  # what new Spaces of the class are copied from …
    variables: Mapping[str, str] = field(default_factory=dict)  # … given to them, with {team} …
    secrets: tuple[str, ...] = ()  # … and the names of the secrets that the settings give them

    @property
    def role(self) -> Role:
        return self.permission.role

    @property
    def verbs(self) -> frozenset[str]:
        """What the person may run: only that may stand on a button for them."""
        mine = (known for known in self.commands.values() if known.role <= self.role)
        return frozenset(known.name for known in mine)

    def targets(self, *, acting: bool) -> tuple[str, ...]:
        """Return the ids of the Spaces that the words name."""
        return select(self.words, self.fleet, self.names, acting=acting)

    def resolve_for_action(
        self, targets: Sequence[str], verb: str, tail: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """Return the ids of the Spaces that *targets*, a part of the words, name.

        :raises Misunderstood: of a guess with the whole command to offer, its *tail* included
        """
        try:
            return select(targets, self.fleet, self.names, acting=True)
        except SuggestedTargets as guess:
            raise Misunderstood(str(guess), guess.command_for(verb, tail)) from guess

    def plan(
        self, verb: Verb, ids: Iterable[str], args: Mapping[str, str] | None = None
    ) -> Operation:
        """Return what there is to do on *ids*, for the person who asks."""
        args, ask = args or {}, self.ask
        steps = tuple(plan(verb, ids, self.fleet, busy(self.running), args))
        return Operation(verb, steps, ask.user, ask.channel, self.now, thread=ask.thread, args=args)

    def running_operation(self, wanted: Operation) -> Operation | None:
        """Return the running operation that does all of what is *wanted* already."""
        return find_equivalent(wanted, self.running)


#: What is wrong with a form as it was filled in, by field: a sentence to show under it.
Check = Callable[[Ask], Mapping[str, str]]


def _no_errors(_ask: Ask) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Command:
    """One verb of the grammar."""

    name: str
    usage: str
    help: str
    role: Role
    freshness: Freshness
    example: str  # what `help` shows to copy; of a read, to tap
    hidden: bool  # only buttons type this verb, and `help` does not list it
    run: Callable[[Context], Answer]
    check: Check = _no_errors
    accepts_missing: bool = False  # a Space that is gone can be named, as long as an alert says so
    is_read: bool = False  # it only looks, whatever is named: no tap on it can do harm

    @property
    def required_role(self) -> str:
        """Say who may run it: "an operator or an admin"."""
        return " or ".join(role.title for role in Role if role >= self.role)


def check_permission(command: Command, permission: Permission) -> None:
    """Raise NotAllowed, saying why or naming who may, unless *permission* is high enough."""
    if permission.role >= command.role:
        return
    if permission.restriction:
        raise NotAllowed(permission.restriction)
    raise NotAllowed(
        f"Only {command.required_role} may `{command.name}`; you are {permission.role.title}. "
        "Nothing was "
        f"done. Ask a course lead to add you to SPACEBOT_{command.role.name}S."
    )


def command(
    usage: str,
    *,
    role: Role = Role.VIEWER,
    freshness: Freshness = Freshness.CACHED,
    example: str = "",
    hidden: bool = False,
    words: int = 1,
    check: Check = _no_errors,
    accepts_missing: bool = False,
    is_read: bool = False,
) -> Callable[[Callable[[Context], Answer]], Command]:
    """Make a command of a function.

    The first word of *usage* (or as many as *words*) is its name, and the function's
    docstring is its help. *check* looks at a form of this verb before it is let in; a verb that
    *accepts_missing* may name a Space that is gone. One that *is_read* says things and does none.
    """

    def make(run: Callable[[Context], Answer]) -> Command:
        assert run.__doc__, f"{run.__name__} needs a docstring: it is the help text"
        name = " ".join(usage.split()[:words])
        doc = run.__doc__.strip()
        return Command(
            name, usage, doc, role, freshness, example, hidden, run, check, accepts_missing, is_read
        )

    return make
