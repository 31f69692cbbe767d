"""Channels by their ids: which one the alerts go to, and what becomes of it in Slack.

A name may change, an id stays. So a name in the settings is resolved once, and what happens to
the channel afterwards is followed by its id.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.slack_ids import is_channel

# Seconds until a name is looked up again: doubled each time, up to the longest.
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 10, 600


@dataclass(frozen=True, slots=True)
class AlertChannel:
    """The channel that SPACEBOT_ALERT_CHANNEL means."""

    configured: str  # as the settings have it: an id or a name
    id: str | None  # None: the name isn't resolved yet
    attempts: int = 0  # lookups that found nothing
    retry_at: datetime | None = None

    @property
    def key(self) -> str:
        """The id; the configured name while there is none, under which alerts wait."""
        return self.id or self.configured


class Change(StrEnum):
    """What happened to a channel, or to the bot's place in it."""

    RENAMED = "renamed"
    ARCHIVED = "archived"
    UNARCHIVED = "unarchived"
    DELETED = "deleted"
    LEFT = "left"
    JOINED = "joined"
    ID_CHANGED = "id changed"


@dataclass(frozen=True, slots=True)
class ChannelEvent:
    """One change, as Slack tells it. *at* is the event's own time in epoch seconds."""

    change: Change
    channel: str
    at: float
    new_id: str = ""


class Problem(StrEnum):
    """Why nothing can be posted in a channel."""

    UNRESOLVED = "unresolved"  # no channel of that name has the bot in it
    REMOVED = "removed"
    ARCHIVED = "archived"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Status:
    """What is known to keep the bot out of a channel, and what the admins were told of it."""

    problem: Problem | None = None
    announced: Problem | None = None
    at: float = 0.0  # of the newest event that counted

    @property
    def is_pending(self) -> bool:
        """Whether the admins have yet to be told."""
        return self.problem != self.announced


_PROBLEMS = {
    Change.ARCHIVED: Problem.ARCHIVED,
    Change.DELETED: Problem.DELETED,
    Change.LEFT: Problem.REMOVED,
}
#: Which problems each change ends. Nobody can join a channel that is archived.
_ENDS = {
    Change.UNARCHIVED: {Problem.ARCHIVED},
    Change.JOINED: {Problem.REMOVED, Problem.ARCHIVED},
}
_SEVERITY = tuple(Problem)
#: Changes after which a name that meant nothing may mean a channel.
_RESOLVING = frozenset({Change.JOINED, Change.RENAMED, Change.UNARCHIVED})
#: Changes after which what Slack refused to post there is worth another try.
_REOPENING = frozenset({Change.JOINED, Change.UNARCHIVED})


def configured(known: AlertChannel | None, setting: str) -> AlertChannel:
    """Return what is known of the channel in *setting*; of another setting nothing is."""
    if known is not None and known.configured == setting:
        return known
    return AlertChannel(setting, setting if is_channel(setting) else None)


def is_due(channel: AlertChannel, now: datetime) -> bool:
    """Return whether the name of *channel* is to be looked up now."""
    return channel.id is None and (channel.retry_at is None or now >= channel.retry_at)


def resolved(channel: AlertChannel, id: str) -> AlertChannel:
    """Return *channel* once its id is known."""
    return AlertChannel(channel.configured, id)


def not_resolved(channel: AlertChannel, now: datetime) -> AlertChannel:
    """Return *channel* after a lookup in vain: the next one comes after a longer pause."""
    # Past the longest pause the exponent doesn't matter; unbounded, it would overflow.
    doubled = _FIRST_PAUSE_SECONDS * 2 ** min(channel.attempts, 10)
    pause = timedelta(seconds=min(doubled, _LONGEST_PAUSE_SECONDS))
    return replace(channel, attempts=channel.attempts + 1, retry_at=now + pause)


def after_event(channel: AlertChannel, event: ChannelEvent) -> AlertChannel:
    """Return *channel* after *event*: under its new id, or due for another lookup."""
    if event.change is Change.ID_CHANGED and channel.id == event.channel:
        return replace(channel, id=event.new_id)
    if channel.id is None and event.change in _RESOLVING:
        return replace(channel, attempts=0, retry_at=None)
    return channel


def next_status(status: Status, event: ChannelEvent) -> Status:
    """Return *status* after *event*.

    Slack delivers late, twice and in any order: an event that isn't newer changes nothing.
    """
    if event.at <= status.at:
        return status
    return replace(status, problem=_problem(status.problem, event.change), at=event.at)


def _problem(before: Problem | None, change: Change) -> Problem | None:
    """Return the worse of two problems: who is put out of an archived channel hears it once."""
    if before in _ENDS.get(change, ()):
        return None
    found = [problem for problem in (before, _PROBLEMS.get(change)) if problem]
    return max(found, key=_SEVERITY.index, default=None)


def is_relevant(event: ChannelEvent, channel: AlertChannel, followed: Iterable[str]) -> bool:
    """Return whether *event* changes anything for the bot; *followed* are channels with alerts.

    Slack tells an app of every public channel of the workspace.
    """
    if event.change in (Change.ID_CHANGED, Change.JOINED):
        return True
    if after_event(channel, event) != channel:
        return True
    return event.change is not Change.RENAMED and event.channel in {channel.key, *followed}


def is_reopening(event: ChannelEvent) -> bool:
    """Return whether what waits for the channel of *event* is to be tried at once."""
    return event.change in _REOPENING
