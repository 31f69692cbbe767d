"""The plan of one notification pass: card contents, replies and state changes.

A plan contains facts, not text, because the caller renders each card once.
New cards and new groups have negative ids until the plan is applied.
"""

from collections import Counter
from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.alerts.grouping import Group
from bot.alerts.incident import Incident, Notification
from bot.alerts.reasons import Reason
from bot.cards.keys import CardKey, CardKind
from bot.model import Space
from bot.stages import Condition


@dataclass(frozen=True, slots=True)
class Score:
    """How many of the fleet's Spaces are in each condition; the template isn't counted."""

    counts: Mapping[Condition, int]
    has_template: bool = False  # the template is watched as well
    unresponsive: int = 0  # running Spaces whose app doesn't answer

    @classmethod
    def of(
        cls,
        spaces: Collection[Space],
        unresponsive: Container[str] = (),
        *,
        has_template: bool = False,
    ) -> "Score":
        """Return the score of *spaces*. The apps of those that *unresponsive* holds are down."""
        running = (space for space in spaces if space.condition is Condition.RUNNING)
        down = sum(space.id in unresponsive for space in running)
        return cls(Counter(space.condition for space in spaces), has_template, down)

    @property
    def running(self) -> int:
        """The number of running Spaces."""
        return self.counts.get(Condition.RUNNING, 0)

    @property
    def are_all_ready(self) -> bool:
        """Whether every Space runs, and no app is known not to answer."""
        return 0 < self.total == self.running and not self.unresponsive

    @property
    def total(self) -> int:
        """The number of all Spaces."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class IncidentContent:
    """Content of a card with one incident."""

    incident: Incident
    next_reminder: datetime | None


@dataclass(frozen=True, slots=True)
class MovedContent:
    """Content of a card whose incident moved to a group's card."""

    incident: Incident
    group_size: int


@dataclass(frozen=True, slots=True)
class GroupContent:
    """Content of a group's card: shared incidents, a reminder or an ack check."""

    group: Group
    members: tuple[Incident, ...]
    score: Score


@dataclass(frozen=True, slots=True)
class EscalationContent:
    """Content of a reply: these incidents escalated, on a group's card if `in_group`."""

    incidents: tuple[Incident, ...]
    in_group: bool


@dataclass(frozen=True, slots=True)
class RecoveryContent:
    """Content of a reply: the incident is resolved."""

    incident: Incident


@dataclass(frozen=True, slots=True)
class GroupRecoveryContent:
    """Content of a reply: all incidents of the group are resolved."""

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


@dataclass(frozen=True, slots=True)
class Post:
    """Post a card, or use the one with this key in the channel."""

    key: CardKey
    channel: str
    parent: int | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """Post a reply in the thread of a card, once for each key."""

    parent: int
    channel: str
    kind: CardKind
    content: Content
    incident: int = 0
    group: int = 0  # instead of an incident
    at: datetime | None = None  # distinguishes several replies of one kind

    def key(self, group: int) -> CardKey:
        """Return the reply's key, given the stored id of its group."""
        if self.group:
            return CardKey.group_reply(self.kind, group, self.at)
        return CardKey.incident_reply(self.kind, self.incident, self.at)


@dataclass(frozen=True, slots=True)
class NotificationPlan:
    """Everything that one notification pass writes."""

    incidents: Sequence[Incident]  # changed
    groups: Sequence[Group]  # new or changed
    notified: Mapping[tuple[int, str], Notification]  # by incident and channel, new or changed
    posts: Mapping[int, Post]  # by the negative id of the card
    contents: Mapping[int, Content]  # by card
    replies: Sequence[Reply]
    withdrawn: Sequence[int]  # canceled unless they were posted
    resolved: Sequence[int]
    reposted: Sequence[int]  # posted again if people deleted them
    held_back: Mapping[int, datetime | None]  # by card; None releases it
    reasons: Mapping[str, Sequence[Reason]]  # by Space
