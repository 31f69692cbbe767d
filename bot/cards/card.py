"""A card: its wanted content, its delivery state, and its next call to Slack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.cards.keys import CardKey
from bot.refusals import is_exchange_over
from bot.slack_limits import MESSAGE_BLOCKS, is_channel, is_user

Block = Mapping[str, Any]

# The age of a post without a response at which the history is searched for it. Must exceed the
# client's timeout (`slack.client.TIMEOUT_SECONDS`), because the post may arrive until then.
VERIFY_AFTER = timedelta(seconds=12)
# The same after a response that isn't Slack's, such as a proxy's page: nothing is on its way then.
VERIFY_ANSWERED_AFTER = timedelta(seconds=1)


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


@dataclass(frozen=True, slots=True)
class Progress:
    """What a card shows of an operation that was started from it.

    Buttons among the *blocks* replace those of the card, because a person has to decide first.
    """

    operation: int
    blocks: tuple[Block, ...]

    @property
    def buttons(self) -> Sequence[Block]:
        """The buttons of a decision that the operation waits for."""
        return [e for block in self.blocks if _is_row(block) for e in block["elements"]]


class DeliveryState(StrEnum):
    """The state of a card's message in Slack."""

    NEW = "new"
    SENDING = "sending"  # a post was sent, and no response is saved yet
    POSTED = "posted"
    FAILED = "failed"  # given up; see `error`
    DELETED = "deleted"  # people deleted it, or it was dropped; it isn't posted again


#: States that only a new content ends.
FINAL_STATES = (DeliveryState.FAILED, DeliveryState.DELETED)


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
    progress: tuple[Progress, ...] = ()  # of operations started from it, oldest first

    @property
    def content(self) -> Message:
        """The message with the progress of operations, above the buttons.

        The buttons of a decision replace the card's own, but not its menu.
        """
        added = [block for one in self.progress for block in one.blocks if not _is_row(block)]
        rows = (n for n, block in enumerate(self.message.blocks) if _is_row(block))
        row = next(rows, len(self.message.blocks))
        above, below = self.message.blocks[:row], self.message.blocks[row:]
        buttons = [one.buttons for one in self.progress if one.buttons]
        if buttons:
            below = _with_buttons(below, buttons[-1])
        at = min(row, MESSAGE_BLOCKS - len(added))
        shown = (*above[:at], *added, *above[at:], *below)[:MESSAGE_BLOCKS]
        return replace(self.message, blocks=shown) if self.progress else self.message

    @property
    def is_visible(self) -> bool:
        """Whether it has, or may have, a message in Slack."""
        return self.ts is not None or self.state is DeliveryState.SENDING

    @property
    def is_unposted(self) -> bool:
        """Whether it has no message in Slack. A post being sent may exist, and so counts as one."""
        is_new = self.state is DeliveryState.NEW and self.ts is None
        return is_new and self.replaced_ts is None and self.posted_version < self.version

    @property
    def is_pending(self) -> bool:
        """Whether it has to be posted, edited or rid of a replaced message."""
        is_behind = self.posted_version < self.version or self.replaced_ts is not None
        return is_behind and self.state not in FINAL_STATES

    @property
    def has_channel_id(self) -> bool:
        """Whether its channel is an id. A card with a channel's name waits until it is resolved."""
        return is_channel(self.target_channel) or is_user(self.target_channel)

    @property
    def target_channel(self) -> str:
        """The channel, or the person for a direct message, of the next call."""
        wanted = self.user if self.via_dm and self.user else self.channel
        return self.posted_channel or wanted


def _is_row(block: Block) -> bool:
    return bool(block["type"] == "actions")


def _with_buttons(below: tuple[Block, ...], buttons: Sequence[Block]) -> tuple[Block, ...]:
    """Return the blocks *below* the progress, with *buttons* instead of the card's own."""
    own, others = (below[0]["elements"], below[1:]) if below and _is_row(below[0]) else ([], below)
    menus = [element for element in own if element["type"] != "button"]
    return ({"type": "actions", "elements": [*buttons, *menus]}, *others)


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
    return card.state in FINAL_STATES or card.awaits_parent or not card.has_channel_id


def _is_suppressed(card: Card, now: datetime) -> bool:
    """Return whether *card* is not to be posted: it is muted, or resolved and deleted.

    A card that replaces an outdated message is posted in any case.
    """
    if card.replaced_ts:
        return False
    is_muted = card.muted_until is not None and now < card.muted_until
    return is_muted or (card.is_resolved and card.times_deleted > 0)
