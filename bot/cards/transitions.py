"""Transitions of cards: how a card changes with the news of its subject.

`bot.cards.delivery` holds the transitions that Slack's responses cause.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.cards.card import FINAL_STATES, Card, DeliveryState, Message, Progress
from bot.cards.keys import CardKind
from bot.refusals import Refusal, classify_refusal

Transition = Callable[[Card], Card]
#: The time between edits that check whether people still see a card with a choice.
CHECK_INTERVAL = timedelta(minutes=5)
# Operations whose progress a card shows.
_MAX_PROGRESS = 2


@dataclass(frozen=True, slots=True)
class Parent:
    """The card that a reply belongs to."""

    channel: str | None  # the id of the channel that it was posted in
    thread: str | None  # the ts of its thread; None: it has no message
    state: DeliveryState


def attach(card: Card, parent: Parent) -> Card:
    """Return the reply *card* with the place of its parent's message.

    A reply to a missing card would be unread, so the requester gets a direct message instead.
    """
    is_early = parent.thread is None
    is_orphaned = is_early and parent.state in FINAL_STATES and card.user is not None
    via_dm = card.via_dm or is_orphaned
    return replace(
        card,
        channel=parent.channel or card.channel,
        thread=None if via_dm else parent.thread,  # a thread of the channel isn't in the DM
        via_dm=via_dm,
        awaits_parent=is_early and not is_orphaned,
    )


def set_content(card: Card, message: Message) -> Card:
    """Return *card* with *message*; an equal one changes nothing.

    A failed card is retried unless it is resolved, and with its blocks, because Slack may accept
    the new ones.
    """
    if message == card.message:
        return card
    version, state = card.version + 1, card.state
    if state is DeliveryState.FAILED and not card.is_resolved:
        state = DeliveryState.POSTED if card.ts else DeliveryState.NEW
    changed = replace(card, message=message, version=version, content_version=version)
    return replace(changed, plain=False, state=state)


def set_progress(card: Card, progress: Progress) -> Card:
    """Return *card* with the *progress* of an operation and of the previous ones that fit.

    Progress with buttons is the last to be left out, because a person has to decide there.
    """
    others = [one for one in card.progress if one.operation != progress.operation]
    ordered = sorted([*others, progress], key=lambda one: one.operation)
    kept = sorted(ordered, key=lambda one: bool(one.buttons))[-_MAX_PROGRESS:]
    shown = tuple(one for one in ordered if one in kept)
    if shown == card.progress:
        return card
    version = card.version + 1
    return replace(card, progress=shown, version=version, content_version=version, plain=False)


def drop_progress(card: Card, operation: int) -> Card:
    """Return *card* without the progress of *operation*, which another card shows."""
    kept = tuple(one for one in card.progress if one.operation != operation)
    return replace(card, progress=kept, version=card.version + 1) if kept != card.progress else card


def can_show_progress(card: Card) -> bool:
    """Return whether people see *card*, so that an operation needs no card of its own."""
    has_lost_channel = classify_refusal(card.refusal) is Refusal.CHANNEL
    return card.state not in FINAL_STATES and not has_lost_channel


def refresh(card: Card) -> Card:
    """Return *card* to be edited once more with the same content, in blocks."""
    return replace(card, version=card.version + 1, plain=False)


def is_check_due(card: Card, now: datetime) -> bool:
    """Return whether *card* was last edited some minutes ago, and so may be deleted.

    Slack tells of a deletion only by refusing an edit.
    """
    is_settled = card.state is DeliveryState.POSTED and not card.is_pending
    return is_settled and (card.retry_at is None or now - card.retry_at >= CHECK_INTERVAL)


def mark_resolved(card: Card, now: datetime) -> Card:
    """Return *card* as resolved, so that it isn't posted again once deleted.

    A muted card that was never posted is dropped, because its incident is over.
    """
    is_muted = card.muted_until is not None and card.muted_until > now
    is_suppressed = is_muted or card.times_deleted > 0
    is_unneeded = card.state is DeliveryState.NEW and is_suppressed and not card.replaced_ts
    return replace(
        card, is_resolved=True, state=DeliveryState.DELETED if is_unneeded else card.state
    )


def reopen(card: Card) -> Card:
    """Return a resolved *card* as current again; a deleted one is posted once more."""
    return replace(card, is_resolved=False, state=_restored(card)) if card.is_resolved else card


def repost_if_deleted(card: Card) -> Card:
    """Return *card* to be posted again if people deleted it, because it has news.

    Also resets the count of deletions, for a deletion that has not been detected yet.
    """
    return card if card.is_resolved else replace(card, state=_restored(card), times_deleted=0)


def cancel_unposted(card: Card) -> Card:
    """Return *card* as dropped unless it has, or may have, a message in Slack."""
    return replace(card, state=DeliveryState.DELETED) if card.is_unposted else card


def drop_duplicate(card: Card) -> Card:
    """Return *card* as dropped, because another card shows the same in its channel."""
    return replace(card, state=DeliveryState.DELETED, is_resolved=True)


def remove_buttons(card: Card) -> Card:
    """Return *card* without its buttons, because what they did can't be done any more.

    If Slack refuses the edit, no new message replaces the old one, because this is no news.
    """
    return _without_blocks(card, "actions")


def remove_offers(card: Card) -> Card:
    """Return *card* without its buttons and the notes of commands, as `remove_buttons` does."""
    return _without_blocks(card, "actions", "context")


def _without_blocks(card: Card, *types: str) -> Card:
    if card.state in FINAL_STATES:
        return card
    blocks = tuple(block for block in card.message.blocks if block["type"] not in types)
    changed = set_content(card, replace(card.message, blocks=blocks))
    return replace(changed, content_version=card.content_version)


def hold_back(card: Card, until: datetime | None) -> Card:
    """Return *card* held back until a time; None releases it."""
    return replace(card, muted_until=until)


def retry_now(card: Card) -> Card:
    """Return *card* without the pause before its next attempt."""
    return replace(card, retry_at=None)


def reset_backoff(card: Card) -> Card:
    """Return a card that Slack refuses without its pause and its count of attempts."""
    is_failing = card.failing_since is not None and card.state is not DeliveryState.FAILED
    return replace(card, retry_at=None, attempts=0) if is_failing else card


def is_reposted(card: Card) -> bool:
    """Return whether *card* lost its message and contains the news of its unposted replies."""
    return (card.times_deleted > 0 or card.replaced_ts is not None) and card.ts is None


def drop_reply(reply: Card, parent: Card) -> Card:
    """Return an unposted *reply* as dropped, because its *parent* is posted again instead.

    Replies to a person who asked for something are kept. So is an ack check, unless its parent
    stays deleted.
    """
    is_ack_check = reply.key.kind is CardKind.ACK_CHECK
    is_kept = reply.user is not None or (is_ack_check and parent.state is not DeliveryState.DELETED)
    if is_kept or reply.state is not DeliveryState.NEW:
        return reply
    return replace(reply, state=DeliveryState.DELETED)


def _restored(card: Card) -> DeliveryState:
    return DeliveryState.NEW if card.state is DeliveryState.DELETED else card.state
