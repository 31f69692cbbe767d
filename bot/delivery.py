"""What becomes of a card by Slack's answer to a post, an edit, a deletion or a look. Pure.

No refusal is final for what is still going on. What a code means stands in `bot.refusals`; here
stands what a card does about it.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.cards import Card, DeliveryState, MessageRef
from bot.errors import SlackAmbiguous, SlackError, SlackTooFast, SlackUnavailable
from bot.refusals import Refusal, classify_refusal, is_answer

# Slack takes an edit a second; people do not read faster.
MIN_EDIT_INTERVAL = timedelta(seconds=1)
MIN_DELETION_INTERVAL = timedelta(seconds=30)
# Somebody has to mend something in Slack; once they have, nobody should wait for long.
RETRY_AFTER_MISCONFIGURATION = timedelta(minutes=1)
# Where only time helps, each pause is twice the one before, up to this one.
MAX_RETRY_PAUSE = timedelta(minutes=5)
# A reply that nobody could be shown for so long is of no use any more.
REPLY_LIFETIME = timedelta(days=1)
# … and neither is what was over before anybody could read of it, after as long.
UNPOSTED_LIFETIME = timedelta(minutes=5)
# So often an unknown refusal of the history is waited for, before the card is posted again.
MAX_VERIFICATIONS = 5
# Refusals after which a message that was replaced stays where it is, or is away already.
_KEEPS_MESSAGE = frozenset({Refusal.EDIT_LOST, Refusal.GONE, Refusal.CHANNEL})


def mark_sending(card: Card, now: datetime) -> Card:
    """Return *card* as it is written down before a post leaves."""
    return replace(card, state=DeliveryState.SENDING, sending_since=now)


def mark_posted(card: Card, channel: str, ts: str, now: datetime) -> Card:
    """Return *card* once Slack shows the version that it wants now."""
    return replace(
        _reset_attempts(card, now, MIN_EDIT_INTERVAL),
        state=DeliveryState.POSTED,
        posted_channel=channel,
        ts=ts,
        posted_version=card.version,
    )


def mark_adopted(card: Card, found: MessageRef, now: datetime) -> Card:
    """Return *card* after its message was found; which version it shows is not known.

    From now on it is known by the channel's id: an edit takes no name and no person.
    """
    adopted_card = replace(_reset_attempts(card, now), posted_channel=found.channel, ts=found.ts)
    return replace(adopted_card, state=DeliveryState.POSTED, posted_version=0, may_repeat=False)


def mark_not_found(card: Card, now: datetime) -> Card:
    """Return *card* after its message was looked for and is not there.

    A Slack that loses each post is not asked again at once: the tries are kept.
    """
    pause = _retry_pause(card.attempts) if card.attempts > 1 else timedelta()
    return replace(
        _reset_attempts(card, now, pause), state=DeliveryState.NEW, attempts=card.attempts
    )


def mark_unverified(card: Card, error: SlackError, now: datetime) -> Card:
    """Return *card* after the history could not be read: it is read later, or posted once more.

    The right to it, or to enter, may come back; a scope that was never asked for will not.
    Whoever asked for something hears of it at once.
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
    """Return *card* once the message that it has replaced is away, or stays for good."""
    return replace(card, replaced_ts=None)


def mark_not_deleted(card: Card, error: SlackError, now: datetime) -> Card:
    """Return *card* after the message that it has replaced could not be deleted.

    The pause is short and does not grow, because an edit of the new message waits for it, too.
    """
    if not isinstance(error, SlackUnavailable) and classify_refusal(error.code) in _KEEPS_MESSAGE:
        return mark_deleted(card)
    return replace(card, retry_at=now + MIN_DELETION_INTERVAL)


def mark_rejected(card: Card, error: SlackError, now: datetime) -> Card:
    """Return *card* after Slack refused to show it as it should be, or did not answer."""
    card = _record_failure(card, error, now)
    match error:
        case SlackAmbiguous() if card.ts is None:
            return replace(card, attempts=card.attempts + 1)
        case SlackUnavailable():
            return _apply_outage(card, error, now)
    return _apply_refusal(card, error, now)


def _apply_refusal(card: Card, error: SlackError, now: datetime) -> Card:
    """Return *card* after an answer of Slack's that says no."""
    kind = classify_refusal(error.code)
    match kind:
        case Refusal.CONTENT if not card.plain:
            return _retry_at(replace(card, plain=True), now)
        case Refusal.GONE if card.ts:
            return _mark_gone(card, now)
        case Refusal.EDIT_LOST if card.ts:
            return _replace_message(card, now)
        case Refusal.CHANNEL:
            return _fall_back_to_dm(card, now)
        case Refusal.AUTH:
            return _retry_at(card, now + RETRY_AFTER_MISCONFIGURATION)
        case Refusal.RETRY | Refusal.OUTAGE | Refusal.CONTENT | Refusal.GONE | Refusal.EDIT_LOST:
            return _retry(card, now)
    assert_never(kind)


def _apply_outage(card: Card, error: SlackUnavailable, now: datetime) -> Card:
    """Return *card* after Slack took nothing now.

    A failure that Slack reports of this card alone must not end every round at it.
    """
    after = timedelta(seconds=error.after)
    if isinstance(error, SlackTooFast) or not is_answer(error.code):
        return _retry_at(card, now + after)
    return _retry(card, now)


def _record_failure(card: Card, error: SlackError, now: datetime) -> Card:
    since = card.failing_since or now
    return replace(card, error=str(error), refusal=error.code, failing_since=since)


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
    tries = card.attempts + 1
    return _retry_at(replace(card, attempts=tries), now + _retry_pause(tries))


def _retry_pause(tries: int) -> timedelta:
    return min(timedelta(seconds=2 ** min(tries, 20)), MAX_RETRY_PAUSE)


def _mark_gone(card: Card, now: datetime) -> Card:
    """Somebody removed the message: it is posted once more, unless what it tells of is over."""
    stays_away = card.is_resolved or card.times_deleted > 0
    return replace(
        _reset_attempts(card, now),
        state=DeliveryState.DELETED if stays_away else DeliveryState.NEW,
        times_deleted=card.times_deleted + 1,
        ts=None,
        posted_channel=None,
        may_repeat=False,
    )


def _replace_message(card: Card, now: datetime) -> Card:
    """Slack won't edit the message again: a new one takes its place once it isn't true any more.

    In a workspace that forbids edits, a card that changes often is posted less and less often.
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
    """The channel will not have it: who asked hears of it directly, an alert waits to be let in."""
    if card.user and not card.via_dm:
        moved = replace(card, via_dm=True, channel_error=card.refusal)
        return _retry_at(replace(moved, ts=None, posted_channel=None, replaced_ts=None), now)
    if _is_obsolete(card, now):
        return replace(_retry_at(card, now), state=DeliveryState.FAILED)
    # A thread may be locked for good, while its channel takes everything else.
    return _retry(card, now) if card.thread else _retry_at(card, now + RETRY_AFTER_MISCONFIGURATION)


def _is_obsolete(card: Card, now: datetime) -> bool:
    """Whether *card* need not be shown any more.

    What was over before anybody could read of it is no news once it is let in, and neither is a
    reply of yesterday.
    """
    failing = now - (card.failing_since or now)
    if card.user or card.thread:
        return failing >= REPLY_LIFETIME
    unread = card.ts is None and not card.replaced_ts
    return card.is_resolved and unread and failing >= UNPOSTED_LIFETIME
