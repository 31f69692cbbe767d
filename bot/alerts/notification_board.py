"""The notification board (facts) and the draft (changes) of one notification pass."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count

from bot.alerts import reminders
from bot.alerts.grouping import Group
from bot.alerts.incident import Incident, IncidentEvent, Mute, Notification
from bot.alerts.notification_plan import (
    Content,
    GroupContent,
    NotificationPlan,
    Post,
    Reply,
    Score,
)
from bot.alerts.problems import ProblemKind
from bot.alerts.reasons import Reason
from bot.alerts.routing import RoutingTable
from bot.cards.keys import CardKey, CardKind
from bot.model import Fleet


@dataclass(frozen=True, slots=True)
class UnpostedReply:
    """A reply below a card that was not posted yet."""

    id: int
    kind: CardKind


@dataclass(frozen=True, slots=True)
class CardStatus:
    """The state of a stored card that a notification pass depends on."""

    channel: str
    is_visible: bool  # its message is in Slack, as far as is known
    is_deleted: bool = False  # people deleted it, and it isn't posted again
    is_unposted: bool = False
    muted_until: datetime | None = None
    replies: tuple[UnpostedReply, ...] = ()


@dataclass(frozen=True, slots=True)
class NotificationBoard:
    """The facts at the start of a notification pass."""

    main_channel: str  # the configured alert channel
    fleet: Fleet  # without the template
    routing: RoutingTable
    mutes: Mapping[str, Mute]  # by Space
    incidents: Mapping[int, Incident]  # open, just closed, or in an open group
    notified: Mapping[int, Mapping[str, Notification]]  # by incident and channel
    groups: Mapping[int, Group]  # open
    cards: Mapping[int, CardStatus]  # of these incidents and groups
    template: str | None = None  # the id of the template, if it is watched


#: Status of a card that the plan itself posts.
_NEW_CARD = CardStatus("", is_visible=False)


@dataclass(slots=True)
class Draft:
    """A plan under construction: the changed board, and what to write."""

    board: NotificationBoard
    now: datetime
    events: Mapping[int, IncidentEvent]  # what happened to incidents in this sweep
    dirty: set[int] = field(default_factory=set)  # incidents whose cards change
    incidents: dict[int, Incident] = field(default_factory=dict)
    notified: dict[int, dict[str, Notification]] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)  # open
    contents: dict[int, Content] = field(default_factory=dict)
    reasons: dict[str, list[Reason]] = field(default_factory=lambda: defaultdict(list))
    _changed: dict[int, Incident] = field(default_factory=dict)
    _saved_groups: dict[int, Group] = field(default_factory=dict)
    _saved_notified: dict[tuple[int, str], Notification] = field(default_factory=dict)
    _posts: dict[int, Post] = field(default_factory=dict)
    _replies: list[Reply] = field(default_factory=list)
    _withdrawn: list[int] = field(default_factory=list)
    _resolved: list[int] = field(default_factory=list)
    _reposted: list[int] = field(default_factory=list)
    _held_back: dict[int, datetime | None] = field(default_factory=dict)
    _group_by_card: dict[int, int] = field(default_factory=dict)
    _scores: dict[str, Score] = field(default_factory=dict)
    _new_ids: "count[int]" = field(default_factory=lambda: count(-1, -1))

    @classmethod
    def of(
        cls,
        board: NotificationBoard,
        now: datetime,
        events: Mapping[int, IncidentEvent] | None = None,
    ) -> "Draft":
        """Return a draft that changes nothing yet."""
        draft = cls(board, now, events or {}, set(events or ()))
        draft.incidents = dict(board.incidents)
        draft.notified = {id: dict(board.notified.get(id, {})) for id in board.incidents}
        draft.groups = dict(board.groups)
        draft._group_by_card = {group.card: id for id, group in board.groups.items()}
        return draft

    def plan(self) -> NotificationPlan:
        """Return the plan with all changes of the draft."""
        return NotificationPlan(
            incidents=[self._changed[id] for id in sorted(self._changed)],
            groups=list(self._saved_groups.values()),
            notified=self._saved_notified,
            posts=self._posts,
            contents=self.contents,
            replies=self._replies,
            withdrawn=self._withdrawn,
            resolved=self._resolved,
            reposted=self._reposted,
            held_back=self._held_back,
            reasons=self.reasons,
        )

    # -- facts

    def open_incidents(self) -> list[Incident]:
        """Return the open incidents."""
        return [incident for incident in self.incidents.values() if incident.is_open]

    def members(self, group: Group) -> list[Incident]:
        """Return the incidents of *group*."""
        return [self.incidents[id] for id in group.members]

    def card(self, id: int) -> CardStatus:
        """Return the status of a stored or planned card."""
        return self.board.cards.get(id, _NEW_CARD)

    def channels(self) -> list[str]:
        """Return the channels that were notified of an incident."""
        return sorted({channel for known in self.notified.values() for channel in known})

    def group_of(self, incident: int, channel: str) -> Group | None:
        """Return the open group that shows *incident* in *channel*, or None."""
        known = self.notified[incident].get(channel)
        group = self._group_by_card.get(known.card) if known else None
        return self.groups.get(group) if group else None

    def is_routed(self, incident: Incident, channel: str) -> bool:
        """Return whether a route still sends the incident's problem to *channel*."""
        return channel in self.board.routing.receivers(incident.space, incident.problem)

    def is_quiet(self, incident: Incident, channel: str) -> bool:
        """Return whether *channel* gets no ping: muted, acknowledged or not routed."""
        settled = incident.space in self.board.mutes or incident.ack is not None
        return settled or not self.is_routed(incident, channel)

    def next_reminder(self, incident: Incident, channel: str) -> datetime | None:
        """Return when the next reminder in *channel* is due; None: never."""
        if incident.space in self.board.mutes or not self.is_routed(incident, channel):
            return None
        known = self.notified[incident.id].get(channel, Notification(0, self.now))
        return reminders.next_reminder(incident, known)

    def score(self, channel: str) -> Score:
        """Return the conditions of the Spaces routed to *channel*.

        Counts the whole fleet if none is routed there.
        """
        if channel not in self._scores:
            fleet, template = self.board.fleet, self.board.template
            routed = self.board.routing.spaces_of(channel, fleet) or list(fleet)
            has_template = bool(template and self.board.routing.spaces_of(channel, [template]))
            open_ones, kind = self.open_incidents(), ProblemKind.UNRESPONSIVE
            down = {one.space for one in open_ones if one.problem is kind}
            self._scores[channel] = Score.of(
                [fleet[id] for id in routed], down, has_template=has_template
            )
        return self._scores[channel]

    def group_content(self, group: Group) -> GroupContent:
        """Return the content of the card of *group*."""
        return GroupContent(group, tuple(self.members(group)), self.score(group.channel))

    # -- changes

    def change(self, incident: Incident) -> None:
        """Save *incident* and mark it dirty."""
        self.incidents[incident.id] = self._changed[incident.id] = incident
        self.dirty.add(incident.id)

    def post(self, key: CardKey, channel: str, content: Content, parent: int | None = None) -> int:
        """Post a card; return its negative id."""
        id = next(self._new_ids)
        self._posts[id] = Post(key, channel, parent)
        self.contents[id] = content
        return id

    def add_group(self, group: Group) -> Group:
        """Save a new group; return it with its negative id."""
        added = replace(group, id=next(self._new_ids))
        self.save_group(added)
        return added

    def save_group(self, group: Group) -> None:
        """Save an open group."""
        self._saved_groups[group.id] = self.groups[group.id] = group
        self._group_by_card[group.card] = group.id

    def close_group(self, group: Group) -> None:
        """Save *group* as closed and stop showing it."""
        self._saved_groups[group.id] = group
        self.groups.pop(group.id, None)

    def save_notified(self, incident: int, channel: str, notification: Notification) -> None:
        """Save the notification of *incident* in *channel*."""
        self.notified[incident][channel] = self._saved_notified[incident, channel] = notification

    def record_notified(self, found: Iterable[Incident], channel: str, card: int) -> None:
        """Record that *card* informs *channel* about *found*."""
        for incident in found:
            before = self.notified[incident.id].get(channel)
            after = replace(before, card=card) if before else Notification(card, self.now)
            self.save_notified(incident.id, channel, after)

    def reply(self, reply: Reply) -> None:
        """Add a reply if its card is in Slack; an unposted card needs none."""
        if self.card(reply.parent).is_visible:
            self._replies.append(reply)

    def withdraw(self, card: int) -> None:
        """Withdraw *card* unless it was posted."""
        self._withdrawn.append(card)

    def withdraw_replies(self, card: int, kinds: Sequence[CardKind]) -> None:
        """Withdraw the unposted replies of these *kinds* below *card*."""
        for reply in self.card(card).replies:
            if reply.kind in kinds:
                self.withdraw(reply.id)

    def resolve_card(self, card: int) -> None:
        """Mark *card* as resolved."""
        self._resolved.append(card)

    def repost(self, card: int) -> None:
        """Post *card* again if people deleted it, because it has new content."""
        self._reposted.append(card)

    def hold_back(self, card: int, until: datetime | None) -> None:
        """Hold back an unposted card until a time; None releases it."""
        self._held_back[card] = until
