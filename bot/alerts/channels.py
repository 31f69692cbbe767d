"""The alert channel, its resolution to an id, and Slack's events about channels.

The configured name is resolved once and the id is followed from then on, because names change.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.slack_limits import is_channel

# Pause before the next lookup of a name, doubled each time up to the longest.
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 10, 600


@dataclass(frozen=True, slots=True)
class AlertChannel:
    """The channel that SPACEBOT_ALERT_CHANNEL means."""

    configured: str  # an id or a name, from the settings
    id: str | None  # None: the name isn't resolved yet
    attempts: int = 0  # lookups that found nothing
    retry_at: datetime | None = None

    @property
    def key(self) -> str:
        """The id, or the configured name while it isn't resolved; alerts are queued under it."""
        return self.id or self.configured


class Change(StrEnum):
    """What happened to a channel, or to the bot's membership."""

    RENAMED = "renamed"
    ARCHIVED = "archived"
    UNARCHIVED = "unarchived"
    DELETED = "deleted"
    LEFT = "left"
    JOINED = "joined"
    ID_CHANGED = "id_changed"


@dataclass(frozen=True, slots=True)
class ChannelEvent:
    """One change that Slack reported. `at` is Slack's event time in epoch seconds."""

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
    """The problem that blocks a channel, and the one announced to the admins."""

    problem: Problem | None = None
    announced: Problem | None = None
    at: float = 0.0  # time of the newest applied event, in epoch seconds

    @property
    def is_pending(self) -> bool:
        """Whether the admins are yet to get the notice of this problem."""
        return self.problem != self.announced


_PROBLEMS = {
    Change.ARCHIVED: Problem.ARCHIVED,
    Change.DELETED: Problem.DELETED,
    Change.LEFT: Problem.REMOVED,
}
#: Problems that each change ends. An archived channel has no new members, so JOINED ends ARCHIVED.
_ENDS = {
    Change.UNARCHIVED: {Problem.ARCHIVED},
    Change.JOINED: {Problem.REMOVED, Problem.ARCHIVED},
}
_SEVERITY = tuple(Problem)
#: Changes after which an unresolved name may resolve.
_RESOLVING = frozenset({Change.JOINED, Change.RENAMED, Change.UNARCHIVED})
#: Changes after which rejected posts are retried.
_REOPENING = frozenset({Change.JOINED, Change.UNARCHIVED})


def configured(known: AlertChannel | None, setting: str) -> AlertChannel:
    """Return *known* if it belongs to *setting*, else a new channel for *setting*."""
    if known is not None and known.configured == setting:
        return known
    return AlertChannel(setting, setting if is_channel(setting) else None)


def is_due(channel: AlertChannel, now: datetime) -> bool:
    """Return whether the name of *channel* must be looked up now."""
    return channel.id is None and (channel.retry_at is None or now >= channel.retry_at)


def resolved(channel: AlertChannel, id: str) -> AlertChannel:
    """Return *channel* resolved to *id*."""
    return AlertChannel(channel.configured, id)


def not_resolved(channel: AlertChannel, now: datetime) -> AlertChannel:
    """Return *channel* after a failed lookup, with the next one after a longer pause."""
    # An unbounded exponent would overflow; 10 exceeds the longest pause already.
    doubled = _FIRST_PAUSE_SECONDS * 2 ** min(channel.attempts, 10)
    pause = timedelta(seconds=min(doubled, _LONGEST_PAUSE_SECONDS))
    return replace(channel, attempts=channel.attempts + 1, retry_at=now + pause)


def after_event(channel: AlertChannel, event: ChannelEvent) -> AlertChannel:
    """Return *channel* after *event*, with its new id or due for another lookup."""
    if event.change is Change.ID_CHANGED and channel.id == event.channel:
        return replace(channel, id=event.new_id)
    if channel.id is None and event.change in _RESOLVING:
        return replace(channel, attempts=0, retry_at=None)
    return channel


def next_status(status: Status, event: ChannelEvent) -> Status:
    """Return *status* after *event*.

    Ignores events that aren't newer, because Slack delivers late, twice and in any order.
    """
    if event.at <= status.at:
        return status
    return replace(status, problem=_problem(status.problem, event.change), at=event.at)


def _problem(before: Problem | None, change: Change) -> Problem | None:
    """Return the more severe of *before* and the problem that *change* causes.

    Removal from an archived channel therefore causes no second notice.
    """
    if before in _ENDS.get(change, ()):
        return None
    found = [problem for problem in (before, _PROBLEMS.get(change)) if problem]
    return max(found, key=_SEVERITY.index, default=None)


def is_relevant(event: ChannelEvent, channel: AlertChannel, followed: Iterable[str]) -> bool:
    """Return whether *event* affects the alert channel or *followed*, the channels with alerts.

    Slack sends an app the events of every public channel of the workspace.
    """
    if event.change in (Change.ID_CHANGED, Change.JOINED):
        return True
    if after_event(channel, event) != channel:
        return True
    return event.change is not Change.RENAMED and event.channel in {channel.key, *followed}


def is_reopening(event: ChannelEvent) -> bool:
    """Return whether cards waiting for the channel of *event* are retried at once."""
    return event.change in _REOPENING
