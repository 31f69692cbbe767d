"""What becomes of a card by Slack's answer to a post, an edit, a deletion or a look. Pure.

No refusal is final for what is still going on. What a code means stands in `bot.refusals`; here
stands what a card does about it.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.cards import Card, Place, State
from bot.errors import SlackAmbiguous, SlackError, SlackTooFast, SlackUnavailable
from bot.refusals import Refusal, is_answer, refusal

# Slack takes an edit a second; people do not read faster.
BETWEEN_EDITS = timedelta(seconds=1)
BETWEEN_DELETIONS = timedelta(seconds=30)
# Somebody has to mend something in Slack; once they have, nobody should wait for long.
MENDING = timedelta(minutes=1)
# Where only time helps, each pause is twice the one before, up to this one.
LONGEST_PAUSE = timedelta(minutes=5)
# A reply that nobody could be shown for so long is of no use any more.
REPLY_LIFETIME = timedelta(days=1)
# … and neither is what was over before anybody could read of it, after as long.
UNREAD_LIFETIME = timedelta(minutes=5)
# So often an unknown refusal of the history is waited for, before the card is posted again.
LOOKS = 5
# Refusals after which a message that was replaced stays where it is, or is away already.
_STAYS = frozenset({Refusal.EDIT_LOST, Refusal.GONE, Refusal.CHANNEL})


def posting(card: Card, now: datetime) -> Card:
    """Return *card* as it is written down before a post leaves."""
    return replace(card, state=State.SENDING, sending_since=now)


def posted(card: Card, channel: str, ts: str, now: datetime) -> Card:
    """Return *card* once Slack shows the version that it wants now."""
    return replace(
        _settled(card, now, BETWEEN_EDITS),
        state=State.POSTED,
        posted_channel=channel,
        ts=ts,
        posted_version=card.version,
    )


def adopted(card: Card, found: Place, now: datetime) -> Card:
    """Return *card* after its message was found; which version it shows is not known.

    From now on it is known by the channel's id: an edit takes no name and no person.
    """
    there = replace(_settled(card, now), posted_channel=found.channel, ts=found.ts)
    return replace(there, state=State.POSTED, posted_version=0, may_repeat=False)


def missing(card: Card, now: datetime) -> Card:
    """Return *card* after its message was looked for and is not there.

    A Slack that loses each post is not asked again at once: the tries are kept.
    """
    pause = _pause(card.tries) if card.tries > 1 else timedelta()
    return replace(_settled(card, now, pause), state=State.NEW, tries=card.tries)


def unseen(card: Card, error: SlackError, now: datetime) -> Card:
    """Return *card* after the history could not be read: it is read later, or posted once more.

    The right to it, or to enter, may come back; a scope that was never asked for will not.
    Whoever asked for something hears of it at once.
    """
    card = _failing(card, error, now)
    if isinstance(error, SlackUnavailable):
        return replace(card, not_before=now + timedelta(seconds=error.after))
    match refusal(error.code):
        case Refusal.AUTH if error.code != "missing_scope":
            return replace(card, not_before=now + MENDING)
        case Refusal.CHANNEL if not card.user:
            return replace(card, not_before=now + MENDING)
        case Refusal.RETRY if card.tries < LOOKS and not card.user:
            return replace(card, tries=card.tries + 1, not_before=now + _pause(card.tries + 1))
    return replace(missing(replace(card, tries=0), now), may_repeat=True)


def deleted(card: Card) -> Card:
    """Return *card* once the message that it has replaced is away, or stays for good."""
    return replace(card, replaced_ts=None)


def undeleted(card: Card, error: SlackError, now: datetime) -> Card:
    """Return *card* after the message that it has replaced could not be deleted.

    The pause is short and does not grow, because an edit of the new message waits for it, too.
    """
    if not isinstance(error, SlackUnavailable) and refusal(error.code) in _STAYS:
        return deleted(card)
    return replace(card, not_before=now + BETWEEN_DELETIONS)


def refused(card: Card, error: SlackError, now: datetime) -> Card:
    """Return *card* after Slack refused to show it as it should be, or did not answer."""
    card = _failing(card, error, now)
    match error:
        case SlackAmbiguous() if card.ts is None:
            return replace(card, tries=card.tries + 1)
        case SlackUnavailable():
            return _unavailable(card, error, now)
    return _answered(card, error, now)


def _answered(card: Card, error: SlackError, now: datetime) -> Card:
    """Return *card* after an answer of Slack's that says no."""
    kind = refusal(error.code)
    match kind:
        case Refusal.CONTENT if not card.plain:
            return _later(replace(card, plain=True), now)
        case Refusal.GONE if card.ts:
            return _deleted(card, now)
        case Refusal.EDIT_LOST if card.ts:
            return _replaced(card, now)
        case Refusal.CHANNEL:
            return _elsewhere(card, now)
        case Refusal.AUTH:
            return _later(card, now + MENDING)
        case Refusal.RETRY | Refusal.OUTAGE | Refusal.CONTENT | Refusal.GONE | Refusal.EDIT_LOST:
            return _retried(card, now)
    assert_never(kind)


def _unavailable(card: Card, error: SlackUnavailable, now: datetime) -> Card:
    """Return *card* after Slack took nothing now.

    A failure that Slack reports of this card alone must not end every round at it.
    """
    after = timedelta(seconds=error.after)
    if isinstance(error, SlackTooFast) or not is_answer(error.code):
        return _later(card, now + after)
    return _retried(card, now)


def _failing(card: Card, error: SlackError, now: datetime) -> Card:
    since = card.failing_since or now
    return replace(card, error=str(error), refusal=error.code, failing_since=since)


def _settled(card: Card, now: datetime, pause: timedelta = timedelta()) -> Card:
    return replace(
        card,
        sending_since=None,
        tries=0,
        not_before=now + pause,
        error="",
        refusal="",
        failing_since=None,
    )


def _later(card: Card, when: datetime) -> Card:
    state = State.POSTED if card.ts else State.NEW
    return replace(card, state=state, sending_since=None, not_before=when)


def _retried(card: Card, now: datetime) -> Card:
    tries = card.tries + 1
    return _later(replace(card, tries=tries), now + _pause(tries))


def _pause(tries: int) -> timedelta:
    return min(timedelta(seconds=2 ** min(tries, 20)), LONGEST_PAUSE)


def _deleted(card: Card, now: datetime) -> Card:
    """Somebody removed the message: it is posted once more, unless what it tells of is over."""
    stays_away = card.is_final or card.deletions > 0
    return replace(
        _settled(card, now),
        state=State.REMOVED if stays_away else State.NEW,
        deletions=card.deletions + 1,
        ts=None,
        posted_channel=None,
        may_repeat=False,
    )


def _replaced(card: Card, now: datetime) -> Card:
    """Slack won't edit the message again: a new one takes its place once it isn't true any more.

    In a workspace that forbids edits, a card that changes often is posted less and less often.
    """
    if card.posted_version >= card.content_version:
        return replace(_settled(card, now), posted_version=card.version)
    pause = _pause(card.replacements) if card.replacements else timedelta()
    return replace(
        _settled(card, now, pause),
        state=State.NEW,
        replacements=card.replacements + 1,
        replaced_ts=card.ts,
        ts=None,
        may_repeat=False,
    )


def _elsewhere(card: Card, now: datetime) -> Card:
    """The channel will not have it: who asked hears of it directly, an alert waits to be let in."""
    if card.user and not card.directly:
        moved = replace(card, directly=True, kept_out=card.refusal)
        return _later(replace(moved, ts=None, posted_channel=None, replaced_ts=None), now)
    if _is_of_no_use(card, now):
        return replace(_later(card, now), state=State.DEAD)
    # A thread may be locked for good, while its channel takes everything else.
    return _retried(card, now) if card.thread else _later(card, now + MENDING)


def _is_of_no_use(card: Card, now: datetime) -> bool:
    """Whether *card* need not be shown any more.

    What was over before anybody could read of it is no news once it is let in, and neither is a
    reply of yesterday.
    """
    failing = now - (card.failing_since or now)
    if card.user or card.thread:
        return failing >= REPLY_LIFETIME
    unread = card.ts is None and not card.replaced_ts
    return card.is_final and unread and failing >= UNREAD_LIFETIME
