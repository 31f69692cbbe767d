"""What a command is: a pure function from what was asked, and what is so, to an answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.cards import Message
from bot.model import Ask, Fleet, Role
from bot.operations import Operation
from bot.parsing import Names, select


@dataclass(frozen=True, slots=True)
class Proposal:
    """An operation that is begun only once somebody has said yes to *why*."""

    operation: Operation
    why: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes or no to the proposal of that number."""

    number: int
    yes: bool


@dataclass(frozen=True, slots=True)
class Detail:
    """One Space, to be looked at closely before it is shown."""

    space: str


#: Say something, begin something, ask back, decide, or look closer.
Answer = Message | Operation | Proposal | Decision | Detail


class Looks(StrEnum):
    """What a command must know of the fleet before it can answer."""

    NOWHERE = "nowhere"
    BEST = "best"  # as the Hub shows it, or as it was last seen when the Hub is silent
    FRESH = "fresh"  # as the Hub shows it now; no answer, no act


@dataclass(frozen=True, slots=True)
class Context:
    """All a command may know. The shell gathers it; the command only reads it."""

    ask: Ask
    words: tuple[str, ...]
    role: Role
    now: datetime
    fleet: Fleet
    names: Names
    commands: Mapping[str, "Command"]
    running: tuple[Operation, ...] = ()
    prices: Mapping[str, float] = field(default_factory=dict)  # US dollars an hour, by hardware
    stale_since: datetime | None = None  # the Hub is silent: the fleet is as it was then
    slash: str = "/space"
    owners: tuple[str, ...] = ()

    def targets(self, *, acting: bool) -> tuple[str, ...]:
        """Return the ids of the Spaces that the words name."""
        return select(self.words, self.fleet, self.names, acting=acting)


@dataclass(frozen=True, slots=True)
class Command:
    """One verb of the grammar."""

    name: str
    usage: str
    help: str
    needs: Role
    looks: Looks
    example: str  # what `help` offers to tap; without one, only buttons type this verb
    run: Callable[[Context], Answer]


def command(
    usage: str,
    *,
    needs: Role = Role.VIEWER,
    looks: Looks = Looks.BEST,
    example: str = "",
    words: int = 1,
) -> Callable[[Callable[[Context], Answer]], Command]:
    """Make a command of a function.

    The first word of *usage* (or as many as *words*) is its name, and the function's
    docstring is its help.
    """

    def make(run: Callable[[Context], Answer]) -> Command:
        assert run.__doc__, f"{run.__name__} needs a docstring: it is the help text"
        name = " ".join(usage.split()[:words])
        return Command(name, usage, run.__doc__.strip(), needs, looks, example, run)

    return make


__all__ = [
    "Answer",
    "Command",
    "Context",
    "Decision",
    "Detail",
    "Looks",
    "Proposal",
    "command",
]
