"""Commands: pure functions from a request and its context to an answer."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from inspect import cleandoc
from typing import TypedDict, Unpack

from bot.errors import NothingSelected, PermissionDenied, UsageError
from bot.health.verdict import Verdict
from bot.hub_facts import Staleness
from bot.model import Ask, Fleet, Permission, Role, Space
from bot.operations import Operation, Verb, busy, find_equivalent, plan
from bot.operations.cold_starts import Samples
from bot.parsing import NameIndex, parse_verb, select, split_time_clause, tokenize
from bot.parsing.suggestions import SuggestedTargets
from bot.results import Answer
from bot.schedules import parse_timing

# A misspelled request may need several corrections, one after the other.
_MAX_CORRECTIONS = 4


class Freshness(StrEnum):
    """How recent the fleet must be before a command can answer."""

    NONE = "none"  # not needed
    STORED = "stored"  # the last sweep
    CACHED = "cached"  # from the Hub, or the last sweep if the Hub doesn't answer
    FRESH = "fresh"  # from the Hub; without it the command fails
    FORM = "form"  # the last sweep to open a form, which has three seconds; otherwise FRESH


@dataclass(frozen=True, slots=True)
class Context:
    """The facts that a command may read, gathered by the service."""

    ask: Ask
    words: tuple[str, ...]
    permission: Permission
    now: datetime
    fleet: Fleet
    names: NameIndex
    commands: Mapping[str, "Command"]
    running: tuple[Operation, ...] = ()
    prices: Mapping[str, float] = field(default_factory=dict)  # US dollars an hour, by hardware
    staleness: Staleness | None = None  # of the fleet; None: current
    slash: str = "/space"
    owners: tuple[str, ...] = ()
    zone: str = "UTC"  # time zone of typed times
    template: str | None = None  # the Space that new Spaces are copied from …
    #: … as it is now, if it's one of ours. It's in `fleet` only if the words name it.
    template_space: Space | None = None
    variables: Mapping[str, str] = field(default_factory=dict)  # of new Spaces; may contain {team}
    secrets: tuple[str, ...] = ()  # names of the secrets in the settings for new Spaces
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)  # of recent probes, by Space
    is_for_later: bool = False  # the command is being scheduled: it runs at another time
    deadline: datetime | None = None  # by when what it starts must be ready
    cold_starts: Samples = field(default_factory=dict)  # by which a deadline is planned

    @property
    def role(self) -> Role:
        """The role of the person who asks."""
        return self.permission.role

    @property
    def verbs(self) -> frozenset[str]:
        """The commands that the person may run, and so may see on buttons."""
        allowed = (command for command in self.commands.values() if command.role <= self.role)
        return frozenset(command.name for command in allowed)

    @property
    def unready(self) -> frozenset[str]:
        """The Spaces whose app didn't answer a recent probe."""
        return frozenset(id for id, verdict in self.verdicts.items() if not verdict.is_ready)

    def targets(self, *, acting: bool) -> tuple[str, ...]:
        """Return the ids of the Spaces that the words select."""
        return select(self.words, self.fleet, self.names, acting=acting)

    def resolve_for_action(
        self, targets: Sequence[str], verb: str, tail: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """Return the ids of the Spaces that *targets*, a part of the words, select.

        Raises:
            UsageError: The targets are misspelled; suggests the command including *tail*.

        """
        try:
            return select(targets, self.fleet, self.names, acting=True)
        except SuggestedTargets as guess:
            raise UsageError(str(guess), guess.command_for(verb, tail)) from guess

    def plan(
        self, verb: Verb, ids: Iterable[str], args: Mapping[str, str] | None = None
    ) -> Operation:
        """Return the operation of *verb* on *ids* for the person who asks."""
        args, ask = args or {}, self.ask
        is_busy = busy(self.running, self.now)
        steps = tuple(plan(verb, ids, self.fleet, is_busy, args, unready=self.unready))
        return Operation(verb, steps, ask.user, ask.channel, self.now, thread=ask.thread, args=args)

    def running_operation(self, wanted: Operation) -> Operation | None:
        """Return the running operation that includes all of *wanted*, or None."""
        return find_equivalent(wanted, self.running)


#: Returns the errors of a submitted form: a sentence by field.
Check = Callable[[Ask], Mapping[str, str]]


def _no_errors(_ask: Ask) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Command:
    """A command with its function, its help and its conditions."""

    name: str
    usage: str
    help: str
    details: str  # more than `help` has room for
    run: Callable[[Context], Answer]
    role: Role = Role.VIEWER
    freshness: Freshness = Freshness.CACHED
    example: str = ""  # shown by `help` to copy, or to click if the command only reads
    hidden: bool = False  # only buttons use it, and `help` does not list it
    check: Check = _no_errors  # validates a submitted form of this command
    accepts_missing: bool = False  # a missing Space can be a target while it has an incident
    is_read: bool = False  # it changes nothing, whatever its targets
    does: str = ""  # what it does, for a refusal: "restart Spaces"
    takes_time: bool = False  # it can run later: `… at 13:50`, `… every weekday at 9`
    reads_times: bool = False  # times are among its own words
    takes_deadline: bool = False  # it can be done by a time: `… before 14:00`

    @property
    def required_role(self) -> str:
        """The roles that may run it: "an operator or an admin"."""
        return " or ".join(role.title for role in Role if role >= self.role)


def _split_schedule(
    context: Context, command: Command, words: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words of *command*, and those of its time if it takes one.

    Raises:
        UsageError: The time can't be kept.
    """
    rest, time_words = split_time_clause(words) if command.takes_time else (words, ())
    if time_words:
        parse_timing(time_words, context.now, context.zone)
    return rest, time_words


def resolve_suggestion(context: Context, suggestion: str) -> str | None:
    """Return *suggestion*, corrected until its command parses and resolves; None if none does.

    Commands are pure, so a trial has no effect.
    """
    for _ in range(_MAX_CORRECTIONS):
        time_words: Sequence[str] = ()
        try:
            name, words = parse_verb(tokenize(suggestion), context.commands, context.names)
            words, time_words = _split_schedule(context, context.commands[name], words)
            later = replace(context, words=words, is_for_later=bool(time_words))
            context.commands[name].run(later)
        except NothingSelected:
            return suggestion if time_words else None  # it may select a Space at that time
        except SuggestedTargets as guess:
            corrected = guess.command_for(name, time_words)
        except UsageError as error:
            corrected = error.suggestion
        else:
            return suggestion
        if corrected is None or corrected == suggestion:
            return None
        suggestion = corrected
    return None


def check_permission(command: Command, permission: Permission) -> None:
    """Check that *permission* suffices for *command*.

    Raises:
        PermissionDenied: It doesn't. The message gives the restriction or the required role.

    """
    if permission.role >= command.role:
        return
    does = command.does or f"use `{command.name}`"
    reason = f"You can't {does}: {command.role.name.lower()}s only."
    raise PermissionDenied(
        permission.restriction or reason,
        permission.contacts(command.role),
        is_uncertain=permission.is_uncertain,
    )


class CommandOptions(TypedDict, total=False):
    """The fields of `Command` that a decorator may set."""

    role: Role
    freshness: Freshness
    example: str
    hidden: bool
    check: Check
    accepts_missing: bool
    is_read: bool
    does: str
    takes_time: bool
    reads_times: bool
    takes_deadline: bool


def command(
    usage: str, *, words: int = 1, **options: Unpack[CommandOptions]
) -> Callable[[Callable[[Context], Answer]], Command]:
    """Return a decorator that makes a Command from a function.

    The first *words* words of *usage* are its name. The docstring's first paragraph is its help,
    and the rest is on the page about commands.
    """

    def make(run: Callable[[Context], Answer]) -> Command:
        assert run.__doc__, f"{run.__name__} needs a docstring: it is the help text"
        name = " ".join(usage.split()[:words])
        help, _, details = cleandoc(run.__doc__).partition("\n\n")
        return Command(name, usage, help, " ".join(details.split()), run, **options)

    return make
