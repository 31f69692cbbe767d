"""The audit: the state and outcome of each request, as stored and as shown."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.model import Source


class AskState(StrEnum):
    """The state of a request. The first three are open, the others are its outcome."""

    RECEIVED = "received"
    CLAIMED = "claimed"  # a process is answering it
    STARTED = "started"  # its act may have had an effect
    ANSWERED = "answered"  # nothing was changed
    ASKED = "asked"  # the bot asked for a confirmation
    ACTED = "acted"
    UNCHANGED = "unchanged"  # it had nothing to change
    PARTLY = "partly"  # done on some of its Spaces, failed on others
    REFUSED = "refused"
    FAILED = "failed"
    # Of an operation: shown by the audit, never stored.
    UNDER_WAY = "under_way"
    STOPPED = "stopped"  # by a person, before anything was sent


class OperationLink(StrEnum):
    """What a request did to the operation that it is linked to."""

    STARTED = "started"
    PROPOSED = "proposed"
    ANSWERED = "answered"  # its confirmation, with yes or no
    STOPPED = "stopped"
    CONTINUED = "continued"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The final state of a request, with the line that the audit shows for it."""

    state: AskState
    line: str


def state_of_act(*, done: int, failed: int, pending: int = 0, unsent: int = 0) -> AskState:
    """Return the state of a request whose act has these numbers of Spaces by result.

    *unsent* counts those that a stop left as they were.
    """
    if pending:
        return AskState.UNDER_WAY
    if not failed and not unsent:
        return AskState.ACTED if done else AskState.UNCHANGED
    if done:
        return AskState.PARTLY
    return AskState.FAILED if failed else AskState.STOPPED


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A request and its result, as the audit shows it."""

    at: datetime
    user: str
    text: str  # redacted
    source: Source
    channel: str
    state: AskState
    result: str = ""
    duration: timedelta | None = None  # None: not finished
    name: str = ""  # of the user; "": unknown, or not asked for
    channel_name: str = ""  # "": the bot isn't in it, or not asked for


@dataclass(frozen=True, slots=True)
class AuditResult:
    """The audit entries that match a query, newest first."""

    entries: tuple[AuditEntry, ...]
    is_truncated: bool = False  # there are older entries than these
