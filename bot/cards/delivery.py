"""Delivery: how a card changes with Slack's response to a post, edit, deletion or search.

No refusal is final while a card's subject goes on. `bot.refusals` classifies the codes.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.cards.card import Card, DeliveryState, MessageRef
from bot.errors import SlackError, SlackOutcomeUnknown, SlackRateLimited, SlackUnavailable
from bot.refusals import Refusal, classify_refusal, is_answer

# One edit per second is within chat.update's limit, and people don't read faster:
# https://docs.slack.dev/apis/web-api/rate-limits
MIN_EDIT_INTERVAL = timedelta(seconds=1)
MIN_DELETION_INTERVAL = timedelta(seconds=30)
# A person has to repair something in Slack; the cards should follow soon after.
RETRY_AFTER_MISCONFIGURATION = timedelta(minutes=1)
# The limit of the backoff, whose pauses double.
MAX_RETRY_PAUSE = timedelta(minutes=5)
# How long an undeliverable reply is retried.
REPLY_LIFETIME = timedelta(days=1)
# How long a card is retried that was resolved before it was ever posted.
UNPOSTED_LIFETIME = timedelta(minutes=5)
# Searches that may fail with an unknown code before the card is posted again.
MAX_VERIFICATIONS = 5
# Codes by which Slack says that the message of a thread was deleted.
_THREAD_GONE = frozenset({"message_not_found", "thread_not_found"})
# Refusals that mean that a replaced message can't be deleted or is gone already.
_KEEPS_MESSAGE = frozenset({Refusal.EDIT_LOST, Refusal.GONE, Refusal.CHANNEL})


def mark_sending(card: Card, now: datetime) -> Card:
    """Return *card* as it must be saved before a post is sent.

    The response to an earlier post says nothing about this one.
    """
    refusal = card.refusal if is_answer(card.refusal) else ""
    return replace(card, state=DeliveryState.SENDING, sending_since=now, refusal=refusal)


def mark_posted(card: Card, channel: str, ts: str, now: datetime) -> Card:
    """Return *card* after Slack accepted its current version."""
    return replace(
        _reset_attempts(card, now, MIN_EDIT_INTERVAL),
        state=DeliveryState.POSTED,
        posted_channel=channel,
        ts=ts,
        posted_version=card.version,
    )


def mark_adopted(card: Card, found: MessageRef, now: datetime) -> Card:
    """Return *card* with the message that was found, in an unknown version.

    The channel's id is kept, because chat.update accepts neither a name nor a person.
    """
    adopted_card = replace(_reset_attempts(card, now), posted_channel=found.channel, ts=found.ts)
    return replace(adopted_card, state=DeliveryState.POSTED, posted_version=0, may_repeat=False)


def mark_not_found(card: Card, now: datetime) -> Card:
    """Return *card* after a search did not find its message.

    The attempts are kept, so that the pauses grow if Slack loses each post.
    """
    pause = _retry_pause(card.attempts) if card.attempts > 1 else timedelta()
    return replace(
        _reset_attempts(card, now, pause), state=DeliveryState.NEW, attempts=card.attempts
    )


def mark_unverified(card: Card, error: SlackError, now: datetime) -> Card:
    """Return *card* after the history could not be read: search again later, or post again.

    A permission or a membership may come back, so the search is repeated. A missing scope won't,
    and a person who waits for a reply gets it at once.
    """
    card = _record_failure(card, error, now)
    if isinstance(error, SlackUnavailable):
        return replace(card, retry_at=now + timedelta(seconds=error.after))
    match classify_refusal(error.code):
        case Refusal.AUTH if error.code != "missing_scope":
            return replace(card, retry_at=now + RETRY_AFTER_MISCONFIGURATION)
        case Refusal.CHANNEL if not card.user:
            return replace(card, retry_at=now + RETRY_AFTER_MISCONFIGURATION)
        case Refusal.RETRY if card.attempts < MAX_VERIFICATIONS and not card.user:
            return replace(
                card, attempts=card.attempts + 1, retry_at=now + _retry_pause(card.attempts + 1)
            )
    return replace(mark_not_found(replace(card, attempts=0), now), may_repeat=True)


def mark_deleted(card: Card) -> Card:
    """Return *card* after its replaced message was deleted, or can't be."""
    return replace(card, replaced_ts=None)


def mark_not_deleted(card: Card, error: SlackError, now: datetime) -> Card:
    """Return *card* after the deletion of its replaced message failed.

    The pause is short and does not grow, because edits of the new message wait for it as well.
    """
    if not isinstance(error, SlackUnavailable) and classify_refusal(error.code) in _KEEPS_MESSAGE:
        return mark_deleted(card)
    return replace(card, retry_at=now + MIN_DELETION_INTERVAL)


def mark_rejected(card: Card, error: SlackError, now: datetime) -> Card:
    """Return *card* after a post or an edit failed."""
    card = _record_failure(card, error, now)
    match error:
        case SlackOutcomeUnknown() if card.ts is None:
            return replace(card, attempts=card.attempts + 1)
        case SlackUnavailable():
            return _apply_outage(card, error, now)
    return _apply_refusal(card, error, now)


def _apply_refusal(card: Card, error: SlackError, now: datetime) -> Card:
    """Return *card* after Slack refused the call."""
    kind = classify_refusal(error.code)
    match kind:
        case Refusal.CONTENT if not card.plain:
            return _retry_at(replace(card, plain=True), now)
        case Refusal.GONE if card.ts:
            return mark_gone(card, now)
        case Refusal.EDIT_LOST if card.ts:
            return _replace_message(card, now)
        case Refusal.CHANNEL | Refusal.GONE if kind is Refusal.CHANNEL or card.thread:
            return _fall_back_to_dm(card, now)
        case Refusal.AUTH:
            return _retry_at(card, now + RETRY_AFTER_MISCONFIGURATION)
        case Refusal.RETRY | Refusal.OUTAGE | Refusal.CONTENT | Refusal.GONE | Refusal.EDIT_LOST:
            return _retry(card, now)
    assert_never(kind)


def _apply_outage(card: Card, error: SlackUnavailable, now: datetime) -> Card:
    """Return *card* after Slack was unavailable.

    An outage code that Slack itself sent for this card has a growing pause, so that one card
    can't stop every delivery.
    """
    after = timedelta(seconds=error.after)
    if isinstance(error, SlackRateLimited) or not is_answer(error.code):
        return _retry_at(card, now + after)
    return _retry(card, now)


def _record_failure(card: Card, error: SlackError, now: datetime) -> Card:
    since = card.failing_since or now
    return replace(card, error=error.fact, refusal=error.code, failing_since=since)


def _reset_attempts(card: Card, now: datetime, pause: timedelta = timedelta()) -> Card:
    return replace(
        card,
        sending_since=None,
        attempts=0,
        retry_at=now + pause,
        error="",
        refusal="",
        failing_since=None,
    )


def _retry_at(card: Card, when: datetime) -> Card:
    state = DeliveryState.POSTED if card.ts else DeliveryState.NEW
    return replace(card, state=state, sending_since=None, retry_at=when)


def _retry(card: Card, now: datetime) -> Card:
    attempts = card.attempts + 1
    return _retry_at(replace(card, attempts=attempts), now + _retry_pause(attempts))


def _retry_pause(attempts: int) -> timedelta:
    return min(timedelta(seconds=2 ** min(attempts, 20)), MAX_RETRY_PAUSE)


def is_thread_gone(card: Card, error: SlackError) -> bool:
    """Return whether *error* shows that people deleted the message that *card* replies to."""
    return card.thread is not None and card.ts is None and error.code in _THREAD_GONE


def mark_gone(card: Card, now: datetime) -> Card:
    """Return *card* after its message was deleted: post it once more, unless it is resolved."""
    stays_away = card.is_resolved or card.times_deleted > 0
    return replace(
        _reset_attempts(card, now),
        state=DeliveryState.DELETED if stays_away else DeliveryState.NEW,
        times_deleted=card.times_deleted + 1,
        posted_version=0,
        ts=None,
        posted_channel=None,
        may_repeat=False,
    )


def _replace_message(card: Card, now: datetime) -> Card:
    """Return *card* after Slack refused to edit its message for good.

    A new message replaces it if the content has changed. The pauses grow, because a workspace
    that forbids edits would get a message for each change.
    """
    if card.posted_version >= card.content_version:
        return replace(_reset_attempts(card, now), posted_version=card.version)
    pause = _retry_pause(card.replacements) if card.replacements else timedelta()
    return replace(
        _reset_attempts(card, now, pause),
        state=DeliveryState.NEW,
        replacements=card.replacements + 1,
        replaced_ts=card.ts,
        ts=None,
        may_repeat=False,
    )


def _fall_back_to_dm(card: Card, now: datetime) -> Card:
    """Return *card* after its channel refused it.

    Replies fall back to a direct message, unless it would repeat what is shown; alerts wait for
    access.
    """
    is_shown = card.ts is not None and card.posted_version >= card.content_version
    if card.user and not card.via_dm and not is_shown:
        moved = replace(card, via_dm=True, channel_error=card.refusal)
        return _retry_at(replace(moved, ts=None, posted_channel=None, replaced_ts=None), now)
    if _is_obsolete(card, now):
        return replace(_retry_at(card, now), state=DeliveryState.FAILED)
    # A thread may be locked for good, while its channel takes everything else.
    return _retry(card, now) if card.thread else _retry_at(card, now + RETRY_AFTER_MISCONFIGURATION)


def _is_obsolete(card: Card, now: datetime) -> bool:
    """Return whether *card* failed for so long that it is given up.

    Applies to a reply, and to a card that was resolved before it was ever posted.
    """
    failing = now - (card.failing_since or now)
    if card.user or card.thread:
        return failing >= REPLY_LIFETIME
    is_unposted = card.ts is None and not card.replaced_ts
    return card.is_resolved and is_unposted and failing >= UNPOSTED_LIFETIME
