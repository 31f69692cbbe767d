"""Cards: Slack messages that the bot keeps equal to their wanted content.

The store holds the wanted content and the delivery state of each card. `next_action` decides
what to do about a difference, and `bot.delivery` how Slack's response changes the card. Both
are pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import uuid4

from bot.refusals import is_exchange_over
from bot.slack_ids import is_channel, is_user

Block = Mapping[str, Any]

# The age of a post without a response at which the history is searched for it. Must exceed the
# client's timeout (`slack.client.TIMEOUT_SECONDS`), because the post may arrive until then.
VERIFY_AFTER = timedelta(seconds=12)
# The same after a response that isn't Slack's, such as a proxy's page: nothing is on its way then.
VERIFY_ANSWERED_AFTER = timedelta(seconds=1)


class CardKind(StrEnum):
    """What a card is about. The values are stored."""

    INCIDENT = "incident"
    GROUP = "group"
    INITIAL_SCAN = "initial_scan"
    REMINDER = "reminder"
    ACK_CHECK = "ack_check"
    ESCALATION = "escalation"  # a reply: incidents became more severe
    RECOVERY = "recovery"  # a reply: the incident is resolved
    GROUP_RECOVERY = "group_recovery"  # a reply: all incidents of the group are resolved
    HUB_OUTAGE = "hub_outage"
    OPERATION = "operation"
    FINAL_REPLY = "final_reply"  # of an operation
    BULK_ACTION = "bulk_action"
    UPLOAD = "upload"
    ANNOUNCEMENT = "announcement"  # of a mute, an unmute or a watch
    DELAY_NOTICE = "delay_notice"  # to the requester of a card that Slack delays
    DIRECT_REPLY = "direct_reply"  # of a request, queued because Slack refused every other way
    NOTICE = "notice"  # to an admin


#: Replies in the thread of an alert's card.
REPLY_KINDS = (CardKind.ESCALATION, CardKind.RECOVERY, CardKind.GROUP_RECOVERY)


@dataclass(frozen=True, slots=True, order=True)
class CardKey:
    """What a card is about. A channel has at most one card of each key.

    Only this class knows how a key is stored. Code reads `kind` and compares whole keys.
    """

    kind: CardKind
    subject: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.subject}"

    @classmethod
    def parse(cls, stored: str) -> "CardKey":
        """Return the key that `str` of it stored.

        >>> CardKey.parse(str(CardKey.incident(7))) == CardKey.incident(7)
        True
        """
        kind, _, subject = stored.partition(":")
        return cls(CardKind(kind), subject)

    @classmethod
    def incident(cls, id: int) -> "CardKey":
        """Return the key of the own card of an incident."""
        return cls(CardKind.INCIDENT, str(id))

    @classmethod
    def group(cls, newest: int) -> "CardKey":
        """Return the key of a group's card, given its *newest* incident without a card."""
        return cls(CardKind.GROUP, str(newest))

    @classmethod
    def initial_scan(cls, at: datetime) -> "CardKey":
        """Return the key of the card of an initial scan that found nothing."""
        return cls(CardKind.INITIAL_SCAN, _epoch(at))

    @classmethod
    def reminder(cls, at: datetime) -> "CardKey":
        """Return the key of a reminder."""
        return cls(CardKind.REMINDER, _epoch(at))

    @classmethod
    def ack_check(cls, by: str, acked_at: datetime, at: datetime) -> "CardKey":
        """Return the key of an ack check, one of several of the same ack."""
        return cls(CardKind.ACK_CHECK, f"{by}:{acked_at.timestamp():.3f}:{_epoch(at)}")

    @classmethod
    def incident_reply(cls, kind: CardKind, incident: int, at: datetime | None) -> "CardKey":
        """Return the key of a reply about an incident; *at* tells several of a kind apart."""
        return cls(kind, f"incident:{incident}" + (f":{_epoch(at)}" if at else ""))

    @classmethod
    def group_reply(cls, kind: CardKind, group: int, at: datetime | None) -> "CardKey":
        """Return the key of a reply about a group; *at* tells several of a kind apart."""
        return cls(kind, f"group:{group}" + (f":{_epoch(at)}" if at else ""))

    @classmethod
    def hub_outage(cls, started_at: datetime) -> "CardKey":
        """Return the key of the card of a Hub outage."""
        return cls(CardKind.HUB_OUTAGE, _epoch(started_at))

    @classmethod
    def operation(cls, id: int) -> "CardKey":
        """Return the key of an operation's card."""
        return cls(CardKind.OPERATION, str(id))

    @classmethod
    def final_reply(cls, operation: int) -> "CardKey":
        """Return the key of the reply at the end of an operation."""
        return cls(CardKind.FINAL_REPLY, str(operation))

    @classmethod
    def delay_notice(cls, card: int) -> "CardKey":
        """Return the key of the notice that a card is delayed."""
        return cls(CardKind.DELAY_NOTICE, str(card))

    @classmethod
    def of_request(cls, kind: CardKind, idempotency_key: str) -> "CardKey":
        """Return the key of the card of one request."""
        return cls(kind, idempotency_key)

    @classmethod
    def unique(cls, kind: CardKind) -> "CardKey":
        """Return a key that no other card has."""
        return cls(kind, uuid4().hex)

    @classmethod
    def notice(cls, cause: str, resolved_at: datetime | None = None) -> "CardKey":
        """Return the key of a notice to an admin, unresolved or resolved at a time."""
        return cls(CardKind.NOTICE, f"{cause}:{resolved_at.isoformat()}" if resolved_at else cause)


def _epoch(at: datetime) -> str:
    return f"{at.timestamp():.0f}"


@dataclass(frozen=True, slots=True)
class Message:
    """The content of a Slack message. Notifications and screen readers use `text`."""

    text: str
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class MessageRef:
    """The channel and timestamp that identify a message in Slack."""

    channel: str
    ts: str


class DeliveryState(StrEnum):
    """The state of a card's message in Slack."""

    NEW = "new"
    SENDING = "sending"  # a post was sent, and no response is saved yet
    POSTED = "posted"
    FAILED = "failed"  # given up; see `error`
    DELETED = "deleted"  # people deleted it, or it was dropped; it isn't posted again


class DeliveryAction(StrEnum):
    """The next call to Slack for a card."""

    POST = "post"
    UPDATE = "update"
    VERIFY = "verify"  # search the history for a post with unknown outcome
    DELETE = "delete"  # delete the message that a new one replaced
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Card:
    """A message in Slack: the wanted content and the delivery state."""

    id: int
    key: CardKey
    channel: str
    message: Message
    version: int
    posted_version: int
    state: DeliveryState
    nonce: str
    user: str | None = None  # the requester, who gets a direct message if the channel fails
    via_dm: bool = False  # sent as a direct message
    channel_error: str = ""  # Slack's error code that led to `via_dm`
    posted_channel: str | None = None
    ts: str | None = None
    thread: str | None = None  # the ts of the message in whose thread it is a reply
    awaits_parent: bool = False
    sending_since: datetime | None = None
    attempts: int = 0
    retry_at: datetime | None = None
    error: str = ""
    is_resolved: bool = False  # its subject is over: it isn't posted again once deleted
    times_deleted: int = 0  # by people
    muted_until: datetime | None = None  # not posted before
    content_version: int = 1  # the last version whose content differs: a refresh repeats it
    refusal: str = ""  # Slack's error code for the last failure
    failing_since: datetime | None = None
    plain: bool = False  # shown as text without blocks, because Slack rejected them
    may_repeat: bool = False  # posted although an earlier post may exist
    replacements: int = 0  # how often a new message replaced one that can't be edited
    replaced_ts: str | None = None  # the replaced message that is yet to be deleted

    @property
    def is_visible(self) -> bool:
        """Whether it has, or may have, a message in Slack."""
        return self.ts is not None or self.state is DeliveryState.SENDING

    @property
    def has_place(self) -> bool:
        """Whether its channel is an id. A card with a channel's name waits until it is resolved."""
        return is_channel(self.target_channel) or is_user(self.target_channel)

    @property
    def target_channel(self) -> str:
        """The channel, or the person for a direct message, of the next call."""
        wanted = self.user if self.via_dm and self.user else self.channel
        return self.posted_channel or wanted


def next_action(card: Card, now: datetime) -> DeliveryAction:
    """Return the next call that *card* needs at *now*, or WAIT."""
    if _is_blocked(card) or (card.retry_at and now < card.retry_at):
        return DeliveryAction.WAIT
    if card.state is DeliveryState.SENDING:
        verify_at = _verify_at(card)
        return DeliveryAction.VERIFY if verify_at and now >= verify_at else DeliveryAction.WAIT
    if card.ts is None:
        return DeliveryAction.WAIT if _is_suppressed(card, now) else DeliveryAction.POST
    if card.posted_version < card.version:
        return DeliveryAction.UPDATE
    return DeliveryAction.DELETE if card.replaced_ts else DeliveryAction.WAIT


def next_attempt_at(card: Card) -> datetime | None:
    """Return when *card* is posted or verified again; None if nothing delays it."""
    times = [at for at in (card.retry_at, _verify_at(card)) if at is not None]
    return max(times, default=None)


def _verify_at(card: Card) -> datetime | None:
    if card.sending_since is None:
        return None
    is_over = is_exchange_over(card.refusal)
    return card.sending_since + (VERIFY_ANSWERED_AFTER if is_over else VERIFY_AFTER)


def _is_blocked(card: Card) -> bool:
    """Return whether *card* can't be delivered until something else changes it."""
    is_final = card.state in (DeliveryState.FAILED, DeliveryState.DELETED)
    return is_final or card.awaits_parent or not card.has_place


def _is_suppressed(card: Card, now: datetime) -> bool:
    """Return whether *card* is not to be posted: it is muted, or resolved and deleted.

    A card that replaces an outdated message is posted in any case.
    """
    if card.replaced_ts:
        return False
    is_muted = card.muted_until is not None and now < card.muted_until
    return is_muted or (card.is_resolved and card.times_deleted > 0)
