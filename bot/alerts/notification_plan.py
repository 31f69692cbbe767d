"""The plan of one notification pass: what each card shows, and what happens to it.

A plan holds facts, not text: rendering belongs to the caller, so that each card is rendered once.
New cards and new groups have negative ids until the plan is applied.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.alerts.grouping import Group
from bot.alerts.incident import Incident, Notification

#: How many Spaces are up, and how many there are.
Score = tuple[int, int]


@dataclass(frozen=True, slots=True)
class IncidentContent:
    """One incident on a card of its own."""

    incident: Incident
    next_reminder: datetime | None


@dataclass(frozen=True, slots=True)
class MovedContent:
    """A card whose incident moved to a card that it shares with others."""

    incident: Incident
    group_size: int


@dataclass(frozen=True, slots=True)
class GroupContent:
    """A group card: shared incidents, a reminder or an ack check, by the group's kind."""

    group: Group
    members: tuple[Incident, ...]
    score: Score


@dataclass(frozen=True, slots=True)
class EscalationContent:
    """A reply: these incidents became worse. `in_group` tells whose thread it is in."""

    incidents: tuple[Incident, ...]
    in_group: bool


@dataclass(frozen=True, slots=True)
class RecoveryContent:
    """A reply: the incident is over."""

    incident: Incident


@dataclass(frozen=True, slots=True)
class GroupRecoveryContent:
    """A reply: every incident of the group is over."""

    group: Group
    members: tuple[Incident, ...]
    score: Score


Content = (
    IncidentContent
    | MovedContent
    | GroupContent
    | EscalationContent
    | RecoveryContent
    | GroupRecoveryContent
)


class ReplyKind(StrEnum):
    """What a reply in a card's thread says. The value is part of the stored card's key."""

    ESCALATION = "worse"
    RECOVERY = "fixed"
    GROUP_RECOVERY = "over"


@dataclass(frozen=True, slots=True)
class Post:
    """Post a card, or take the one that has this key in the channel."""

    key: str
    channel: str
    parent: int | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """Post a reply in the thread of a card, once for each key."""

    parent: int
    channel: str
    kind: ReplyKind
    content: Content
    incident: int = 0
    group: int = 0  # instead of an incident
    at: datetime | None = None  # tells several replies of one kind apart

    def key(self, group: int) -> str:
        """Return the reply's key, given the stored id of its group."""
        owner = f"group:{group}" if self.group else f"incident:{self.incident}"
        return f"{owner}:{self.kind}" + (f":{self.at.timestamp():.0f}" if self.at else "")


def reply_kind(key: str) -> ReplyKind | None:
    """Return what the reply with *key* says; None if the key isn't that of a reply.

    >>> reply_kind("incident:7:worse:1700000000"), reply_kind("incident:7")
    (<ReplyKind.ESCALATION: 'worse'>, None)
    """
    owner, _, rest = key.partition(":")
    kind = rest.partition(":")[2].partition(":")[0]
    is_reply = owner in {"incident", "group"} and kind in set(ReplyKind)
    return ReplyKind(kind) if is_reply else None


@dataclass(frozen=True, slots=True)
class NotificationPlan:
    """Everything that one notification pass writes."""

    incidents: Sequence[Incident]  # changed
    groups: Sequence[Group]  # new or changed
    notified: Mapping[tuple[int, str], Notification]  # by incident and channel, new or changed
    posts: Mapping[int, Post]  # by the negative id of the card
    contents: Mapping[int, Content]  # by card
    replies: Sequence[Reply]
    withdrawn: Sequence[int]  # cards that nobody needs, unless they were posted
    resolved: Sequence[int]
    reposted: Sequence[int]  # cards that return if people deleted them
    held_back: Mapping[int, datetime | None]  # until when
    reasons: Mapping[str, Sequence[str]]  # by Space
