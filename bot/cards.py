"""A Slack message is a resource that is made equal to what it should be.

The store holds each card as it should be and as it was last posted. `move` says what to do
next about the difference, `bot.delivery` what becomes of it by Slack's answer. Pure: time is
given.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.slack_ids import is_channel, is_user

Block = Mapping[str, Any]

# An answer that has not come by now will not come, and the message is in the history or not.
# Must exceed the client's own timeout (`slack.client.SECONDS`): a post may arrive until then.
VERIFY_AFTER = timedelta(seconds=12)


@dataclass(frozen=True, slots=True)
class Message:
    """What Slack shows. `text` is what a notification or a screen reader says."""

    text: str
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class MessageRef:
    """Where a message stands in Slack."""

    channel: str
    ts: str


class DeliveryState(StrEnum):
    """What we know of a card's message in Slack."""

    NEW = "new"
    SENDING = "sending"  # a post has left, and no answer has been written down
    POSTED = "posted"
    FAILED = "dead"  # Slack will not have it; `error` says why
    DELETED = "removed"  # people have deleted it, and it stays away


class DeliveryAction(StrEnum):
    """What to do next about a card."""

    POST = "post"
    UPDATE = "update"
    VERIFY = "look"  # … in the history, whether the post of unknown outcome is there
    DELETE = "delete"  # … the message that a new one has replaced
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Card:
    """One message in Slack, wanted and posted."""

    id: int
    key: str
    channel: str
    message: Message
    version: int
    posted_version: int
    state: DeliveryState
    nonce: str
    user: str | None = None  # who hears of it when the channel will not have it
    via_dm: bool = False  # … which is now
    channel_error: str = ""  # … because Slack said so, in its own word
    posted_channel: str | None = None
    ts: str | None = None
    thread: str | None = None  # the ts it answers
    awaits_parent: bool = False
    sending_since: datetime | None = None
    attempts: int = 0
    retry_at: datetime | None = None
    error: str = ""
    is_resolved: bool = False  # it tells of what is over: once deleted, it stays away
    times_deleted: int = 0  # how often people have deleted it
    muted_until: datetime | None = None  # nobody is to hear of it before
    content_version: int = 1  # since when it says the same: an edit may repeat that
    refusal: str = ""  # why Slack doesn't show it as it should be, in Slack's word
    failing_since: datetime | None = None  # … and since when
    plain: bool = False  # Slack blames its content: it's shown as text, without blocks
    may_repeat: bool = False  # it was posted without knowing whether it's there already
    replacements: int = 0  # how often a new message took the place of one that can't be edited
    replaced_ts: str | None = None  # … and the one that still stands there

    @property
    def is_visible(self) -> bool:
        """Whether its message stands in Slack, as far as we know, so that a reply is read."""
        return self.ts is not None or self.state is DeliveryState.SENDING

    @property
    def has_place(self) -> bool:
        """Whether Slack knows its place by an id: one with a name waits until that is resolved."""
        return is_channel(self.target_channel) or is_user(self.target_channel)

    @property
    def target_channel(self) -> str:
        wanted = self.user if self.via_dm and self.user else self.channel
        return self.posted_channel or wanted


def next_action(card: Card, now: datetime) -> DeliveryAction:
    """Say what brings *card* nearer to what it should be."""
    if _is_blocked(card) or (card.retry_at and now < card.retry_at):
        return DeliveryAction.WAIT
    if card.state is DeliveryState.SENDING and card.sending_since:
        return (
            DeliveryAction.VERIFY
            if now >= card.sending_since + VERIFY_AFTER
            else DeliveryAction.WAIT
        )
    if card.ts is None:
        return DeliveryAction.WAIT if _is_suppressed(card, now) else DeliveryAction.POST
    if card.posted_version < card.version:
        return DeliveryAction.UPDATE
    return DeliveryAction.DELETE if card.replaced_ts else DeliveryAction.WAIT


def _is_blocked(card: Card) -> bool:
    """Whether nothing can be done about it, however long it waits."""
    is_over = card.state in (DeliveryState.FAILED, DeliveryState.DELETED)
    return is_over or card.awaits_parent or not card.has_place


def _is_suppressed(card: Card, now: datetime) -> bool:
    """Whether nobody wants to read it: people have deleted what is over now, or it is muted.

    What takes the place of a message that is not true any more is wanted in any case.
    """
    if card.replaced_ts:
        return False
    held = card.muted_until is not None and now < card.muted_until
    return held or (card.is_resolved and card.times_deleted > 0)
